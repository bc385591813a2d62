internal import HTTP1
internal import Uring

extension Reactor where R: ~Copyable {
    // MARK: Begin

    /// Sets up where the body goes, and takes what came of it with the head.
    func beginBody(_ slot: Int, _ plan: BodyPlan) -> ConnectionAction {
        bodiesInFlight += 1
        metrics.bodiesInFlight.set(bodiesInFlight)
        unsafe slots[slot].holdsBody = true
        unsafe slots[slot].bytesAwaited = 0
        startPace(slot)
        // Whose turn it was before its body began was waited for.
        unsafe slots[slot].returns.bodyBegan(isWaitedFor: bodyTurns.holder == slot, now: now)
        if plan.sink == .reduce || plan.sink == .landAndReduce {
            let count: Int? = if case .length(let length) = plan.framing { length / 4 } else { nil }
            beginRunner(slot, plan, count: count)
        }
        guard let buffer = unsafe slots[slot].headBuffer else {
            preconditionFailure("a body without the head's buffer")
        }
        let range = unsafe slots[slot].connection.headBytes
        unsafe slots[slot].connection.readsAhead =
            plan.framing == .chunked && headBuffersOfBodies < memory.headBufferCount / 2
        let action = unsafe takePiece(
            slot, unsafe UnsafeRawBufferPointer(rebasing: memory.headBuffer(buffer)[range]),
            at: range.lowerBound)
        if unsafe slots[slot].connection.isReadingBody {
            if unsafe slots[slot].connection.readsAhead {
                keepHeadBuffer(slot)
            } else {
                releaseHeadBuffer(slot)
            }
        }
        return action
    }

    private func beginRunner(_ slot: Int, _ plan: BodyPlan, count: Int?) {
        let runner = idleRunners[plan.route][plan.kernel].popLast() ?? factory(of: plan).makeRunner()
        let scratch = unsafe slots[slot].leasedBytes(
            from: plan.paddedLandingBytes, count: plan.scratchBytes)
        unsafe runner.begin(columns: plan.columns, count: count, scratch: scratch)
        unsafe slots[slot].runner = runner
    }

    // MARK: Pieces

    func receivedIntoWindow(_ slot: Int, _ window: UInt16, _ count: Int) -> ConnectionAction {
        if let action = unsafe slots[slot].connection.receivedBody(count, now: now) { return action }
        bodyReceived(slot, count)
        let piece = unsafe UnsafeRawBufferPointer(rebasing: memory.window(window)[..<count])
        return unsafe takePiece(slot, piece, at: nil)
    }

    func receivedInPlace(_ slot: Int, _ count: Int) -> ConnectionAction {
        let offset = unsafe slots[slot].connection.progress.bodyBytes
        if let action = unsafe slots[slot].connection.receivedBody(count, now: now) { return action }
        bodyReceived(slot, count)
        unsafe slots[slot].connection.progress.skip(count)
        if let runner = unsafe slots[slot].runner {
            let landed = unsafe slots[slot].leasedBytes(from: offset, count: count)
            runner.consume(unsafe RawSpan(_unsafeBytes: UnsafeRawBufferPointer(landed)))
        }
        // No bytes, but the end of the body may have been reached.
        return unsafe takePiece(slot, unsafe UnsafeRawBufferPointer(start: nil, count: 0), at: nil)
    }

    private func bodyReceived(_ slot: Int, _ count: Int) {
        keepPace(slot, received: count)
        noteAllowance(slot, received: count)
        bodyTurns.received(count, by: slot)
        // Less than a window: there was no more.
        unsafe slots[slot].bytesAwaited = count < memory.windowBytes ? 0 : slots[slot].bytesAwaited - count
    }

    func receiveInPlace(_ slot: Int, _ limit: Int) -> ConnectionAction {
        let start = startOfBodyReceive(slot)
        let length = min(limit, memory.windowBytes, mostInOneGo(slot))
        let offset = unsafe slots[slot].connection.progress.bodyBytes
        let place = unsafe slots[slot].leasedBytes(from: offset, count: length)
        return queueReceive(slot, .inPlace) { token, socket in
            unsafe ring.receive(on: socket, into: place, token: token, start: start)
        }
    }

    /// Takes a piece of the message: body bytes to the sink, framing to its end.
    /// - Parameter headOffset: where the piece begins in the head buffer; nil for a window.
    private func takePiece(
        _ slot: Int, _ piece: UnsafeRawBufferPointer, at headOffset: Int?
    ) -> ConnectionAction {
        let span = unsafe RawSpan(_unsafeBytes: piece)
        let sink = unsafe slots[slot].connection.plan.sink
        var offset = 0
        while true {
            let landed = unsafe slots[slot].connection.progress.bodyBytes
            switch unsafe slots[slot].connection.progress.next(span, from: &offset) {
            case .data(let range):
                if sink == .discard { continue }
                var data = span.extracting(range)
                if sink != .reduce {
                    data = unsafe RawSpan(_unsafeBytes: land(slot, piece[range], at: landed))
                }
                if let runner = unsafe slots[slot].runner { runner.consume(data) }
            case .needsMore:
                if headOffset != nil { unsafe slots[slot].connection.headBytes = 0..<0 }
                return unsafe slots[slot].connection.bodyNeedsMore(now: now)
            case .complete:
                unsafe keepRest(
                    slot, UnsafeRawBufferPointer(rebasing: piece[offset...]),
                    at: headOffset.map { $0 + offset })
                giveBackLoan(slot)
                metrics.bodies.add(1)
                unsafe metrics.bodyBytes.add(slots[slot].connection.progress.bodyBytes)
                return unsafe slots[slot].connection.bodyComplete(now: now)
            case .refused(let refusal):
                unsafe slots[slot].connection.headBytes = 0..<0
                return unsafe slots[slot].connection.bodyRefused(refusal, now: now)
            }
        }
    }

