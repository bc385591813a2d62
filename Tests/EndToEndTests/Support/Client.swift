import Glibc

/// Where a client connects to.
enum ServerAddress: CustomStringConvertible {
    case tcp(port: UInt16)
    case tcp6(port: UInt16)
    case unix(path: String)

    var description: String {
        switch self {
        case .tcp(let port): "port \(port)"
        case .tcp6(let port): "port \(port) of IPv6"
        case .unix(let path): path
        }
    }
}

enum ClientError: Error, CustomStringConvertible {
    case cannotConnect(String)
    /// Nothing happened for longer than anything should take.
    case hung(String)
    /// The server has reset the connection.
    case reset(String)
    /// The server closed the connection where more was expected.
    case ended(String)
    case malformed(String)

    var description: String {
        switch self {
        case .cannotConnect(let text): "cannot connect: \(text)"
        case .hung(let text): "nothing came: \(text)"
        case .reset(let text): "reset: \(text)"
        case .ended(let text): "the connection ended early: \(text)"
        case .malformed(let text): "not HTTP: \(text)"
        }
    }
}

/// One connection, raw: sends exactly the bytes it is given, when it is told, and reads answers strictly.
final class Client {
    let descriptor: Int32
    private let isUnix: Bool
    private var received: [UInt8] = []
    private var hasEnded = false
    private var isClosed = false

