internal import HTTP1
internal import Uring

extension Connection {
    /// The kernel or the handler has answered.
    mutating func answered(_ answer: Answer, now: MonotonicInstant) -> ConnectionAction {
        // HTTP/1.0 has no chunks: there the end of the connection is the end of a stream.
        let endsWithConnection = answer.isStreamed && request.isHTTP10
        return write(answer, closing: answer.closesConnection || endsWithConnection, now: now)
    }

    mutating func write(
        _ answer: Answer, closing: Bool, now: MonotonicInstant
    ) -> ConnectionAction {
        requestsAnswered += 1
        let closes =
            closing || !request.keepsAlive || isStopping
            || requestsAnswered >= limits.requestsPerConnection
        // Of a refused request something may still come, whatever the client says.
        if closing || !headBytes.isEmpty { isClientsLast = false }
        state = .writingResponse(sent: 0, total: 0, closing: closes)
        deadline = now.advanced(by: limits.responsePeriod)
        return .encode(answer, closing: closes)
    }

    /// - Parameter goesOn: whether the rest of the response will be written while it is sent.
    mutating func encoded(byteCount: Int, goesOn: Bool = false) -> ConnectionAction {
        guard case .writingResponse(_, _, let closing) = state else { return .wait }
        responseGoesOn = goesOn
        state = .writingResponse(sent: 0, total: byteCount, closing: closing)
        inFlight.insert(.send)
        return .send(offset: 0)
    }

    mutating func sent(_ count: Int, now: MonotonicInstant) -> ConnectionAction {
        inFlight.remove(.send)
        responseRate.noteSent(count)
        switch state {
        case .sendingContinue(let sent):
            guard sent + count >= ResponseWriter.continueLine.utf8CodeUnitCount else {
                state = .sendingContinue(sent: sent + count)
                return rearm(now: now)
            }
            return beginBody(now: now)
        case .writingResponse(let sent, let total, let closing):
            guard sent + count >= total else {
                state = .writingResponse(sent: sent + count, total: total, closing: closing)
                return rearm(now: now)
            }
            return responseSent(closing: closing, now: now)
        case .closing: return continueClosing()
        default: preconditionFailure("a send completed in a state that queues none")
        }
    }

    /// How much is not taken yet, asked when a response's period is over.
    mutating func taken(unsent: Int, now: MonotonicInstant) -> ConnectionAction {
        guard case .writingResponse = state else { return .wait }
        guard responseRate.endPeriod(queued: unsent, demanded: limits.responsePeriodBytes) else {
            isCutShort = true
            return beginClosing(now: now)
        }
        deadline = now.advanced(by: limits.responsePeriod)
        return .wait
    }

    /// FIN is sent: the client can read the answer, and what it still sends does not turn into a reset.
    mutating func halfClosed(now: MonotonicInstant) -> ConnectionAction {
        state = .draining(bytesLeft: limits.drainBytes)
        deadline = now.advanced(by: limits.drainTimeout)
        return arm(.discard)
    }

    /// Everything of the request is released; `headBytes` holds what came of the next one.
    mutating func requestEnded(now: MonotonicInstant) -> ConnectionAction {
        guard headBytes.isEmpty else { return beginHead(now: now) }
        state = .idle
        deadline = now.advanced(by: isStopping ? limits.stopGrace : limits.idleTimeout)
        return arm(.receiveHead)
    }
}