    /// The one place where body bytes are copied: what came with the head, and chunks under 16 KiB.
    private func land(
        _ slot: Int, _ data: Slice<UnsafeRawBufferPointer>, at offset: Int
    ) -> UnsafeRawBufferPointer {
        let place = unsafe slots[slot].leasedBytes(from: offset, count: data.count)
        unsafe place.copyMemory(from: UnsafeRawBufferPointer(rebasing: data))
        unsafe metrics.bytesMoved.add(data.count)
        return UnsafeRawBufferPointer(place)
    }

    /// What follows the body belongs to the next request and has to be in the head buffer.
    private func keepRest(_ slot: Int, _ rest: UnsafeRawBufferPointer, at headOffset: Int?) {
        if let headOffset {
            unsafe slots[slot].connection.headBytes = headOffset..<(headOffset + rest.count)
            return
        }
        unsafe slots[slot].connection.headBytes = 0..<rest.count
        guard unsafe !rest.isEmpty else { return }
        guard let buffer = unsafe slots[slot].headBuffer else {
            preconditionFailure("read beyond a body without a buffer to take it back")
        }
        unsafe memory.headBuffer(buffer).copyMemory(from: rest)
        metrics.bytesMoved.add(rest.count)
    }

    // MARK: End

    /// The body is whole: the kernel's or the handler's answer.
    func finishBody(_ slot: Int, _ plan: BodyPlan) -> ConnectionAction {
        let length = unsafe slots[slot].connection.progress.bodyBytes
        // Only a chunked one: Content-Length: 0 is refused with the head.
        if plan.sink == .land, length == 0 {
            unsafe slots[slot].handlerRequest = nil
            releaseBody(slot)
            let refusal = Refusal(.unprocessableContent, "the body is empty")
            return unsafe slots[slot].connection.answered(.refusal(refusal), now: now)
        }
        if plan.sink == .land || plan.sink == .discard { return callHandler(slot, plan) }
        let factory = factory(of: plan)
        // Of the others, the length was known from the head.
        if case .chunked = plan.framing, let refusal = refusal(of: length, plan, factory) {
            releaseBody(slot)
            return unsafe slots[slot].connection.answered(refusal, now: now)
        }
        let count = length / 4
        let isRows = factory.usesColumns && count > 1
        let shape = ReductionResult(
            value: 0, rows: isRows ? count / plan.columns : 1, columns: isRows ? plan.columns : count)
        if plan.sink == .landThenReduce { return reduceOnPool(slot, plan, byteCount: length, shape: shape) }
        guard let runner = unsafe slots[slot].runner else { preconditionFailure("no kernel runs") }
        let answer = Answer.result(shape.with(value: runner.finish()))
        releaseBody(slot)
        return unsafe slots[slot].connection.answered(answer, now: now)
    }

    private func factory(of plan: BodyPlan) -> KernelFactory {
        guard case .reduce(let menu, _) = context.routes.routes[plan.route].work else {
            preconditionFailure("not a reducing route")
        }
        return menu.factories[plan.kernel]
    }

    /// What is wrong with a chunked body, whose length is known only now.
    private func refusal(of length: Int, _ plan: BodyPlan, _ factory: KernelFactory) -> Answer? {
        guard length % 4 == 0 else { return .mismatch(.notFloats(length: length)) }
        guard length > 0 else { return .refusal(Refusal(.unprocessableContent, "the body is empty")) }
        guard factory.needs(columns: plan.columns, count: length / 4).accepts else {
            return .mismatch(factory.mismatch(columns: plan.columns, count: length / 4))
        }
        return nil
    }

    /// A body whose kernel could not begin before its end was there is reduced at once and as a whole: on the compute
    /// pool, or the reactor's other connections would wait for it.
    private func reduceOnPool(
        _ slot: Int, _ plan: BodyPlan, byteCount: Int, shape: ReductionResult
    ) -> ConnectionAction {
        if unsafe slots[slot].connection.headBytes.isEmpty { releaseHeadBuffer(slot) }
        let scratch = unsafe slots[slot].leasedBytes(
            from: plan.paddedLandingBytes, count: plan.scratchBytes)
        let reduction = unsafe LandedReduction(
            factory(of: plan).makeRunner(), columns: plan.columns, scratch: scratch)
        let call = newCall(slot, isTask: false)
        unsafe call.hold(
            slots[slot].takeLandedBody(byteCount: byteCount, keepsScratch: plan.scratchBytes > 0))
        let place = context.computeQueue.submit {
            guard let body = call.takeBody() else { return }
            call.end(with: .reduced(shape.with(value: reduction.run(on: body))))
        }
        return awaitPool(slot, call, place)
    }

    /// Kernel and memory go back. No receive is in flight into them.
    func releaseBody(_ slot: Int) {
        if let runner = unsafe slots[slot].runner {
            let plan = unsafe slots[slot].connection.plan
            idleRunners[plan.route][plan.kernel].append(runner)
            unsafe slots[slot].runner = nil
        }
        unsafe slots[slot].endLease()
        if unsafe slots[slot].holdsBody {
            unsafe slots[slot].holdsBody = false
            unsafe slots[slot].returns.bodyEnded(now: now)
            endPace(slot)
            bodyTurns.bodyEnded(
                slot, isExpected: unsafe slots[slot].returns.isExpectedAtOnce,
                others: lines.count(of: Line.forTurn.rawValue), now: now)
            bodiesInFlight -= 1
            metrics.bodiesInFlight.set(bodiesInFlight)
        }
    }
}
