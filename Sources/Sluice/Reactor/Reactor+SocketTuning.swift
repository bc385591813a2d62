internal import Uring

/// Receive buffers and low-water marks: ``SocketTuning`` chooses, this grants, counts and sets.
extension Reactor where R: ~Copyable {
    // MARK: Low-water mark

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
        // A small body is here, or nearly: not worth two system calls.
        let isSmall = must < context.limits.tunedBodyBytes
        if !isSmall { setReceiveBuffer(slot) }
        let mark = min(lowWaterMark(slot, rest: must), must)
        if isSmall, unsafe slots[slot].lowWaterMark <= mark { return }
        setLowWaterMark(slot, to: mark)
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

    // MARK: Receive buffer

    /// As the load, the client's pace and the way to it want it; a system call only when that changes.
    private func setReceiveBuffer(_ slot: Int) {
        if unsafe slots[slot].isNear == nil {
            unsafe slots[slot].isNear = ring.isNear(slots[slot].socket)
        }
        let choice = receiveBuffer(slot)
        reclaim(SocketTuning.counted(choice), for: slot)
        grant(slot, choice)
    }

    private func receiveBuffer(_ slot: Int) -> Int? {
        let isFast = unsafe slots[slot].pace.isFast
        return unsafe context.tuning.receiveBuffer(
            for: SocketTuning.Client(isNear: slots[slot].isNear ?? false, isFast: isFast),
            in: SocketTuning.Load(
                bodies: bodiesInFlight, fast: fastBodies, isAlone: isAlone(isFast: isFast)),
            now: slots[slot].receiveBuffer)
    }

    /// Whether a body is the only one of the server, or the only fast one, as far as this reactor sees.
    private func isAlone(isFast: Bool) -> Bool {
        if bodiesInFlight == 1, othersHaveNone({ $0.bodiesInFlight }) { return true }
        return isFast && fastBodies == 1 && othersHaveNone { $0.fastBodies }
    }

    private func othersHaveNone(_ count: (ReactorMetrics) -> Counter) -> Bool {
        context.metrics.indices.allSatisfy { $0 == index || count(context.metrics[$0]).value == 0 }
    }

    // MARK: Grants

    /// What is free, or would be without this one.
    private func freeReceiveBytes(beside slot: Int) -> Int {
        unsafe context.tuning.budget - receiveBytesGranted + slots[slot].receiveBytesGranted
    }

    /// Takes from others what is more than their share by now, first from who has been looked at least lately: the silent.
    /// Of few, so that a completion costs what it costs; the next one goes on.
    private func reclaim(_ bytes: Int, for slot: Int) {
        receiveHolders.remove(slot)
        var rest = 8
        while rest > 0, freeReceiveBytes(beside: slot) < bytes,
            let holder = receiveHolders.removeFirst(of: 0)
        {
            rest -= 1
            lowerReceiveBuffer(holder)
        }
    }

    /// To its share, if that is less than it has. The mark goes with it: above what the buffer holds, the socket might never
    /// count as readable, and what is there already would stay.
    private func lowerReceiveBuffer(_ slot: Int) {
        let choice = receiveBuffer(slot)
        let isLess = unsafe SocketTuning.counted(choice) < slots[slot].receiveBytesGranted
        unsafe grant(slot, isLess ? choice : slots[slot].receiveBuffer)
        let most = unsafe context.tuning.lowWaterMark(receiveBuffer: slots[slot].receiveBuffer)
        unsafe setLowWaterMark(slot, to: min(slots[slot].lowWaterMark, most))
        unsafe slots[slot].bytesAwaited = min(slots[slot].bytesAwaited, slots[slot].lowWaterMark)
    }

    /// - Parameter choice: as much of it as is free, but never less than the smallest.
    private func grant(_ slot: Int, _ choice: Int?) {
        let buffer = context.tuning.affordable(choice, free: freeReceiveBytes(beside: slot))
        let isSet = unsafe slots[slot].receiveBuffer == buffer
        // Counted by what is set, so it leaves the count with the old and enters it with the new.
        count(slot, holds: false)
        unsafe slots[slot].receiveBuffer = buffer
        count(slot, holds: true)
        if !isSet { unsafe ring.setReceiveBuffer(of: slots[slot].socket, to: buffer) }
    }

    private func count(_ slot: Int, holds: Bool) {
        unsafe receiveBytesGranted -= slots[slot].receiveBytesGranted
        unsafe slots[slot].holdsReceiveBytes = holds
        let bytes = unsafe slots[slot].receiveBytesGranted
        receiveBytesGranted += bytes
        metrics.receiveBytesGranted.set(receiveBytesGranted)
        receiveHolders.remove(slot)
        if bytes > SocketTuning.smallestBuffer { receiveHolders.append(slot, to: 0) }
    }

    // MARK: Pace

    func startPace(_ slot: Int) {
        unsafe slots[slot].pace.bodyBegan(isNear: slots[slot].isNear ?? true, now: now)
        if unsafe slots[slot].pace.isFast { countFast(1) }
    }

    /// So much of a body has been received.
    func keepPace(_ slot: Int, received count: Int) {
        let wasFast = unsafe slots[slot].pace.isFast
        unsafe slots[slot].pace.received(count, isNear: slots[slot].isNear ?? true, now: now)
        let isFast = unsafe slots[slot].pace.isFast
        if isFast != wasFast { countFast(isFast ? 1 : -1) }
    }

    /// One that is silent is looked at here, or it would keep what it was granted.
    func bodyPeriodEnded(_ slot: Int) {
        keepPace(slot, received: 0)
        if unsafe slots[slot].receiveBytesGranted > 0 { lowerReceiveBuffer(slot) }
    }

    /// The body counts no more. Its socket stays as it is: the next body is likely to want the same.
    func endPace(_ slot: Int) {
        if unsafe slots[slot].pace.isFast { countFast(-1) }
        count(slot, holds: false)
    }

    private func countFast(_ change: Int) {
        fastBodies += change
        metrics.fastBodies.set(fastBodies)
    }
}
