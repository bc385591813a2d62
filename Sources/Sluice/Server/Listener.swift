internal import CPlatform
internal import Glibc
internal import Synchronization
internal import Uring

/// A listening socket; unless it is inherited, it is closed at the end of its life and a Unix socket's path removed.
final class Listener: Sendable {
    let socket: Socket
    /// With the port that the system picked; never ``ListenAddress/inherited(descriptor:)``.
    let address: ListenAddress
    /// Others listen on it, too, or will.
    let isInherited: Bool
    private let isSurrendered: Atomic<Bool>
    private let isPathRemoved = Atomic<Bool>(false)
    /// The file that this listener made, to be told from one that came in its place.
    private let file: FileID?

    private static let backlog: Int32 = 4096

    private struct FileID: Equatable {
        var device: dev_t
        var inode: ino_t
    }

    /// - Parameter responsePeriod: ``Limits/responsePeriod``, unchecked.
    init(
        _ wanted: ListenAddress, responsePeriod: Duration = Limits().responsePeriod
    ) throws(ServerError) {
        let untakenTime = Self.untakenTime(responsePeriod: responsePeriod)
        switch wanted {
        case .tcp(let host, let port):
            (socket, address) = try Self.listen(host: host, port: port, untakenTime: untakenTime)
        case .unix(let path): (socket, address) = (try Self.listen(path: path), wanted)
        case .inherited(let descriptor):
            (socket, address) = try Self.inherit(descriptor, untakenTime: untakenTime)
        }
        isInherited = if case .inherited = wanted { true } else { false }
        isSurrendered = Atomic(isInherited)
        file = if case .unix(let path) = wanted { Self.status(of: path).map(Self.id) } else { nil }
        // From here on `deinit` closes it, unless it is inherited, also when this throws.
        try setUp()
        // On its path it listens already: ``bindAndListen(_:_:_:)``.
        if isInherited || isUnix { return }
        guard Glibc.listen(socket.descriptor, Self.backlog) == 0 else {
            throw .listen(address: wanted.description, reason: RingError.message(for: errno))
        }
    }

    deinit {
        removePath()
        if !isSurrendered.load(ordering: .relaxed) { _ = close(socket.descriptor) }
    }

    /// Leaves the descriptor to the reactors, which close it when nobody waits in its backlog any more. The path
    /// goes at once, so that nobody comes after them and a successor may take it.
    func surrender() {
        removePath()
        isSurrendered.store(true, ordering: .relaxed)
    }

    /// Removes a Unix socket's path; once, and only the file that this listener made: a successor may have its
    /// own there by now.
    func removePath() {
        guard case .unix(let path) = address, let file, !isPathRemoved.exchange(true, ordering: .relaxed),
            Self.status(of: path).map(Self.id) == file
        else { return }
        unsafe unlink(path)
    }

    private static func status(of path: String) -> stat? {
        var status = stat()
        return unsafe lstat(path, &status) == 0 ? status : nil
    }

    private static func id(_ status: stat) -> FileID {
        FileID(device: status.st_dev, inode: status.st_ino)
    }

    var isUnix: Bool { if case .unix = address { true } else { false } }

    /// Before it listens: a TCP connection has these options from the listener, when its handshake ends. What is accepted from a
    /// Unix socket has hardly any, and one that is inherited may have connections in its backlog already: those are set up one
    /// by one (``RingProtocol/setUpAccepted(_:)``).
    private func setUp() throws(ServerError) {
        func require(_ outcome: Int32, _ what: String) throws(ServerError) {
            guard outcome != 0 else { return }
            throw .listen(
                address: address.description, reason: "\(what): \(RingError.message(for: -outcome))")
        }
        if isUnix {
            Self.refuseDescriptors(socket)
        } else {
            try require(sluice_drop_urgent_segments(socket.descriptor), "a filter against urgent data")
            // On one that is shared it would also bound somebody's accept.
            if !isInherited { try require(sluice_bound_blocking(socket.descriptor), "its timeouts") }
        }
    }

