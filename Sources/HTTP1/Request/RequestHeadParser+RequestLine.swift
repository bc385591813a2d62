// The request line, RFC 9112 section 3: one method, one target, one version, single spaces between them.

extension RequestHeadParser {
    /// At most four empty lines before a request line, RFC 9112 section 2.2: old clients sent one after a body.
    private static let emptyLineBytes = 8

    mutating func skipEmptyLine(_ bytes: RawSpan) throws(Refusal) {
        guard bytes.byte(at: position) == ASCII.carriageReturn else {
            tokenStart = position
            state = .method
            return
        }
        guard position < Self.emptyLineBytes else {
            throw .badRequest("There are too many empty lines before the request line.")
        }
        position += 1
        state = .emptyLineFeed
    }

    /// Everything that is not HTTP/1 gives itself away here: a TLS hello by its first byte, the rest by name.
    mutating func readMethod(_ bytes: RawSpan, to end: Int) throws(Refusal) {
        while position < end {
            let byte = bytes.byte(at: position)
            if byte == ASCII.space {
                head.method = try knownMethod(bytes.extracting(tokenStart..<position))
                position += 1
                tokenStart = position
                state = .target
                return
            }
            guard ASCII.isToken(byte) else {
                throw .badRequest("The request does not begin with an HTTP method and one space.")
            }
            // Longer than any method served: RFC 9112 section 3 says 501, and there is no need to see its end.
            guard position - tokenStart < Method.longestName else {
                throw Self.unknownMethod(bytes.extracting(tokenStart..<position), continues: true)
            }
            methodWord = methodWord << 8 | UInt64(byte)
            if methodWord == 0x5353_482D {  // "SSH-": a banner, which has no space
                throw .badRequest("This is an HTTP server, not an SSH server.")
            }
            position += 1
        }
    }

    private static func unknownMethod(_ name: RawSpan, continues: Bool) -> Refusal {
        Refusal(
            .notImplemented, "The methods of this server are GET, HEAD, POST, PUT, PATCH, DELETE and OPTIONS",
            .came(Excerpt(name, continues: continues)))
    }

    private func knownMethod(_ name: RawSpan) throws(Refusal) -> Method {
        if let method = Method(word: methodWord) { return method }
        switch methodWord {
        case 0: throw .badRequest("The request line begins with a space.")
        case 0x50_5249:  // "PRI": the preface of HTTP/2, RFC 9113 section 3.4
            throw Refusal(.httpVersionNotSupported, "This server speaks HTTP/1.1, not HTTP/2.")
        case 0x50_524F_5859:  // "PROXY": HAProxy's PROXY protocol, version 1
            throw .badRequest("This server does not take the PROXY protocol.")
        default: throw Self.unknownMethod(name, continues: false)
        }
    }

    mutating func readTarget(_ bytes: RawSpan, to end: Int) throws(Refusal) {
        // Never look further than the byte that would be one too many: then 414 is decided at that byte.
        let stop = min(end, tokenStart + limits.targetBytes + 1)
        position = bytes.firstOutsideTarget(in: position..<stop)
        guard position < stop else {
            if position - tokenStart > limits.targetBytes {
                throw Refusal(
                    .uriTooLong, "The request target has too many bytes", .limit(limits.targetBytes))
            }
            return
        }
        guard bytes.byte(at: position) == ASCII.space else {
            throw .badRequest("The request target holds a byte that is not allowed there.")
        }
        head.target = ByteRange(tokenStart..<position)
        try head.splitTarget(in: bytes)
        position += 1
        tokenStart = position
        state = .version
    }

    /// Exactly `HTTP/` digit `.` digit CR LF: `HTTP/01.1`, `HTTP/1` and `http/1.1` are read differently by different servers.
    mutating func readVersion(_ bytes: RawSpan, to end: Int) throws(Refusal) {
        let name = ("HTTP/" as StaticString).bytes
        while position < end {
            let byte = bytes.byte(at: position)
            let isExpected =
                switch position - tokenStart {
                case 0..<5: byte == name.byte(at: position - tokenStart)
                case 5, 7: ASCII.isDigit(byte)
                case 6: byte == ASCII.dot
                default: byte == ASCII.carriageReturn
                }
            guard isExpected else {
                throw .badRequest(
                    "The request line does not end with one space, HTTP/1.1 or HTTP/1.0, and a line end.")
            }
            switch position - tokenStart {
            case 5: majorVersion = byte
            case 7: head.version = byte == ASCII.zero ? .http10 : .http11
            case 8:
                guard majorVersion == ASCII.zero + 1 else {
                    throw Refusal(
                        .httpVersionNotSupported, "This server speaks HTTP/1.1 and HTTP/1.0",
                        .came(Excerpt(bytes.extracting(tokenStart..<position))))
                }
                position += 1
                state = .requestLineFeed
                return
            default: break
            }
            position += 1
        }
    }
}
