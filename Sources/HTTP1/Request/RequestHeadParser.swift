/// Parses a request head in place, as its bytes arrive.
///
/// The parser is a machine that looks at each byte once and decides at the earliest byte that settles the
/// matter, so its verdict depends on the bytes alone: never on how the network cut them up. It keeps
/// offsets, not pointers; the buffer may move between calls as long as its bytes stay the same.
///
/// One parser serves a connection for its life, ``reset()`` between requests. It never allocates.
public struct RequestHeadParser: Sendable {
    /// What the bytes so far amount to.
    public enum Verdict: Sendable {
        /// The head is good so far and not at its end.
        case needsMore
        /// The head is whole: see ``RequestHeadParser/head``.
        case complete
        /// The head will never be acceptable, whatever follows. The connection cannot be used further.
        case refused(Refusal)
    }

    /// The head. Valid once ``parse(_:)`` returned `.complete`, until ``reset()``.
    public internal(set) var head = RequestHead()

    /// Where in the head the next byte stands.
    enum State: Sendable {
        case emptyLines, emptyLineFeed
        case method, target, version, requestLineFeed
        case lineStart, fieldName, fieldValue, fieldLineFeed
        case lastLineFeed, complete
    }

    let limits: HeadLimits
    var state = State.emptyLines
    private var refusal: Refusal?
    /// The first byte not looked at yet.
    var position = 0
    /// The first byte of the token being read: method, target, version, field name or raw field value.
    var tokenStart = 0
    var methodWord: UInt64 = 0
    var majorVersion: UInt8 = 0
    private var fieldName = ByteRange.empty
    private var fieldValueEnd = 0
    var fieldNotes = FieldNotes()

    /// Makes a parser for a head buffer of `limits.headBytes` bytes.
    public init(limits: HeadLimits = .init()) {
        self.limits = limits
    }

    /// Makes ready for the next request.
    public mutating func reset() {
        head.reset()
        state = .emptyLines
        refusal = nil
        position = 0
        tokenStart = 0
        methodWord = 0
        fieldNotes = FieldNotes()
    }

    /// Looks at the bytes that are new since the last call.
    ///
    /// - Parameter bytes: everything in the head buffer so far, from its first byte. Bytes after the head's
    ///   end are not looked at.
    /// - Returns: the verdict; once it is not `.needsMore` it stays the same until ``reset()``.
    public mutating func parse(_ bytes: RawSpan) -> Verdict {
        if let refusal { return .refused(refusal) }
        let end = min(bytes.byteCount, limits.headBytes)
        do throws(Refusal) {
            while state != .complete {
                if position >= end {
                    // The buffer is full and the head is not at its end: decided here, so that it does not
                    // matter whether one more byte has come already.
                    if end == limits.headBytes {
                        throw Refusal(
                            .requestHeaderFieldsTooLarge, "The request head has too many bytes",
                            .limit(limits.headBytes))
                    }
                    return .needsMore
                }
                try advance(bytes, to: end)
            }
        } catch {
            refusal = error
            return .refused(error)
        }
        return .complete
    }

    /// Reads on in the present state, until it changes or the bytes end. There is at least one byte.
    @inline(__always)
    private mutating func advance(_ bytes: RawSpan, to end: Int) throws(Refusal) {
        switch state {
        case .emptyLines: try skipEmptyLine(bytes)
        case .emptyLineFeed: try take(lineFeed: bytes, then: .emptyLines)
        case .method: try readMethod(bytes, to: end)
        case .target: try readTarget(bytes, to: end)
        case .version: try readVersion(bytes, to: end)
        case .requestLineFeed: try take(lineFeed: bytes, then: .lineStart)
        case .lineStart: try startLine(bytes)
        case .fieldName: try readFieldName(bytes, to: end)
        case .fieldValue: try readFieldValue(bytes, to: end)
        case .fieldLineFeed:
            try take(lineFeed: bytes, then: .lineStart)
            try note(field: fieldName, rawValue: tokenStart..<fieldValueEnd, in: bytes)
        case .lastLineFeed:
            try take(lineFeed: bytes, then: .complete)
            head.byteCount = position
            try settle(bytes)
        case .complete: break
        }
    }

    /// A CR alone ends a line for some servers and not for others: the way requests are split (RFC 9112 section 2.2).
    @inline(__always)
    private mutating func take(lineFeed bytes: RawSpan, then next: State) throws(Refusal) {
        guard bytes.byte(at: position) == ASCII.lineFeed else {
            throw .badRequest("The request head has a carriage return without a line feed.")
        }
        position += 1
        state = next
    }

    // MARK: Fields

    private mutating func startLine(_ bytes: RawSpan) throws(Refusal) {
        let byte = bytes.byte(at: position)
        if byte == ASCII.carriageReturn {
            position += 1
            state = .lastLineFeed
            return
        }
        // A folded line (RFC 9112 section 5.2), or a first field that some servers skip and others join to
        // the request line (section 2.2).
        if ASCII.isBlank(byte) { throw .badRequest("A header line begins with white space.") }
        guard head.fieldCount < limits.fields else {
            throw Refusal(
                .requestHeaderFieldsTooLarge, "The request has too many header fields", .limit(limits.fields))
        }
        tokenStart = position
        state = .fieldName
    }

    private mutating func readFieldName(_ bytes: RawSpan, to end: Int) throws(Refusal) {
        var offset = position
        while offset < end {
            let byte = bytes.byte(at: offset)
            if ASCII.isToken(byte) {
                offset += 1
                continue
            }
            // White space before the colon: removed by some, part of the name for others (RFC 9112 section 5.1).
            guard byte == ASCII.colon else {
                throw .badRequest("A header line is not a field name followed directly by a colon.")
            }
            guard offset > tokenStart else { throw .badRequest("A header field has no name.") }
            fieldName = ByteRange(tokenStart..<offset)
            tokenStart = offset + 1
            position = offset + 1
            state = .fieldValue
            return
        }
        position = offset
    }

    private mutating func readFieldValue(_ bytes: RawSpan, to end: Int) throws(Refusal) {
        while position < end {
            position = bytes.firstControl(in: position..<end)
            guard position < end else { return }
            let byte = bytes.byte(at: position)
            if byte == ASCII.carriageReturn {
                fieldValueEnd = position
                state = .fieldLineFeed
                position += 1
                return
            }
            // NUL cuts strings short in C servers; a bare LF ends the line for some (RFC 9110 section 5.5).
            guard byte == ASCII.tab else {
                throw .badRequest("A header field's value holds a control character.")
            }
            position += 1
        }
    }
}
