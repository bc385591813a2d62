import HTTP1
import Seeds
import Testing

/// What holds for every chunked body.
struct ChunkedDecoderPropertyTests {
    /// A valid body: chunks of any size, extensions, trailers, leading zeros.
    private static func body(using random: inout SeededGenerator) -> [UInt8] {
        func sizeLine(_ size: Int) -> [UInt8] {
            var line = String(repeating: "0", count: Int.random(in: 0...3, using: &random))
            let digits = String(size, radix: 16)
            line += Bool.random(using: &random) ? digits : digits.uppercased()
            if Int.random(in: 0..<4, using: &random) == 0 {
                line += ["; a", ";b=c", ";d=\"e;f\""].randomElement(using: &random) ?? ""
            }
            return Array((line + "\r\n").utf8)
        }
        var body: [UInt8] = []
        for _ in 0..<Int.random(in: 0...4, using: &random) {
            let size = Int.random(in: 1...40, using: &random)
            body += sizeLine(size)
            // Data that looks like framing.
            body += (0..<size).map { _ in Array("\r\n01;:".utf8).randomElement(using: &random) ?? 0 }
            body += Array("\r\n".utf8)
        }
        body += sizeLine(0)
        for _ in 0..<Int.random(in: 0...2, using: &random) { body += Array("X: y\r\n".utf8) }
        return body + Array("\r\n".utf8)
    }

    private static func take(_ byte: UInt8, _ decoder: inout ChunkedDecoder, in memory: GuardedMemory) -> Bool
    {
        memory.with([byte]) { bytes in
            var offset = 0
            while true {
                switch decoder.next(bytes, from: &offset) {
                case .data: continue
                case .needsMore, .complete: return true
                case .refused: return false
                }
            }
        }
    }

    @Test func neverPromisesMoreThanMustCome() {
        var random = SeededGenerator.announced(for: "ChunkedDecoderPropertyTests.never")
        let memory = GuardedMemory(capacity: 64)
        for _ in 0..<1000 {
            let body = Self.body(using: &random)
            var decoder = ChunkedDecoder(bodyLimit: 1000)
            for (position, byte) in body.enumerated() {
                let minimum = decoder.minimumRemaining
                if minimum < 1 || minimum > body.count - position {
                    Issue.record("\(minimum) of \(body.count - position) in \(body) at \(position)")
                }
                if !Self.take(byte, &decoder, in: memory) { Issue.record("refused \(body) at \(position)") }
            }
            #expect(decoder.minimumRemaining == 0)
        }
    }

    /// From any position there is a way to end the body with exactly the bytes promised: each step of it
    /// makes the promise one byte smaller.
    @Test func promisesNoLessThanIsEnough() {
        var random = SeededGenerator.announced(for: "ChunkedDecoderPropertyTests.noLess")
        let memory = GuardedMemory(capacity: 64)
        let alphabet = Array("\r\n0:a".utf8)
        for _ in 0..<200 {
            let body = Self.body(using: &random)
            let cut = Int.random(in: 0...body.count, using: &random)
            var decoder = ChunkedDecoder(bodyLimit: 1000)
            for byte in body[..<cut] where !Self.take(byte, &decoder, in: memory) {
                Issue.record("refused \(body)")
            }
            while decoder.minimumRemaining > 0 {
                let next = alphabet.lazy.compactMap { byte -> ChunkedDecoder? in
                    var after = decoder
                    guard Self.take(byte, &after, in: memory) else { return nil }
                    return after.minimumRemaining == decoder.minimumRemaining - 1 ? after : nil
                }.first
                guard let next else {
                    Issue.record("\(decoder.minimumRemaining) too small after \(body[..<cut])")
                    break
                }
                decoder = next
            }
        }
    }

    @Test func verdictDependsOnTheBytesAlone() {
        var random = SeededGenerator.announced(for: "ChunkedDecoderPropertyTests.verdict")
        let corpus = ChunkedDecoderCaseTests.cases.map(\.input).filter { $0.count < 256 }
        let memory = GuardedMemory(capacity: 4096)
        let limits = ChunkedLimits(extensionBytes: 8, chunks: 3, trailerBytes: 24, trailerFields: 2)
        var verdicts: [String: Int] = [:]
        for round in 0..<30000 {
            var input =
                round.isMultiple(of: 3)
                ? Self.body(using: &random) : corpus[Int.random(in: 0..<corpus.count, using: &random)]
            for _ in 0..<Int.random(in: 0...2, using: &random) where !input.isEmpty {
                let at = Int.random(in: 0..<input.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: input[at] = UInt8.random(in: 0...255, using: &random)
                case 1: input[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 2: input.remove(at: at)
                default: input.insert(Array("\r\n0fF;: ".utf8).randomElement(using: &random) ?? 0, at: at)
                }
            }
            let decoder = ChunkedDecoder(bodyLimit: 60, limits: limits)
            let whole = ChunkedTrace.of(input, cutAt: [input.count], decoder: decoder, in: memory)
            verdicts[String(whole.verdict.prefix(3)), default: 0] += 1
            let pieces = RequestHeadFuzzTests.pieces(of: input.count, using: &random)
            for ends in [Array(0...input.count), pieces] {
                let cut = ChunkedTrace.of(input, cutAt: ends, decoder: decoder, in: memory)
                if cut != whole { Issue.record("\(input): whole \(whole), cut at \(ends) \(cut)") }
            }
        }
        for verdict in ["com", "nee", "400", "413"] {
            #expect(verdicts[verdict, default: 0] > 10, "\(verdict) of \(verdicts)")
        }
    }

    @Test(arguments: [
        ("", 5), ("0", 4), ("00", 4), ("5", 14), ("0;", 5), ("5;", 15), ("5;a", 14), ("5;a\r", 13),
        ("5\r", 13),
        ("5\r\n", 12), ("5\r\nab", 10), ("5\r\nabcde", 7), ("5\r\nabcde\r", 6), ("5\r\nabcde\r\n", 5),
        ("0\r", 3), ("0\r\n", 2), ("0\r\n\r", 1), ("0\r\nX", 5), ("0\r\nX:", 4), ("0\r\nX: y\r", 3),
        ("0\r\nX: y\r\n", 2),
        // Above the limit of 1000 (0x3e8): the next byte may bring the refusal.
        ("3e8", 1009), ("3e9", 1), ("ffffffffffffffff", 1), ("0\r\n\r\n", 0), ("\0", 0),
    ])
    func minimumRemainingAfter(prefix: String, expected: Int) {
        let memory = GuardedMemory(capacity: 64)
        var decoder = ChunkedDecoder(bodyLimit: 1000)
        for byte in prefix.utf8 { _ = Self.take(byte, &decoder, in: memory) }
        #expect(decoder.minimumRemaining == expected)
    }

    @Test func doesNotTrapOnTheLargestLimit() {
        let memory = GuardedMemory(capacity: 64)
        var decoder = ChunkedDecoder(bodyLimit: .max)
        for byte in "3fffffffffffffff\r\n".utf8 { #expect(Self.take(byte, &decoder, in: memory)) }
        #expect(decoder.minimumRemaining == Int.max / 2 + 7)
        decoder.skipData(decoder.chunkRemaining)
        for byte in "\r\n1".utf8 { #expect(Self.take(byte, &decoder, in: memory)) }
        #expect(decoder.minimumRemaining == 1)
        #expect(!Self.take(UInt8(ascii: "\r"), &decoder, in: memory))
    }
}
