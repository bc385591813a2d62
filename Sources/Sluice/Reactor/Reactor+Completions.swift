internal import HTTP1
internal import Logging
internal import Uring

extension Reactor where R: ~Copyable {
    func connectionCompleted(_ operation: Operation, _ slot: Int, _ completion: Completion) {
        switch operation {
        case .receive, .receiveFromHeads, .receiveFromWindows: receiveCompleted(slot, completion)
        case .send: sendCompleted(slot, completion)
        case .watch:
            if let errorNumber = completion.errorNumber,
                WatchOperation.disposition(of: errorNumber) == .bug
            {
                report("poll", errorNumber)
            }
            drive(
                slot,
                unsafe slots[slot].connection.watchEnded(
                    isGone: WatchOperation.isGone(completion), failed: completion.errorNumber != nil, now: now
                ))
        case .cancelReceive, .cancelSend, .cancelWatch:
            let operation: Connection.InFlight =
                switch operation {
                case .cancelSend: .cancelSend
                case .cancelWatch: .cancelWatch
                default: .cancelReceive
                }
            if let errorNumber = completion.errorNumber,
                CancelOperation.disposition(of: errorNumber) == .bug
            {
                report("cancel", errorNumber)
            }
            drive(slot, unsafe slots[slot].connection.cancelCompleted(operation, now: now))
        case .close:
            if let errorNumber = completion.errorNumber,
                CloseOperation.disposition(of: errorNumber) == .bug
            {
                report("close", errorNumber)
            }
            connectionClosed(slot)
            _ = hasSpare()
        case .accept, .cancelAccept, .wake, .poll, .cancelPoll:
            preconditionFailure("not a connection's operation")
        }
    }

    // MARK: Receive

    private func receiveCompleted(_ slot: Int, _ completion: Completion) {
        let target = unsafe slots[slot].receiveTarget
        guard completion.result > 0 else {
            giveBackBuffer(of: completion, target)
            return receiveEnded(slot, completion, target)
        }
        let count = Int(completion.result)
        switch target {
        case .headGroup:
            guard let buffer = completion.bufferID else {
                return drive(slot, unsafe slots[slot].connection.receiveFailed(.bug, now: now))
            }
            headBufferShortage.taken()
            lendHeadBuffer(buffer, to: slot)
            drive(slot, unsafe slots[slot].connection.received(count, now: now))
        case .restOfHead, .discard:
            drive(slot, unsafe slots[slot].connection.received(count, now: now))
        case .window:
            if bodiesInFlight > 0 { metrics.bodyReceiveCompletions.add(1) }
            guard let window = completion.bufferID else {
                return drive(slot, unsafe slots[slot].connection.receiveFailed(.bug, now: now))
            }
            windowShortage.taken()
            metrics.windowsFree.add(-1)
            let action = receivedIntoWindow(slot, window, count)
            provideWindow(window)
            drive(slot, action)
        case .inPlace:
            metrics.bodyReceiveCompletions.add(1)
            drive(slot, receivedInPlace(slot, count))
        }
    }

    private func provideWindow(_ window: UInt16) {
        ring.provide(window, to: Self.windowGroup)
        metrics.windowsFree.add(1)
    }

    private func receiveEnded(
        _ slot: Int, _ completion: Completion, _ target: ConnectionSlot.ReceiveTarget
    ) {
        guard let errorNumber = completion.errorNumber else {
            if unsafe slots[slot].connection.isReadingBody { metrics.bodiesTruncated.add(1) }
            return drive(slot, unsafe slots[slot].connection.endOfStream(now: now))
        }
        // Not waited for to the end; but where only a buffer was missing, it is here.
        if !ReceiveOperation.foundNoBuffer(errorNumber) { unsafe slots[slot].bytesAwaited = 0 }
        let disposition = ReceiveOperation.disposition(of: errorNumber)
        switch disposition {
        case .resource where unsafe slots[slot].connection.awaitsBuffer:
            unsafe slots[slot].connection.starved(of: .receive, now: now)
            let line = line(for: errorNumber, target)
            (line == .forMemory ? metrics.kernelShortages : metrics.buffersExhausted).add(1)
            if line == .forWindow { windowShortage.missed() }
            if line == .forHeadBuffer { headBufferShortage.missed() }
            if line == .forHeadBuffer { lineUpForHeadBuffer(slot) } else { lineUp(slot, in: line) }
            unsafe timers.set(slot, to: slots[slot].connection.deadline)
        case .bug:
            report("receive", errorNumber)
            fallthrough
        case .retry, .cancelled, .peer, .resource:
            if disposition == .peer, unsafe slots[slot].connection.isReadingBody {
                metrics.bodiesTruncated.add(1)
            }
            drive(slot, unsafe slots[slot].connection.receiveFailed(disposition, now: now))
        }
    }

