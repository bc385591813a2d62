internal import HTTP1
internal import HTTPTypes
internal import Logging
internal import Uring

extension Reactor where R: ~Copyable {
    /// The request has all that its handler takes.
    func callHandler(_ slot: Int, _ plan: BodyPlan) -> ConnectionAction {
        guard case .handler(let function, _) = context.routes.routes[plan.route].work,
            let request = unsafe slots[slot].handlerRequest
        else { preconditionFailure("not a handler's route") }
        unsafe slots[slot].handlerRequest = nil
        if unsafe slots[slot].connection.headBytes.isEmpty { releaseHeadBuffer(slot) }
        let length = plan.lands ? unsafe slots[slot].connection.progress.bodyBytes : 0
        switch function {
        case .blocking(.reactor, let handler):
            let body = unsafe slots[slot].leasedBytes(from: 0, count: length)
            let outcome = HandlerOutcome {
                try handler(request, unsafe RawSpan(_unsafeBytes: UnsafeRawBufferPointer(body)))
            }
            return answered(slot, request.call, outcome)
        case .blocking(.computePool, let handler): return compute(slot, request, length, handler)
        case .async(let handler): return begin(slot, request, length, handler)
        }
    }

    private func compute(
        _ slot: Int, _ request: Request, _ length: Int, _ handler: @escaping Routes.LandedHandler
    ) -> ConnectionAction {
        let call = request.call
        unsafe call.hold(slots[slot].takeLandedBody(byteCount: length))
        let place = context.computeQueue.submit {
            // Whoever waited too long, or has gone, is not worked for.
            guard let body = call.takeBody() else { return }
            call.end(with: HandlerOutcome { try body.withBytes { try handler(request, $0) } })
        }
        return awaitPool(slot, call, place)
    }

    /// The call stands in the pool's line, and has its body with it; or there is no place in it.
    func awaitPool(_ slot: Int, _ call: HandlerCall, _ place: Int?) -> ConnectionAction {
        guard let place else { return refuseComputing(slot) }
        call.stand(at: place)
        releaseBody(slot)
        unsafe slots[slot].call = call
        return unsafe slots[slot].connection.handlerBegan(now: now)
    }

    private func refuseComputing(_ slot: Int) -> ConnectionAction {
        releaseBody(slot)
        metrics.computeRefusals.add(1)
        let refusal = Refusal(.serviceUnavailable, "too many requests wait for a thread just now")
        return unsafe slots[slot].connection.answered(.refusal(refusal), now: now)
    }

    private func begin(
        _ slot: Int, _ request: Request, _ length: Int, _ handler: @escaping Routes.AsyncLandedHandler
    ) -> ConnectionAction {
        let body = unsafe slots[slot].takeLandedBody(byteCount: length)
        releaseBody(slot)
        let call = request.call
        run(call) {
            // The memory goes back when the handler has ended, not when its client has.
            defer { withExtendedLifetime(body) {} }
            do {
                let bytes = unsafe RawSpan(_unsafeBytes: body.memory)
                call.end(with: .response(try await handler(request, bytes)))
            } catch {
                call.end(with: HandlerOutcome(error))
            }
        }
        unsafe slots[slot].call = call
        return unsafe slots[slot].connection.handlerBegan(now: now)
    }

    func newCall(_ slot: Int, isTask: Bool) -> HandlerCall {
        HandlerCall(
            unsafe slots[slot].id(slot: slot), of: mailbox, isTask: isTask, computeQueue: context.computeQueue
        )
    }

    private func run(_ call: HandlerCall, _ work: @escaping @Sendable () async -> Void) {
        tasksRunning += 1
        metrics.handlerTasks.set(tasksRunning)
        call.run(Task(executorPreference: executor, operation: work))
    }

    // MARK: Answers

    /// A handler has answered, whether or not anybody still waits for it.
    func handled(_ call: HandlerCall, _ outcome: HandlerOutcome) {
        if call.isTask { taskEnded() }
        guard let slot = slot(of: call), unsafe slots[slot].connection.awaitsAnswer else { return }
        drive(slot, answered(slot, call, outcome))
    }

    private func taskEnded() {
        tasksRunning -= 1
        metrics.handlerTasks.set(tasksRunning)
    }

    /// The slot that still waits for this call; nil if the client is gone or has had its answer.
    private func slot(of call: HandlerCall) -> Int? {
        let slot = call.connection.slot
        return unsafe slots[slot].call === call ? slot : nil
    }

