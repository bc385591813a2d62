internal import Glibc

/// One connection of a limit server, served with as few calls as can be: one receive for the head and what
/// comes with it (a small body does), one that waits for the rest, one send.
struct LimitConnection: Sendable {
    let kind: LimitServer.Kind
    let socket: TCPSocket

    /// The most that a head may take.
    static let headRoom = 4096

    /// Serves requests until the client closes, or sends what this is no server for.
    func serve(_ buffer: MemoryRegion) {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: 4\r\n\r\n"
        var answer = head.utf8 + [0, 0, 0, 0]
        while let request = receiveHead(buffer) {
            let missing = request.bodySize - (request.received - request.headSize)
            // More than the request has: it was sent ahead, and this is no server for that.
            guard missing >= 0, receiveBody(missing, after: request.received, to: buffer) else { return }
            if kind == .sink, request.bodySize >= 4 {
                let end = request.headSize + request.bodySize
                let bytes = buffer.bytes.extracting((end - 4)..<end)
                for index in 0..<4 { answer[answer.count - 4 + index] = bytes[index] }
            }
            guard case .moved(answer.count) = socket.send(answer.span) else { return }
        }
    }

    private struct Request {
        var headSize: Int
        var bodySize: Int
        var received: Int
    }

    private func receiveHead(_ buffer: MemoryRegion) -> Request? {
        var received = 0
        // The sink takes as much of the body as is there: it lies where it belongs, behind the head.
        let room = kind == .sink ? buffer.count : Self.headRoom
        while received < room {
            let transfer = unsafe socket.receive(into: buffer.base + received, count: room - received)
            guard case .moved(let count) = transfer else { return nil }
            received += count
            let bytes = buffer.bytes.extracting(first: min(received, Self.headRoom))
            if let head = LimitRequestHead.find(in: bytes) {
                guard kind == .discard || head.size + head.contentLength <= buffer.count else { return nil }
                return Request(headSize: head.size, bodySize: head.contentLength, received: received)
            }
        }
        return nil
    }

    private func receiveBody(_ count: Int, after received: Int, to buffer: MemoryRegion) -> Bool {
        var done = 0
        while done < count {
            let transfer =
                switch kind {
                case .sink:
                    unsafe socket.receive(
                        into: buffer.base + received + done, count: count - done, flags: Int32(MSG_WAITALL))
                case .discard:
                    unsafe socket.receive(
                        into: nil, count: count - done, flags: Int32(MSG_TRUNC | MSG_WAITALL))
                }
            guard case .moved(let more) = transfer else { return false }
            done += more
        }
        return true
    }
}
