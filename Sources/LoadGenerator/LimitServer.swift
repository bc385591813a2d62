/// A yardstick: a server that takes bodies and reduces nothing, with a blocking thread and a buffer of its own for
/// each connection.
public final class LimitServer: Sendable {
    /// Which limit.
    public enum Kind: String, Sendable, CaseIterable {
        /// Receives each body into one preallocated, touched buffer in huge pages. Answers its last 4 bytes.
        case sink
        /// Has Linux drop each body where it is (`MSG_TRUNC`), so that nothing is copied. Answers 4 zeros.
        case discard
    }

    /// Where it listens.
    public let endpoint: Endpoint

    private let kind: Kind
    private let listener: TCPSocket
    private let buffers: BufferPool

    /// A server with buffers for so many connections with bodies of so many bytes. It listens at once.
    public init(kind: Kind, connections: Int, bodySize: Int) throws(SystemError) {
        self.kind = kind
        buffers = try BufferPool(count: connections, size: Self.bufferSize(kind: kind, bodySize: bodySize))
        (listener, endpoint) = try TCPSocket.listen(backlog: 4096)
    }

    /// What one connection's buffer needs: the head and, in the sink, the body behind it.
    public static func bufferSize(kind: Kind, bodySize: Int) -> Int {
        LimitConnection.headRoom + (kind == .sink ? bodySize : 0)
    }

    /// What it answers to this body.
    public static func answer(of kind: Kind, to body: RequestBody) -> [UInt8] {
        switch kind {
        case .sink: body.lastBytes(4)
        case .discard: [0, 0, 0, 0]
        }
    }

    /// Serves until ``stop()``.
    public func run() throws(SystemError) {
        while let socket = try listener.accept() {
            socket.setOption(6, 1, 1)
            let connection = LimitConnection(kind: kind, socket: socket)
            let thread = try SystemThread(name: "\(kind)", stackSize: 64 << 10) { [buffers] in
                let buffer = buffers.take()
                connection.serve(buffer)
                buffers.put(buffer)
            }
            thread.detach()
        }
    }

    /// Takes no more connections. Those there are end when their client closes them.
    public func stop() {
        listener.shutdown()
    }
}
