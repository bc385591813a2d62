internal import CLoadPlatform
internal import Glibc

/// What a call that moves bytes came to.
enum Transfer: Equatable {
    /// This many bytes, at least one.
    case moved(Int)
    /// None now: the socket is not ready, or (blocking) its time limit has passed.
    case again
    /// The peer has closed its side (receiving only).
    case ended
    /// The call's `errno`.
    case failed(Int32)

    /// Reads a call's result; must be made before anything else can set `errno`.
    init(result: Int) {
        if result > 0 {
            self = .moved(result)
        } else if result == 0 {
            self = .ended
        } else {
            // EINPROGRESS: what a blocking connect or send says when SO_SNDTIMEO has passed.
            self = [EAGAIN, EWOULDBLOCK, EINPROGRESS].contains(errno) ? .again : .failed(errno)
        }
    }
}

/// A TCP socket: the calls the client and the limit servers make on one.
struct TCPSocket {
    let descriptor: Descriptor

    private var number: Int32 { descriptor.number }

    /// Begins to connect. A blocking socket is connected when this returns; another may be still at it, and
    /// says `.again` when it is written to until it is.
    static func connect(
        to endpoint: Endpoint, blocking: Bool, timeout: Duration, congestionControl: String?,
        receiveBuffer: Int32? = nil
    ) throws(SystemError) -> TCPSocket {
        let socket = try TCPSocket(blocking: blocking)
        // Before connecting: a window once offered is not taken back.
        if let receiveBuffer { socket.setOption(SOL_SOCKET, SO_RCVBUF, receiveBuffer) }
        if let congestionControl { try socket.setCongestionControl(congestionControl) }
        socket.setOption(Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        // Also the limit on connecting.
        if blocking { socket.setTimeouts(timeout) }
        var address = endpoint.socketAddress
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe Glibc.connect(
                socket.number, UnsafeRawPointer(pointer).assumingMemoryBound(to: sockaddr.self),
                socklen_t(MemoryLayout<sockaddr_in>.size))
        }
        if result != 0, blocking || errno != EINPROGRESS {
            throw SystemError("connect to \(endpoint)", code: errno == EINPROGRESS ? ETIMEDOUT : errno)
        }
        return socket
    }

