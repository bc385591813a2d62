// Trailers are checked like header fields and dropped, never merged into the head: a trailer that became a
// field after the decisions were made would be a way around them (RFC 9110 section 6.5.1).

/// What the decoder remembers of the trailer section.
struct Trailers: Sendable {
    private(set) var fieldCount = 0
    private(set) var byteCount = 0

    /// The name being read, as far as it can still be a forbidden one: those have 17 bytes at most.
    private var name = InlineArray<17, UInt8>(repeating: 0)
    private var nameCount = 0

    mutating func countByte(limits: ChunkedLimits) throws(Refusal) {
        byteCount += 1
        guard byteCount <= limits.trailerBytes else {
            throw .badRequest("The body's trailers have too many bytes", .limit(limits.trailerBytes))
        }
    }

    mutating func startField(limits: ChunkedLimits) throws(Refusal) {
        nameCount = 0
        fieldCount += 1
        guard fieldCount <= limits.trailerFields else {
            throw .badRequest("The body has too many trailer fields", .limit(limits.trailerFields))
        }
    }

    mutating func append(toName byte: UInt8) {
        if nameCount < name.count { name[nameCount] = byte }
        nameCount = min(nameCount + 1, name.count + 1)
    }

    /// Fields that decide framing, routing or access have been acted on before the body.
    var nameIsForbidden: Bool {
        guard nameCount <= name.count else { return false }
        let name = name.span.rawBytes.extracting(0..<nameCount)
        return name.equalsIgnoringCase("content-length") || name.equalsIgnoringCase("transfer-encoding")
            || name.equalsIgnoringCase("host") || name.equalsIgnoringCase("authorization")
    }
}

extension ChunkedDecoder {
    /// Takes one byte of the trailer section.
    mutating func takeTrailer(_ byte: UInt8) throws(Refusal) {
        if state == .trailerStart, byte == ASCII.carriageReturn {
            state = .lastLineFeed
            return
        }
        try trailers.countByte(limits: limits)
        switch state {
        case .trailerStart:
            guard ASCII.isToken(byte) else {
                throw .badRequest("A trailer line does not begin with a field name.")
            }
            try trailers.startField(limits: limits)
            trailers.append(toName: byte)
            state = .trailerName
        case .trailerName:
            if byte == ASCII.colon {
                if trailers.nameIsForbidden {
                    throw .badRequest("A trailer names a field that may only stand in the head.")
                }
                state = .trailerValue
                return
            }
            guard ASCII.isToken(byte) else {
                throw .badRequest("A trailer line is not a field name followed directly by a colon.")
            }
            trailers.append(toName: byte)
        case .trailerValue:
            if byte == ASCII.carriageReturn {
                state = .trailerLineFeed
                return
            }
            guard ASCII.isFieldContent(byte) else {
                throw .badRequest("A trailer's value holds a control character.")
            }
        default:
            try expect(byte, ASCII.lineFeed, "A trailer line has a carriage return without a line feed.")
            state = .trailerStart
        }
    }
}
