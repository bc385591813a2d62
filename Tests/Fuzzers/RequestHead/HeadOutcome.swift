import HTTP1

/// What a parser made of an input: two are equal if nothing that a server sees tells them apart.
///
/// `HeadTrace` of the tests says the same as text, and takes a hundred times as long.
struct HeadOutcome: Equatable, CustomStringConvertible {
    var verdict: RequestHeadParser.Verdict
    var head: RequestHead
    /// How many bytes had arrived when the parser said so.
    var arrived = 0

    init(_ verdict: RequestHeadParser.Verdict, _ head: RequestHead) {
        self.verdict = verdict
        self.head = head
    }

    /// Parses an input that arrives in pieces ending at the given offsets, and stops where it is settled.
    static func of(_ input: [UInt8], arrivingAt ends: some Sequence<Int>, _ limits: HeadLimits) -> HeadOutcome
    {
        var parser = RequestHeadParser(limits: limits)
        var outcome = HeadOutcome(.needsMore, parser.head)
        for end in ends {
            outcome = memory.with(input[..<end]) { HeadOutcome(parser.parse($0), parser.head) }
            outcome.arrived = end
            if case .needsMore = outcome.verdict { continue }
            break
        }
        return outcome
    }

    var description: String {
        switch verdict {
        case .needsMore: "needs more"
        case .refused(let refusal): "\(refusal.status.code) \(refusal.reason)"
        case .complete: "complete after \(head.byteCount), \(head.framing), \(head.fieldCount) fields"
        }
    }

    static func == (one: HeadOutcome, other: HeadOutcome) -> Bool {
        switch (one.verdict, other.verdict) {
        case (.needsMore, .needsMore): true
        case (.refused(let one), .refused(let other)):
            one.status == other.status && one.reason.description == other.reason.description
        case (.complete, .complete): isSame(one.head, other.head)
        default: false
        }
    }

    private static func isSame(_ one: RequestHead, _ other: RequestHead) -> Bool {
        guard one.method == other.method, one.version == other.version, one.target == other.target,
            one.path == other.path, one.query == other.query, one.isAsteriskForm == other.isAsteriskForm,
            one.framing == other.framing, one.keepsAlive == other.keepsAlive,
            one.expectsContinue == other.expectsContinue, one.byteCount == other.byteCount,
            one.fieldCount == other.fieldCount, one.host == other.host,
            one.contentType == other.contentType, one.contentEncoding == other.contentEncoding,
            one.accept == other.accept, one.origin == other.origin,
            one.authorization == other.authorization,
            one.contentEncodingIsIdentity == other.contentEncodingIsIdentity
        else { return false }
        return (0..<one.fieldCount).allSatisfy { one.field(at: $0) == other.field(at: $0) }
    }
}