    /// An error that is not meant for the client is logged, and says nothing to it.
    private func answered(_ slot: Int, _ call: HandlerCall, _ outcome: HandlerOutcome) -> ConnectionAction {
        unsafe slots[slot].call = nil
        let answer: Answer
        switch outcome {
        // An interim status would leave the client waiting for the answer.
        case .response(let response) where (200..<600).contains(response.head.status.code):
            answer = .response(response)
            // A writer's work is of the same call.
            if case .stream = response.content { unsafe slots[slot].call = call }
        case .response(let response):
            context.logger.error(
                "a handler answered with a status that is no answer",
                metadata: ["status": "\(response.head.status.code)"])
            answer = .refusal(Refusal(.internalServerError, "the handler failed"))
        case .reduced(let result): answer = .result(result)
        case .refusal(let error) where (400..<600).contains(error.status.code):
            let wantsJSON = unsafe slots[slot].connection.request.wantsJSON
            answer = .response(error.response(asJSON: wantsJSON))
        case .refusal(let error as any Error), .failure(let error):
            context.logger.error("a handler failed", metadata: ["error": "\(error)"])
            answer = .refusal(Refusal(.internalServerError, "the handler failed"))
        }
        return unsafe slots[slot].connection.answered(answer, now: now)
    }

    /// Nobody waits for the handler any more.
    func cancelCall(_ slot: Int) {
        guard let call = unsafe slots[slot].call else { return }
        unsafe slots[slot].call = nil
        metrics.handlersCancelled.add(1)
        call.cancel()
    }

    // MARK: Streamed responses

    /// What there was is sent: the writer begins or goes on.
    func continueStream(_ slot: Int) -> ConnectionAction {
        guard let stream = unsafe slots[slot].stream else { preconditionFailure("no stream to go on with") }
        unsafe slots[slot].longResponse = nil
        unsafe slots[slot].responseBody = []
        guard let producer = stream.producer else {
            stream.writer.take()?.resume()
            return unsafe slots[slot].connection.watchPeer()
        }
        stream.producer = nil
        guard let call = unsafe slots[slot].call else { preconditionFailure("a stream that nobody calls") }
        run(call) {
            do {
                try await producer(ResponseStream(call: call))
                call.mailbox.post(.streamEnded(call, nil))
            } catch {
                call.mailbox.post(.streamEnded(call, error))
            }
        }
        return unsafe slots[slot].connection.watchPeer()
    }

    func write(_ call: HandlerCall, _ bytes: [UInt8], _ writer: CheckedContinuation<Void, any Error>) {
        guard let slot = slot(of: call), let stream = unsafe slots[slot].stream,
            unsafe slots[slot].connection.isResponding
        else { return writer.resume(throwing: CancellationError()) }
        guard unsafe slots[slot].connection.awaitsPart else {
            return writer.resume(throwing: OverlappingWrite())
        }
        stream.writer = writer
        send(slot, stream, bytes, isLast: false)
    }

    func streamEnded(_ call: HandlerCall, _ error: (any Error)?) {
        taskEnded()
        // One that is being ended already needs no end.
        guard let slot = slot(of: call), let stream = unsafe slots[slot].stream,
            unsafe slots[slot].connection.isResponding
        else { return }
        unsafe slots[slot].call = nil
        if error == nil, unsafe slots[slot].connection.awaitsPart {
            return send(slot, stream, [], isLast: true)
        }
        let failure = error.map { "\($0)" } ?? "it ended while something was still being written"
        context.logger.error("the writer of a response failed", metadata: ["error": "\(failure)"])
        drive(slot, unsafe slots[slot].connection.beginClosing(now: now))
    }

    /// A part is its size line and its bytes, from where they are; the line ends the part before it, too.
    private func send(_ slot: Int, _ stream: OutgoingStream, _ bytes: [UInt8], isLast: Bool) {
        var writer = unsafe ResponseWriter(into: memory.response(ofSlot: slot))
        if stream.isChunked {
            if !stream.isFirstPart { writer.write("\r\n") }
            writer.write(hexadecimal: bytes.count)
            writer.write(isLast ? "\r\n\r\n" : "\r\n")
        }
        stream.isFirstPart = false
        if isLast { unsafe slots[slot].stream = nil }
        unsafe slots[slot].responseCount = writer.count
        unsafe slots[slot].responseBody = bytes
        let byteCount = writer.count + bytes.count
        drive(slot, unsafe slots[slot].connection.partReady(byteCount: byteCount, isLast: isLast, now: now))
    }
}
