internal import HTTP1
internal import Uring

// A handler that answers later, and a response that is written while it is sent.

extension Connection {
    /// The head is whole and a handler answers it that wants no body. One that comes all the same is read first, as
    /// far as that keeps the connection.
    mutating func headDecided(
        _ request: RequestSummary, byteCount: Int, handlerOf route: Int, framing: BodyFraming,
        now: MonotonicInstant
    ) -> ConnectionAction {
        takeHead(request, byteCount: byteCount)
        answerAfterBody = nil
        plan = BodyPlan(sink: .discard, framing: framing, bodyLimit: limits.keptBodyBytes)
        plan.route = route
        switch framing {
        case .none, .length(0): return callHandler()
        case .length(let length) where length <= limits.keptBodyBytes && !request.expectsContinue:
            return beginBody(now: now)
        case .chunked where !request.expectsContinue: return beginBody(now: now)
        // A client that waits for 100 need not send the body: there is no telling where the next head is.
        case .length, .chunked: return callLastHandler()
        }
    }

    /// Of this request's body no more is read than is here.
    mutating func callLastHandler() -> ConnectionAction {
        readNoFurther()
        return callHandler()
    }

    private mutating func callHandler() -> ConnectionAction {
        state = .awaitingHandler
        deadline = .distantFuture
        return .callHandler(plan)
    }

    /// The handler will answer later: by ``answered(_:now:)``, unless its time is over before.
    /// Meanwhile the peer is watched: nobody is to be worked for, or stand in a line, who has gone.
    mutating func handlerBegan(now: MonotonicInstant) -> ConnectionAction {
        // Linux hands out all that came before a reset: such a body is whole, and its client has gone.
        if peer == .isGone { return beginClosing(now: now) }
        deadline = now.advanced(by: limits.handlerTimeout)
        return watchPeer()
    }

    /// One watch serves all requests of a connection: it ends with it, or with the peer.
    mutating func watchPeer() -> ConnectionAction {
        guard peer == .isThere, !inFlight.contains(.watch) else { return .wait }
        inFlight.insert(.watch)
        return .watchPeer
    }

    /// - Parameters:
    ///   - isGone: whether nobody is there any more to take an answer; else the peer has only ended its side.
    ///   - failed: the watch was cancelled or Linux had no memory for it, which says nothing of the peer: the next
    ///     request that waits for its answer has another.
    mutating func watchEnded(isGone: Bool, failed: Bool = false, now: MonotonicInstant) -> ConnectionAction {
        inFlight.remove(.watch)
        if !failed { peer = isGone ? .isGone : .hasEnded }
        switch state {
        case .closing: return continueClosing()
        case .awaitingHandler where isGone, .awaitingMemory where isGone: return beginClosing(now: now)
        // Whatever is in flight may hear of it too; if not, the next that waits for nothing but the client does.
        default: return .wait
        }
    }

    /// Whether an answer is still wanted: a connection that is being ended takes none.
    var awaitsAnswer: Bool {
        if case .awaitingHandler = state { !responseGoesOn } else { false }
    }

    // MARK: Streamed responses

    /// The next part is there to be sent.
    /// - Parameter byteCount: 0 if the end of the connection is the end of the response.
    mutating func partReady(byteCount: Int, isLast: Bool, now: MonotonicInstant) -> ConnectionAction {
        responseGoesOn = !isLast
        guard byteCount > 0 else { return responseSent(closing: closesAfterStream, now: now) }
        state = .writingResponse(sent: 0, total: byteCount, closing: closesAfterStream)
        deadline = now.advanced(by: limits.responsePeriod)
        inFlight.insert(.send)
        return .send(offset: 0)
    }

    /// Whether a streamed response is under way.
    var isResponding: Bool {
        switch state {
        case .awaitingHandler, .writingResponse: responseGoesOn
        default: false
        }
    }

    /// Whether a part may be sent now: the one before is, and the response has not ended.
    var awaitsPart: Bool {
        if case .awaitingHandler = state { responseGoesOn } else { false }
    }

    /// All that there is of the response is sent.
    mutating func responseSent(closing: Bool, now: MonotonicInstant) -> ConnectionAction {
        guard responseGoesOn else {
            return !closing ? .endRequest : isClientsLast ? .endConnection : .halfClose
        }
        closesAfterStream = closing
        state = .awaitingHandler
        deadline = now.advanced(by: limits.handlerTimeout)
        return .continueStream
    }
}
