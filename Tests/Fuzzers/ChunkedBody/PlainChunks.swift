import HTTP1

/// A chunked body read once more as plainly as can be: from front to back, RFC 9112 section 7.1 line by line.
struct PlainChunks {
    private(set) var data: [UInt8] = []
    /// Bytes used.
    private(set) var offset = 0

    private let input: [UInt8]
    private let bodyLimit: Int
    private let limits: ChunkedLimits
    private var chunks = 0
    private var extensionBytes = 0

    init(_ input: [UInt8], bodyLimit: Int, _ limits: ChunkedLimits) {
        self.input = input
        self.bodyLimit = bodyLimit
        self.limits = limits
    }

    private enum End: Error {
        case needsMore
        case refused(Int)
    }

    /// `complete`, `needs more`, or the status of the refusal.
    mutating func decode() -> String {
        do throws(End) {
            while try readChunk() {}
            try readTrailers()
            return "complete"
        } catch {
            switch error {
            case .needsMore: return "needs more"
            case .refused(let status): return "\(status) "
            }
        }
    }

    /// False after the last chunk, which has no data.
    private mutating func readChunk() throws(End) -> Bool {
        var digits = ""
        while let digit = peek(), Character(Unicode.Scalar(digit)).isHexDigit {
            digits.unicodeScalars.append(Unicode.Scalar(digit))
            if digits.count > 16 { throw .refused(400) }
            offset += 1
        }
        let end = try look()
        guard !digits.isEmpty, end == 0x0D || end == 0x3B else { throw .refused(400) }
        let size = UInt64(digits, radix: 16)!
        if size > UInt64(bodyLimit - data.count) { throw .refused(413) }
        if size > 0 { chunks += 1 }
        if chunks > limits.chunks { throw .refused(400) }
        if end == 0x3B { try readExtension() }
        try expect("\r\n")
        if size == 0 { return false }
        let part = input[offset...].prefix(Int(size))
        data += part
        offset += part.count
        try expect("\r\n")
        return true
    }

    private mutating func readExtension() throws(End) {
        var text: [UInt8] = []
        repeat {
            text.append(try look())
            extensionBytes += 1
            if extensionBytes > limits.extensionBytes { throw .refused(400) }
            offset += 1
            let name = text.dropFirst().drop { $0 == 0x20 || $0 == 0x09 }
            if let first = name.first, !isToken(first) { throw .refused(400) }
            if !isContent(text.last!) { throw .refused(400) }
            if try look() == 0x0D, name.isEmpty { throw .refused(400) }
        } while try look() != 0x0D
    }

    private mutating func readTrailers() throws(End) {
        var fields = 0
        var bytes = 0
        while try look() != 0x0D {
            fields += 1
            if fields > limits.trailerFields { throw .refused(400) }
            var name = ""
            while try lookAtTrailer(bytes) != 0x3A {
                let byte = try look()
                guard isToken(byte) else { throw .refused(400) }
                name.unicodeScalars.append(Unicode.Scalar(byte))
                bytes += 1
                offset += 1
            }
            let forbidden = ["content-length", "transfer-encoding", "host", "authorization"]
            if name.isEmpty || forbidden.contains(name.lowercased()) { throw .refused(400) }
            while try lookAtTrailer(bytes) != 0x0D {
                guard isContent(try look()) else { throw .refused(400) }
                bytes += 1
                offset += 1
            }
            bytes += 1
            offset += 1
            guard try lookAtTrailer(bytes) == 0x0A else { throw .refused(400) }
            bytes += 1
            offset += 1
        }
        try expect("\r\n")
    }

    // MARK: Bytes

    private func peek() -> UInt8? { offset < input.count ? input[offset] : nil }

    private func look() throws(End) -> UInt8 {
        guard let byte = peek() else { throw .needsMore }
        return byte
    }

    /// The next byte of a trailer line, unless it is one too many.
    private func lookAtTrailer(_ bytesBefore: Int) throws(End) -> UInt8 {
        let byte = try look()
        if bytesBefore >= limits.trailerBytes { throw .refused(400) }
        return byte
    }

    private mutating func expect(_ text: String) throws(End) {
        for byte in text.utf8 {
            guard try look() == byte else { throw .refused(400) }
            offset += 1
        }
    }

    private func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }

    private func isContent(_ byte: UInt8) -> Bool { byte == 0x09 || byte >= 0x20 && byte != 0x7F }
}
