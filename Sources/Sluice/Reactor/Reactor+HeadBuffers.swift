internal import HTTP1
internal import Uring

// A connection holds a head buffer from the first byte of a head until that head has been read (a chunked body may keep
// it), and there are fewer of them than connections. Whoever finds none waits in line. So that a crowd of heads
// that never end cannot keep the others waiting, the oldest of them gives its buffer up to the first in line
// once it has had it for ``Limits/headBufferGrace``.

extension Reactor where R: ~Copyable {
    /// How often those who may keep their buffers are looked at again while others wait.
    private static var reclaimInterval: Duration { .milliseconds(100) }

    /// A completion brought the first bytes of a head.
    func lendHeadBuffer(_ buffer: UInt16, to slot: Int) {
        unsafe slots[slot].headBuffer = buffer
        unsafe slots[slot].headBufferTicket = nil
        headBuffersOnLoan += 1
        metrics.headBuffersFree.set(memory.headBufferCount - headBuffersOnLoan)
        beginHead(slot, in: buffer)
    }

    /// A new head is in the buffer that the connection holds.
    func beginHead(_ slot: Int, in buffer: UInt16) {
        unsafe parsers[Int(buffer)].reset()
        noteHeadBuffer(slot, isBodys: false)
        headBufferHolders.remove(slot)
        headBufferHolders.append(slot, to: 0)
        unsafe slots[slot].headBufferSince = now
    }

    /// A chunked body is read faster where a receive may go beyond it, and needs the buffer for what comes then. It may take its
    /// time with it: so they have half of the buffers between them, and never all, or clients that are as fast as they must be
    /// would keep everybody else out.
    func keepHeadBuffer(_ slot: Int) { noteHeadBuffer(slot, isBodys: true) }

    private func noteHeadBuffer(_ slot: Int, isBodys: Bool) {
        let wasBodys = unsafe slots[slot].headBufferIsBodys
        headBuffersOfBodies += (isBodys ? 1 : 0) - (wasBodys ? 1 : 0)
        unsafe slots[slot].headBufferIsBodys = isBodys
    }

    func releaseHeadBuffer(_ slot: Int) {
        guard let buffer = unsafe slots[slot].headBuffer else { return }
        noteHeadBuffer(slot, isBodys: false)
        unsafe slots[slot].headBuffer = nil
        headBufferHolders.remove(slot)
        headBuffersOnLoan -= 1
        metrics.headBuffersFree.set(memory.headBufferCount - headBuffersOnLoan)
        ring.provide(buffer, to: Self.headGroup)
    }

    /// A buffer that comes back may be taken by one who has not waited, whose receive was queued already. Whoever
    /// finds none again has his old place in line.
    func lineUpForHeadBuffer(_ slot: Int) {
        guard lines.list(of: slot) == nil else { return }
        let ticket = unsafe slots[slot].headBufferTicket ?? nextHeadBufferTicket
        if ticket == nextHeadBufferTicket { nextHeadBufferTicket += 1 }
        unsafe slots[slot].headBufferTicket = ticket
        let line = Line.forHeadBuffer.rawValue
        var follower = lines.first(of: line)
        if let last = lines.last(of: line), unsafe slots[last].headBufferTicket ?? 0 < ticket {
            follower = nil
        }
        while let other = follower, unsafe slots[other].headBufferTicket ?? 0 < ticket {
            follower = lines.next(after: other)
        }
        lines.insert(slot, before: follower, in: line)
        if headBufferReclaimTime == .distantFuture { headBufferReclaimTime = now }
    }

    /// Takes buffers back from those who are slow, the oldest head first, one for each who waits.
    func reclaimHeadBuffers() {
        guard headBufferReclaimTime <= now else { return }
        headBufferReclaimTime = .distantFuture
        guard var waiting = lines.first(of: Line.forHeadBuffer.rawValue) else { return }
        headBufferReclaimTime = now.advanced(by: Self.reclaimInterval)
        guard headBuffersOnLoan == memory.headBufferCount else { return }
        var next = headBufferHolders.first(of: 0)
        while let holder = next {
            next = headBufferHolders.next(after: holder)
            let due = unsafe slots[holder].headBufferSince.advanced(by: context.limits.headBufferGrace)
            guard due <= now else {
                // Not at each of many that come due one after the other.
                let soon = now.advanced(by: Self.reclaimInterval / 10)
                headBufferReclaimTime = min(headBufferReclaimTime, max(due, soon))
                return
            }
            guard reclaim(holder) else { continue }
            guard let after = lines.next(after: waiting) else { return }
            waiting = after
        }
    }

    /// - Returns: whether the holder's buffer comes back.
    private func reclaim(_ slot: Int) -> Bool {
        let isReadingBody = unsafe slots[slot].connection.isReadingBody
        let unread = unsafe isReadingBody ? ring.unreadByteCount(of: slots[slot].socket) : 0
        switch unsafe slots[slot].connection.yieldHeadBuffer(unread: unread, now: now) {
        case .keeps: return false
        case .isUnderWay: return true
        case .yields(let action):
            metrics.headBuffersReclaimed.add(1)
            drive(slot, action)
            return true
        }
    }
}
