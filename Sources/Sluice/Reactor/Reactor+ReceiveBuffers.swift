internal import Uring

/// What receive buffers are set to, and what they count: ``SocketTuning`` chooses, this grants, counts and sets.
extension Reactor where R: ~Copyable {
    // MARK: For a body

    /// As the load, the client's pace and the way to it want it; a system call only when that changes.
    /// - Parameter rest: how much of the body must still come; nil: nobody knows.
    func chooseReceiveBuffer(_ slot: Int, rest: Int?) {
        noteRested()
        if unsafe slots[slot].isNear == nil {
            unsafe slots[slot].isNear = ring.isNear(slots[slot].socket)
            uploaderCount += 1
        }
        let choice = chosenReceiveBuffer(slot)
        if isLent(slot), let rest { return lend(slot, insteadOf: choice, rest: rest) }
        if unsafe slots[slot].isWindowClosed { openWindow(slot) }
        set(slot, choice)
    }

    func set(_ slot: Int, _ choice: Int?) {
        let bytes = choice ?? bytesOfLinuxsChoice(slot)
        if unsafe slots[slot].pace.isFast || !(slots[slot].isNear ?? false) {
            reclaim(bytes, for: slot)
        } else {
            // It needs no more to show how fast it is.
            reclaim(SocketTuning.smallestBuffer, for: slot, from: .othersFirst)
        }
        grant(slot, choice, counting: bytes)
    }

    // MARK: For a small one

    /// For a body that is less than what buffers are chosen for, and more than the smallest holds with its bookkeeping: as much as
    /// that, for the connection's next ones too, where it is free or somebody idle has it.
    func makeRoom(_ slot: Int, for bytes: Int) {
        let bytes = context.tuning.allowed(bytes)
        // A new socket's is Linux's, and grows.
        guard let current = unsafe slots[slot].receiveBuffer, current < bytes, !isLent(slot) else { return }
        noteRested()
        reclaim(bytes, for: slot, from: .idleAlone)
        guard freeReceiveBytes(beside: slot) >= bytes else {
            // On its list again.
            return unsafe count(slot, slots[slot].receiveBytesGranted)
        }
        grant(slot, bytes, counting: bytes)
    }

    /// What Linux's choice counts: what it has grown to. One that is alone is looked at when its body has ended.
    private func bytesOfLinuxsChoice(_ slot: Int) -> Int {
        let counted = unsafe max(SocketTuning.counted(nil), slots[slot].receiveBytesGranted)
        guard bodiesInFlight > 1, unsafe slots[slot].receiveBuffer == nil else { return counted }
        return unsafe max(counted, ring.receiveMemory(of: slots[slot].socket)?.most ?? 0)
    }

    func chosenReceiveBuffer(_ slot: Int) -> Int? {
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
    func freeReceiveBytes(beside slot: Int) -> Int {
        unsafe context.tuning.budget - receiveBytesGranted + slots[slot].receiveBytesGranted
    }

    /// - Parameters:
    ///   - choice: as much of it as is free, but never less than the smallest.
    ///   - bytes: what it counts.
    func grant(_ slot: Int, _ choice: Int?, counting bytes: Int) {
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
    func counted(_ slot: Int, of bytes: Int) -> Int {
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
        noteAllowanceOfLinux(slot)
        unsafe slots[slot].receiveBuffer = buffer
        unsafe ring.setReceiveBuffer(of: slots[slot].socket, to: buffer)
        // The larger bound that comes with it would open the window again.
        if unsafe slots[slot].isWindowClosed { boundWindow(slot) }
        noteAllowance(slot)
    }

    func count(_ slot: Int, _ bytes: Int) {
        unsafe receiveBytesGranted += bytes - slots[slot].receiveBytesGranted
        unsafe slots[slot].receiveBytesGranted = bytes
        metrics.receiveBytesGranted.set(receiveBytesGranted)
        receiveHolders.remove(slot)
        // Who holds more than it may by now gives that back by being read, and in no other way.
        let isFull = unsafe bytes > slots[slot].receiveBuffer ?? .max
        guard bytes > SocketTuning.smallestBuffer, !isFull else { return }
        listReceiveHolder(slot)
    }

    // MARK: Between bodies

    // A buffer outlives its body: the next one is likely to want the same. Nobody may be reading it then, while an answer is
    // made or sent that its client does not take, and that client may fill it. So it counts on until somebody else wants it.

    /// The body counts no more. Its socket stays as it is.
    func restReceiveBuffer(_ slot: Int) {
        let bytes = unsafe slots[slot].receiveBytesGranted
        guard unsafe slots[slot].receiveBuffer == nil else {
            count(slot, counted(slot, of: bytes))
            return recountFull(slot)
        }
        // That of a small body was not chosen, and Linux has made more of it already; not for one like a head.
        if unsafe bytes > 0 || slots[slot].connection.progress.bodyBytes > Limits.headBytes {
            keepReceiveBuffer(slot)
        }
    }

    /// Before a connection's next request. Left to Linux, a buffer grows with whatever is received fast, small requests too.
    func boundReceiveBuffer(_ slot: Int) {
        guard !context.isUnix else { return }
        if unsafe slots[slot].receiveBuffer == nil { keepReceiveBuffer(slot) } else { recountFull(slot) }
    }

    /// Of one that holds more than it was made: what was read since is no longer in it.
    func recountFull(_ slot: Int) {
        guard let buffer = unsafe slots[slot].receiveBuffer, unsafe slots[slot].receiveBytesGranted > buffer
        else {
            return
        }
        countHeld(slot, atLeast: counted(slot, of: buffer))
    }

    /// Counts what Linux has chosen. As it is: what the client may send by now would be lost if it were less.
    private func keepReceiveBuffer(_ slot: Int) {
        guard !context.isUnix else { return }
        let socket = unsafe slots[slot].socket
        // Who had a large body alone is likely to be alone again, and Linux may go on; with anybody else it may not.
        let isLinuxs = unsafe slots[slot].receiveBytesGranted > 0
        if !isLinuxs { ring.keepReceiveBuffer(of: socket) }
        guard let memory = ring.receiveMemory(of: socket) else { return }
        if !isLinuxs { unsafe slots[slot].receiveBuffer = memory.most }
        noteAllowance(slot, of: memory)
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
}
