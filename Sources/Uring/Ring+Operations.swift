internal import CLiburing
internal import Glibc

extension Ring {
    /// A free place in the submission queue, emptying the queue first if it is full.
    @unsafe
    private func nextEntry() -> UnsafeMutablePointer<io_uring_sqe>? {
        var entry = unsafe io_uring_get_sqe(&state.pointee.ring)
        if unsafe entry == nil {
            _ = unsafe io_uring_submit(&state.pointee.ring)
            countEnter()
            unsafe entry = io_uring_get_sqe(&state.pointee.ring)
        }
        return unsafe entry
    }

    /// See ``RingProtocol/accept(on:token:)``.
    public func accept(on listener: Socket, token: UInt64) -> Bool {
        guard let entry = unsafe nextEntry() else { return false }
        unsafe io_uring_prep_multishot_accept(
            entry, listener.descriptor, nil, nil, Int32(SOCK_CLOEXEC.rawValue))
        unsafe entry.pointee.user_data = token
        return true
    }

    /// See ``RingProtocol/receive(on:into:token:start:)``.
    @unsafe
    public func receive(
        on socket: Socket, into memory: UnsafeMutableRawBufferPointer, token: UInt64, start: ReceiveStart
    ) -> Bool {
        precondition(memory.count > 0, "a receive of no bytes would answer 0, which means the end")
        guard let entry = unsafe nextEntry() else { return false }
        let length = min(memory.count, ReceiveOperation.largestLength)
        unsafe io_uring_prep_recv(entry, socket.descriptor, memory.baseAddress, length, 0)
        unsafe entry.pointee.ioprio |= start.flags
        unsafe entry.pointee.user_data = token
        return true
    }

    /// See ``RingProtocol/receive(on:from:limit:token:start:)``.
    public func receive(
        on socket: Socket, from group: BufferGroup, limit: Int, token: UInt64, start: ReceiveStart
    ) -> Bool {
        precondition(limit > 0, "Linux takes 0 for the whole buffer, and a pipelined request is swallowed")
        guard let entry = unsafe nextEntry() else { return false }
        let length = min(limit, ReceiveOperation.largestLength)
        unsafe io_uring_prep_recv(entry, socket.descriptor, nil, length, 0)
        unsafe entry.pointee.ioprio |= start.flags
        unsafe entry.pointee.flags |= UInt8(1 << IOSQE_BUFFER_SELECT_BIT)
        unsafe entry.pointee.buf_group = group.id
        unsafe entry.pointee.user_data = token
        return true
    }

    /// See ``RingProtocol/discard(on:scratch:token:)``.
    @unsafe
    public func discard(
        on socket: Socket, scratch: UnsafeMutableRawBufferPointer, token: UInt64
    ) -> Bool {
        precondition(scratch.count > 0, "a discard of no bytes would answer 0, which means the end")
        guard let entry = unsafe nextEntry() else { return false }
        let length = min(scratch.count, ReceiveOperation.largestLength)
        // MSG_TRUNC: TCP drops the bytes without touching memory. A Unix socket copies them after all,
        // which is why there must be somewhere to copy them to.
        unsafe io_uring_prep_recv(
            entry, socket.descriptor, scratch.baseAddress, length, Int32(MSG_TRUNC))
        unsafe entry.pointee.ioprio |= UInt16(IORING_RECVSEND_POLL_FIRST)
        unsafe entry.pointee.user_data = token
        return true
    }

    /// See ``RingProtocol/send(on:from:token:)``.
    @unsafe
    public func send(on socket: Socket, from memory: UnsafeRawBufferPointer, token: UInt64) -> Bool {
        precondition(memory.count > 0, "a send of no bytes makes no progress")
        guard let entry = unsafe nextEntry() else { return false }
        let length = min(memory.count, ReceiveOperation.largestLength)
        unsafe io_uring_prep_send(
            entry, socket.descriptor, memory.baseAddress, length, Int32(MSG_NOSIGNAL))
        unsafe entry.pointee.user_data = token
        return true
    }

    /// See ``RingProtocol/cancel(_:token:)``.
    public func cancel(_ target: UInt64, token: UInt64) -> Bool {
        guard let entry = unsafe nextEntry() else { return false }
        unsafe io_uring_prep_cancel64(entry, target, 0)
        unsafe entry.pointee.user_data = token
        return true
    }

    /// See ``RingProtocol/close(_:token:)``.
    public func close(_ socket: Socket, token: UInt64) -> Bool {
        guard let entry = unsafe nextEntry() else { return false }
        unsafe io_uring_prep_close(entry, socket.descriptor)
        unsafe entry.pointee.user_data = token
        return true
    }

    /// See ``RingProtocol/watch(_:token:)``.
    public func watch(_ socket: Socket, token: UInt64) -> Bool {
        guard let entry = unsafe nextEntry() else { return false }
        // No event of ours: Linux adds errors and hang-ups to every poll.
        unsafe io_uring_prep_poll_add(entry, socket.descriptor, 0)
        unsafe entry.pointee.user_data = token
        return true
    }

    /// See ``RingProtocol/poll(_:for:token:)``.
    public func poll(_ descriptor: Int32, for readiness: Readiness, token: UInt64) -> Bool {
        guard let entry = unsafe nextEntry() else { return false }
        unsafe io_uring_prep_poll_add(entry, descriptor, readiness.events)
        unsafe entry.pointee.user_data = token
        return true
    }

    /// See ``RingProtocol/awaitWake(token:)``.
    public func awaitWake(token: UInt64) -> Bool {
        guard let entry = unsafe nextEntry() else { return false }
        unsafe io_uring_prep_read(
            entry, eventWaker.descriptor, eventWaker.count,
            UInt32(MemoryLayout<UInt64>.size), 0)
        unsafe entry.pointee.user_data = token
        return true
    }

    /// See ``RingProtocol/provide(_:to:)``.
    public func provide(_ buffer: UInt16, to group: BufferGroup) {
        // Two groups at most: looking through them costs less than a table.
        let index = unsafe state.pointee.bufferRings.firstIndex { unsafe $0.group == group }
        guard let index else {
            preconditionFailure("a buffer given back to a group that was never registered")
        }
        unsafe state.pointee.bufferRings[index].provide(buffer)
    }
}

extension ReceiveStart {
    /// With POLL_FIRST nothing is looked for, and no buffer taken from a group, before the socket is readable.
    fileprivate var flags: UInt16 {
        switch self {
        case .whenReadable: UInt16(IORING_RECVSEND_POLL_FIRST)
        case .atOnce: 0
        }
    }
}
