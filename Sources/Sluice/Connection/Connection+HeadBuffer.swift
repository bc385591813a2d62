internal import HTTP1
internal import Uring

extension Connection {
    /// What a connection that has had a head buffer for ``Limits/headBufferGrace`` does about one who waits for it.
    enum Yielding {
        /// It is not the one who is slow.
        case keeps
        /// The buffer is on its way back.
        case isUnderWay
        case yields(ConnectionAction)
    }

    /// Another waits for a head buffer, and none is free.
    /// - Parameter unread: bytes of a body that have arrived and are not received.
    mutating func yieldHeadBuffer(unread: Int, now: MonotonicInstant) -> Yielding {
        switch state {
        case .acceptingHead:
            return .yields(abandonReceive(.refusal(Self.headBufferWanted), now: now))
        // A chunked body with a buffer keeps it. In need it must be as fast at once as it must be over a whole period.
        case .readingBody where hasLasted(limits.headBufferGrace, of: limits.bodyPeriod, now: now):
            let elapsed = limits.bodyPeriod - now.duration(until: deadline)
            let isFastEnough = rate.isOnTime(
                unread: unread, demanded: limits.bodyPeriodBytes, after: elapsed / limits.bodyPeriod)
            if isFastEnough { return .keeps }
            return .yields(abandonReceive(.refusal(Self.headBufferWanted), now: now))
        // What follows the request is in the buffer. The answer before it takes its time, as it may: the
        // connection will be ended with it, and what follows is the client's to repeat.
        case .writingResponse(let sent, let total, _)
        where hasLasted(limits.headBufferGrace, of: limits.responsePeriod, now: now):
            readNoFurther()
            state = .writingResponse(sent: sent, total: total, closing: true)
            return .yields(.releaseHeadBuffer)
        // So it is here, where the answer is the handler's to make.
        case .awaitingHandler:
            readNoFurther()
            closesAfterStream = true
            return .yields(.releaseHeadBuffer)
        // What has come of the body is in the buffer, or nothing. The memory it waits for is others' to give back.
        case .awaitingMemory: return .yields(.withdrawMemoryRequest)
        case .sendingContinue where hasLasted(limits.headBufferGrace, of: limits.responsePeriod, now: now):
            return .yields(beginClosing(now: now))
        case .abandoningReceive, .closing: return .isUnderWay
        default: return .keeps
        }
    }

    /// Not the client's fault alone: with fewer clients it might have had all its time.
    private static var headBufferWanted: Refusal {
        Refusal(.serviceUnavailable, "this request came slowly, and others waited for its place")
    }

    /// Whether the state that ends at ``deadline``, `whole` after it began, has lasted so long.
    private func hasLasted(_ duration: Duration, of whole: Duration, now: MonotonicInstant) -> Bool {
        deadline != .distantFuture && now.duration(until: deadline) <= whole - duration
    }
}
