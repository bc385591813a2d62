import Glibc
import Testing

/// What Linux holds for clients who send and do not read.
struct SocketMemoryTests {
    /// Each is fast at first, and so is granted much, and then sends requests whose answers it does not take: so nobody reads
    /// its requests either.
    @Test func clientsThatReadNothingHoldWhatIsGrantedToAll() throws {
        let budget = 16 << 20
        let clientCount = 24
        try withServer(["--threads", "1", "--socket-memory", "16MiB", "--response-period", "1m"]) { server in
            let body = [UInt8](repeating: 0, count: 16 << 20)
            let upload = Request.post(body, query: "kernel=sum")
            let requests = Array(String(repeating: Request.metrics, count: 1000).utf8)
            var clients: [Client] = []
            for _ in 0..<clientCount {
                let client = try Client(server.address, receiveBuffer: 4096)
                #expect(try client.ask(upload).bits == 0)
                client.sendUntilBlocked(requests)
                clients.append(client)
            }
            let sockets = try #require(try ServerSockets(of: server.address))
            #expect(sockets.count >= clientCount)
            #expect(sockets.unread > 1 << 20, "they have sent too little to tell")
            // Beside the smallest buffer of each, 128 KiB as Linux counts.
            #expect(sockets.unread <= budget + clientCount << 17, "\(sockets)")
            #expect(sockets.unsent > clientCount << 10 && sockets.unsent <= clientCount << 19, "\(sockets)")
            let granted = try server.metrics()["receive_buffer_bytes"]
            #expect(granted > 1 << 20)
            // Somebody who comes now is served all the same.
            #expect(try server.ask(upload).bits == 0)
            for client in clients { client.close() }
            #expect(try eventually { try server.metrics()["receive_buffer_bytes"] <= budget / 2 })
        }
    }
}

extension Client {
    /// Again and again, until nothing of it is taken for a tenth of a second.
    func sendUntilBlocked(_ bytes: [UInt8]) {
        while isReady(descriptor, POLLOUT, before: Deadline(after: .milliseconds(100))) {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT | MSG_NOSIGNAL))
            }
            if count <= 0, errno != EAGAIN { return }
        }
    }
}
