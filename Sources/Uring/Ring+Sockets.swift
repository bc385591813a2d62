internal import CLiburing
internal import CPlatform
internal import Glibc

extension Ring {
    /// See ``RingProtocol/sendNow(on:from:)``.
    @unsafe
    public func sendNow(on socket: Socket, from memory: UnsafeRawBufferPointer) -> Int {
        precondition(memory.count > 0, "a send of no bytes makes no progress")
        countSystemCall()
        let flags = Int32(MSG_DONTWAIT | MSG_NOSIGNAL)
        return unsafe max(0, Glibc.send(socket.descriptor, memory.baseAddress, memory.count, flags))
    }

    /// See ``RingProtocol/setReceiveLowWaterMark(of:to:)``.
    public func setReceiveLowWaterMark(of socket: Socket, to bytes: Int) {
        var mark = Int32(clamping: max(bytes, 1))
        // Failure leaves the mark as it was: a matter of speed, never of correctness.
        _ = unsafe setsockopt(
            socket.descriptor, SOL_SOCKET, SO_RCVLOWAT, &mark, socklen_t(MemoryLayout<Int32>.size))
        countSystemCall()
    }

    /// See ``RingProtocol/setUpAccepted(_:)``.
    public func setUpAccepted(_ socket: Socket) {
        // Only a descriptor that is no socket is refused it.
        _ = sluice_set_up_accepted(socket.descriptor)
        for _ in 0..<5 { countSystemCall() }
    }

