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
        let tuned = context.limits.tunedBodyBytes
        if must >= tuned || isLongInSmallChunks(slot) {
            chooseReceiveBuffer(slot)
        } else if must > SocketTuning.smallestBuffer / 2 {
            makeRoom(slot, for: tuned)
        }
        let mark = min(lowWaterMark(slot, rest: must), must)
        // What is small is here, or nearly: not worth a system call.
        if must < tuned, unsafe slots[slot].lowWaterMark <= mark { return }
        setLowWaterMark(slot, to: mark)
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

    // MARK: Receive buffer

    /// As the load, the client's pace and the way to it want it; a system call only when that changes.
    private func chooseReceiveBuffer(_ slot: Int) {
        let choice = receiveBuffer(slot)
        reclaim(SocketTuning.counted(choice), for: slot)
        grant(slot, choice)
    }

    /// For a body that is less than what buffers are chosen for, and more than the smallest holds with its bookkeeping: as much as
    /// that, for the connection's next ones too.
    private func makeRoom(_ slot: Int, for bytes: Int) {
        // A new socket's is Linux's, and grows.
        guard let current = unsafe slots[slot].receiveBuffer, current < bytes else { return }
        let choice = min(SocketTuning.counted(receiveBuffer(slot)), max(bytes, SocketTuning.smallestBuffer))
        guard choice > current else { return }
        reclaim(choice, for: slot)
        grant(slot, choice)
    }

    private func receiveBuffer(_ slot: Int) -> Int? {
        if unsafe slots[slot].isNear == nil {
            unsafe slots[slot].isNear = ring.isNear(slots[slot].socket)
        }
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

    /// Takes from others: first from those without a body, then what is more than their share by now, and of either first from who
    /// has been looked at least lately: the silent. Of few, so that a completion costs what it costs; the next one goes on.
    private func reclaim(_ bytes: Int, for slot: Int) {
        receiveHolders.remove(slot)
        var rest = 8
        while rest > 0, freeReceiveBytes(beside: slot) < bytes, let holder = nextReceiveHolder() {
            rest -= 1
            lowerReceiveBuffer(holder)
        }
    }

    private func nextReceiveHolder() -> Int? {
        receiveHolders.removeFirst(of: ReceiveHolders.resting.rawValue)
            ?? receiveHolders.removeFirst(of: ReceiveHolders.receiving.rawValue)
    }

    /// To its share, if that is less than it has. The mark goes with it: above what the buffer holds, the socket might never
    /// count as readable, and what is there already would stay.
    private func lowerReceiveBuffer(_ slot: Int) {
        if unsafe slots[slot].holdsBody {
            let choice = receiveBuffer(slot)
            let current = unsafe slots[slot].receiveBuffer
            grant(slot, SocketTuning.counted(choice) < SocketTuning.counted(current) ? choice : current)
        } else {
            setReceiveBuffer(slot, to: SocketTuning.smallestBuffer)
            countHeld(slot, atLeast: 0)
        }
        let most = unsafe context.tuning.lowWaterMark(receiveBuffer: slots[slot].receiveBuffer)
        unsafe setLowWaterMark(slot, to: min(slots[slot].lowWaterMark, most))
        unsafe slots[slot].bytesAwaited = min(slots[slot].bytesAwaited, slots[slot].lowWaterMark)
    }

    /// - Parameter choice: as much of it as is free, but never less than the smallest.
    private func grant(_ slot: Int, _ choice: Int?) {
        let buffer = context.tuning.affordable(choice, free: freeReceiveBytes(beside: slot))
        let bytes = SocketTuning.counted(buffer)
        let isSmaller = unsafe buffer ?? .max < slots[slot].receiveBuffer ?? .max
        setReceiveBuffer(slot, to: buffer)
        if unsafe isSmaller || bytes < slots[slot].receiveBytesGranted {
            countHeld(slot, atLeast: bytes)
        } else {
            count(slot, bytes)
        }
    }

    /// Of a buffer that was made smaller, which gives nothing back of what it holds before that is read.
    private func countHeld(_ slot: Int, atLeast bytes: Int) {
        let memory = unsafe ring.receiveMemory(of: slots[slot].socket)
        let held = unsafe memory?.held ?? slots[slot].receiveBytesGranted
        count(slot, held > SocketTuning.smallestBuffer ? max(bytes, held) : bytes)
    }

    private func setReceiveBuffer(_ slot: Int, to buffer: Int?) {
        guard unsafe slots[slot].receiveBuffer != buffer else { return }
        unsafe slots[slot].receiveBuffer = buffer
        unsafe ring.setReceiveBuffer(of: slots[slot].socket, to: buffer)
    }

    private func count(_ slot: Int, _ bytes: Int) {
        unsafe receiveBytesGranted += bytes - slots[slot].receiveBytesGranted
        unsafe slots[slot].receiveBytesGranted = bytes
        metrics.receiveBytesGranted.set(receiveBytesGranted)
        receiveHolders.remove(slot)
        // Who holds more than it may by now gives that back by being read, and in no other way.
        let isFull = unsafe bytes > slots[slot].receiveBuffer ?? .max
        guard bytes > SocketTuning.smallestBuffer, !isFull else { return }
        let kind = unsafe slots[slot].holdsBody ? ReceiveHolders.receiving : .resting
        receiveHolders.append(slot, to: kind.rawValue)
    }

    // MARK: Between bodies

    // A buffer outlives its body: the next one is likely to want the same. Nobody may be reading it then, while an answer is
    // made or sent that its client does not take, and that client may fill it. So it counts on until somebody else wants it.

    /// The body counts no more. Its socket stays as it is.
    private func restReceiveBuffer(_ slot: Int) {
        let bytes = unsafe slots[slot].receiveBytesGranted
        // That of a small body was not chosen.
        guard bytes > 0 else { return }
        if unsafe slots[slot].receiveBuffer == nil { return countChosenByLinux(slot) }
        count(slot, resting(bytes))
    }

    /// Before the next request of a connection. Left to Linux, a buffer grows with whatever is received fast, small requests
    /// too. That of a connection's only request has no time to.
    func boundReceiveBuffer(_ slot: Int) {
        guard !context.isUnix else { return }
        let bytes = unsafe slots[slot].receiveBytesGranted
        if let buffer = unsafe slots[slot].receiveBuffer {
            if bytes > buffer { countHeld(slot, atLeast: resting(buffer)) }
        } else if bytes > 0 {
            countChosenByLinux(slot)
        } else {
            setReceiveBuffer(slot, to: SocketTuning.smallestBuffer)
            countHeld(slot, atLeast: 0)
        }
    }

    /// Its descriptor is being closed, and with it goes what it held.
    func forgetReceiveBuffer(_ slot: Int) { count(slot, 0) }

    private func countChosenByLinux(_ slot: Int) {
        guard let memory = unsafe ring.receiveMemory(of: slots[slot].socket) else { return }
        count(slot, resting(memory.most))
    }

    /// What a buffer counts while there is no body: the smallest is everybody's.
    private func resting(_ bytes: Int) -> Int { bytes > SocketTuning.smallestBuffer ? bytes : 0 }

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

    /// The body counts no more.
    func endPace(_ slot: Int) {
        if unsafe slots[slot].pace.isFast { countFast(-1) }
        restReceiveBuffer(slot)
    }

    private func countFast(_ change: Int) {
        fastBodies += change
        metrics.fastBodies.set(fastBodies)
    }
}

/// Whose receive buffers count.
enum ReceiveHolders: Int, CaseIterable {
    /// Connections without a body: what they hold is taken first.
    case resting
    /// Connections with a body in flight.
    case receiving
}
