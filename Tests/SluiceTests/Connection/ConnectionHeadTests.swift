internal import HTTP1
internal import Testing
internal import Uring

@testable internal import Sluice

struct ConnectionHeadTests {
    @Test func aHeadInPiecesIsReceivedToTheEndOfWhatIsThere() {
        let script = Script()
        script.play([
            (.opened, "receiveHead"),
            (.received(10), "parseHead"),
            (.headNeedsMore, "receiveRestOfHead 10"),
            (.received(7), "parseHead"),
            (.headNeedsMore, "receiveRestOfHead 17"),
            (.received(83), "parseHead"),
            (.answerHead(.result), "encode 200"),
        ])
        #expect(script.connection.headBytes.isEmpty)
    }

    @Test func theHeadsTimeIsCountedFromItsFirstByte() {
        let script = Script()
        script.play([.opened, .after(.seconds(9)), .received(1)])
        #expect(script.untilDeadline == .seconds(5))
        script.play([.headNeedsMore, .after(.seconds(4)), .received(1), .headNeedsMore])
        #expect(script.untilDeadline == .seconds(1))
    }

    @Test func aRefusedHeadEndsTheConnection() {
        let script = Script()
        script.play([
            (.opened, "receiveHead"),
            (.received(10), "parseHead"),
            (.headRefused(Refusal(.badRequest, "no request")), "encode 400 closing"),
            (.encoded(200), "send 0"),
            (.sent(200), "halfClose"),
            (.halfClosed, "discard"),
            (.received(1 << 19), "discard"),
            (.endOfStream, "close"),
            (.closeCompleted, "-"),
        ])
        #expect(script.connection.state.name == "free")
    }

    /// Which refused bodies are read to keep the connection, and which end it.
    @Test(arguments: [
        (Answer.notFound, BodyFraming.none, false, "encode 404"),
        (.notFound, .length(0), false, "beginBody discard"),
        (.notFound, .length(1), false, "beginBody discard"),
        (.notFound, .length(65536), false, "beginBody discard"),
        (.notFound, .length(65537), false, "encode 404 closing"),
        (.notFound, .length(.max), false, "encode 404 closing"),
        (.notFound, .chunked, false, "beginBody discard"),
        (.notFound, .length(100), true, "encode 404 closing"),
        (.notFound, .chunked, true, "encode 404 closing"),
        (.badRequest, .none, false, "encode 400 closing"),
        (.badRequest, .length(100), false, "encode 400 closing"),
        (.mismatch(.bodyTooLarge(limit: 1, length: 2)), .length(2), false, "encode 413 closing"),
        (.mismatch(.notFloats(length: 3)), .length(3), false, "beginBody discard"),
    ])
    func keepsAConnectionOnlyWhereItKnowsTheNextHead(
        answer: Answer, framing: BodyFraming, expects: Bool, action: String
    ) {
        let script = Script()
        script.play([.opened, .received(100)])
        let request = Connection.RequestSummary(expectsContinue: expects)
        #expect(script.play(.answerHead(answer, request, byteCount: 100, framing)) == action)
    }

    @Test func aDiscardedChunkedBodyMayHaveNoMoreThanIsKept() {
        let script = Script()
        script.play([.opened, .received(100), .answerHead(.notFound, .init(), byteCount: 100, .chunked)])
        #expect(script.connection.plan.bodyLimit == 65536)
        // The size line 10001 names one byte more than is kept.
        let step = "10001\r\n".withSpan { bytes in
            var offset = 0
            return script.connection.progress.next(bytes, from: &offset)
        }
        guard case .refused(let refusal) = step else {
            Issue.record("a chunk over the limit was not refused")
            return
        }
        #expect(script.play(.bodyRefused(refusal)) == "encode 404 closing")
    }

    @Test func aPipelinedHeadIsParsedWithoutAReceive() {
        let script = Script()
        script.play([
            (.opened, "receiveHead"),
            (.received(250), "parseHead"),
            (.answerHead(.result), "encode 200"),
            (.encoded(50), "send 0"),
            (.sent(50), "endRequest"),
        ])
        #expect(script.connection.headBytes == 100..<250)
        script.play([
            (.leftover(150), "-"),
            (.requestEnded, "parseHead"),
            (.headNeedsMore, "receiveRestOfHead 150"),
            (.received(50), "parseHead"),
            (.answerHead(.result, .init(), byteCount: 200), "encode 200"),
        ])
        #expect(script.connection.headBytes.isEmpty)
    }

    /// 408 for a slow head must not be written as if the head before it had been this one.
    @Test func whatTheRequestBeforeAskedForIsForgotten() {
        let script = Script()
        let request = Connection.RequestSummary(isHTTP10: true, isHead: true, wantsJSON: true)
        script.play([
            .opened, .received(100), .answerHead(.result, request), .encoded(50), .sent(50), .requestEnded,
            .received(10), .headNeedsMore,
        ])
        script.play([
            (.deadline, "cancelReceive"), (.cancelCompleted(.cancelReceive), "wait"),
            (.receiveFailed(.cancelled), "encode 408 closing"),
        ])
        #expect(!script.connection.request.isHead)
        #expect(!script.connection.request.wantsJSON)
        #expect(!script.connection.request.isHTTP10)
    }
}
