internal import Glibc
internal import Synchronization
internal import Uring

/// A listening socket; owned, closed at the end of its life, its path removed if it is a Unix socket.
final class Listener: Sendable {
    let socket: Socket
    /// With the port that the system picked.
    let address: ListenAddress
    private let isPathRemoved = Atomic<Bool>(false)

    init(_ wanted: ListenAddress) throws(ServerError) {
        switch wanted {
        case .tcp(let host, let port): (socket, address) = try Self.listen(host: host, port: port)
        case .unix(let path): (socket, address) = (try Self.listen(path: path), wanted)
        }
        // From here on `deinit` closes it, also when this throws.
        guard Glibc.listen(socket.descriptor, 4096) == 0 else {
            throw .listen(address: wanted.description, reason: RingError.message(for: errno))
        }
    }

    deinit {
        _ = close(socket.descriptor)
        removePath()
    }

    /// Removes a Unix socket's path; once, since a successor may have made it anew.
    func removePath() {
        guard case .unix(let path) = address, !isPathRemoved.exchange(true, ordering: .relaxed) else {
            return
        }
        unsafe unlink(path)
    }

    var isUnix: Bool { if case .unix = address { true } else { false } }

    private static func failure(_ address: ListenAddress, closing socket: Socket) -> ServerError {
        let reason = RingError.message(for: errno)
        _ = close(socket.descriptor)
        return .listen(address: address.description, reason: reason)
    }

    /// Tries again for up to a second while the address is in use. Linux ends the ring of a server that was killed
    /// some time after the process, and its accept keeps the old listener alive until then.
    private static func untilFree(_ attempt: () -> Bool) -> Bool {
        for _ in 0..<20 {
            if attempt() { return true }
            guard errno == EADDRINUSE else { return false }
            usleep(50_000)
        }
        return attempt()
    }

    // MARK: TCP

    private static func listen(
        host: String, port: UInt16
    ) throws(ServerError) -> (Socket, ListenAddress) {
        let wanted = ListenAddress.tcp(host: host, port: port)
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        unsafe hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        var found: UnsafeMutablePointer<addrinfo>?
        let outcome = unsafe getaddrinfo(host, "\(port)", &hints, &found)
        guard outcome == 0, let first = unsafe found else {
            throw .listen(address: wanted.description, reason: unsafe String(cString: gai_strerror(outcome)))
        }
        defer { unsafe freeaddrinfo(first) }
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        let socket = Socket(descriptor: unsafe Glibc.socket(first.pointee.ai_family, type, 0))
        guard socket.descriptor >= 0 else {
            throw .listen(address: wanted.description, reason: RingError.message(for: errno))
        }
        set(SO_REUSEADDR, at: SOL_SOCKET, of: socket)
        // Accepted connections inherit it: no system call for each.
        set(TCP_NODELAY, at: Int32(IPPROTO_TCP), of: socket)
        let isBound = untilFree {
            unsafe bind(socket.descriptor, first.pointee.ai_addr, first.pointee.ai_addrlen) == 0
        }
        guard isBound else { throw failure(wanted, closing: socket) }
        return (socket, .tcp(host: host, port: boundPort(of: socket) ?? port))
    }

    private static func set(_ option: Int32, at level: Int32, of socket: Socket) {
        var on: Int32 = 1
        _ = unsafe setsockopt(
            socket.descriptor, level, option, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    private static func boundPort(of socket: Socket) -> UInt16? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let outcome = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(socket.descriptor, $0, &length)
            }
        }
        guard outcome == 0 else { return nil }
        // The port stands at the same place for both families.
        return unsafe withUnsafeBytes(of: &storage) {
            unsafe UInt16(bigEndian: $0.load(fromByteOffset: 2, as: UInt16.self))
        }
    }

    // MARK: Unix

    private static func listen(path: String) throws(ServerError) -> Socket {
        let wanted = ListenAddress.unix(path: path)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let capacity = MemoryLayout.size(ofValue: address.sun_path)
        guard !path.isEmpty, path.utf8.count < capacity else {
            throw .listen(
                address: wanted.description, reason: "a path has 1 to \(capacity - 1) bytes")
        }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        let socket = Socket(descriptor: Glibc.socket(AF_UNIX, type, 0))
        guard socket.descriptor >= 0 else {
            throw .listen(address: wanted.description, reason: RingError.message(for: errno))
        }
        let isBound = untilFree {
            if unsafe call(bind, socket, &address) { return true }
            guard errno == EADDRINUSE, isStale(path, &address) else { return false }
            unsafe unlink(path)
            return unsafe call(bind, socket, &address)
        }
        guard isBound else { throw failure(wanted, closing: socket) }
        // Nobody can connect before `listen`, so that nobody was let in by what the mode was until here.
        guard unsafe chmod(path, 0o660) == 0 else {
            let failure = failure(wanted, closing: socket)
            unsafe unlink(path)
            throw failure
        }
        return socket
    }

    /// Nobody listens there any more: a server that was killed left its path. Leaves `errno` at `EADDRINUSE`.
    private static func isStale(_ path: String, _ address: inout sockaddr_un) -> Bool {
        defer { errno = EADDRINUSE }
        // Connecting to a file that is no socket is refused, too: it must not be taken for a stale one.
        var file = stat()
        guard unsafe lstat(path, &file) == 0, file.st_mode & S_IFMT == S_IFSOCK else { return false }
        // Not blocking: a listener with a full backlog is alive, and would make a blocking probe wait.
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let probe = Socket(descriptor: Glibc.socket(AF_UNIX, type, 0))
        defer { _ = close(probe.descriptor) }
        return unsafe !call(connect, probe, &address) && errno == ECONNREFUSED
    }

    private static func call(
        _ function: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32, _ socket: Socket,
        _ address: inout sockaddr_un
    ) -> Bool {
        unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe function(socket.descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
    }
}