    /// - Parameter receiveBuffer: SO_RCVBUF, for a client that is slow to take its answers.
    init(_ address: ServerAddress, receiveBuffer: Int32? = nil) throws {
        let family =
            switch address {
            case .tcp: AF_INET
            case .tcp6: AF_INET6
            case .unix: AF_UNIX
            }
        isUnix = family == AF_UNIX
        descriptor = socket(family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw ClientError.cannotConnect(Self.lastError) }
        var on: Int32 = 1
        if !isUnix {
            _ = unsafe setsockopt(
                descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        }
        if var receiveBuffer {
            _ = unsafe setsockopt(
                descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, socklen_t(MemoryLayout<Int32>.size))
        }
        guard Self.connect(descriptor, to: address) == 0 else {
            let reason = Self.lastError
            close()
            throw ClientError.cannotConnect("\(address): \(reason)")
        }
    }

    deinit { close() }

    private static var lastError: String { unsafe String(cString: strerror(errno)) }

    private static func connect(_ descriptor: Int32, to address: ServerAddress) -> Int32 {
        switch address {
        case .tcp(let port):
            var name = sockaddr_in()
            name.sin_family = sa_family_t(AF_INET)
            name.sin_port = port.bigEndian
            name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            return connect(descriptor, toName: name)
        case .tcp6(let port):
            var name = sockaddr_in6()
            name.sin6_family = sa_family_t(AF_INET6)
            name.sin6_port = port.bigEndian
            name.sin6_addr = in6addr_loopback
            return connect(descriptor, toName: name)
        case .unix(let path):
            var name = sockaddr_un()
            name.sun_family = sa_family_t(AF_UNIX)
            unsafe withUnsafeMutableBytes(of: &name.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
            return connect(descriptor, toName: name)
        }
    }

    private static func connect<Name>(_ descriptor: Int32, toName name: Name) -> Int32 {
        var name = name
        return unsafe withUnsafeBytes(of: &name) {
            unsafe Glibc.connect(
                descriptor, $0.assumingMemoryBound(to: sockaddr.self).baseAddress!, socklen_t($0.count))
        }
    }

    // MARK: Sending

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    func send(_ bytes: [UInt8], within duration: Duration = Deadline.patience) throws {
        try send(bytes[...], within: duration)
    }

    func send(_ bytes: ArraySlice<UInt8>, within duration: Duration = Deadline.patience) throws {
        let deadline = Deadline(after: duration)
        var rest = bytes
        while !rest.isEmpty {
            guard isReady(descriptor, POLLOUT, before: deadline) else {
                throw ClientError.hung("the server took no more; \(rest.count) bytes of \(bytes.count) left")
            }
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.send(
                    descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
            }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno != EAGAIN && errno != EINTR {
                throw ClientError.reset("while sending: \(Self.lastError)")
            }
        }
    }

    /// Sends in pieces that end at `cuts`, each only after the server has taken the one before.
    ///
    /// That the server has taken a piece can be seen on a Unix socket alone: there the output queue counts
    /// what the other side has not read. On TCP the pieces follow one another as they are.
    /// - Parameter untilAnswered: whether to stop when the server has answered.
    func send(_ bytes: [UInt8], cutAt cuts: some Sequence<Int>, untilAnswered: Bool = true) throws {
        var start = 0
        for end in cuts where end > start && end < bytes.count {
            try send(bytes[start..<end])
            start = end
            if try !wasTaken(unlessAnswered: untilAnswered) { return }
        }
        try send(bytes[start...])
    }

    func sendByteByByte(_ bytes: [UInt8], untilAnswered: Bool = true) throws {
        try send(bytes, cutAt: 1..<bytes.count, untilAnswered: untilAnswered)
    }

    private func wasTaken(unlessAnswered: Bool) throws -> Bool {
        let deadline = Deadline()
        while true {
            if unlessAnswered, isReadableNow(descriptor) { return false }
            if !isUnix || untakenBytes == 0 { return true }
            if deadline.hasPassed { throw ClientError.hung("the server does not read") }
            sched_yield()
        }
    }

    private var untakenBytes: Int32 {
        var count: Int32 = 0
        // SIOCOUTQ is TIOCOUTQ's other name.
        _ = unsafe ioctl(descriptor, UInt(TIOCOUTQ), &count)
        return count
    }

    /// A byte as urgent data.
    /// - Returns: false if the server has ended the connection.
    func sendUrgent(_ byte: UInt8) -> Bool {
        var byte = byte
        return unsafe Glibc.send(descriptor, &byte, 1, Int32(MSG_NOSIGNAL) | Int32(MSG_OOB)) == 1
    }

    /// Says that it reads no more, which changes nothing for a server that has something to receive.
    func stopReading() { _ = shutdown(descriptor, Int32(SHUT_RD)) }

    /// Sends `byte` with a descriptor beside it (`SCM_RIGHTS`; a Unix socket).
    /// - Returns: `errno`, or 0 if it is sent.
    func send(_ byte: UInt8, with other: Int32) -> Int32 {
        var byte = byte
        let header = MemoryLayout<cmsghdr>.size
        var control = [UInt8](repeating: 0, count: header + 8)
        return unsafe control.withUnsafeMutableBytes { control in
            unsafe withUnsafeMutablePointer(to: &byte) { byte in
                var piece = unsafe iovec(iov_base: byte, iov_len: 1)
                var fields = cmsghdr()
                fields.cmsg_len = header + 4
                fields.cmsg_level = SOL_SOCKET
                fields.cmsg_type = Int32(SCM_RIGHTS)
                unsafe control.storeBytes(of: fields, as: cmsghdr.self)
                unsafe control.storeBytes(of: other, toByteOffset: header, as: Int32.self)
                return unsafe withUnsafeMutablePointer(to: &piece) { piece in
                    var message = unsafe msghdr(
                        msg_name: nil, msg_namelen: 0, msg_iov: piece, msg_iovlen: 1,
                        msg_control: control.baseAddress, msg_controllen: control.count, msg_flags: 0)
                    return unsafe sendmsg(descriptor, &message, Int32(MSG_NOSIGNAL)) == 1 ? 0 : errno
                }
            }
        }
    }

    func halfClose() { _ = shutdown(descriptor, Int32(SHUT_WR)) }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        _ = Glibc.close(descriptor)
    }

    /// Closes with RST (TCP).
    func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        _ = unsafe setsockopt(
            descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        close()
    }

    // MARK: Receiving

    /// Whether something can be read at this moment, the end included.
    var hasNews: Bool { !received.isEmpty || isReadableNow(descriptor) }

    /// Reads what is there, at least a byte or the end.
    /// - Returns: false at the end.
    private func receiveMore(before deadline: Deadline) throws -> Bool {
        if hasEnded { return false }
        guard isReady(descriptor, POLLIN, before: deadline) else {
            throw ClientError.hung("received so far: \(preview)")
        }
        var piece = [UInt8](repeating: 0, count: 16 << 10)
        let count = unsafe piece.withUnsafeMutableBytes {
            unsafe recv(descriptor, $0.baseAddress, $0.count, 0)
        }
        if count < 0 {
            if errno == EINTR { return true }
            throw ClientError.reset("while receiving: \(Self.lastError); received so far: \(preview)")
        }
        if count == 0 { hasEnded = true }
        received += piece[..<count]
        return count > 0
    }

    private var preview: String { String(decoding: received.prefix(200), as: UTF8.self).debugDescription }

    /// The next answer, `100 Continue` included.
    /// - Parameter toHead: the answer to a HEAD has no content.
    func readAnswer(toHead: Bool = false, within duration: Duration = Deadline.patience) throws -> Answer {
        let deadline = Deadline(after: duration)
        while true {
            if let (answer, count) = try Answer.parse(received, toHead: toHead) {
                received.removeFirst(count)
                return answer
            }
            guard try receiveMore(before: deadline) else {
                throw ClientError.ended("while waiting for an answer: \(preview)")
            }
        }
    }

    /// Everything until the server's FIN. Throws if the end is a reset.
    func readToEnd(within duration: Duration = Deadline.patience) throws -> [UInt8] {
        let deadline = Deadline(after: duration)
        while try receiveMore(before: deadline) {}
        defer { received = [] }
        return received
    }

    /// Sends a request and reads its answer.
    func ask(_ bytes: [UInt8], toHead: Bool = false) throws -> Answer {
        try send(bytes)
        return try readAnswer(toHead: toHead)
    }

    func ask(_ text: String, toHead: Bool = false) throws -> Answer {
        try ask(Array(text.utf8), toHead: toHead)
    }
}