    /// Listens on the loopback address, on a port that the system picks unless one is given.
    static func listen(port: UInt16 = 0, backlog: Int) throws(SystemError) -> (
        socket: TCPSocket, endpoint: Endpoint
    ) {
        let socket = try TCPSocket(blocking: true)
        var address = Endpoint.loopback(port: port).socketAddress
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            let generic = unsafe UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: sockaddr.self)
            return unsafe bind(socket.number, generic, length) == 0
                && Glibc.listen(socket.number, Int32(clamping: backlog)) == 0
                && getsockname(socket.number, generic, &length) == 0
        }
        guard result else { throw SystemError("listen on 127.0.0.1") }
        return (socket, .loopback(port: UInt16(bigEndian: address.sin_port)))
    }

    static func unconnected() throws(SystemError) -> TCPSocket {
        try TCPSocket(blocking: true)
    }

    private init(blocking: Bool) throws(SystemError) {
        let type = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | (blocking ? 0 : SOCK_NONBLOCK.rawValue)
        descriptor = Descriptor(socket(AF_INET, Int32(type), 0))
        guard number >= 0 else { throw SystemError("socket") }
    }

    /// Waits for the next connection. Nil when the listening socket was shut down.
    func accept() throws(SystemError) -> TCPSocket? {
        while true {
            let accepted = load_accept(number)
            if accepted >= 0 { return TCPSocket(descriptor: Descriptor(accepted)) }
            switch errno {
            case ECONNABORTED: continue
            case EINVAL: return nil
            default: throw SystemError("accept")
            }
        }
    }

    private init(descriptor: Descriptor) {
        self.descriptor = descriptor
    }

    /// Sends a FIN behind what was sent.
    func shutdownSending() {
        _ = Glibc.shutdown(number, Int32(SHUT_WR))
    }

    /// Makes closing the socket a reset.
    func resetOnClose() {
        var option = linger(l_onoff: 1, l_linger: 0)
        unsafe setsockopt(number, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    /// Waits until something can be received, the end or an error included.
    func isReadable(within time: Duration) -> Bool {
        let deadline = monotonicNanoseconds() + time.nanoseconds
        while true {
            let now = monotonicNanoseconds()
            let left = deadline > now ? (deadline - now + 999_999) / 1_000_000 : 0
            var readiness = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
            let ready = unsafe poll(&readiness, 1, Int32(clamping: left))
            if ready >= 0 || errno != EINTR { return ready > 0 }
        }
    }

    /// Refuses more bytes in both directions, and wakes whoever is blocked on the socket.
    func shutdown() {
        _ = Glibc.shutdown(number, Int32(SHUT_RDWR))
    }
}

// Moving bytes.
extension TCPSocket {
    /// Receives up to `count` bytes to `memory`, which must have room for them. With `MSG_TRUNC` the bytes
    /// are dropped in the kernel and no memory is needed.
    @unsafe func receive(into memory: UnsafeMutableRawPointer?, count: Int, flags: Int32 = 0) -> Transfer {
        while true {
            let result = unsafe recv(number, memory, count, flags)
            if result < 0, errno == EINTR { continue }
            return Transfer(result: result)
        }
    }

    /// Sends from `bytes` what the socket takes.
    func send(_ bytes: Span<UInt8>, more: Bool = false) -> Transfer {
        let flags = Int32(MSG_NOSIGNAL | (more ? MSG_MORE : 0))
        while true {
            let result = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.send(number, $0.baseAddress, $0.count, flags)
            }
            if result < 0, errno == EINTR { continue }
            return Transfer(result: result)
        }
    }

    /// Sends from both, one after the other, with one call. The thread must have blocked SIGPIPE.
    func send(_ first: Span<UInt8>, then second: Span<UInt8>) -> Transfer {
        while true {
            let result = unsafe first.withUnsafeBytes { first in
                unsafe second.withUnsafeBytes { second in
                    var parts = unsafe (iovec(sending: first), iovec(sending: second))
                    return unsafe withUnsafePointer(to: &parts) {
                        unsafe writev(number, UnsafeRawPointer($0).assumingMemoryBound(to: iovec.self), 2)
                    }
                }
            }
            if result < 0, errno == EINTR { continue }
            return Transfer(result: result)
        }
    }

    /// Sends from a file, beginning at `offset`. The thread must have blocked SIGPIPE.
    func send(file: Descriptor, from offset: Int, count: Int) -> Transfer {
        while true {
            var position = off_t(offset)
            let result = unsafe sendfile(number, file.number, &position, count)
            if result < 0, errno == EINTR { continue }
            return Transfer(result: result)
        }
    }

    /// Whether the peer has closed the connection, or sent what nobody asked for, while it was idle.
    var isStale: Bool {
        var byte: UInt8 = 0
        let flags = Int32(MSG_PEEK | MSG_DONTWAIT)
        return unsafe receive(into: &byte, count: 1, flags: flags) != .again
    }
}

// Options.
extension TCPSocket {
    /// Chooses the congestion control by its name.
    func setCongestionControl(_ name: String) throws(SystemError) {
        let result = unsafe setsockopt(
            number, Int32(IPPROTO_TCP), TCP_CONGESTION, name, socklen_t(name.utf8.count))
        guard result == 0 else { throw SystemError("congestion control '\(name)'") }
    }

    /// Sets a whole-number option. A refusal is not an error: those used here make nothing wrong.
    func setOption(_ level: Int32, _ option: Int32, _ value: Int32) {
        var value = value
        unsafe setsockopt(number, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Makes calls on the socket return at once.
    func stopBlocking() throws(SystemError) {
        let result = fcntl(number, F_SETFL, fcntl(number, F_GETFL) | O_NONBLOCK)
        guard result == 0 else { throw SystemError("fcntl") }
    }

    /// Limits how long a blocking call waits.
    func setTimeouts(_ timeout: Duration) {
        let (seconds, attoseconds) = timeout.components
        var value = timeval(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
        // To Linux nothing at all is no limit.
        if value.tv_sec == 0, value.tv_usec == 0 { value.tv_usec = 1 }
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            unsafe setsockopt(number, SOL_SOCKET, option, &value, socklen_t(MemoryLayout<timeval>.size))
        }
    }
}

extension iovec {
    /// A part of what is sent. The kernel only reads from it, whatever the type says.
    fileprivate init(sending bytes: UnsafeRawBufferPointer) {
        unsafe self.init(iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: bytes.count)
    }
}
