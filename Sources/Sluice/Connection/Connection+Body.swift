internal import HTTP1
internal import Uring

extension Connection {
    /// All that the head can decide is decided: let the client send.
    mutating func invite(now: MonotonicInstant) -> ConnectionAction {
        // Bytes that are here already show that the client does not wait.
        guard request.expectsContinue, headBytes.isEmpty else { return beginBody(now: now) }
        state = .sendingContinue(sent: 0)
        deadline = now.advanced(by: limits.responsePeriod)
        inFlight.insert(.send)
        return .sendContinue(offset: 0)
    }

    mutating func beginBody(now: MonotonicInstant) -> ConnectionAction {
        state = .readingBody
        progress = BodyProgress(plan.framing, bodyLimit: plan.bodyLimit)
        rate = BodyRate()
        // What came with the head has arrived too.
        rate.received(headBytes.count)
        shortReads = 0
        deadline = now.advanced(by: limits.bodyPeriod)
        return .beginBody(plan)
    }

    /// A receive for a body has completed with so many bytes; the reactor takes them and then says how it
    /// went: ``bodyNeedsMore(now:)``, ``bodyComplete(now:)`` or ``bodyRefused(_:now:)``.
    /// - Returns: nil then; what to do instead if the bytes are wanted no more.
    mutating func receivedBody(_ count: Int, now: MonotonicInstant) -> ConnectionAction? {
        guard case .readingBody = state else { return received(count, now: now) }
        inFlight.remove(.receive)
        rate.received(count)
        return nil
    }

    var isReadingBody: Bool { if case .readingBody = state { true } else { false } }

    mutating func bodyNeedsMore(now: MonotonicInstant) -> ConnectionAction { receiveBody(now: now) }

    mutating func receiveBody(now: MonotonicInstant) -> ConnectionAction {
        rate.resume(deadline: &deadline, now: now)
        let must = progress.minimumRemaining
        guard progress.isChunked else {
            // Never beyond the body, or a pipelined request is swallowed.
            return arm(plan.lands ? .receiveInPlace(limit: must) : .receiveIntoWindow(limit: must))
        }
        let run = progress.contiguousRemaining
        if plan.lands, run >= Limits.headBytes {
            shortReads = 0
            return arm(.receiveInPlace(limit: run))
        }
        if plan.lands, run > 0 { shortReads = Self.mostShortReads }
        // Every data byte that comes with a size line has to be copied: where chunks are large, read little more
        // than the line.
        if plan.lands, shortReads < Self.mostShortReads {
            shortReads += 1
            return arm(.receiveIntoWindow(limit: min(must, 16)))
        }
        // May read into the next request, but no further than a head buffer can take back.
        return arm(.receiveIntoWindow(limit: readsAhead ? must.addingClamped(Limits.headBytes) : must))
    }

    mutating func bodyComplete(now: MonotonicInstant) -> ConnectionAction {
        if let answer = answerAfterBody {
            answerAfterBody = nil
            return write(answer, closing: false, now: now)
        }
        state = .awaitingHandler
        deadline = .distantFuture
        return .finishBody(plan)
    }

    mutating func bodyRefused(_ refusal: Refusal, now: MonotonicInstant) -> ConnectionAction {
        // Nobody wanted this body: what is wrong with it ends the connection, and changes no answer that is known. But no handler
        // acts on a request whose end is in doubt, as it is where the body is more than wrong in length.
        if answerAfterBody == nil, plan.sink == .discard, refusal.status == .contentTooLarge {
            return callLastHandler()
        }
        let answer = answerAfterBody ?? .refusal(refusal)
        answerAfterBody = nil
        return write(answer, closing: true, now: now)
    }

    /// How much has arrived unread, asked when a body's period is over, where the low-water mark hides it, or
    /// before an idle connection is closed.
    /// - Parameter isReadable: whether that is enough for the receive to go ahead: its completion is under way
    ///   then, and if it is not here yet, that is not the client's fault. Unless it is next to nothing: one byte,
    ///   sent in the right moment, is not to buy a period.
    mutating func arrived(
        unread: Int, isReadable: Bool = false, now: MonotonicInstant
    ) -> ConnectionAction {
        switch state {
        case .readingBody: break
        case .idle, .closingIdle: return idleIsOver(unread: unread, now: now)
        default: return .wait
        }
        let demanded = limits.bodyPeriodBytes
        // What a chunked body still brings nobody knows.
        let stillToCome = progress.isChunked ? Int.max : progress.minimumRemaining
        let suffices = rate.endPeriod(unread: unread, demanded: demanded, stillToCome: stillToCome)
        if suffices || (isReadable && unread >= min(demanded, Limits.headBytes)) {
            deadline = now.advanced(by: limits.bodyPeriod)
            // In a line the next one begins when that is over.
            if !inFlight.contains(.receive) { rate.pause(deadline: &deadline, now: now) }
            return .wait
        }
        // What is here and not received may be its end: that takes a moment to tell, and buys no period.
        if progress.isChunked, unread > 0, rate.takeLastMoment() {
            deadline = now.advanced(by: .milliseconds(100))
            if !inFlight.contains(.receive) { rate.pause(deadline: &deadline, now: now) }
            return .wait
        }
        let mismatch = Mismatch.bodyTooSlow(
            demanded: demanded, period: limits.bodyPeriod, arrived: rate.arrivedInPeriod(unread: unread))
        return abandonReceive(.mismatch(mismatch), now: now)
    }
}
