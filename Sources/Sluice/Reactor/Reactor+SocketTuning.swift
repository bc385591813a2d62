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
        noteRested()
        let choice = receiveBuffer(slot)
        let bytes = choice ?? countOfLinuxs(slot)
        reclaim(bytes, for: slot)
        grant(slot, choice, counting: bytes)
    }

    /// For a body that is less than what buffers are chosen for, and more than the smallest holds with its bookkeeping: as much as
    /// that, for the connection's next ones too, where it is free.
    private func makeRoom(_ slot: Int, for bytes: Int) {
        // A new socket's is Linux's, and grows.
        let bytes = context.tuning.allowed(bytes)
        guard let current = unsafe slots[slot].receiveBuffer, current < bytes else { return }
        noteRested()
        reclaim(bytes, for: slot, from: [.idle])
        guard freeReceiveBytes(beside: slot) >= bytes else {
            return unsafe count(slot, slots[slot].receiveBytesGranted)
        }
        grant(slot, bytes, counting: bytes)
    }

    /// What Linux's choice counts: what it has grown to. One that is alone is looked at when its body has ended.
    private func countOfLinuxs(_ slot: Int) -> Int {
        let counted = unsafe max(SocketTuning.counted(nil), slots[slot].receiveBytesGranted)
        guard bodiesInFlight > 1, unsafe slots[slot].receiveBuffer == nil else { return counted }
        return unsafe max(counted, ring.receiveMemory(of: slots[slot].socket)?.most ?? 0)
    }

    private func receiveBuffer(_ slot: Int) -> Int? {
        if unsafe slots[slot].isNear == nil {
            unsafe slots[slot].isNear = ring.isNear(slots[slot].socket)
        }
        let isFast = unsafe slots[slot].pace.isFast
        return unsafe context.tuning.receiveBuffer(
            for: SocketTuning.Client(isNear: slots[slot].isNear ?? false, isFast: isFast),
            in: SocketTuning.Load(
                // Who has just had one is likely to be back, and would have to get again what is taken.
                bodies: bodiesInFlight + count(of: .resting) + count(of: .restingFast),
                fast: fastBodies + count(of: .restingFast),
                isAlone: isAlone(isFast: isFast)),
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

    /// Takes from others: first all from those who have not had a body for a while, then what is more than their share by now, and
    /// of each first from who has been looked at least lately: the silent. Of few, so that a completion costs what it costs; the
    /// next one goes on.
    private func reclaim(
        _ bytes: Int, for slot: Int, from kinds: [ReceiveHolders] = ReceiveHolders.allCases
    ) {
        receiveHolders.remove(slot)
        var rest = 8
        while rest > 0, freeReceiveBytes(beside: slot) < bytes,
            let holder = nextReceiveHolder(of: kinds, rest)
        {
            rest -= 1
            lowerReceiveBuffer(holder, isWanted: true)
        }
    }

    /// The idle first, the others in turn.
    private func nextReceiveHolder(of kinds: [ReceiveHolders], _ turn: Int) -> Int? {
        if let slot = receiveHolders.removeFirst(of: ReceiveHolders.idle.rawValue) { return slot }
        for step in kinds.indices {
            let kind = kinds[(turn + step) % kinds.count]
            if let slot = receiveHolders.removeFirst(of: kind.rawValue) { return slot }
        }
        return nil
    }

    private func count(of kind: ReceiveHolders) -> Int { receiveHolders.count(of: kind.rawValue) }

    /// Of those who rest, who has done so for long. Of few, as ever.
    private func noteRested() {
        for kind in [ReceiveHolders.resting, .restingFast] {
            var rest = 64
            while rest > 0, let slot = receiveHolders.first(of: kind.rawValue), kindOfHolder(slot) != kind {
                rest -= 1
                receiveHolders.remove(slot)
                receiveHolders.append(slot, to: kindOfHolder(slot).rawValue)
            }
        }
    }

    private func kindOfHolder(_ slot: Int) -> ReceiveHolders {
        if unsafe slots[slot].holdsBody { return .receiving }
        if unsafe slots[slot].returns.hasRested(SocketTuning.restTime, now: now) { return .idle }
        return unsafe slots[slot].pace.isFast ? .restingFast : .resting
    }

    /// To its share, if that is less than it has, or to the smallest. The mark goes with it: above what the buffer holds, the
    /// socket might never count as readable, and what is there already would stay.
    /// - Parameter isWanted: whether somebody wants it. What Linux has made of its choice is left alone otherwise.
    private func lowerReceiveBuffer(_ slot: Int, isWanted: Bool) {
        let current = unsafe slots[slot].receiveBuffer
        let counted = unsafe current ?? max(SocketTuning.counted(nil), slots[slot].receiveBytesGranted)
        var choice = kindOfHolder(slot) == .idle ? SocketTuning.smallestBuffer : receiveBuffer(slot)
        if choice == nil, isWanted, counted > SocketTuning.largestBuffer {
            choice = context.tuning.allowed(SocketTuning.largestBuffer)
        }
        let isLess = choice.map { $0 < counted } ?? false
        grant(slot, isLess ? choice : current, counting: isLess ? choice ?? counted : counted)
        fitLowWaterMark(slot)
    }

    private func fitLowWaterMark(_ slot: Int) {
        let most = unsafe context.tuning.lowWaterMark(receiveBuffer: slots[slot].receiveBuffer)
        unsafe setLowWaterMark(slot, to: min(slots[slot].lowWaterMark, most))
        unsafe slots[slot].bytesAwaited = min(slots[slot].bytesAwaited, slots[slot].lowWaterMark)
    }

    /// - Parameters:
    ///   - choice: as much of it as is free, but never less than the smallest.
    ///   - bytes: what it counts.
    private func grant(_ slot: Int, _ choice: Int?, counting bytes: Int) {
        let buffer = context.tuning.affordable(choice, counting: bytes, free: freeReceiveBytes(beside: slot))
        let bytes = counted(slot, of: buffer ?? bytes)
        let isSmaller = unsafe buffer ?? .max < slots[slot].receiveBuffer ?? .max
        setReceiveBuffer(slot, to: buffer)
        if unsafe isSmaller || bytes < slots[slot].receiveBytesGranted {
            countHeld(slot, atLeast: bytes)
        } else {
            count(slot, bytes)
        }
    }

    /// What a buffer counts: without a body the smallest is everybody's.
    private func counted(_ slot: Int, of bytes: Int) -> Int {
        unsafe slots[slot].holdsBody || bytes > SocketTuning.smallestBuffer ? bytes : 0
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
        receiveHolders.append(slot, to: kindOfHolder(slot).rawValue)
    }

    // MARK: Between bodies

    // A buffer outlives its body: the next one is likely to want the same. Nobody may be reading it then, while an answer is
    // made or sent that its client does not take, and that client may fill it. So it counts on until somebody else wants it.

    /// The body counts no more. Its socket stays as it is.
    private func restReceiveBuffer(_ slot: Int) {
        let bytes = unsafe slots[slot].receiveBytesGranted
        guard let buffer = unsafe slots[slot].receiveBuffer else {
            // That of a small body was not chosen, and Linux has made more of it already.
            let isSmall = unsafe bytes == 0 && slots[slot].connection.progress.bodyBytes <= Limits.headBytes
            return isSmall ? () : boundReceiveBuffer(slot)
        }
        if bytes > buffer {
            countHeld(slot, atLeast: counted(slot, of: buffer))
        } else {
            count(slot, counted(slot, of: bytes))
        }
    }

    /// With a connection's second request, and where it has had a body. Left to Linux, a buffer grows with whatever is received
    /// fast, small requests too. It is kept as it is: what the client may send by now would be lost if it were less.
    func boundReceiveBuffer(_ slot: Int) {
        guard !context.isUnix else { return }
        let bytes = unsafe slots[slot].receiveBytesGranted
        if let buffer = unsafe slots[slot].receiveBuffer {
            if bytes > buffer { countHeld(slot, atLeast: counted(slot, of: buffer)) }
            return
        }
        let socket = unsafe slots[slot].socket
        // Who was alone is likely to be so again.
        if bytes == 0 { ring.keepReceiveBuffer(of: socket) }
        guard let memory = ring.receiveMemory(of: socket) else { return }
        if bytes == 0 { unsafe slots[slot].receiveBuffer = memory.most }
        count(slot, counted(slot, of: memory.most))
        // More than there is.
        guard receiveBytesGranted > context.tuning.budget else { return }
        noteRested()
        reclaim(memory.most, for: slot)
        unsafe grant(slot, slots[slot].receiveBuffer, counting: memory.most)
        fitLowWaterMark(slot)
    }

    /// Its descriptor is being closed, and with it goes what it held.
    func forgetReceiveBuffer(_ slot: Int) {
        count(slot, 0)
        // Nothing is to be chosen any more.
        unsafe slots[slot].receiveBuffer = SocketTuning.smallestBuffer
    }

    // MARK: Pace

    func startPace(_ slot: Int) {
        if receiveHolders.remove(slot) != nil {
            receiveHolders.append(slot, to: ReceiveHolders.receiving.rawValue)
        }
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
        if unsafe slots[slot].receiveBytesGranted > 0 { lowerReceiveBuffer(slot, isWanted: false) }
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
    /// Connections that have not had a body for ``SocketTuning/restTime``: what they have is taken first, and all of it.
    case idle
    /// Connections between two bodies, of those who are not fast.
    case resting
    /// And of those who are.
    case restingFast
    /// Connections with a body in flight.
    case receiving
}
