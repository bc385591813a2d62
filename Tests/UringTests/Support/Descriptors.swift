import Glibc
import Uring

/// Two connected Unix sockets; both are closed at the end.
struct SocketPair: ~Copyable {
    let near: Socket
    let far: Int32

    init() {
        var pair: [Int32] = [0, 0]
        let outcome = unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pair)
        precondition(outcome == 0)
        near = Socket(descriptor: pair[0])
        far = pair[1]
    }

    deinit {
        _ = close(near.descriptor)
        _ = close(far)
    }
}

/// A listening TCP socket on 127.0.0.1, and connections to it.
struct Loopback: ~Copyable {
    let listener: Socket
    private let address: sockaddr_in

    init() {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(INADDR_LOOPBACK).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let size = length
        let outcome = unsafe withUnsafeMutableBytes(of: &address) { bytes in
            let name = unsafe bytes.assumingMemoryBound(to: sockaddr.self).baseAddress!
            return unsafe bind(descriptor, name, size) | listen(descriptor, 128)
                | getsockname(descriptor, name, &length)
        }
        precondition(outcome == 0)
        listener = Socket(descriptor: descriptor)
        self.address = address
    }

    deinit { _ = close(listener.descriptor) }

    /// A client's end of a new connection; the caller closes it.
    func connect() -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = address
        let outcome = unsafe withUnsafeBytes(of: &address) { bytes in
            unsafe Glibc.connect(
                descriptor, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress!,
                socklen_t(MemoryLayout<sockaddr_in>.size))
        }
        precondition(outcome == 0)
        return descriptor
    }

    /// Both ends of a new connection.
    func connection() -> TCPPair {
        let far = connect()
        return TCPPair(near: accepted(), far: far)
    }

    /// Our end of the oldest connection that waits.
    func accepted() -> Socket {
        let descriptor = accept(listener.descriptor, nil, nil)
        precondition(descriptor >= 0)
        return Socket(descriptor: descriptor)
    }
}

/// Two connected TCP sockets; both are closed at the end.
struct TCPPair: ~Copyable {
    let near: Socket
    let far: Int32

    deinit {
        _ = close(near.descriptor)
        _ = close(far)
    }
}

/// Closes a TCP socket with RST.
func reset(_ descriptor: Int32) {
    var linger = linger(l_onoff: 1, l_linger: 0)
    _ = unsafe setsockopt(
        descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
    _ = close(descriptor)
}

/// Writes all of `bytes` to a blocking descriptor.
func writeAll(_ bytes: [UInt8], to descriptor: Int32) {
    var written = 0
    while written < bytes.count {
        let outcome = unsafe bytes.withUnsafeBytes {
            unsafe write(descriptor, $0.baseAddress! + written, bytes.count - written)
        }
        precondition(outcome > 0)
        written += outcome
    }
}

/// Reads until `count` bytes or the end have come.
func read(_ count: Int, from descriptor: Int32) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var filled = 0
    while filled < count {
        let outcome = unsafe bytes.withUnsafeMutableBytes {
            unsafe Glibc.read(descriptor, $0.baseAddress! + filled, count - filled)
        }
        if outcome <= 0 { break }
        filled += outcome
    }
    return Array(bytes.prefix(filled))
}

/// `count` bytes that repeat only after 251.
func pattern(_ count: Int) -> [UInt8] { (0..<count).map { UInt8($0 % 251) } }
