internal import Glibc
internal import Uring

extension Listener {
    /// Takes over a socket that listens already, made by whoever started this process.
    ///
    /// It is theirs: it is never shut down or closed here and its path is not removed, so that a successor finds
    /// it as it is, with everyone who waits in its backlog.
    static func inherit(
        _ descriptor: Int32, untakenTime: Duration
    ) throws(ServerError) -> (Socket, ListenAddress) {
        let socket = Socket(descriptor: descriptor)
        func require(_ condition: Bool, _ reason: String) throws(ServerError) {
            if !condition {
                throw .listen(
                    address: ListenAddress.inherited(descriptor: descriptor).description, reason: reason)
            }
        }
        try require(fcntl(descriptor, F_GETFD) >= 0, "it is not open")
        try require(option(SO_TYPE, of: socket) != nil, "it is no socket")
        try require(option(SO_TYPE, of: socket) == Int32(SOCK_STREAM.rawValue), "it is no stream socket")
        try require(option(SO_ACCEPTCONN, of: socket) == 1, "it does not listen")
        guard let address = ListenAddress(of: socket) else {
            throw .listen(
                address: ListenAddress.inherited(descriptor: descriptor).description,
                reason: "it is neither a TCP nor a Unix socket")
        }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        // Older Linux does not wait for an accept on a socket that does not block: it would fail again and again.
        let flags = fcntl(descriptor, F_GETFL)
        if flags & O_NONBLOCK != 0 { _ = fcntl(descriptor, F_SETFL, flags & ~O_NONBLOCK) }
        if case .tcp = address { setUpTCP(socket, untakenTime: untakenTime) }
        // A connection would have it from the listener, and a close would then keep a reactor waiting.
        var none = linger(l_onoff: 0, l_linger: 0)
        _ = unsafe setsockopt(
            descriptor, SOL_SOCKET, SO_LINGER, &none, socklen_t(MemoryLayout<linger>.size))
        return (socket, address)
    }

    static func option(_ name: Int32, of socket: Socket) -> Int32? {
        var value: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        let outcome = unsafe getsockopt(socket.descriptor, SOL_SOCKET, name, &value, &length)
        return outcome == 0 ? value : nil
    }
}

extension ListenAddress {
    /// Where a socket is bound; nil if that is neither a TCP nor a Unix address.
    init?(of socket: Socket) {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let outcome = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(socket.descriptor, $0, &length)
            }
        }
        guard outcome == 0 else { return nil }
        let family = Int32(storage.ss_family)
        let address: ListenAddress? = unsafe withUnsafeBytes(of: &storage) { bytes in
            switch family {
            // The port stands at the same place in both; the address behind it, or behind the flow label.
            case AF_INET, AF_INET6:
                unsafe .tcp(
                    host: Self.host(family, bytes[(family == AF_INET ? 4 : 8)...]),
                    port: UInt16(bigEndian: bytes.load(fromByteOffset: 2, as: UInt16.self)))
            case AF_UNIX:
                unsafe .unix(path: Self.path(bytes[MemoryLayout<sa_family_t>.size..<Int(length)]))
            default: nil
            }
        }
        guard let address else { return nil }
        self = address
    }

    private static func host(_ family: Int32, _ address: Slice<UnsafeRawBufferPointer>) -> String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let start = unsafe UnsafeRawBufferPointer(rebasing: address).baseAddress
        unsafe inet_ntop(family, start, &text, socklen_t(text.count))
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// An abstract name begins with a zero, which is written `@`.
    private static func path(_ name: Slice<UnsafeRawBufferPointer>) -> String {
        let bytes = unsafe Array(name)
        if bytes.first == 0 { return "@" + String(decoding: bytes.dropFirst(), as: UTF8.self) }
        return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
}