    /// Before it listens, if it is ours: a connection has this from its listener, too. An older Linux than 6.16 cannot.
    private static func refuseDescriptors(_ socket: Socket) {
        _ = sluice_refuse_descriptors(socket.descriptor)
    }

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
        host: String, port: UInt16, untakenTime: Duration
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
        set(SO_REUSEADDR, to: 1, at: SOL_SOCKET, of: socket)
        setUpTCP(socket, untakenTime: untakenTime)
        let isBound = untilFree {
            unsafe bind(socket.descriptor, first.pointee.ai_addr, first.pointee.ai_addrlen) == 0
        }
        guard isBound else { throw failure(wanted, closing: socket) }
        guard case .tcp(_, let bound)? = ListenAddress(of: socket) else { return (socket, wanted) }
        return (socket, .tcp(host: host, port: bound))
    }

    /// What may wait to be sent to a client that takes nothing. Linux lets it grow to `tcp_wmem`'s 4 MiB otherwise. What is
    /// on its way is not in it, so that no client far away is held back.
    static let mostUnsentBytes = 256 << 10

    /// How long what was sent may wait for a client to take it, after the connection is closed, too: Linux would offer it for many
    /// minutes. Two periods, for in the first a response may not be judged.
    static func untakenTime(responsePeriod: Duration) -> Duration {
        max(.seconds(60), min(responsePeriod, .seconds(86_400)) * 2)
    }

    /// Accepted connections inherit it: no system call for each.
    static func setUpTCP(_ socket: Socket, untakenTime: Duration) {
        let milliseconds = Int32(untakenTime / .milliseconds(1))
        for (option, value) in [
            (TCP_NODELAY, 1), (TCP_NOTSENT_LOWAT, Int32(mostUnsentBytes)), (TCP_USER_TIMEOUT, milliseconds),
        ] {
            set(option, to: value, at: Int32(IPPROTO_TCP), of: socket)
        }
    }

    /// What a receive buffer can be set to (`net.core.rmem_max`): Linux takes more, and gives that.
    static func largestReceiveBuffer() -> Int {
        let socket = Socket(
            descriptor: Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0))
        defer { _ = close(socket.descriptor) }
        set(SO_RCVBUF, to: .max / 2, at: SOL_SOCKET, of: socket)
        // Of which it counts twice.
        return option(SO_RCVBUF, of: socket).map { Int($0) / 2 } ?? .max
    }

    private static func set(_ option: Int32, to value: Int32, at level: Int32, of socket: Socket) {
        var value = value
        _ = unsafe setsockopt(
            socket.descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
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
        Self.refuseDescriptors(socket)
        let isListening = untilFree {
            aloneInFolder(of: path) { bindAndListen(socket, path, &address) }
        }
        guard isListening else { throw failure(wanted, closing: socket) }
        return socket
    }

    private static func bindAndListen(
        _ socket: Socket, _ path: String, _ address: inout sockaddr_un
    ) -> Bool {
        if unsafe !call(bind, socket, &address) {
            guard errno == EADDRINUSE, isStale(path, &address) else { return false }
            unsafe unlink(path)
            guard unsafe call(bind, socket, &address) else { return false }
        }
        // Nobody can connect before `listen`, so that nobody is let in by what the mode was until here.
        if unsafe chmod(path, 0o660) == 0, Glibc.listen(socket.descriptor, backlog) == 0 { return true }
        let errorNumber = errno
        unsafe unlink(path)
        errno = errorNumber
        return false
    }

    /// One server at a time: between another's `bind` and its `listen` its path looks as that of one that was killed. Leaves `errno`
    /// as `body` does.
    private static func aloneInFolder(of path: String, _ body: () -> Bool) -> Bool {
        let name = path.lastIndex(of: "/").map { path[...$0] } ?? "."
        let folder = unsafe open(String(name), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        // Whoever may not read it, or finds it locked for something else, goes without.
        for _ in 0..<100 {
            guard flock(folder, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK else { break }
            usleep(1000)
        }
        let isDone = body()
        let errorNumber = errno
        if folder >= 0 { _ = close(folder) }
        errno = errorNumber
        return isDone
    }

    /// Nobody listens there any more: a server that was killed left its path. Leaves `errno` at `EADDRINUSE`.
    private static func isStale(_ path: String, _ address: inout sockaddr_un) -> Bool {
        defer { errno = EADDRINUSE }
        // Connecting to a file that is no socket is refused, too: it must not be taken for a stale one.
        guard let file = status(of: path), file.st_mode & S_IFMT == S_IFSOCK else { return false }
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
