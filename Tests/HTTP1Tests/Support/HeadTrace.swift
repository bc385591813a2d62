import HTTP1

/// Everything a parser said about an input, as text that can be compared.
struct HeadTrace: Equatable, CustomStringConvertible {
    var verdict: String
    var parts: [String: String] = [:]

    var description: String { "\(verdict) \(parts.sorted { $0.key < $1.key })" }

    /// Parses an input that arrives in pieces ending at the given offsets. Each time it ends at an unreadable
    /// page, and stands elsewhere than before.
    static func of(
        _ input: [UInt8], arrivingAt ends: some Sequence<Int>, limits: HeadLimits = .init(),
        in memory: GuardedMemory
    )
        -> HeadTrace
    {
        var parser = RequestHeadParser(limits: limits)
        var trace = HeadTrace(verdict: "nothing was parsed")
        for end in ends {
            trace = memory.with(input[..<end]) { bytes in HeadTrace(parser.parse(bytes), parser, bytes) }
            if trace.verdict != "needs more" { break }
        }
        return trace
    }

    init(verdict: String) {
        self.verdict = verdict
    }

    init(_ verdict: RequestHeadParser.Verdict, _ parser: borrowing RequestHeadParser, _ bytes: RawSpan) {
        switch verdict {
        case .needsMore: self.verdict = "needs more"
        case .refused(let refusal): self.verdict = refusal.text
        case .complete:
            self.verdict = "complete"
            parts = Self.parts(of: parser.head, bytes)
        }
    }

    private static func parts(of head: RequestHead, _ bytes: RawSpan) -> [String: String] {
        var parts = [
            "method": "\(head.method.name)", "version": head.version == .http11 ? "1.1" : "1.0",
            "target": bytes.extracting(head.target).text, "path": head.path(in: bytes).text,
            "query": head.query(in: bytes).text, "asterisk": "\(head.isAsteriskForm)",
            "keeps alive": "\(head.keepsAlive)", "expects continue": "\(head.expectsContinue)",
            "bytes": "\(head.byteCount)", "fields": "\(head.fieldCount)",
            "identity": "\(head.contentEncodingIsIdentity)",
        ]
        switch head.framing {
        case .none: parts["framing"] = "none"
        case .length(let count): parts["framing"] = "length \(count)"
        case .chunked: parts["framing"] = "chunked"
        }
        for index in 0..<head.fieldCount {
            let field = head.field(at: index)
            parts["field \(index)"] =
                "\(bytes.extracting(field.name).text)=\(bytes.extracting(field.value).text)"
        }
        let known = [
            ("host", head.host), ("content type", head.contentType),
            ("content encoding", head.contentEncoding),
            ("accept", head.accept), ("origin", head.origin), ("authorization", head.authorization),
        ]
        for (name, range) in known { parts[name] = range.map { bytes.extracting($0).text } ?? "absent" }
        return parts
    }
}
