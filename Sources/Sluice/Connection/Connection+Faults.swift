internal import HTTP1
internal import Uring

// What the peer, the machine or the clock does to a connection.

extension Connection {
    /// The client sends no more.
    mutating func endOfStream(now: MonotonicInstant) -> ConnectionAction {
        inFlight.remove(.receive)
        if case .closing = state { return continueClosing() }
        return beginClosing(now: now)
    }

    mutating func receiveFailed(_ disposition: Disposition, now: MonotonicInstant) -> ConnectionAction {
        inFlight.remove(.receive)
        switch (state, disposition) {
        case (.closing, _): return continueClosing()
        case (_, .peer), (_, .bug): return beginClosing(now: now)
        case (.closingIdle, _): return closeUnlessSomethingCame()
        case (.abandoningReceive(let answer), _): return answerWhenReceiveIsBack(answer, now: now)
        case (_, .retry), (_, .cancelled), (_, .resource): return rearm(now: now)
        }
    }

    mutating func sendFailed(_ disposition: Disposition, now: MonotonicInstant) -> ConnectionAction {
        inFlight.remove(.send)
        switch (state, disposition) {
        case (.closing, _): return continueClosing()
        case (_, .peer), (_, .bug): return beginClosing(now: now)
        case (_, .retry), (_, .cancelled), (_, .resource): return rearm(now: now)
        }
    }

    mutating func deadlineReached(now: MonotonicInstant) -> ConnectionAction {
        deadline = .distantFuture
        switch state {
        case .idle:
            // Without a receive it stands in line for a head buffer: something has come, and we had no room.
            guard inFlight.contains(.receive) else { return .measureArrived }
            state = .closingIdle
            deadline = now.advanced(by: .seconds(1))
            return rearm(now: now)
        case .closingIdle, .closing, .abandoningReceive:
            deadline = now.advanced(by: .seconds(1))
            return rearm(now: now)
        case .acceptingHead:
            return abandonReceive(.mismatch(.headTooSlow(timeout: limits.headTimeout)), now: now)
        case .awaitingMemory: return .withdrawMemoryRequest
        case .readingBody: return .measureArrived
        case .writingResponse: return .measureTaken
        case .sendingContinue, .draining: return beginClosing(now: now)
        case .awaitingHandler:
            if responseGoesOn { return beginClosing(now: now) }
            return write(.mismatch(.handlerTooSlow(timeout: limits.handlerTimeout)), closing: true, now: now)
        case .free: return .wait
        }
    }

    mutating func abandonReceive(
        _ answer: Answer, now: MonotonicInstant
    ) -> ConnectionAction {
        state = .abandoningReceive(answer)
        deadline = now.advanced(by: .seconds(1))
        return rearm(now: now)
    }

    /// The memory of a receive is ours again only when the receive has completed; the cancellation, too,
    /// must be out of the way, or it could hit the next receive.
    mutating func answerWhenReceiveIsBack(
        _ answer: Answer, now: MonotonicInstant
    ) -> ConnectionAction {
        guard inFlight.isDisjoint(with: [.receive, .cancelReceive]) else { return .wait }
        return write(answer, closing: true, now: now)
    }
}
