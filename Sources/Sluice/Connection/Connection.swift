internal import HTTP1
internal import Uring

/// One connection as a pure state machine: events in, one action out, time as an argument. It holds no
/// descriptor, no memory, and calls no kernel; the reactor performs its actions.
///
/// ```
/// idle → accepting head → awaiting memory → (sending continue) → reading body → awaiting handler
///   ↑                                                                                 ↓
///   └──────────────────────────────── writing response ───────────────────────────────┘
///                                          ↓
///                                  draining → closing → free
/// ```
///
/// At most one receive and one send are in flight. Whatever ends a connection goes through
/// ``beginClosing(now:)``, and nothing is released before all that is in flight has completed.
struct Connection {
    enum State {
        case free
        /// Nothing of a request has come. `fresh`: nor of any before.
        case idle(fresh: Bool)
        case acceptingHead
        case awaitingMemory
        case sendingContinue(sent: Int)
        case readingBody
        case awaitingHandler
        case writingResponse(sent: Int, total: Int, closing: Bool)
        /// Too slow: the receive is being cancelled, then comes this answer.
        case abandoningReceive(Answer)
        /// Idle for too long: the receive is being cancelled. It may still bring a request, which is served.
        case closingIdle
        /// Refused or ended by us, FIN sent: what still comes is thrown away, up to so many bytes.
        case draining(bytesLeft: Int)
        case closing
    }

    /// Operations queued and not completed.
    struct InFlight: OptionSet {
        let rawValue: UInt8
        static let receive = InFlight(rawValue: 1)
        static let send = InFlight(rawValue: 2)
        static let cancelReceive = InFlight(rawValue: 4)
        static let cancelSend = InFlight(rawValue: 8)
        static let close = InFlight(rawValue: 16)
    }

    /// What is kept of a head once its buffer may go.
    struct RequestSummary {
        var keepsAlive = true
        var isHTTP10 = false
        var isHead = false
        var expectsContinue = false
        var wantsJSON = false
    }

    private(set) var state = State.free
    private(set) var inFlight = InFlight()
    /// When ``deadlineReached(now:)`` is due.
    private(set) var deadline = MonotonicInstant.distantFuture
    /// What the head buffer holds unread: a head from its first byte, or what came after one.
    var headBytes = 0..<0
    private(set) var request = RequestSummary()
    private(set) var plan = BodyPlan(sink: .discard, framing: .none, bodyLimit: 0)
    var progress = BodyProgress(.none, bodyLimit: 0)
    /// The answer to a request whose body is only read to keep the connection.
    private var answerAfterBody: Answer?
    private var requestsAnswered = 0
    private var isStopping = false
    private var rate = BodyRate()
    /// Whether the last chunk of a landed body was received at its place; supposed of the first.
    private var landsLargeChunks = true
    private let limits: Limits

    init(limits: Limits) { self.limits = limits }

    // MARK: Life

    mutating func opened(now: MonotonicInstant) -> ConnectionAction {
        state = .idle(fresh: true)
        deadline = now.advanced(by: limits.firstByteTimeout)
        return arm(.receiveHead)
    }

    /// The server is stopping: what is in work is finished and answered with `Connection: close`; an idle
    /// connection stays a moment for a request that is on its way.
    mutating func stop(now: MonotonicInstant) {
        isStopping = true
        if case .idle = state { deadline = min(deadline, now.advanced(by: limits.stopGrace)) }
    }

    /// Ends the connection without regard for what it is doing.
    mutating func beginClosing(now: MonotonicInstant) -> ConnectionAction {
        let wasWaiting = if case .awaitingMemory = state { true } else { false }
        state = .closing
        // A cancellation may miss: ask again rather than wait for ever.
        deadline = now.advanced(by: .seconds(1))
        return wasWaiting ? .withdrawMemoryRequest : continueClosing()
    }

    private mutating func continueClosing() -> ConnectionAction {
        if inFlight.contains(.receive), !inFlight.contains(.cancelReceive) {
            inFlight.insert(.cancelReceive)
            return .cancelReceive
        }
        if inFlight.contains(.send), !inFlight.contains(.cancelSend) {
            inFlight.insert(.cancelSend)
            return .cancelSend
        }
        guard inFlight.isEmpty else { return .wait }
        inFlight.insert(.close)
        return .close
    }

    /// A cancellation has been queued.
    mutating func cancelQueued() -> ConnectionAction {
        if case .closing = state, !inFlight.contains(.close) {
            if inFlight.contains(.send), !inFlight.contains(.cancelSend) { return continueClosing() }
        }
        return .wait
    }

    /// A cancellation has completed; what it was for completes by itself.
    mutating func cancelCompleted(_ operation: InFlight, now: MonotonicInstant) -> ConnectionAction {
        inFlight.remove(operation)
        switch state {
        case .closing: return inFlight.isDisjoint(with: [.receive, .send]) ? continueClosing() : .wait
        case .abandoningReceive(let answer): return answerWhenReceiveIsBack(answer, now: now)
        default: return .wait
        }
    }