    private func line(for errorNumber: Int32, _ target: ConnectionSlot.ReceiveTarget) -> Line {
        guard ReceiveOperation.foundNoBuffer(errorNumber) else { return .forMemory }
        return target == .window ? .forWindow : target == .headGroup ? .forHeadBuffer : .forMemory
    }

    /// Even an operation that failed may have taken a buffer.
    private func giveBackBuffer(of completion: Completion, _ target: ConnectionSlot.ReceiveTarget) {
        guard let buffer = completion.bufferID else { return }
        ring.provide(buffer, to: target == .window ? Self.windowGroup : Self.headGroup)
    }

    // MARK: Send

    private func sendCompleted(_ slot: Int, _ completion: Completion) {
        guard let errorNumber = completion.errorNumber else {
            return drive(slot, unsafe slots[slot].connection.sent(Int(completion.result), now: now))
        }
        let disposition = SendOperation.disposition(of: errorNumber)
        switch disposition {
        case .resource where unsafe slots[slot].connection.awaitsBuffer:
            metrics.kernelShortages.add(1)
            unsafe slots[slot].connection.starved(of: .send, now: now)
            lineUp(slot, in: .forMemory)
        case .bug:
            report("send", errorNumber)
            fallthrough
        case .retry, .cancelled, .peer, .resource:
            drive(slot, unsafe slots[slot].connection.sendFailed(disposition, now: now))
        }
    }

    /// Linux refused what only a mistake of ours can ask for. Tests stop; a running server closes the
    /// connection, counts, and says so.
    private func report(_ operation: String, _ errorNumber: Int32) {
        metrics.kernelRefusals.add(1)
        context.logger.critical(
            "an operation was refused by Linux",
            metadata: [
                "operation": "\(operation)", "error": "\(RingError.message(for: errorNumber))",
            ])
        assertionFailure("\(operation): errno \(errorNumber)")
    }

    // MARK: Waiting in line

    func lineUp(_ slot: Int, in line: Line) {
        guard lines.list(of: slot) == nil else { return }
        lines.append(slot, to: line.rawValue)
        if line == .forMemory { memoryPauseEnd = min(memoryPauseEnd, now.advanced(by: .milliseconds(10))) }
    }

    func canServe(_ line: Line) -> Bool { room(in: line) > 0 }

    /// How many of a line may be queued again in one turn.
    private func room(in line: Line) -> Int {
        switch line {
        // Between turns every window is back with the kernel. Those in line have found none:
        // queueing more of them than there are windows would only bring the same answer again.
        case .forWindow: windowShortage.pauses(at: now) == nil ? memory.windowCount : 0
        case .forHeadBuffer:
            headBufferShortage.pauses(at: now) == nil ? memory.headBufferCount - headBuffersOnLoan : 0
        case .forNextWindow, .forQueue: slotCount
        // Theirs is a rule of its own.
        case .forTurn: 0
        case .forMemory: memoryPauseEnd <= now ? slotCount : 0
        }
    }

    /// When those who found no buffer may be queued again, where they are not at once.
    var bufferPauseEnd: MonotonicInstant {
        let windows = lines.isEmpty(Line.forWindow.rawValue) ? nil : windowShortage.pauses(at: now)
        let heads = lines.isEmpty(Line.forHeadBuffer.rawValue) ? nil : headBufferShortage.pauses(at: now)
        return min(windows ?? .distantFuture, heads ?? .distantFuture)
    }

    func requeueWaiting() {
        windowShortage.turnEnds(now: now)
        headBufferShortage.turnEnds(now: now)
        isRequeuing = true
        defer { isRequeuing = false }
        for line in Line.allCases {
            if line == .forTurn { takeTurns() }
            guard let last = lines.last(of: line.rawValue) else { continue }
            var room = room(in: line)
            while room > 0, let slot = lines.removeFirst(of: line.rawValue) {
                room -= 1
                drive(slot, unsafe slots[slot].connection.rearm(now: now))
                // Whoever finds the queue full again is behind `last` now: once round is enough.
                if slot == last { break }
            }
        }
        if memoryPauseEnd <= now { memoryPauseEnd = .distantFuture }
    }
}
