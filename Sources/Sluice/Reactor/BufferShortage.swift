internal import Uring

/// Whether those who found a group of buffers empty are queued again at once.
///
/// Between two turns every buffer is back with the group, and the next receive finds one. But one may be where the reactor
/// cannot see it: Linux gives a receive that was woken for nothing too often to a thread of its own, and that takes a buffer.
/// Then to ask at once is to ask again and again, a whole core's worth. So after some turns in which nobody got a buffer
/// they wait a moment.
final class BufferShortage {
    private var isMissed = false
    private var isTaken = false
    private var vainTurns = 0
    private var pauseEnd = MonotonicInstant(nanoseconds: 0)

    /// A receive that found none may complete some turns after the one that took the last.
    static let mostVainTurns = 16
    static let pause: Duration = .milliseconds(1)

    /// A receive found no buffer.
    func missed() { isMissed = true }

    /// One has come with a buffer.
    func taken() { isTaken = true }

    /// All completions of a turn have been taken.
    func turnEnds(now: MonotonicInstant) {
        if isTaken {
            vainTurns = 0
        } else if isMissed {
            vainTurns = min(vainTurns + 1, Self.mostVainTurns)
            if vainTurns == Self.mostVainTurns { pauseEnd = now.advanced(by: Self.pause) }
        }
        (isMissed, isTaken) = (false, false)
    }

    /// Until when nobody is queued again; nil: they may be.
    func pauses(at now: MonotonicInstant) -> MonotonicInstant? { now < pauseEnd ? pauseEnd : nil }
}
