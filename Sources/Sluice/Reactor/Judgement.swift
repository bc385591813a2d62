internal import Uring

/// Whether deadlines may be judged in a turn: not while something may be here that came in time and has not been looked at. A
/// process that stood still (`SIGSTOP`, a frozen container, a paused machine) hears of what came meanwhile only bit by bit: of some
/// twenty operations with each call of Linux, and of so many completions in a turn.
final class Judgement {
    /// Since when it is held back.
    private var heldSince: MonotonicInstant?

    /// A server that is late all the time judges all the same.
    static let longestHold: Duration = .milliseconds(100)

    /// The next turn comes at once then.
    var isHeld: Bool { heldSince != nil }

    /// - Parameters:
    ///   - isLate: whether the turn began so long after it should have that the process may have stood still.
    ///   - brought: whether Linux told of anything when it was asked.
    ///   - isLeft: whether some of that is not looked at yet.
    /// - Returns: whether to judge in this turn.
    func mayJudge(isLate: Bool, brought: Bool, isLeft: Bool, now: MonotonicInstant) -> Bool {
        guard let since = heldSince else {
            guard isLate || isLeft else { return true }
            heldSince = now
            return false
        }
        guard !brought && !isLeft || since.duration(until: now) > Self.longestHold else { return false }
        heldSince = nil
        return true
    }
}
