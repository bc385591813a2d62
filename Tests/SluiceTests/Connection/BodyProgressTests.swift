internal import HTTP1
internal import Testing

@testable internal import Sluice

struct BodyProgressTests {
    @Test func aBodyOfKnownLengthEndsThere() {
        var progress = BodyProgress(.length(6), bodyLimit: 100)
        #expect(!progress.isChunked)
        #expect(progress.minimumRemaining == 6)
        #expect(steps(of: "abcd", &progress) == ["data 0..<4", "needsMore at 4"])
        #expect(progress.minimumRemaining == 2)
        #expect(progress.contiguousRemaining == 2)
        #expect(steps(of: "efGET /", &progress) == ["data 0..<2", "complete at 2"])
        #expect(progress.bodyBytes == 6)
        #expect(steps(of: "more", &progress) == ["complete at 0"])
    }

    @Test func noBodyIsCompleteAtOnce() {
        var none = BodyProgress(.none, bodyLimit: 100)
        var empty = BodyProgress(.length(0), bodyLimit: 100)
        #expect(steps(of: "GET /", &none) == ["complete at 0"])
        #expect(steps(of: "GET /", &empty) == ["complete at 0"])
        #expect(none.minimumRemaining == 0)
    }

    @Test func whatWentStraightToItsPlaceIsSkipped() {
        var progress = BodyProgress(.length(100), bodyLimit: 100)
        progress.skip(99)
        #expect(progress.bodyBytes == 99)
        #expect(progress.minimumRemaining == 1)
        #expect(steps(of: "xy", &progress) == ["data 0..<1", "complete at 1"])
    }

    @Test func chunksAreCountedWithoutTheirFraming() {
        var progress = BodyProgress(.chunked, bodyLimit: 100)
        #expect(progress.isChunked)
        #expect(progress.minimumRemaining == 5)
        #expect(progress.contiguousRemaining == 0)
        #expect(steps(of: "4\r\nab", &progress) == ["data 3..<5", "needsMore at 5"])
        #expect(progress.contiguousRemaining == 2)
        #expect(progress.minimumRemaining == 9)
        progress.skip(2)
        #expect(progress.bodyBytes == 4)
        #expect(steps(of: "\r\n1\r\nZ\r\n0\r\n\r\nGET", &progress) == ["data 5..<6", "complete at 13"])
        #expect(progress.bodyBytes == 5)
        #expect(progress.minimumRemaining == 0)
    }

    @Test func aChunkOverTheLimitIsRefusedByItsSizeLine() {
        var progress = BodyProgress(.chunked, bodyLimit: 8)
        #expect(steps(of: "4\r\nabcd\r\n", &progress) == ["data 3..<7", "needsMore at 9"])
        #expect(steps(of: "5\r\n", &progress) == ["refused 413"])
        #expect(progress.bodyBytes == 4)
    }

    @Test func theLargestLengthDoesNotTrap() {
        var progress = BodyProgress(.length(.max), bodyLimit: .max)
        #expect(steps(of: "ab", &progress) == ["data 0..<2", "needsMore at 2"])
        #expect(progress.minimumRemaining == .max - 2)
    }

    private func steps(of piece: String, _ progress: inout BodyProgress) -> [String] {
        piece.withSpan { bytes in
            var steps: [String] = []
            var offset = 0
            while true {
                switch progress.next(bytes, from: &offset) {
                case .data(let range):
                    steps.append("data \(range)")
                    continue
                case .needsMore: steps.append("needsMore at \(offset)")
                case .complete: steps.append("complete at \(offset)")
                case .refused(let refusal): steps.append("refused \(refusal.status.code)")
                }
                return steps
            }
        }
    }
}
