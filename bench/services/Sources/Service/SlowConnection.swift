internal import Glibc
internal import Sluice

/// A connection to the slow service, for one call at a time; closed with its last use.
///
/// One task uses it at a time: whoever has taken it from those that are idle, or made it.
final class SlowConnection: @unchecked Sendable {
    private let socket: Int32
    private(set) var isConnected: Bool
    private var received: [UInt8] = []

    private static let request = Array("GET /slow HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".utf8)
    /// A whole answer goes in.
    private static let pieceBytes = 512
    private static let longestAnswer = 4096

    /// Begins to connect to this port of 127.0.0.1.
    /// - Returns: nil if that fails at once.
    init?(port: UInt16) {
        let flags = SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
        socket = Glibc.socket(AF_INET, Int32(flags), 0)
        guard socket >= 0 else { return nil }
        var one: Int32 = 1
        unsafe setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        let socket = socket
        let outcome = unsafe withUnsafePointer(to: address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        isConnected = outcome == 0
        // Closed by the end of what has been made so far.
        if !isConnected, errno != EINPROGRESS { return nil }
    }

    deinit { _ = close(socket) }

    /// Whether it is open, and nothing came that was not asked for.
    var isIdle: Bool {
        var byte: UInt8 = 0
        return unsafe recv(socket, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT)) < 0
            && errno == EAGAIN
    }

    /// What goes wrong here is seen when the answer is read.
    func ask(_ request: Request) async throws {
        if !isConnected { try await request.waitUntilWritable(socket) }
        received.removeAll(keepingCapacity: true)
        let bytes = Self.request
        // Into a send buffer that is empty: it has room for all of it.
        _ = unsafe bytes.withUnsafeBytes {
            unsafe send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        isConnected = true
    }

    /// - Returns: nil if none comes any more, or none that can be understood.
    func answer(_ request: Request) async throws -> SlowAnswer? {
        while received.count < Self.longestAnswer {
            switch receive() {
            case .some:
                if let answer = SlowAnswer(received) { return answer }
            case .nothingYet: try await request.waitUntilReadable(socket)
            case .end: return nil
            }
        }
        return nil
    }

    private enum Outcome { case some, nothingYet, end }

    private func receive() -> Outcome {
        let before = received.count
        received.append(contentsOf: repeatElement(0, count: Self.pieceBytes))
        let socket = socket
        let count = unsafe received.withUnsafeMutableBytes {
            let room = unsafe UnsafeMutableRawBufferPointer(rebasing: $0[before...])
            return unsafe recv(socket, room.baseAddress, room.count, 0)
        }
        let outcome: Outcome = count > 0 ? .some : count < 0 && errno == EAGAIN ? .nothingYet : .end
        received.removeLast(Self.pieceBytes - max(0, count))
        return outcome
    }
}
