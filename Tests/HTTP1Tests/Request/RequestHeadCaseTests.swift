import HTTP1
import Seeds
import Testing

/// The rows of HTTP.md that a parser can decide, one case each and more, from `Cases/`.
struct RequestHeadCaseTests {
    static let files = [
        "request-line.txt", "target.txt", "early-refusals.txt", "fields.txt", "host.txt", "framing.txt",
        "connection.txt", "limits.txt",
    ]

    static let cases = files.flatMap { Case.load($0) }

    @Test(arguments: cases)
    func answersAsExpectedHoweverItArrives(_ one: Case) {
        let memory = GuardedMemory(capacity: one.input.count)
        let count = one.input.count
        let whole = HeadTrace.of(one.input, arrivingAt: [count], in: memory)

        if one.verdict.contains(" ") || Int(one.verdict) == nil {
            #expect(whole.verdict == one.verdict)
        } else {
            #expect(whole.verdict.hasPrefix(one.verdict + " "))
        }
        #expect(!whole.verdict.contains { $0 == "\"" || $0 == "\\" || !$0.isASCII }, "not fit for JSON")
        for (key, value) in one.expectations where key != "after" {
            #expect(whole.parts[key] == value, "\(key)")
        }
        #expect(HeadTrace.of(one.input, arrivingAt: 0...count, in: memory) == whole, "byte by byte")
        for cut in cuts(of: count) {
            #expect(HeadTrace.of(one.input, arrivingAt: [cut, count], in: memory) == whole, "cut at \(cut)")
        }
    }

    /// `after: n` in a case: n bytes settle it, and no fewer.
    @Test(arguments: cases.filter { one in one.expectations.contains { $0.key == "after" } })
    func isSettledWithoutWaitingForMore(_ one: Case) throws {
        let after = try #require(one.expectations.first { $0.key == "after" }.flatMap { Int($0.value) })
        let memory = GuardedMemory(capacity: one.input.count)
        #expect(HeadTrace.of(one.input, arrivingAt: [after], in: memory).verdict.hasPrefix(one.verdict))
        #expect(HeadTrace.of(one.input, arrivingAt: [after - 1], in: memory).verdict == "needs more")
    }

    @Test func keepsItsVerdictUntilReset() {
        let memory = GuardedMemory(capacity: 4096)
        var parser = RequestHeadParser()
        func verdict(_ text: String) -> String {
            memory.with(Array(text.utf8)) { HeadTrace(parser.parse($0), parser, $0).verdict }
        }
        let good =
            "GET / HTTP/1.1\r\nHost: a\r\nOrigin: b\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
        #expect(verdict(good) == "complete")
        #expect(verdict(good + "more") == "complete")
        parser.reset()
        #expect(verdict("GET\t") == "400 The request does not begin with an HTTP method and one space.")
        #expect(verdict(good) == "400 The request does not begin with an HTTP method and one space.")
        parser.reset()
        let next = "PUT /b HTTP/1.0\r\n\r\n"
        let fresh = HeadTrace.of(Array(next.utf8), arrivingAt: [next.utf8.count], in: memory)
        #expect(memory.with(Array(next.utf8)) { HeadTrace(parser.parse($0), parser, $0) } == fresh)
    }

    /// One parser serves a connection for its life: nothing of one request may show in the next.
    @Test func remembersNothingAfterReset() {
        var random = SeededGenerator.announced(for: "remembersNothingAfterReset")
        let memory = GuardedMemory(capacity: 32768)
        var parser = RequestHeadParser()
        for one in Self.cases.shuffled(using: &random) + Self.cases.shuffled(using: &random) {
            let fresh = HeadTrace.of(one.input, arrivingAt: [one.input.count], in: memory)
            parser.reset()
            let reused = memory.with(one.input) { HeadTrace(parser.parse($0), parser, $0) }
            #expect(reused == fresh, "\(one.name)")
        }
    }

    @Test func keepsToSmallerLimits() {
        let memory = GuardedMemory(capacity: 4096)
        let limits = HeadLimits(targetBytes: 4, headBytes: 64, fields: 2)
        func verdict(_ text: String) -> String {
            HeadTrace.of(Array(text.utf8), arrivingAt: 0...text.utf8.count, limits: limits, in: memory)
                .verdict
        }
        #expect(verdict("GET /abc HTTP/1.0\r\nA: b\r\nC: d\r\n\r\n") == "complete")
        #expect(verdict("GET /abcd").hasPrefix("414 "))
        #expect(verdict("GET /abc HTTP/1.0\r\nA: b\r\nC: d\r\nE").hasPrefix("431 "))
        #expect(verdict("GET /abc HTTP/1.0\r\nA: " + String(repeating: "b", count: 42)).hasPrefix("431 "))
        #expect(verdict("GET /abc HTTP/1.0\r\nA: " + String(repeating: "b", count: 41)) == "needs more")
        #expect(
            verdict("GET /abc HTTP/1.0\r\nA: " + String(repeating: "b", count: 38) + "\r\n\r\n") == "complete"
        )
    }
}
