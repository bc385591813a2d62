@testable import LoadGenerator

/// A server's side of a connection, for tests that say what it does.
struct ScriptedConnection: Sendable {
    let socket: TCPSocket

    /// Receives the next request's head and body; what the client sends early is lost.
    func receiveRequest() {
        guard let (head, received) = receiveUpToHead() else { return }
        var missing = head.contentLength - (received - head.size)
        while missing > 0, let count = receive(upTo: missing) { missing -= count }
    }

    /// Receives at least the head.
    func receiveHead() {
        _ = receiveUpToHead()
    }

    /// Receives until the client closes.
    func drain() {
        while receive(upTo: 1 << 16) != nil {}
    }

    func send(_ text: String) {
        send(Array(text.utf8))
    }

    func send(_ bytes: [UInt8]) {
        _ = socket.send(bytes.span)
    }

    private func receiveUpToHead() -> (LimitRequestHead, received: Int)? {
        var bytes: [UInt8] = []
        while true {
            if let head = LimitRequestHead.find(in: bytes.span) { return (head, bytes.count) }
            var piece = [UInt8](repeating: 0, count: 1024)
            let transfer = unsafe piece.withUnsafeMutableBytes {
                unsafe socket.receive(into: $0.baseAddress, count: $0.count)
            }
            guard case .moved(let count) = transfer else { return nil }
            bytes += piece[..<count]
        }
    }

    private func receive(upTo count: Int) -> Int? {
        var piece = [UInt8](repeating: 0, count: min(count, 1 << 16))
        let transfer = unsafe piece.withUnsafeMutableBytes {
            unsafe socket.receive(into: $0.baseAddress, count: $0.count)
        }
        guard case .moved(let moved) = transfer else { return nil }
        return moved
    }
}

/// A server for the time of `body` that handles each connection as told, one after another.
func withScriptedServer<Result>(
    _ serve: @escaping @Sendable (ScriptedConnection) -> Void, _ body: (Endpoint) throws -> Result
) throws -> Result {
    let (listener, endpoint) = try TCPSocket.listen(backlog: 16)
    let thread = try SystemThread(name: "scripted") {
        while let socket = try? listener.accept() { serve(ScriptedConnection(socket: socket)) }
    }
    defer {
        listener.shutdown()
        thread.join()
    }
    return try body(endpoint)
}
