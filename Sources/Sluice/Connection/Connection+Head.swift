internal import HTTP1
internal import Uring

extension Connection {
    /// A receive brought `count` bytes, anywhere but into a body (see ``receivedBody(_:now:)``).
    mutating func received(_ count: Int, now: MonotonicInstant) -> ConnectionAction {
        inFlight.remove(.receive)
        switch state {
        case .idle, .closingIdle:
            headBytes = 0..<count
            return beginHead(now: now)
        case .acceptingHead:
            headBytes = headBytes.lowerBound..<(headBytes.upperBound + count)
            return .parseHead
        case .abandoningReceive(let answer): return answerWhenReceiveIsBack(answer, now: now)
        case .draining(let bytesLeft):
            guard bytesLeft > count else { return beginClosing(now: now) }
            state = .draining(bytesLeft: bytesLeft - count)
            return arm(.discard)
        case .closing: return continueClosing()
        case .free, .awaitingMemory, .sendingContinue, .readingBody, .awaitingHandler, .writingResponse:
            preconditionFailure("a receive completed in a state that queues none")
        }
    }

    mutating func beginHead(now: MonotonicInstant) -> ConnectionAction {
        state = .acceptingHead
        // If this head is not read to its end, its refusal is not to be written as the last request asked.
        request = RequestSummary()
        deadline = now.advanced(by: limits.headTimeout)
        return .parseHead
    }

    /// The bytes so far are the beginning of a head.
    /// - Parameter request: what is known of it.
    mutating func headNeedsMore(of request: RequestSummary = RequestSummary()) -> ConnectionAction {
        self.request = request
        return arm(.receiveRestOfHead(offset: headBytes.upperBound))
    }

    /// The head was refused as such: what follows it cannot be told apart.
    /// - Parameter request: what is known of it at that point.
    mutating func headRefused(
        _ refusal: Refusal, of request: RequestSummary = RequestSummary(), now: MonotonicInstant
    ) -> ConnectionAction {
        self.request = request
        return write(.refusal(refusal), closing: true, now: now)
    }

    /// The head is whole and needs no body to be answered.
    mutating func headDecided(
        _ request: RequestSummary, byteCount: Int, answer: Answer, framing: BodyFraming,
        now: MonotonicInstant
    ) -> ConnectionAction {
        takeHead(request, byteCount: byteCount)
        if answer.closesConnection { return write(answer, closing: true, now: now) }
        let limit: Int
        switch framing {
        case .none: return write(answer, closing: false, now: now)
        case .length(let length):
            // A client that waits for 100 need not send the body: there is no telling where the next head is.
            if length > limits.keptBodyBytes || (request.expectsContinue && length > 0) {
                return write(answer, closing: true, now: now)
            }
            limit = length
        case .chunked:
            if request.expectsContinue { return write(answer, closing: true, now: now) }
            limit = limits.keptBodyBytes
        }
        answerAfterBody = answer
        plan = BodyPlan(sink: .discard, framing: framing, bodyLimit: limit)
        return beginBody(now: now)
    }

    /// The head is whole and its body has somewhere to go.
    mutating func headDecided(
        _ request: RequestSummary, byteCount: Int, plan: BodyPlan, now: MonotonicInstant
    ) -> ConnectionAction {
        takeHead(request, byteCount: byteCount)
        self.plan = plan
        answerAfterBody = nil
        guard plan.arenaBytes > 0 else { return invite(now: now) }
        if peer == .isGone { return beginClosing(now: now) }
        state = .awaitingMemory
        deadline = now.advanced(by: limits.memoryTimeout)
        return .requestMemory(byteCount: plan.arenaBytes)
    }

    mutating func takeHead(_ request: RequestSummary, byteCount: Int) {
        self.request = request
        isClientsLast = !request.keepsAlive
        headBytes = (headBytes.lowerBound + byteCount)..<headBytes.upperBound
    }
}
