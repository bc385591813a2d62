import HTTP1
import Testing

/// The rows of HTTP.md about chunked bodies, one case each and more.
struct ChunkedDecoderCaseTests {
    static let cases = Case.load("chunked.txt", settings: ["limit", "chunks"])

    static func decoder(for one: Case) -> ChunkedDecoder {
        var limits = ChunkedLimits()
        if let chunks = one.settings["chunks"] { limits.chunks = chunks }
        return ChunkedDecoder(bodyLimit: one.settings["limit"] ?? 1 << 26, limits: limits)
    }

    @Test(arguments: cases)
    func answersAsExpectedHoweverItArrives(_ one: Case) {
        let memory = GuardedMemory(capacity: one.input.count)
        let count = one.input.count
        let decoder = Self.decoder(for: one)
        let whole = ChunkedTrace.of(one.input, cutAt: [count], decoder: decoder, in: memory)

        if Int(one.verdict) == nil {
            #expect(whole.verdict == one.verdict)
        } else {
            #expect(whole.verdict.hasPrefix(one.verdict + " "))
        }
        #expect(!whole.verdict.contains { $0 == "\"" || $0 == "\\" || !$0.isASCII }, "not fit for JSON")
        #expect(whole.bodyBytes == whole.data.count)
        for (key, value) in one.expectations {
            switch key {
            case "data": #expect(whole.data == Case.unescape(value[...]))
            case "rest": #expect(count - whole.used == Int(value))
            default: Issue.record("What is \(key)?")
            }
        }
        #expect(
            ChunkedTrace.of(one.input, cutAt: 0...count, decoder: decoder, in: memory) == whole,
            "byte by byte")
        for cut in cuts(of: count) {
            let halves = ChunkedTrace.of(one.input, cutAt: [cut, count], decoder: decoder, in: memory)
            #expect(halves == whole, "cut at \(cut)")
        }
    }

    @Test func takes65536ChunksAndRefusesOneMore() {
        let memory = GuardedMemory(capacity: 65537 * 6)
        let chunk = Array("1\r\nx\r\n".utf8)
        let input = Array([[UInt8]](repeating: chunk, count: 65536).joined()) + Array("0\r\n\r\n".utf8)
        let taken = ChunkedTrace.of(
            input, cutAt: [input.count], decoder: ChunkedDecoder(bodyLimit: 1 << 26), in: memory)
        #expect(taken.verdict == "complete")
        #expect(taken.bodyBytes == 65536)
        let more = Array(input.dropLast(5)) + chunk
        let refused = ChunkedTrace.of(
            more, cutAt: [more.count], decoder: ChunkedDecoder(bodyLimit: 1 << 26), in: memory)
        #expect(refused.verdict == "400 The body has too many chunks; the limit is 65536")
    }

    @Test func skipsDataThatWasReceivedElsewhere() {
        let memory = GuardedMemory(capacity: 64)
        var decoder = ChunkedDecoder(bodyLimit: 100)
        var trace = ChunkedTrace()
        memory.with(Array("20\r\nab".utf8)) { trace.feed($0, to: &decoder) }
        #expect(trace.data == Array("ab".utf8))
        #expect(decoder.chunkRemaining == 30)
        decoder.skipData(0)
        decoder.skipData(29)
        #expect(decoder.chunkRemaining == 1)
        #expect(decoder.minimumRemaining == 8)
        decoder.skipData(1)
        #expect(decoder.chunkRemaining == 0)
        decoder.skipData(0)
        #expect(decoder.bodyBytes == 32)
        #expect(decoder.minimumRemaining == 7)
        memory.with(Array("\r\n0\r\n\r\n".utf8)) { trace.feed($0, to: &decoder) }
        #expect(trace.verdict == "complete")
        #expect(decoder.minimumRemaining == 0)
    }
}
