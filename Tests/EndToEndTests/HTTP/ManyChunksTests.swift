import Testing

/// Bodies in chunks of one byte: as many as are allowed, and an attack.
struct ManyChunksTests {
    private static let byte = Array("1\r\n\0\r\n".utf8)
    private static let end = Array("0\r\n\r\n".utf8)

    private static func chunks(_ count: Int) -> [UInt8] {
        Array(repeatElement(byte, count: count).joined())
    }

    private let head = Request.head("columns=1", ["Transfer-Encoding: chunked"])
    private let tooMany = "The body has too many chunks; the limit is 65536"

    @Test(arguments: ["streamed", "landed"])
    func takesAsManyAsAllowedAndNoMore(placement: String) throws {
        try withServer(["--body", placement, "--memory", "192MiB"]) { server in
            let client = try server.connect()
            #expect(try client.ask(head + Self.chunks(65_536) + Self.end).bits == 0)
            let refused = try client.ask(head + Self.chunks(65_537) + Self.end)
            #expect(
                refused.status == 400 && refused.saysClose && refused.text.contains(tooMany), "\(refused)")
            #expect(try client.readToEnd().isEmpty)
        }
    }

    /// Nothing is sized by their number.
    @Test(arguments: ["streamed", "landed"])
    func refusesAMillionInTheMemoryItHas(placement: String) throws {
        // A Unix socket, on which can be seen what the server has taken: an attacker that sends far ahead would lose
        // the answer with the rest.
        try withServer(["--body", placement, "--memory", "192MiB"], unix: true) { server in
            #expect(try server.ask(head + Self.chunks(65_536) + Self.end).bits == 0)
            let before = server.residentBytes
            let tenThousand = Self.chunks(10_000)
            for _ in 0..<2 {
                let client = try server.connect()
                try client.send(head)
                for _ in 0..<100 where !client.hasNews {
                    try client.send(tenThousand, cutAt: stride(from: 6000, to: tenThousand.count, by: 6000))
                }
                let answer = try client.readAnswer()
                #expect(answer.status == 400 && answer.text.contains(tooMany), "\(answer)")
            }
            let growth = server.residentBytes - before
            #expect(growth < 1 << 20, "\(growth) bytes more than after the largest number allowed")
        }
    }
}
