/// What the parser remembers of the fields seen so far, to judge the head at its end.
struct FieldNotes: Sendable {
    var contentLength: Int?
    var transferCodings = TransferCodings()
    var namesClose = false
    var namesKeepAlive = false
    var expectsContinue = false
    /// An expectation that is not `100-continue`.
    var otherExpectation: ByteRange?
}

extension RequestHeadParser {
    /// Takes down one field and judges what can be judged of it alone.
    ///
    /// Names are compared as they are: `Transfer_Encoding` is another field than `Transfer-Encoding`.
    ///
    /// - Parameter rawValue: everything between the colon and the line's end.
    mutating func note(field name: ByteRange, rawValue: Range<Int>, in bytes: RawSpan) throws(Refusal) {
        let value = ByteRange(bytes.trimmingBlanks(rawValue))
        head.append(name: name, value: value)
        let nameBytes = bytes.extracting(name)
        let valueBytes = bytes.extracting(value)
        switch name.count {
        case 4 where nameBytes.equalsIgnoringCase("host"):
            guard head.host == nil else { throw .badRequest("The request has more than one Host field.") }
            guard isValidAuthority(valueBytes) else {
                throw .badRequest(
                    "The Host field is not a host name with an optional port", .came(Excerpt(valueBytes)))
            }
            head.host = value
        case 6 where nameBytes.equalsIgnoringCase("accept"):
            if head.accept == nil { head.accept = value }
        case 6 where nameBytes.equalsIgnoringCase("expect"):
            if valueBytes.equalsIgnoringCase("100-continue") {
                fieldNotes.expectsContinue = true
            } else {
                fieldNotes.otherExpectation = value
            }
        case 6 where nameBytes.equalsIgnoringCase("origin"):
            guard head.origin == nil else { throw .badRequest("The request has more than one Origin field.") }
            head.origin = value
        case 10 where nameBytes.equalsIgnoringCase("connection"):
            noteConnection(valueBytes)
        case 12 where nameBytes.equalsIgnoringCase("content-type"):
            guard head.contentType == nil else {
                throw .badRequest("The request has more than one Content-Type field.")
            }
            head.contentType = value
        case 13 where nameBytes.equalsIgnoringCase("authorization"):
            guard head.authorization == nil else {
                throw .badRequest("The request has more than one Authorization field.")
            }
            head.authorization = value
        case 14 where nameBytes.equalsIgnoringCase("content-length"):
            try noteContentLength(valueBytes)
        case 16 where nameBytes.equalsIgnoringCase("content-encoding"):
            guard head.contentEncodingIsIdentity else { break }
            head.contentEncodingIsIdentity = ContentCoding.isIdentity(valueBytes)
            if head.contentEncoding == nil || !head.contentEncodingIsIdentity {
                head.contentEncoding = value
            }
        case 17 where nameBytes.equalsIgnoringCase("transfer-encoding"):
            try fieldNotes.transferCodings.add(bytes.extracting(rawValue))
        default: break
        }
    }

    /// RFC 9112 section 6.3 would let equal repetitions pass; a server that takes the first and one that
    /// takes the last must not be able to stand in one chain, so there is one field with one number.
    private mutating func noteContentLength(_ value: RawSpan) throws(Refusal) {
        guard fieldNotes.contentLength == nil else {
            throw .badRequest("The request has more than one Content-Length field.")
        }
        guard let length = parseDecimal(value) else {
            throw .badRequest(
                "Content-Length is not a decimal number that this server can count to", .came(Excerpt(value)))
        }
        fieldNotes.contentLength = length
    }

    private mutating func noteConnection(_ value: RawSpan) {
        var options = ListMembers(value)
        while let option = options.next() {
            let option = value.extracting(option)
            if option.equalsIgnoringCase("close") { fieldNotes.namesClose = true }
            if option.equalsIgnoringCase("keep-alive") { fieldNotes.namesKeepAlive = true }
        }
    }

    /// Judges the head as a whole. Framing comes first: nothing may be served of a request whose end is in doubt.
    mutating func settle(_ bytes: RawSpan) throws(Refusal) {
        if head.version == .http11, head.host == nil {
            throw .badRequest("The request has no Host field.")
        }
        head.framing = try framing(bytes)
        if let expectation = fieldNotes.otherExpectation {
            throw Refusal(
                .expectationFailed, "The only expectation this server meets is 100-continue",
                .came(Excerpt(bytes.extracting(expectation))))
        }
        let mayHaveBody = head.framing != .none && head.framing != .length(0)
        head.expectsContinue = fieldNotes.expectsContinue && head.version == .http11 && mayHaveBody
        head.keepsAlive = !fieldNotes.namesClose && (head.version == .http11 || fieldNotes.namesKeepAlive)
    }

    private func framing(_ bytes: RawSpan) throws(Refusal) -> BodyFraming {
        guard fieldNotes.transferCodings.isPresent else {
            return fieldNotes.contentLength.map { .length($0) } ?? .none
        }
        // An HTTP/1.0 server in the chain would not know the field and read on with the length it believes
        // in (RFC 9112 section 6.1).
        guard head.version == .http11 else {
            throw .badRequest("HTTP/1.0 has no Transfer-Encoding.")
        }
        // Request smuggling itself: CL.TE and TE.CL (RFC 9112 section 6.3).
        guard fieldNotes.contentLength == nil else {
            throw .badRequest("The request has both Content-Length and Transfer-Encoding.")
        }
        guard !fieldNotes.transferCodings.namesUnknown else {
            let value = head.firstValue(named: "transfer-encoding", in: bytes) ?? .empty
            throw Refusal(
                .notImplemented, "The only transfer coding this server knows is chunked",
                .came(Excerpt(bytes.extracting(value))))
        }
        return .chunked
    }
}
