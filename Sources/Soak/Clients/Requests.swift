internal import LoadGenerator

/// Bytes of requests.
enum Requests {
    static let health = text("GET /health HTTP/1.1", [])
    static let metrics = text("GET /metrics HTTP/1.1", [])

    /// A head without a body's.
    static func text(_ line: String, _ fields: [String]) -> [UInt8] {
        Array(([line, "Host: soak"] + fields + ["", ""]).joined(separator: "\r\n").utf8)
    }

    /// The head of a post.
    static func post(_ query: String, _ fields: [String]) -> [UInt8] {
        text("POST /predict?\(query) HTTP/1.1", fields)
    }

    /// The head of a post of so many bytes.
    static func post(_ query: String, length: Int, _ fields: [String] = []) -> [UInt8] {
        post(query, fields + ["Content-Length: \(length)"])
    }

    static func chunked(_ query: String, _ fields: [String] = []) -> [UInt8] {
        post(query, fields + ["Transfer-Encoding: chunked"])
    }

    static func chunkHeader(_ count: Int) -> [UInt8] { Array("\(String(count, radix: 16))\r\n".utf8) }
    static let chunkEnd: [UInt8] = [13, 10]
    static let lastChunk = Array("0\r\n\r\n".utf8)
}

/// Where a body is cut into pieces.
struct Cuts {
    let pieces: [Range<Int>]

    /// Up to `count` pieces of any length but none.
    init(of byteCount: Int, atMost count: Int, using random: inout SplitMix64) {
        let places = (1..<max(1, count)).map { _ in Int.random(in: 0...byteCount, using: &random) }
        let all = Set(places + [0, byteCount]).sorted()
        pieces = zip(all, all.dropFirst()).map { $0..<$1 }
    }
}

extension RawConnection {
    /// Sends a whole post of a body, in chunks or not.
    func post(_ payload: Payload, _ query: String, chunks: Cuts?, fields: [String] = []) throws {
        try send(
            chunks == nil
                ? Requests.post(query, length: payload.body.byteCount, fields)
                : Requests.chunked(query, fields))
        try send(bodyOf: payload, chunks: chunks)
    }

    /// Sends a body, in chunks or not.
    func send(bodyOf payload: Payload, chunks: Cuts?) throws {
        guard let chunks else { return try send(payload.body, 0..<payload.body.byteCount) }
        for piece in chunks.pieces {
            try send(Requests.chunkHeader(piece.count))
            try send(payload.body, piece)
            try send(Requests.chunkEnd)
        }
        try send(Requests.lastChunk)
    }
}
