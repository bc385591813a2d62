internal import HTTP1
internal import Uring

extension Connection {
    /// - Precondition: the connection is still waiting; the reactor has checked.
    mutating func memoryGranted(now: MonotonicInstant) -> ConnectionAction { invite(now: now) }

    var awaitsMemory: Bool { if case .awaitingMemory = state { true } else { false } }

    /// The line has been left.
    mutating func memoryWithdrawn(now: MonotonicInstant) -> ConnectionAction {
        if case .closing = state { return continueClosing() }
        return write(
            .refusal(Refusal(.serviceUnavailable, "no memory for this body just now")),
            closing: true, now: now)
    }
}
