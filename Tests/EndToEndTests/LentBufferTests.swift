import Glibc
import Testing

/// Many clients on this machine that each send a body now and then: more than the server has large receive buffers for.
///
/// What a client has been allowed to send it sends at once after a pause. If its buffer is another's by then most of that is lost, and
/// sent again when 200 ms have passed.
@Suite(.enabled(if: Client.countsTimeouts, "Linux counts them from 6.7 on"))
struct LentBufferTests {
    struct Crowd {
        var bodyBytes: Int
        var body = "streamed"
    }

    @Test(arguments: [
        Crowd(bodyBytes: 1 << 20), Crowd(bodyBytes: 3 << 20), Crowd(bodyBytes: 16 << 20),
        Crowd(bodyBytes: 3 << 20, body: "landed"),
    ])
    func whoPausesLosesNothing(crowd: Crowd) throws {
        // Four of 2 MiB.
        try withServer(["--threads", "1", "--socket-memory", "16MiB", "--body", crowd.body]) { server in
            let upload = Request.post([UInt8](repeating: 0, count: crowd.bodyBytes), query: "kernel=sum")
            let clients = try (0..<12).map { _ in try Client(server.address) }
            for round in 0..<4 {
                // Longer than a buffer is kept for who had it last.
                if round > 0 { usleep(1_200_000) }
                for client in clients { #expect(try client.ask(upload).bits == 0) }
            }
            let timeouts = clients.map(\.retransmissionTimeouts)
            // The first four came before there was a crowd, and kept theirs until it was taken: once each at most. Of 36 bodies after
            // a pause some 30 lose something where nothing is lent.
            #expect(timeouts.reduce(0, +) <= 4, "\(timeouts)")
            #expect(try server.metrics()["receive_buffer_bytes"] <= 8 << 20)
            for client in clients { client.close() }
        }
    }
}

extension Client {
    /// Whether `TCP_INFO` goes as far as `tcpi_total_rto`, its last field but two, which the C library does not know yet.
    static var countsTimeouts: Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { _ = Glibc.close(descriptor) }
        return information(of: descriptor).count >= timeoutsOffset + 2
    }

    /// How often this end has waited for an acknowledgement in vain.
    var retransmissionTimeouts: Int {
        let bytes = Self.information(of: descriptor)
        return Int(bytes[Self.timeoutsOffset]) | Int(bytes[Self.timeoutsOffset + 1]) << 8
    }

    private static let timeoutsOffset = 240

    private static func information(of descriptor: Int32) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 512)
        var length = socklen_t(bytes.count)
        let result = unsafe bytes.withUnsafeMutableBytes {
            unsafe getsockopt(descriptor, Int32(IPPROTO_TCP), TCP_INFO, $0.baseAddress, &length)
        }
        return result == 0 ? Array(bytes.prefix(Int(length))) : []
    }
}
