internal import Glibc

/// A bar that tells how far a measurement is and how long it will still take, on a terminal; nothing where
/// standard error is none.
public final class ProgressBar {
    private let isShown = isatty(STDERR_FILENO) == 1
    private let began = ContinuousClock.now
    /// In any unit: it is shares of it that are shown.
    private let work: Double
    private var done = 0.0
    private var underWay = 0.0

    /// A bar for so much work in all.
    public init(work: Double) {
        self.work = work
    }

    /// Says what is being done now, and how much of the work that is.
    public func begin(_ what: String, work: Double = 1) {
        done += underWay
        underWay = work
        show(done, what)
    }

    /// Says how much of what is being done now is done already, where it is one long step.
    public func advance(to share: Double, _ what: String) {
        show(done + share * underWay, what)
    }

    private func show(_ done: Double, _ what: String) {
        guard isShown else { return }
        let elapsed = (ContinuousClock.now - began) / .seconds(1)
        printError("\r\u{1B}[2K" + Self.line(share: done / work, elapsed: elapsed, what))
    }

    /// Takes the bar away; the next step brings it back.
    public func end() {
        if isShown { printError("\r\u{1B}[2K") }
    }

    /// `███░░░ 50% ETA 1:05 round 3 of 5`; the ETA once there is something to judge by.
    static func line(share: Double, elapsed: Double, _ what: String) -> String {
        let width = 30
        let share = min(max(share, 0), 1)
        let filled = Int(share * Double(width))
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
        var words = [bar, "\(Int(share * 100))%"]
        if share > 0.01 {
            let left = Int((elapsed / share * (1 - share)).rounded(.up))
            words.append("ETA \(left / 60):" + (left % 60 < 10 ? "0" : "") + "\(left % 60)")
        }
        return (words + [what]).joined(separator: " ")
    }
}