    mutating func closeCompleted() {
        inFlight = []
        deadline = .distantFuture
        state = .free
    }

    // MARK: Queuing

    private mutating func arm(_ action: ConnectionAction) -> ConnectionAction {
        precondition(!inFlight.contains(.receive), "two receives on one connection")
        inFlight.insert(.receive)
        return action
    }

    /// The action could not be queued, or the kernel had no buffer for it: nothing is in flight for it.
    /// The reactor keeps the connection in a line and calls ``rearm(now:)``.
    mutating func starved(of operation: InFlight, now: MonotonicInstant) {
        inFlight.remove(operation)
        // The client is not to blame for the time that we make it wait.
        if case .readingBody = state, operation == .receive {
            rate.pause(deadline: &deadline, now: now)
        }
    }

    /// Whether running out of buffers or queue room is a reason to wait rather than to go on closing.
    var awaitsBuffer: Bool {
        switch state {
        case .idle, .acceptingHead, .readingBody, .draining, .sendingContinue, .writingResponse: true
        case .free, .awaitingMemory, .awaitingHandler, .abandoningReceive, .closingIdle, .closing: false
        }
    }

    /// Queues again what the state needs and what is not in flight.
    mutating func rearm(now: MonotonicInstant) -> ConnectionAction {
        switch state {
        case .idle where !inFlight.contains(.receive): return arm(.receiveHead)
        case .acceptingHead where !inFlight.contains(.receive):
            return arm(.receiveRestOfHead(offset: headBytes.upperBound))
        case .readingBody where !inFlight.contains(.receive): return receiveBody(now: now)
        case .draining where !inFlight.contains(.receive): return arm(.discard)
        case .sendingContinue(let sent) where !inFlight.contains(.send):
            inFlight.insert(.send)
            return .sendContinue(offset: sent)
        case .writingResponse(let sent, let total, _) where total > 0 && !inFlight.contains(.send):
            inFlight.insert(.send)
            return .send(offset: sent)
        case .abandoningReceive(let answer):
            if inFlight.contains(.receive), !inFlight.contains(.cancelReceive) {
                inFlight.insert(.cancelReceive)
                return .cancelReceive
            }
            return answerWhenReceiveIsBack(answer, now: now)
        case .closingIdle:
            if !inFlight.contains(.receive) { return beginClosing(now: now) }
            if !inFlight.contains(.cancelReceive) {
                inFlight.insert(.cancelReceive)
                return .cancelReceive
            }
            return .wait
        case .closing: return continueClosing()
        default: return .wait
        }
    }

    // MARK: Head

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

    private mutating func beginHead(now: MonotonicInstant) -> ConnectionAction {
        state = .acceptingHead
        deadline = now.advanced(by: limits.headTimeout)
        return .parseHead
    }

    /// The bytes so far are the beginning of a head.
    mutating func headNeedsMore() -> ConnectionAction {
        arm(.receiveRestOfHead(offset: headBytes.upperBound))
    }

    /// The head was refused as such: what follows it cannot be told apart.
    mutating func headRefused(_ refusal: Refusal, now: MonotonicInstant) -> ConnectionAction {
        request = RequestSummary(keepsAlive: false)
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
        state = .awaitingMemory
        deadline = now.advanced(by: limits.memoryTimeout)
        return .requestMemory(byteCount: plan.arenaBytes)
    }

    private mutating func takeHead(_ request: RequestSummary, byteCount: Int) {
        self.request = request
        headBytes = (headBytes.lowerBound + byteCount)..<headBytes.upperBound
    }

    // MARK: Memory

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

    // MARK: Body

    /// All that the head can decide is decided: let the client send.
    private mutating func invite(now: MonotonicInstant) -> ConnectionAction {
        // Bytes that are here already show that the client does not wait.
        guard request.expectsContinue, headBytes.isEmpty else { return beginBody(now: now) }
        state = .sendingContinue(sent: 0)
        deadline = now.advanced(by: limits.responseTimeout)
        inFlight.insert(.send)
        return .sendContinue(offset: 0)
    }

    private mutating func beginBody(now: MonotonicInstant) -> ConnectionAction {
        state = .readingBody
        progress = BodyProgress(plan.framing, bodyLimit: plan.bodyLimit)
        rate = BodyRate()
        landsLargeChunks = true
        deadline = now.advanced(by: limits.bodyPeriod)
        return .beginBody(plan)
    }

    /// A receive for a body has completed with so many bytes; the reactor takes them and then says how it
    /// went: ``bodyNeedsMore(now:)``, ``bodyComplete(now:)`` or ``bodyRefused(_:now:)``.
    /// - Returns: false if the bytes are wanted no more; then `action` is what to do.
    mutating func receivedBody(_ count: Int, now: MonotonicInstant) -> ConnectionAction? {
        guard case .readingBody = state else { return received(count, now: now) }
        inFlight.remove(.receive)
        rate.received(count)
        return nil
    }

