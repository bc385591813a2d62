internal import HTTP1
internal import Testing
internal import Uring

@testable internal import Sluice

struct ConnectionBodyTests {
    @Test func aStreamedBodyNeverReadsIntoTheNextRequest() {
        let script = Script()
        script.play([
            (.opened, "receiveHead"),
            (.received(100), "parseHead"),
            (.planBody(.streamed(1000)), "beginBody reduce"),
            (.bodyNeedsMore, "receiveIntoWindow 1000"),
            (.receivedBody(600), "-"),
            (.tookBody(600), "-"),
            (.bodyNeedsMore, "receiveIntoWindow 400"),
            (.receivedBody(400), "-"),
            (.tookBody(400), "-"),
            (.bodyComplete, "finishBody"),
            (.answered(.result), "encode 200"),
            (.encoded(120), "send 0"),
            (.sent(100), "send 100"),
            (.sent(20), "endRequest"),
            (.requestEnded, "receiveHead"),
        ])
        #expect(script.untilDeadline == .seconds(60))
    }

    @Test func aLandedBodyWaitsForItsMemoryAndIsReceivedInPlace() {
        let script = Script()
        script.play([
            (.opened, "receiveHead"),
            (.received(100), "parseHead"),
            (.planBody(.landed(1000)), "requestMemory 1024"),
            (.granted, "beginBody landAndReduce"),
            (.bodyNeedsMore, "receiveInPlace 1000"),
            (.receivedBody(1000), "-"),
            (.tookBody(1000), "-"),
            (.bodyComplete, "finishBody"),
        ])
    }

    @Test func withoutMemoryInTimeARequestIsToldToComeBack() {
        let script = Script()
        script.play([.opened, .received(100), .planBody(.landed(1000))])
        #expect(script.untilDeadline == .seconds(1))
        #expect(script.connection.awaitsMemory)
        script.play([(.deadline, "withdrawMemoryRequest"), (.withdrawn, "encode 503 closing")])
        #expect(!script.connection.awaitsMemory)
    }

    @Test func invitesOnceAndOnlyAClientThatWaits() {
        let script = Script()
        script.play([
            (.opened, "receiveHead"),
            (.received(100), "parseHead"),
            (.planBody(.streamed(1000), .expecting), "sendContinue 0"),
            (.sent(20), "sendContinue 20"),
            (.sent(5), "beginBody reduce"),
            (.bodyNeedsMore, "receiveIntoWindow 1000"),
        ])
        let impatient = Script()
        impatient.play([
            (.opened, "receiveHead"),
            (.received(101), "parseHead"),
            (.planBody(.streamed(1000), .expecting), "beginBody reduce"),
        ])
    }

    @Test func invitesOnlyAfterMemoryIsGranted() {
        let script = Script()
        script.play([
            (.opened, "receiveHead"),
            (.received(100), "parseHead"),
            (.planBody(.landed(64), .expecting), "requestMemory 64"),
            (.granted, "sendContinue 0"),
        ])
    }

    /// Between chunks a receive may read into the next request, but no more than a head buffer takes back.
    @Test func aChunkedBodyReadsOnlyAHeadBufferBeyondWhatMustCome() {
        let script = Script()
        script.play([
            (.opened, "receiveHead"),
            (.received(100), "parseHead"),
            (.planBody(.chunked(.reduce)), "beginBody reduce"),
            (.bodyNeedsMore, "receiveIntoWindow \(5 + 16384)"),
        ])
    }

    @Test func aLandedChunkOf16KiBIsReceivedAtItsPlaceAndASmallerOneIsNot() {
        for (size, action) in [
            ("4000", "receiveInPlace 16384"), ("3fff", "receiveIntoWindow \(16390 + 16384)"),
        ] {
            let script = Script()
            script.play([.opened, .received(100), .planBody(.chunked(.landAndReduce))])
            "\(size)\r\n".withSpan { bytes in
                var offset = 0
                _ = script.connection.progress.next(bytes, from: &offset)
            }
            #expect(script.play(.bodyNeedsMore) == action)
        }
    }

