internal import Uring

/// Receive buffers in a crowd.
///
/// What TCP has allowed a client to send it may send at any time, after its body too, and what the buffer cannot hold by then is lost: it
/// comes again 200 ms later. Where there are buffers for all who want one they keep them. In a crowd they are lent for a body, and
/// the window is closed where that ends: nothing is lost, and who has no body has nothing. Clients far away begin slowly
/// after each pause, and keep what they have.
extension Reactor where R: ~Copyable {
    /// Whether its buffer is for this body alone.
    func isLent(_ slot: Int) -> Bool {
        guard context.tuning.isCrowd(of: uploaderCount) else { return false }
        return unsafe slots[slot].isNear == true
    }

    /// Whether there is something to close or to open again, however little of a body is left. Not of a chunked one, whose end nobody knows.
    func isOnLoan(_ slot: Int) -> Bool {
        guard unsafe !slots[slot].connection.progress.isChunked else { return false }
        guard unsafe !slots[slot].isWindowClosed else { return true }
        guard let buffer = unsafe slots[slot].receiveBuffer else { return false }
        return buffer > SocketTuning.smallestBuffer && isLent(slot)
    }

    func lend(_ slot: Int, insteadOf choice: Int?, rest: Int) {
        // What Linux has made of its choice before there was a crowd, it shall not go on with.
        if unsafe slots[slot].receiveBuffer == nil, unsafe slots[slot].receiveBytesGranted > 0 {
            fixBuffer(slot)
        }
        let loan = context.tuning.loan(insteadOf: choice, rest: rest)
        if unsafe slots[slot].isWindowClosed {
            // Until what was allowed before has come: with the next body, if it was more than this one.
            guard unsafe slots[slot].allowance <= SocketTuning.closedWindow else {
                recountFull(slot)
                // Linux forgets the bound when it learns of larger segments.
                return boundWindow(slot)
            }
            set(slot, loan)
            return openWindow(slot)
        }
        if receivableBeforeClosing(slot, rest: rest) < SocketTuning.leastBeforeClosing {
            unsafe slots[slot].isWindowClosed = true
            return boundWindow(slot)
        }
        // What is open is lowered to a smaller share, and not because less of the body is left.
        let current = unsafe slots[slot].receiveBuffer ?? 0
        set(slot, max(loan, min(choice ?? .max, current)))
    }

    /// The body is here: what it was lent goes back.
    func giveBackLoan(_ slot: Int) {
        guard unsafe slots[slot].isWindowClosed,
            unsafe slots[slot].allowance <= SocketTuning.closedWindow
        else { return }
        // The smallest buffer bounds it as much.
        unsafe slots[slot].isWindowClosed = false
        grant(slot, SocketTuning.smallestBuffer, counting: SocketTuning.smallestBuffer)
    }

    /// How much of a body may be received in one go, so that its window can be closed in time.
    func mostInOneGo(_ slot: Int) -> Int {
        guard unsafe !slots[slot].isWindowClosed, isOnLoan(slot) else { return .max }
        let most = unsafe receivableBeforeClosing(
            slot, rest: slots[slot].connection.progress.contiguousRemaining)
        // None: there has been a crowd for a moment only.
        return most > 0 ? most : .max
    }

    private func receivableBeforeClosing(_ slot: Int, rest: Int) -> Int {
        guard let buffer = unsafe slots[slot].receiveBuffer else { return .max }
        return unsafe context.tuning.receivableBeforeClosing(
            buffer, allowed: slots[slot].allowance, rest: rest)
    }

    /// Linux's choice as it is by now, from now on ours.
    private func fixBuffer(_ slot: Int) {
        guard let memory = unsafe ring.receiveMemory(of: slots[slot].socket) else { return }
        unsafe ring.keepReceiveBuffer(of: slots[slot].socket)
        unsafe slots[slot].receiveBuffer = memory.most
        noteAllowance(slot)
        count(slot, counted(slot, of: memory.most))
    }

    // MARK: Windows

    /// So much of a body has been received, and the client may send as much more. What came with its head is not taken off: the bound is
    /// too high by that.
    func noteAllowance(_ slot: Int, received count: Int = 0) {
        unsafe slots[slot].allowance = max(slots[slot].allowance - count, window(slot))
    }

    /// What the client may send beyond what has been received, by its buffer as it is: Linux allows twice that where little of it is bookkeeping.
    private func window(_ slot: Int) -> Int {
        if unsafe slots[slot].isWindowClosed { return SocketTuning.closedWindow }
        let granted = unsafe slots[slot].receiveBytesGranted
        let ofLinux = granted == 0 ? SocketTuning.smallestBuffer : max(granted, SocketTuning.counted(nil))
        return unsafe 2 * (slots[slot].receiveBuffer ?? ofLinux)
    }

    /// Before Linux's choice is no longer looked at: it may be far more than was counted.
    func noteAllowanceOfLinux(_ slot: Int) {
        guard unsafe slots[slot].receiveBuffer == nil, unsafe slots[slot].receiveBytesGranted > 0,
            let memory = unsafe ring.receiveMemory(of: slots[slot].socket)
        else { return }
        noteAllowance(slot, of: memory)
    }

    func noteAllowance(_ slot: Int, of memory: ReceiveMemory) {
        unsafe slots[slot].allowance = max(slots[slot].allowance, 2 * memory.most)
    }

    func boundWindow(_ slot: Int) {
        unsafe ring.boundReceiveWindow(of: slots[slot].socket, to: SocketTuning.closedWindow)
    }

    /// As far as its buffer lets it be.
    func openWindow(_ slot: Int) {
        unsafe slots[slot].isWindowClosed = false
        if let buffer = unsafe slots[slot].receiveBuffer {
            unsafe ring.boundReceiveWindow(of: slots[slot].socket, to: 2 * buffer)
        }
        noteAllowance(slot)
    }
}
