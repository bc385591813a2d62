internal import Glibc
internal import LoadGenerator

/// A bar that tells how far a measurement is and how long it will still take, on a terminal; nothing where
/// standard error is none.
final class ProgressBar {
    private let isShown = isatty(STDERR_FILENO) == 1
    private let began = monotonicNanoseconds()
    /// In any unit: it is shares of it that are shown.
    private let work: Double
    private var done = 0.0
    private var underWay = 0.0

    init(work: Double) {
        self.work = work
    }

    /// Says what is being done now, and how much of the work that is.
    func begin(_ what: String, work: Double = 1) {
        done += underWay
        underWay = work
        guard isShown else { return }
        let elapsed = Double(monotonicNanoseconds() - began) / 1e9
        printError("\r\u{1B}[2K" + Self.line(share: done / self.work, elapsed: elapsed, what))
    }

    /// Takes the bar away; the next step brings it back.
    func end() {
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