    var isReadingBody: Bool { if case .readingBody = state { true } else { false } }

    mutating func bodyNeedsMore(now: MonotonicInstant) -> ConnectionAction { receiveBody(now: now) }

    private mutating func receiveBody(now: MonotonicInstant) -> ConnectionAction {
        rate.resume(deadline: &deadline, now: now)
        let must = progress.minimumRemaining
        guard progress.isChunked else {
            // Never beyond the body, or a pipelined request is swallowed.
            return arm(plan.lands ? .receiveInPlace(limit: must) : .receiveIntoWindow(limit: must))
        }
        let run = progress.contiguousRemaining
        if plan.lands, run >= Limits.headBytes {
            landsLargeChunks = true
            return arm(.receiveInPlace(limit: run))
        }
        if plan.lands, run > 0 { landsLargeChunks = false }
        // Every data byte that comes with a size line has to be copied: where chunks are large, read little more
        // than the line.
        if plan.lands, landsLargeChunks { return arm(.receiveIntoWindow(limit: min(must, 16))) }
        // May read into the next request, but no further than a head buffer can take back.
        return arm(.receiveIntoWindow(limit: must.addingClamped(Limits.headBytes)))
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
        let answer = answerAfterBody ?? .refusal(refusal)
        answerAfterBody = nil
        return write(answer, closing: true, now: now)
    }

    /// How much has arrived unread, asked when a body's period is over: the low-water mark hides it.
    mutating func arrived(unread: Int, now: MonotonicInstant) -> ConnectionAction {
        guard case .readingBody = state else { return .wait }
        let suffices = rate.endPeriod(
            unread: unread, demanded: limits.bodyPeriodBytes, stillToCome: progress.minimumRemaining)
        if suffices {
            deadline = now.advanced(by: limits.bodyPeriod)
            return .wait
        }
        return abandonReceive(
            .refusal(Refusal(.requestTimeout, "the body came too slowly")), now: now)
    }

    // MARK: Answer

    /// The kernel or the handler has answered.
    mutating func answered(_ answer: Answer, now: MonotonicInstant) -> ConnectionAction {
        write(answer, closing: answer.closesConnection, now: now)
    }

    private mutating func write(
        _ answer: Answer, closing: Bool, now: MonotonicInstant
    ) -> ConnectionAction {
        requestsAnswered += 1
        let closes =
            closing || !request.keepsAlive || isStopping
            || requestsAnswered >= limits.requestsPerConnection
        state = .writingResponse(sent: 0, total: 0, closing: closes)
        deadline = now.advanced(by: limits.responseTimeout)
        return .encode(answer, closing: closes)
    }

    mutating func encoded(byteCount: Int) -> ConnectionAction {
        guard case .writingResponse(_, _, let closing) = state else { return .wait }
        state = .writingResponse(sent: 0, total: byteCount, closing: closing)
        inFlight.insert(.send)
        return .send(offset: 0)
    }

    mutating func sent(_ count: Int, now: MonotonicInstant) -> ConnectionAction {
        inFlight.remove(.send)
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
            return closing ? .halfClose : .endRequest
        case .closing: return continueClosing()
        default: preconditionFailure("a send completed in a state that queues none")
        }
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
        state = .idle(fresh: false)
        deadline = now.advanced(by: isStopping ? limits.stopGrace : limits.idleTimeout)
        return arm(.receiveHead)
    }

    // MARK: What goes wrong

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
        case (.closingIdle, _): return beginClosing(now: now)
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
            state = .closingIdle
            deadline = now.advanced(by: .seconds(1))
            return rearm(now: now)
        case .closingIdle, .closing, .abandoningReceive:
            deadline = now.advanced(by: .seconds(1))
            return rearm(now: now)
        case .acceptingHead:
            return abandonReceive(
                .refusal(Refusal(.requestTimeout, "the head came too slowly")), now: now)
        case .awaitingMemory: return .withdrawMemoryRequest
        case .readingBody: return .measureArrived
        case .sendingContinue, .writingResponse, .draining: return beginClosing(now: now)
        case .free, .awaitingHandler: return .wait
        }
    }

    private mutating func abandonReceive(
        _ answer: Answer, now: MonotonicInstant
    ) -> ConnectionAction {
        state = .abandoningReceive(answer)
        deadline = now.advanced(by: .seconds(1))
        return rearm(now: now)
    }

    /// The memory of a receive is ours again only when the receive has completed; the cancellation, too,
    /// must be out of the way, or it could hit the next receive.
    private mutating func answerWhenReceiveIsBack(
        _ answer: Answer, now: MonotonicInstant
    ) -> ConnectionAction {
        guard inFlight.isDisjoint(with: [.receive, .cancelReceive]) else { return .wait }
        return write(answer, closing: true, now: now)
    }
}
