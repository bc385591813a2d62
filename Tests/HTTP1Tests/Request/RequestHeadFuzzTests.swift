import HTTP1
import Seeds
import Testing

/// Damaged requests: whatever they are, the verdict is the same however they arrive, and nothing is read
/// beyond them.
struct RequestHeadFuzzTests {
    /// What attacks and accidents are made of.
    private static let fragments = [
        "\r\n", "\r", "\n", "\r\n\r\n", " ", "\t", ":", ",", ";", "\0", "\u{7F}", "GET ", "PRI * ", "SSH-",
        "/", "?", "*",
        "http://", "HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "Host: a\r\n", "Host:", "[::1]",
        "Content-Length: 5\r\n",
        "Content-Length", "Transfer-Encoding: chunked\r\n", "chunked", "gzip", "Connection: close\r\n",
        "keep-alive",
        "Expect: 100-continue\r\n", "_", "-", "9223372036854775808", "@", "%00", "#", "\\", "\"",
    ].map { Array($0.utf8) }

    @Test func verdictDependsOnTheBytesAlone() {
        var random = SeededGenerator.announced(for: "RequestHeadFuzzTests")
        let corpus = RequestHeadCaseTests.cases.map(\.input).filter { $0.count < 512 }
        let memory = GuardedMemory(capacity: 4096)
        // Small enough that the limits are often met.
        let limits = HeadLimits(targetBytes: 24, headBytes: 160, fields: 4)
        var verdicts: [String: Int] = [:]
        for round in 0..<30000 {
            let input = Self.damaged(
                corpus[Int.random(in: 0..<corpus.count, using: &random)], corpus, using: &random)
            let limits = round.isMultiple(of: 2) ? limits : HeadLimits()
            let whole = HeadTrace.of(input, arrivingAt: [input.count], limits: limits, in: memory)
            verdicts[String(whole.verdict.prefix(3)), default: 0] += 1
            let pieces = Self.pieces(of: input.count, using: &random)
            for ends in [Array(0...input.count), pieces] {
                let cut = HeadTrace.of(input, arrivingAt: ends, limits: limits, in: memory)
                if cut != whole { Issue.record("\(input): whole \(whole), cut at \(ends) \(cut)") }
            }
        }
        // A fuzzer that never gets through the door, or never fails, tests nothing.
        for verdict in ["com", "nee", "400", "414", "431", "501", "505", "417"] {
            #expect(verdicts[verdict, default: 0] > 10, "\(verdict) of \(verdicts)")
        }
    }

    private static func damaged(
        _ input: [UInt8], _ corpus: [[UInt8]], using random: inout SeededGenerator
    ) -> [UInt8] {
        var input = input
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            let at = Int.random(in: 0...input.count, using: &random)
            let other = fragments[Int.random(in: 0..<fragments.count, using: &random)]
            switch Int.random(in: 0..<7, using: &random) {
            case 0 where at < input.count: input[at] = UInt8.random(in: 0...255, using: &random)
            case 1 where at < input.count: input[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 2 where at < input.count: input.remove(at: at)
            case 3: input.removeLast(min(input.count, Int.random(in: 0...8, using: &random)))
            case 4:
                // The head of one request with the tail of another.
                let tail = corpus[Int.random(in: 0..<corpus.count, using: &random)]
                input = Array(input[..<at]) + tail[min(at, tail.count)...]
            default: input.insert(contentsOf: other, at: at)
            }
        }
        return input
    }

    /// Ends of up to five pieces.
    static func pieces(of count: Int, using random: inout SeededGenerator) -> [Int] {
        (0..<Int.random(in: 1...4, using: &random)).map { _ in Int.random(in: 0...count, using: &random) }
            .sorted()
            + [count]
    }
}
