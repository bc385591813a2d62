internal import HTTP1
internal import Uring

// Whatever ends a connection comes through ``Connection/beginClosing(now:)``. Operations in flight are cancelled
// and waited for; nothing is released, and the descriptor is not closed, before the last has completed.

extension Connection {
    /// Ends the connection without regard for what it is doing.
    mutating func beginClosing(now: MonotonicInstant) -> ConnectionAction {
        let wasWaiting = if case .awaitingMemory = state { true } else { false }
        state = .closing
        // A cancellation may miss: ask again rather than wait for ever.
        deadline = now.advanced(by: .seconds(1))
        return wasWaiting ? .withdrawMemoryRequest : continueClosing()
    }

    mutating func continueClosing() -> ConnectionAction {
        if inFlight.contains(.receive), !inFlight.contains(.cancelReceive) {
            inFlight.insert(.cancelReceive)
            return .cancelReceive
        }
        if inFlight.contains(.send), !inFlight.contains(.cancelSend) {
            inFlight.insert(.cancelSend)
            return .cancelSend
        }
        if inFlight.contains(.watch), !inFlight.contains(.cancelWatch) {
            inFlight.insert(.cancelWatch)
            return .cancelWatch
        }
        guard inFlight.isEmpty else { return .wait }
        inFlight.insert(.close)
        return .close
    }

    /// A cancellation has been queued.
    mutating func cancelQueued() -> ConnectionAction {
        if case .closing = state, !inFlight.contains(.close) {
            if inFlight.contains(.send), !inFlight.contains(.cancelSend) { return continueClosing() }
            if inFlight.contains(.watch), !inFlight.contains(.cancelWatch) { return continueClosing() }
        }
        return .wait
    }

    /// A cancellation has completed; what it was for completes by itself.
    mutating func cancelCompleted(_ operation: InFlight, now: MonotonicInstant) -> ConnectionAction {
        inFlight.remove(operation)
        switch state {
        case .closing:
            return inFlight.isDisjoint(with: [.receive, .send, .watch]) ? continueClosing() : .wait
        case .abandoningReceive(let answer): return answerWhenReceiveIsBack(answer, now: now)
        case .closingIdle: return closeUnlessSomethingCame()
        default: return .wait
        }
    }

    /// - Returns: to end it, silently, or to take the request that came in the last moment.
    mutating func idleIsOver(unread: Int, now: MonotonicInstant) -> ConnectionAction {
        // FIN at once, not with the close at the end of the turn: what comes after it is the client's to repeat.
        guard unread > 0 else { return .endIdle }
        if case .closingIdle = state {
            state = .idle
            deadline = now.advanced(by: limits.headTimeout)
            return arm(.receiveHead)
        }
        // It has waited for a head buffer as long as an idle connection may.
        return headRefused(Refusal(.serviceUnavailable, "no memory for this head just now"), now: now)
    }

    /// What is here and what follows will not be read. So the answer ends the connection, and the client, whatever it has said, may
    /// be sending.
    mutating func readNoFurther() {
        request.keepsAlive = false
        isClientsLast = false
        headBytes = 0..<0
    }

    /// The answer to a client's last request is sent, and the client knows that nothing follows: FIN goes with the
    /// descriptor. If something came all the same, closing now would be a reset, and could cost it the answer.
    mutating func lastAnswerSent(unread: Int, now: MonotonicInstant) -> ConnectionAction {
        unread > 0 ? .halfClose : beginClosing(now: now)
    }

    /// FIN is sent. A request that crossed it must not turn it into a reset.
    mutating func idleEnded(unread: Int, now: MonotonicInstant) -> ConnectionAction {
        guard unread > 0 else { return beginClosing(now: now) }
        return halfClosed(now: now)
    }

    /// A request may have come between the end of the receive and this moment: without an answer it would be lost.
    func closeUnlessSomethingCame() -> ConnectionAction {
        inFlight.isDisjoint(with: [.receive, .cancelReceive]) ? .measureArrived : .wait
    }

    mutating func closeCompleted() {
        inFlight = []
        deadline = .distantFuture
        state = .free
    }
}
