internal import HTTP1
internal import Uring

extension Reactor where R: ~Copyable {
    /// Does what the connection wants, and what it wants then, until it waits for an event.
    func drive(_ slot: Int, _ first: ConnectionAction) {
        var action = first
        while true {
            switch action {
            case .wait:
                unsafe timers.set(slot, to: slots[slot].connection.deadline)
                return
            case .receiveHead:
                setLowWaterMark(slot, to: 1)
                action = queueReceive(slot, .headGroup) { token, socket in
                    ring.receive(on: socket, from: Self.headGroup, limit: Limits.headBytes, token: token)
                }
            case .receiveRestOfHead(let offset):
                action = receiveRestOfHead(slot, from: offset)
            case .parseHead: action = parseHead(slot)
            case .requestMemory(let byteCount): action = requestMemory(slot, byteCount)
            case .withdrawMemoryRequest:
                if unsafe slots[slot].connection.awaitsMemory { metrics.memoryRefusals.add(1) }
                unsafe context.arena.withdraw(slots[slot].id(slot: slot), of: index)
                action = unsafe slots[slot].connection.memoryWithdrawn(now: now)
            case .sendContinue(let offset):
                let line = ResponseWriter.continueLine
                let bytes = unsafe UnsafeRawBufferPointer(
                    start: line.utf8Start + offset, count: line.utf8CodeUnitCount - offset)
                action = unsafe queueSend(slot, unsafe bytes)
            case .beginBody(let plan): action = beginBody(slot, plan)
            case .receiveIntoWindow where !isRequeuing,
                .receiveInPlace where !isRequeuing && takesTurns(slot):
                // The kernel hands windows out in the order of queuing. Queued at once, a connection whose data
                // is all there would take the window again and again before those who wait for it.
                unsafe slots[slot].connection.starved(of: .receive, now: now)
                lineUp(slot, in: takesTurns(slot) ? .forTurn : .forNextWindow)
                action = .wait
            case .receiveIntoWindow(let limit):
                let start = startOfBodyReceive(slot)
                let length = min(limit, memory.windowBytes, mostInOneGo(slot))
                action = queueReceive(slot, .window) { token, socket in
                    ring.receive(
                        on: socket, from: Self.windowGroup, limit: length, token: token, start: start)
                }
            case .receiveInPlace(let limit): action = receiveInPlace(slot, limit)
            case .finishBody(let plan): action = finishBody(slot, plan)
            case .callHandler(let plan): action = callHandler(slot, plan)
            case .continueStream: action = continueStream(slot)
            case .watchPeer:
                let token = unsafe Token(.watch, slots[slot].id(slot: slot)).rawValue
                let isQueued = unsafe ring.watch(slots[slot].socket, token: token)
                action = isQueued ? .wait : queueIsFull(slot, .watch)
            case .releaseHeadBuffer:
                releaseHeadBuffer(slot)
                action = .wait
            case .encode(let answer, let closing): action = encode(slot, answer, closing: closing)
            case .send(let offset): action = send(slot, from: offset)
            case .endRequest: action = endRequest(slot)
            case .halfClose:
                unsafe ring.shutdownWrites(of: slots[slot].socket)
                releaseHeadBuffer(slot)
                releaseResponse(slot)
                action = unsafe slots[slot].connection.halfClosed(now: now)
            case .endConnection:
                let unread = unsafe ring.unreadByteCount(of: slots[slot].socket)
                action = unsafe slots[slot].connection.lastAnswerSent(unread: unread, now: now)
            case .endIdle:
                unsafe ring.shutdownWrites(of: slots[slot].socket)
                let unread = unsafe ring.unreadByteCount(of: slots[slot].socket)
                action = unsafe slots[slot].connection.idleEnded(unread: unread, now: now)
            case .discard:
                setLowWaterMark(slot, to: 1)
                action = queueReceive(slot, .discard) { token, socket in
                    unsafe ring.discard(on: socket, scratch: memory.drainScratch, token: token)
                }
            case .cancelReceive:
                action = queueCancel(
                    slot, unsafe slots[slot].receiveTarget.operation, .cancelReceive, .cancelReceive)
            case .cancelSend: action = queueCancel(slot, .send, .cancelSend, .cancelSend)
            case .cancelWatch: action = queueCancel(slot, .watch, .cancelWatch, .cancelWatch)
            case .measureArrived:
                let wasReadingBody = unsafe slots[slot].connection.isReadingBody
                let unread = unsafe ring.unreadByteCount(of: slots[slot].socket)
                let isReadable = unsafe unread >= slots[slot].lowWaterMark
                action = unsafe slots[slot].connection.arrived(
                    unread: unread, isReadable: isReadable, now: now)
                guard wasReadingBody else { break }
                if unsafe slots[slot].connection.isReadingBody {
                    bodyPeriodEnded(slot)
                } else {
                    metrics.timeouts.add(1)
                }
            case .measureTaken:
                let unsent = unsafe ring.unsentByteCount(of: slots[slot].socket)
                action = unsafe slots[slot].connection.taken(unsent: unsent, now: now)
                if case .closing = unsafe slots[slot].connection.state { metrics.timeouts.add(1) }
            case .close: action = close(slot)
            }
        }
    }

