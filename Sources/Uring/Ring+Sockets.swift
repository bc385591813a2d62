internal import Glibc

extension Ring {
    /// See ``RingProtocol/setReceiveLowWaterMark(of:to:)``.
    public func setReceiveLowWaterMark(of socket: Socket, to bytes: Int) {
        var mark = Int32(clamping: max(bytes, 1))
        // Failure leaves the mark as it was: a matter of speed, never of correctness.
        _ = unsafe setsockopt(
            socket.descriptor, SOL_SOCKET, SO_RCVLOWAT, &mark, socklen_t(MemoryLayout<Int32>.size))
        countSystemCall()
    }

    /// See ``RingProtocol/unreadByteCount(of:)``.
    public func unreadByteCount(of socket: Socket) -> Int {
        var count: Int32 = 0
        countSystemCall()
        // FIONREAD is SIOCINQ's other name.
        return unsafe ioctl(socket.descriptor, UInt(FIONREAD), &count) == 0 ? Int(count) : 0
    }

    /// See ``RingProtocol/shutdownWrites(of:)``.
    public func shutdownWrites(of socket: Socket) {
        countSystemCall()
        _ = Glibc.shutdown(socket.descriptor, Int32(SHUT_WR))
    }

    /// See ``RingProtocol/shutdown(_:)``.
    public func shutdown(_ socket: Socket) {
        countSystemCall()
        _ = Glibc.shutdown(socket.descriptor, Int32(SHUT_RDWR))
    }

    /// See ``RingProtocol/closeNow(_:)``.
    public func closeNow(_ socket: Socket) {
        countSystemCall()
        _ = Glibc.close(socket.descriptor)
    }
}
