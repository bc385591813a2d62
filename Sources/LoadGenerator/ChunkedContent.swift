/// Content that came in chunks (RFC 9112, section 7.1), found in the bytes received so far.
///
/// Like ``Response/find(in:ended:mayBeFollowed:)`` it keeps no state and is asked again when more bytes have come:
/// the answers of a comparison are a few hundred bytes.
struct ChunkedContent: Equatable {
    /// Where each chunk's content lies.
    private(set) var pieces: [Range<Int>] = []
    /// Where the trailers end.
    private(set) var end: Int

    /// Reads chunks that begin at `start`; nil when the last one, or its trailers, have not all come.
    static func find(in bytes: Span<UInt8>, from start: Int) throws(Response.Malformed) -> ChunkedContent? {
        var content = ChunkedContent(end: start)
        while let line = content.nextLine(in: bytes) {
            let size = try size(in: bytes.extracting(line))
            guard size > 0 else { return content.endsBehindTrailers(in: bytes) ? content : nil }
            let piece = content.end..<(content.end + size)
            guard bytes.count >= piece.upperBound + 2 else { return nil }
            guard bytes[piece.upperBound] == carriageReturn, bytes[piece.upperBound + 1] == lineFeed else {
                throw .chunk
            }
            content.pieces.append(piece)
            content.end = piece.upperBound + 2
        }
        return nil
    }

    private init(end: Int) {
        self.end = end
    }

    /// Passes over a line, which is returned without its end; nil when it has not all come.
    private mutating func nextLine(in bytes: Span<UInt8>) -> Range<Int>? {
        var index = end
        while index + 1 < bytes.count {
            if bytes[index] == carriageReturn, bytes[index + 1] == lineFeed {
                defer { end = index + 2 }
                return end..<index
            }
            index += 1
        }
        return nil
    }

    private mutating func endsBehindTrailers(in bytes: Span<UInt8>) -> Bool {
        while let line = nextLine(in: bytes) {
            if line.isEmpty { return true }
        }
        return false
    }

    /// Hexadecimal digits, and behind a semicolon extensions that nobody knows.
    private static func size(in line: Span<UInt8>) throws(Response.Malformed) -> Int {
        var size = 0
        var digits = 0
        while digits < line.count, let digit = hexadecimalDigit(line[digits]) {
            // A size beyond this is no answer of ours, and the sum above must not overflow.
            guard digits < 8 else { throw .chunk }
            size = size << 4 | digit
            digits += 1
        }
        guard digits > 0, digits == line.count || line[digits] == ascii(";") || line[digits] == space else {
            throw .chunk
        }
        return size
    }

    private static func hexadecimalDigit(_ byte: UInt8) -> Int? {
        switch byte {
        case ascii("0")...ascii("9"): Int(byte - ascii("0"))
        case ascii("a")...ascii("f"): Int(byte - ascii("a")) + 10
        case ascii("A")...ascii("F"): Int(byte - ascii("A")) + 10
        default: nil
        }
    }
}