    /// See ``RingProtocol/setReceiveBuffer(of:to:)``.
    public func setReceiveBuffer(of socket: Socket, to bytes: Int?) {
        guard let bytes else { return setBufferLocks(of: socket, to: 0) }
        var size = Int32(clamping: max(bytes, 1))
        // Linux takes no more than net.core.rmem_max, and says nothing.
        _ = unsafe setsockopt(
            socket.descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        // The window was bounded by the buffer of a new connection, 64 KiB or so, and is only unbound by a buffer that
        // Linux chooses. The buffer bounds it from now on.
        let clamp = size.multipliedReportingOverflow(by: 2)
        boundReceiveWindow(of: socket, to: Int(clamp.overflow ? size : clamp.partialValue))
        countSystemCall()
    }

    /// See ``RingProtocol/boundReceiveWindow(of:to:)``.
    public func boundReceiveWindow(of socket: Socket, to bytes: Int) {
        var clamp = Int32(clamping: bytes)
        _ = unsafe setsockopt(
            socket.descriptor, Int32(IPPROTO_TCP), TCP_WINDOW_CLAMP, &clamp,
            socklen_t(MemoryLayout<Int32>.size))
        countSystemCall()
    }

    /// See ``RingProtocol/keepReceiveBuffer(of:)``.
    public func keepReceiveBuffer(of socket: Socket) {
        // SOCK_RCVBUF_LOCK, as if it had been set.
        setBufferLocks(of: socket, to: 2)
    }

    /// Without a lock a buffer that was set is Linux's to grow again, and the window with it.
    private func setBufferLocks(of socket: Socket, to locks: Int32) {
        var locks = locks
        // Linux 5.14 and later. Failure leaves the buffer as it was.
        _ = unsafe setsockopt(
            socket.descriptor, SOL_SOCKET, SO_BUF_LOCK, &locks, socklen_t(MemoryLayout<Int32>.size))
        countSystemCall()
    }

    /// See ``RingProtocol/receiveMemory(of:)``.
    public func receiveMemory(of socket: Socket) -> ReceiveMemory? {
        // What is received is first, what may be next: `SK_MEMINFO_RMEM_ALLOC` and `SK_MEMINFO_RCVBUF`.
        var info: (UInt32, UInt32) = (0, 0)
        var length = socklen_t(MemoryLayout<(UInt32, UInt32)>.size)
        countSystemCall()
        guard unsafe getsockopt(socket.descriptor, SOL_SOCKET, SO_MEMINFO, &info, &length) == 0 else {
            return nil
        }
        return ReceiveMemory(held: Int(info.0) / 2, most: Int(info.1) / 2)
    }

    /// See ``RingProtocol/roundTripTime(of:)``.
    public func roundTripTime(of socket: Socket) -> Duration? {
        var info = tcp_info()
        var length = socklen_t(MemoryLayout<tcp_info>.size)
        countSystemCall()
        guard unsafe getsockopt(socket.descriptor, Int32(IPPROTO_TCP), TCP_INFO, &info, &length) == 0,
            info.tcpi_rtt > 0
        else { return nil }
        return .microseconds(Int64(info.tcpi_rtt))
    }

    /// See ``RingProtocol/incomingCPU(of:)``.
    public func incomingCPU(of socket: Socket) -> Int? {
        var cpu: Int32 = -1
        var length = socklen_t(MemoryLayout<Int32>.size)
        countSystemCall()
        let outcome = unsafe getsockopt(socket.descriptor, SOL_SOCKET, SO_INCOMING_CPU, &cpu, &length)
        return outcome == 0 && cpu >= 0 ? Int(cpu) : nil
    }

    /// See ``RingProtocol/cpu``.
    public var cpu: Int { Int(sluice_current_cpu()) }

    /// See ``RingProtocol/move(to:)``.
    public func move(to cpu: Int) -> ThreadMove {
        let allowed = unsafe state.pointee.allowedCPUs
        guard let cpu = Int32(exactly: cpu), allowed.contains(cpu) else { return .notAllowed }
        countSystemCall()
        countSystemCall()
        let outcome = unsafe sluice_move_to_cpu(cpu, allowed, Int32(allowed.count))
        // A cpuset may have shrunk.
        if outcome == -EINVAL { return .notAllowed }
        return outcome == 0 ? .done : .refused(errorNumber: -outcome)
    }

    /// See ``RingProtocol/unreadByteCount(of:)``.
    public func unreadByteCount(of socket: Socket) -> Int {
        var count: Int32 = 0
        countSystemCall()
        // FIONREAD is SIOCINQ's other name.
        return unsafe ioctl(socket.descriptor, UInt(FIONREAD), &count) == 0 ? Int(count) : 0
    }

    /// See ``RingProtocol/unsentByteCount(of:)``.
    public func unsentByteCount(of socket: Socket) -> Int {
        var count: Int32 = 0
        countSystemCall()
        // TIOCOUTQ is SIOCOUTQ's other name.
        return unsafe ioctl(socket.descriptor, UInt(TIOCOUTQ), &count) == 0 ? Int(count) : 0
    }

    /// See ``RingProtocol/hasNewcomers(on:)``.
    public func hasNewcomers(on listener: Socket) -> Bool {
        var entry = pollfd(fd: listener.descriptor, events: Int16(POLLIN), revents: 0)
        countSystemCall()
        return unsafe Glibc.poll(&entry, 1, 0) == 1 && entry.revents & Int16(POLLIN) != 0
    }

    /// See ``RingProtocol/shutdownWrites(of:)``.
    public func shutdownWrites(of socket: Socket) {
        countSystemCall()
        _ = Glibc.shutdown(socket.descriptor, Int32(SHUT_WR))
    }

    /// See ``RingProtocol/resetOnClose(_:)``.
    public func resetOnClose(_ socket: Socket) {
        var noTime = linger(l_onoff: 1, l_linger: 0)
        // Failure leaves the end as it was: the socket has been reset already.
        _ = unsafe setsockopt(
            socket.descriptor, SOL_SOCKET, SO_LINGER, &noTime, socklen_t(MemoryLayout<linger>.size))
        countSystemCall()
    }

    /// See ``RingProtocol/shutdown(_:)``.
    public func shutdown(_ socket: Socket) {
        countSystemCall()
        _ = Glibc.shutdown(socket.descriptor, Int32(SHUT_RDWR))
    }

    /// See ``RingProtocol/openSpare()``.
    public func openSpare() -> Socket? {
        countSystemCall()
        // Needs no file system, and means nothing to anybody.
        let descriptor = eventfd(0, Int32(EFD_CLOEXEC))
        return descriptor >= 0 ? Socket(descriptor: descriptor) : nil
    }

    /// See ``RingProtocol/closeNow(_:)``.
    public func closeNow(_ socket: Socket) {
        countSystemCall()
        _ = Glibc.close(socket.descriptor)
    }
}
