internal import LoadGenerator

/// Messages that must be refused, each with its status; then the connection ends.
struct BadFraming: Client {
    let site: Site

    func act(using random: inout SplitMix64) throws {
        let message = BadMessage.all.randomElement(using: &random)!
        let cut = Int.random(in: 0...message.bytes.count, using: &random)
        let pause = Int.random(in: 0...10, using: &random)
        let connection = try site.connect()
        do {
            try connection.send(Array(message.bytes[..<cut]))
            try connection.send(Array(message.bytes[cut...]))
        } catch LoadFailure.broken {
            // Refused before all of it was sent; the answer says so.
        }
        try connection.answer(message.status, to: message.name)
        try connection.expectEnd(within: .seconds(5), of: message.name)
        sleep(milliseconds: pause)
    }
}

/// A message and its refusal. Two readers could take each for different things, or it is larger than allowed.
struct BadMessage: Sendable {
    let name: String
    let bytes: [UInt8]
    let status: Int

    private init(_ name: String, _ status: Int, _ text: String) {
        self.name = name
        self.status = status
        bytes = Array(text.utf8)
    }

    private static func get(_ name: String, _ status: Int, _ fields: String) -> BadMessage {
        BadMessage(name, status, "GET /health HTTP/1.1\r\n\(fields)\r\n")
    }

    private static func post(_ name: String, _ status: Int, _ fields: String, _ body: String = "")
        -> BadMessage
    {
        BadMessage(name, status, "POST /predict HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\r\n\(body)")
    }

    private static func chunked(_ name: String, _ status: Int, _ body: String) -> BadMessage {
        post(name, status, "Transfer-Encoding: chunked", body)
    }

    static let all: [BadMessage] = [
        // Lengths.
        post("Content-Length twice", 400, "Content-Length: 4\r\nContent-Length: 4", "1234"),
        post("a list of lengths", 400, "Content-Length: 4, 4", "1234"),
        post("a signed length", 400, "Content-Length: +4", "1234"),
        post("a negative length", 400, "Content-Length: -4"),
        post("a hexadecimal length", 400, "Content-Length: 0x4", "1234"),
        post("a length that overflows", 400, "Content-Length: 99999999999999999999"),
        post("both framings", 400, "Content-Length: 4\r\nTransfer-Encoding: chunked", "0\r\n\r\n"),
        post("no framing", 411, "X: y"),
        post("10^18 bytes", 413, "Content-Length: 1000000000000000000"),
        post("one byte too many", 413, "Content-Length: \(Payloads.maxBodyBytes + 1)"),
        // Codings.
        post("chunked not last", 400, "Transfer-Encoding: chunked, gzip"),
        post("chunked twice", 400, "Transfer-Encoding: chunked, chunked"),
        post("an unknown coding", 501, "Transfer-Encoding: gzip"),
        post("another expectation", 417, "Content-Length: 4\r\nExpect: 200-ok"),
        // Chunks.
        chunked("a signed chunk size", 400, "+4\r\n1234\r\n0\r\n\r\n"),
        chunked("0x in a chunk size", 400, "0x4\r\n1234\r\n0\r\n\r\n"),
        chunked("17 digits of a chunk size", 400, "00000000000000004\r\n1234\r\n0\r\n\r\n"),
        chunked("a space behind a chunk size", 400, "4 \r\n1234\r\n0\r\n\r\n"),
        chunked("a bare line feed behind a chunk size", 400, "4\n1234\r\n0\r\n\r\n"),
        chunked("a chunk longer than its size", 400, "4\r\n12345\r\n0\r\n\r\n"),
        chunked("a chunk beyond the limit", 413, "ffffffffffffffff\r\n"),
        chunked("chunks beyond the limit", 413, "4\r\n1234\r\n1e00000\r\n"),
        chunked("a trailer Content-Length", 400, "4\r\n1234\r\n0\r\nContent-Length: 4\r\n\r\n"),
        // Lines and fields.
        BadMessage("a bare line feed", 400, "GET /health HTTP/1.1\nHost: a\r\n\r\n"),
        BadMessage("two spaces", 400, "GET  /health HTTP/1.1\r\nHost: a\r\n\r\n"),
        BadMessage("no version", 400, "GET /health\r\nHost: a\r\n\r\n"),
        BadMessage("version 2.0", 505, "GET /health HTTP/2.0\r\nHost: a\r\n\r\n"),
        BadMessage("the preface of HTTP/2", 505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        BadMessage("a TLS hello", 400, "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0"),
        BadMessage("an unknown method", 501, "BREW /health HTTP/1.1\r\nHost: a\r\n\r\n"),
        BadMessage("CONNECT", 501, "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n"),
        BadMessage("a target over 8 KiB", 414, "GET /\(String(repeating: "a", count: 8192)) HTTP/1.1\r\n"),
        get("no Host", 400, ""),
        get("Host twice", 400, "Host: a\r\nHost: a\r\n"),
        get("a space before a colon", 400, "Host: a\r\nX : y\r\n"),
        get("a folded line", 400, "Host: a\r\nX: y\r\n z\r\n"),
        get("a NUL in a value", 400, "Host: a\r\nX: \0\r\n"),
        get("65 fields", 431, "Host: a\r\n" + (1...64).map { "X\($0): y\r\n" }.joined()),
        get("a head over 16 KiB", 431, "Host: a\r\nX: \(String(repeating: "x", count: 16 << 10))\r\n"),
    ]
}
