internal import Uring

/// How much of a body must be there before it is received: ``SocketTuning`` says, this sets it.
extension Reactor where R: ~Copyable {
    /// For the next piece of a body. Where more than a window was waited for, the next window is taken without
    /// another wait.
    func startOfBodyReceive(_ slot: Int) -> ReceiveStart {
        // No further than a chunk's data: what follows it, even the bytes that must come, may be a refusal in
        // the making.
        let must = unsafe max(1, slots[slot].connection.progress.contiguousRemaining)
        if unsafe slots[slot].bytesAwaited > 0, unsafe slots[slot].lowWaterMark <= must { return .atOnce }
        if !context.isUnix { setLowWaterMark(slot, forBody: must) }
        unsafe slots[slot].bytesAwaited = slots[slot].lowWaterMark
        return .whenReadable
    }

    /// Set so that a body comes in few large pieces; never above what must still come, or the socket
    /// would never count as readable. Chosen from the load: the mark makes the kernel's buffers grow.
    private func setLowWaterMark(_ slot: Int, forBody must: Int) {
        let tuned = context.limits.tunedBodyBytes
        let isSmall = must <= SocketTuning.smallestBuffer / 2
        if must >= tuned || isLongInSmallChunks(slot) || (!isSmall && isOnLoan(slot)) {
            // Of a chunked body no more than the chunk is known.
            chooseReceiveBuffer(slot, rest: unsafe slots[slot].connection.progress.isChunked ? nil : must)
        } else if !isSmall {
            makeRoom(slot, for: tuned)
        }
        let mark = min(lowWaterMark(slot, rest: must), must, mostToAwait(slot))
        // What is small is here, or nearly: not worth a system call.
        if must < tuned, unsafe slots[slot].lowWaterMark <= mark { return }
        setLowWaterMark(slot, to: mark)
    }

    /// Whole windows, as what was waited for is received in; or less than one. Little, where a closed window may have less open than
    /// must still come.
    private func mostToAwait(_ slot: Int) -> Int {
        let must = unsafe slots[slot].connection.progress.contiguousRemaining
        if unsafe slots[slot].isWindowClosed,
            unsafe slots[slot].allowance < must + SocketTuning.leastBeforeClosing
        {
            return SocketTuning.smallestBuffer / 2
        }
        let most = mostInOneGo(slot)
        return most < memory.windowBytes ? most : most / memory.windowBytes * memory.windowBytes
    }

    /// Of a chunked body no more than the chunk is known, and what has come.
    private func isLongInSmallChunks(_ slot: Int) -> Bool {
        unsafe slots[slot].connection.progress.isChunked
            && slots[slot].connection.progress.bodyBytes >= context.limits.tunedBodyBytes
    }

    private func lowWaterMark(_ slot: Int, rest: Int) -> Int {
        let buffer = unsafe slots[slot].receiveBuffer
        // While it is one body's turn the reactor has nothing beside it either.
        let isAlone = bodiesInFlight == 1 || bodyTurns.holder == slot
        guard isAlone else { return context.tuning.lowWaterMark(receiveBuffer: buffer) }
        let arrived = unsafe slots[slot].connection.progress.bodyBytes
        return context.tuning.lowWaterMark(receiveBuffer: buffer, arrived: arrived, rest: rest)
    }

    func setLowWaterMark(_ slot: Int, to mark: Int) {
        guard !context.isUnix, unsafe slots[slot].lowWaterMark != mark else { return }
        unsafe slots[slot].lowWaterMark = mark
        unsafe ring.setReceiveLowWaterMark(of: slots[slot].socket, to: mark)
    }

    func fitLowWaterMark(_ slot: Int) {
        let most = unsafe context.tuning.lowWaterMark(receiveBuffer: slots[slot].receiveBuffer)
        unsafe setLowWaterMark(slot, to: min(slots[slot].lowWaterMark, most))
        unsafe slots[slot].bytesAwaited = min(slots[slot].bytesAwaited, slots[slot].lowWaterMark)
    }
}
