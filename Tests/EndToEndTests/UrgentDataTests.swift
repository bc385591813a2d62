import Fixtures
import Glibc
import Testing

/// Bytes that are sent as urgent (`MSG_OOB`) wake whoever waits for the socket, and are then not there: after 128 of them
/// Linux gives a receive to a thread of its own, which keeps a window or a head buffer and blocks.
struct UrgentDataTests {
    /// What a connection has sent before.
    private static let beginnings = [
        [], Array("POST /pre".utf8), Request.head("kernel=maximum", ["Content-Length: 30000000"]),
        Request.head("kernel=maximum", ["Transfer-Encoding: chunked"]) + Array("1c9c380\r\n".utf8),
        // Landed, and discarded.
        Request.head("kernel=sum", ["Transfer-Encoding: chunked"]) + Array("1c9c380\r\n".utf8),
        Array("POST /none HTTP/1.1\r\nHost: a\r\nContent-Length: 30000000\r\n\r\n".utf8),
    ]

    @Test(arguments: [false, true])
    func holdNeitherAThreadNorABuffer(unix: Bool) throws {
        let arguments = [
            "--threads", "1", "--first-byte-timeout", "3s", "--head-timeout", "3s", "--body-period", "3s",
        ]
        try withServer(arguments, unix: unix) { server in
            let threads = server.settledThreadNames
            let clients = try Self.beginnings.flatMap { beginning in
                try (0..<2).map { _ in
                    let client = try server.connect()
                    try client.send(beginning)
                    return client
                }
            }
            // More than the 128, slowly enough for each to be seen alone.
            for _ in 0..<300 {
                for client in clients { _ = client.sendUrgent(0x78) }
                usleep(2000)
            }
            expectSameThreads(server, threads)
            let fixture = try #require(Fixture.all.first { $0.count == 10_000 })
            let answer = try server.ask(
                Request.post(fixture.bytes, query: "columns=\(fixture.columns)"))
            #expect(answer.bits == fixture.answers["row-mean-std"], "\(answer)")
            for client in clients { client.reset() }
        }
    }
}