    // MARK: Queuing

    func queueReceive(
        _ slot: Int, _ target: ConnectionSlot.ReceiveTarget, _ queue: (UInt64, Socket) -> Bool
    ) -> ConnectionAction {
        unsafe slots[slot].receiveTarget = target
        let token = unsafe Token(target.operation, slots[slot].id(slot: slot)).rawValue
        if unsafe queue(token, slots[slot].socket) { return .wait }
        unsafe slots[slot].bytesAwaited = 0
        return queueIsFull(slot, .receive)
    }

    func queueSend(_ slot: Int, _ bytes: UnsafeRawBufferPointer) -> ConnectionAction {
        let token = unsafe Token(.send, slots[slot].id(slot: slot)).rawValue
        if unsafe ring.send(on: slots[slot].socket, from: bytes, token: token) { return .wait }
        return queueIsFull(slot, .send)
    }

    private func queueCancel(
        _ slot: Int, _ target: Operation, _ operation: Operation, _ flag: Connection.InFlight
    ) -> ConnectionAction {
        let id = unsafe slots[slot].id(slot: slot)
        let queued = ring.cancel(Token(target, id).rawValue, token: Token(operation, id).rawValue)
        guard queued else { return queueIsFull(slot, flag) }
        return unsafe slots[slot].connection.cancelQueued()
    }

    private func queueIsFull(_ slot: Int, _ operation: Connection.InFlight) -> ConnectionAction {
        metrics.queueFull.add(1)
        unsafe slots[slot].connection.starved(of: operation, now: now)
        lineUp(slot, in: .forQueue)
        return .wait
    }

    private func receiveRestOfHead(_ slot: Int, from offset: Int) -> ConnectionAction {
        guard let buffer = unsafe slots[slot].headBuffer else {
            preconditionFailure("a head without its buffer")
        }
        // The beginning of this head may have come with the end of a chunked body, whose mark still stands.
        setLowWaterMark(slot, to: 1)
        let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: memory.headBuffer(buffer)[offset...])
        return queueReceive(slot, .restOfHead) { token, socket in
            unsafe ring.receive(on: socket, into: rest, token: token)
        }
    }

    private func close(_ slot: Int) -> ConnectionAction {
        resetIfCutShort(slot)
        release(slot)
        let token = unsafe Token(.close, slots[slot].id(slot: slot)).rawValue
        if unsafe ring.close(slots[slot].socket, token: token) { return .wait }
        return queueIsFull(slot, .close)
    }

    /// Without chunks the end of the connection is the end of a stream: one that is cut short must not end
    /// like a whole one. And what a client does not take, Linux would keep for minutes after a close that is none.
    /// - Returns: whether the close is a reset.
    @discardableResult
    func resetIfCutShort(_ slot: Int) -> Bool {
        let isStreamCut = unsafe slots[slot].stream.map { !$0.isChunked } ?? false
        guard unsafe isStreamCut || slots[slot].connection.isCutShort else { return false }
        unsafe ring.resetOnClose(slots[slot].socket)
        return true
    }

    // MARK: Memory

    private func requestMemory(_ slot: Int, _ byteCount: Int) -> ConnectionAction {
        let waiter = unsafe ArenaWaiter(
            reactor: index, connection: slots[slot].id(slot: slot), byteCount: byteCount,
            mayShrink: slots[slot].connection.plan.mayShrink)
        switch context.arena.request(waiter) {
        case .granted(let range):
            unsafe slots[slot].lend(context.arena.lease(range))
            return unsafe slots[slot].connection.memoryGranted(now: now)
        case .waiting:
            metrics.memoryWaits.add(1)
            return .wait
        }
    }

    /// Everything on loan goes back. Nothing of the connection is in flight.
    private func release(_ slot: Int) {
        lines.remove(slot)
        forgetReceiveBuffer(slot)
        releaseBody(slot)
        bodyTurns.end(slot)
        releaseHeadBuffer(slot)
        releaseResponse(slot)
        unsafe slots[slot].handlerRequest = nil
        // Whoever writes to it learns that it is over.
        unsafe slots[slot].stream = nil
        cancelCall(slot)
    }

    // MARK: Between requests

    /// What came of the next request, if anything, moves to the front of the head buffer; else the buffer goes.
    private func endRequest(_ slot: Int) -> ConnectionAction {
        releaseResponse(slot)
        let rest = unsafe slots[slot].connection.headBytes
        if rest.isEmpty {
            releaseHeadBuffer(slot)
        } else if let buffer = unsafe slots[slot].headBuffer {
            let bytes = unsafe memory.headBuffer(buffer)
            unsafe bytes.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[rest]))
            metrics.bytesMoved.add(rest.count)
            unsafe slots[slot].connection.headBytes = 0..<rest.count
            beginHead(slot, in: buffer)
        }
        return unsafe slots[slot].connection.requestEnded(now: now)
    }
}