    /// Data that comes with a size line has to be copied to its place.
    @Test func betweenLargeChunksOfALandedBodyLittleIsRead() {
        let script = Script()
        func feed(_ text: String) {
            text.withSpan { bytes in
                var offset = 0
                while case .data = script.connection.progress.next(bytes, from: &offset) {}
            }
        }
        script.play([.opened, .received(100), .planBody(.chunked(.landAndReduce))])
        script.play([(.bodyNeedsMore, "receiveIntoWindow 5"), (.receivedBody(5), "-")])
        feed("8000\r\n")
        script.play([
            (.bodyNeedsMore, "receiveInPlace 32768"), (.receivedBody(32768), "-"), (.tookBody(32768), "-"),
            (.bodyNeedsMore, "receiveIntoWindow 7"), (.receivedBody(7), "-"),
        ])
        // A small chunk: from here on they are read together.
        feed("\r\n10\r\n")
        script.play([(.bodyNeedsMore, "receiveIntoWindow \(23 + 16384)"), (.receivedBody(20), "-")])
        feed("0123456789abcdef\r\n")
        script.play([(.bodyNeedsMore, "receiveIntoWindow \(5 + 16384)")])
    }

    /// Chunks of a byte or two end in what was read with their size line, and trailers have no chunk at all: a receive for
    /// every few bytes is for large chunks only.
    @Test(arguments: [
        "1\r\nX\r\n", "2\r\nXX\r\n", "0000000000000001\r\nX\r\n",
        "0\r\n" + String(repeating: "a: b\r\n", count: 15),
    ])
    func chunksTooSmallForTheirPlaceAreSoonReadTogether(text: String) {
        let script = Script()
        script.play([.opened, .received(100), .planBody(.chunked(.landAndReduce))])
        let message = Array(String(repeating: text, count: text.hasPrefix("0\r") ? 1 : 40).utf8)
        var sent = 0
        var limits: [Int] = []
        while sent < message.count {
            let outcome = script.connection.bodyNeedsMore(now: script.now)
            guard case .receiveIntoWindow(let limit) = outcome else {
                Issue.record("\(outcome)")
                return
            }
            limits.append(limit)
            let piece = Array(message[sent..<min(sent + limit, message.count)])
            sent += piece.count
            _ = script.connection.receivedBody(piece.count, now: script.now)
            var offset = 0
            while case .data = unsafe script.connection.progress.next(piece.span.bytes, from: &offset) {}
        }
        #expect(limits.count == Int(Connection.mostShortReads) + 1, "\(limits)")
        #expect(limits.last.map { $0 > 16384 } == true, "\(limits)")
    }

    @Test func aChunkedBodyThatGoesWrongIsRefusedAndEndsTheConnection() {
        let script = Script()
        script.play([
            (.opened, "receiveHead"),
            (.received(100), "parseHead"),
            (.planBody(.chunked(.reduce)), "beginBody reduce"),
            (.bodyRefused(Refusal(.badRequest, "no chunk")), "encode 400 closing"),
        ])
    }

    @Test func aDiscardedBodyIsFollowedByTheAnswerKnownBefore() {
        let script = Script()
        script.play([
            (.opened, "receiveHead"),
            (.received(100), "parseHead"),
            (.answerHead(.notFound, .init(), byteCount: 100, .length(10)), "beginBody discard"),
            (.bodyNeedsMore, "receiveIntoWindow 10"),
            (.receivedBody(10), "-"),
            (.tookBody(10), "-"),
            (.bodyComplete, "encode 404"),
            (.encoded(9), "send 0"),
            (.sent(9), "endRequest"),
            // The next body is not answered with the last one's refusal.
            (.requestEnded, "receiveHead"),
            (.received(100), "parseHead"),
            (.planBody(.streamed(4)), "beginBody reduce"),
            (.bodyComplete, "finishBody"),
        ])
    }
}
