internal import HTTP1
internal import HTTPTypes
internal import Testing
internal import Uring

@testable internal import Sluice

struct ConnectionAnswerTests {
    @Test func aConnectionIsKeptAndItsIdleTimeIsAnother() {
        let script = Script()
        script.play([(.opened, "receiveHead")])
        #expect(script.untilDeadline == .seconds(10))
        for _ in 0..<3 {
            script.play([
                (.received(100), "parseHead"),
                (.answerHead(.result), "encode 200"),
                (.encoded(80), "send 0"),
                (.sent(80), "endRequest"),
                (.requestEnded, "receiveHead"),
            ])
            #expect(script.untilDeadline == .seconds(60))
        }
    }

    @Test func aResponseIsSentPieceByPieceWithinOneTime() {
        let script = ReachedState.writingKept.reach()
        #expect(script.untilDeadline == .seconds(5))
        script.play([.after(.seconds(3))])
        script.play([(.sent(10), "send 10"), (.sent(39), "send 49")])
        #expect(script.untilDeadline == .seconds(2))
        script.play([(.sent(1), "endRequest")])
    }

    /// So a slow client is served to the end, and one that takes nothing is not waited for.
    @Test func aResponseMustGoOnBeingTaken() {
        let response = 1 << 20
        let script = Script()
        script.play([.opened, .received(100), .answerHead(.result), .encoded(response), .sent(100_000)])
        #expect(script.untilDeadline == .seconds(5))
        // 16 KiB in each period, however much of them Linux had already taken from us.
        for period in 1...3 {
            script.play([
                (.deadline, "measureTaken"), (.taken(unsent: 100_000 - period * (16 << 10)), "wait"),
            ])
            #expect(script.untilDeadline == .seconds(5))
        }
        script.play([(.deadline, "measureTaken"), (.taken(unsent: 100_001 - 4 * (16 << 10)), "cancelSend")])
    }

    /// What lies before it in the socket's buffer are earlier answers; once they are taken it counts.
    @Test func aResponseWaitsForThoseBeforeIt() {
        let script = ReachedState.writingKept.reach()
        script.play([
            (.deadline, "measureTaken"), (.taken(unsent: 50_000), "wait"),
            (.deadline, "measureTaken"), (.taken(unsent: 20_000), "wait"),
            (.deadline, "measureTaken"), (.taken(unsent: 19_999), "cancelSend"),
        ])
    }

    /// What Linux still has of the parts before it is neither held against a part nor for it: the client has taken 305,000 bytes by
    /// the first look and none by the second.
    @Test(arguments: [false, true]) func whatIsTakenOfThePartsBeforeItCounts(isStreamed: Bool) {
        let script = Script()
        script.play([.opened, .received(100), .answerHead(.result)])
        _ = script.connection.encoded(byteCount: 300_000, goesOn: isStreamed)
        if isStreamed {
            script.play([(.sent(300_000), "continueStream")])
            _ = script.connection.partReady(byteCount: 1 << 20, isLast: false, now: script.now)
        } else {
            script.play([
                .sent(300_000), .requestEnded, .received(100), .answerHead(.result), .encoded(1 << 20),
            ])
        }
        script.play([
            (.sent(260_000), "send 260000"),
            (.deadline, "measureTaken"), (.taken(unsent: 255_000), "wait"),
            (.deadline, "measureTaken"), (.taken(unsent: 255_000), "cancelSend"),
        ])
    }

    @Test func aRequestThatAsksForItEndsTheConnection() {
        let script = Script()
        script.play([
            (.opened, "receiveHead"),
            (.received(100), "parseHead"),
            (.answerHead(.result, .notKeptAlive), "encode 200 closing"),
            (.encoded(80), "send 0"),
            (.sent(80), "endConnection"),
            (.lastAnswerSent(unread: 0), "close"),
        ])
    }

    /// A reset could cost the client the answer.
    @Test(
        arguments: [
            (.result, behind: 7, "halfClose"),
            (.refusal(Refusal(.badRequest, "no")), behind: 0, "halfClose"),
            (.result, behind: 0, "endConnection"),
        ] as [(Answer, behind: Int, String)])
    func aClientThatMaySendMoreIsDrained(answer: Answer, behind: Int, ending: String) {
        let script = Script()
        script.play([.opened, .received(100 + behind), .answerHead(answer, .notKeptAlive), .encoded(80)])
        #expect(script.play(.sent(80)) == ending)
    }

    /// Its body is on its way, though it says that it sends no more.
    @Test func aLastRequestWhoseBodyIsNotReadIsDrained() {
        let script = Script()
        let request = Connection.RequestSummary(keepsAlive: false, expectsContinue: true)
        script.play([.opened, .received(100), .answerHead(.result, request, .length(4)), .encoded(80)])
        #expect(script.play(.sent(80)) == "halfClose")
    }

    /// What came behind it was thrown away for the sake of others.
    @Test func aLastRequestThatGaveItsHeadBufferUpIsDrained() {
        let script = Script()
        script.play([
            .opened, .received(100), .answerHead(.notFound, .notKeptAlive, .chunked), .tookBody(0),
            .leftover(20), .bodyComplete,
        ])
        script.connection.state = .awaitingHandler
        _ = script.connection.yieldHeadBuffer(unread: 0, now: script.now)
        script.play([.answered(.result), .encoded(80)])
        #expect(script.play(.sent(80)) == "halfClose")
    }

    /// So is one whose answer has been on its way for a while; the answer is sent to its end.
    @Test func anAnswerThatGaveItsHeadBufferUpIsTheLast() {
        let script = Script()
        script.play([
            .opened, .received(120), .answerHead(.result), .encoded(80), .sent(30),
            .after(.milliseconds(500)),
        ])
        guard case .yields(let action) = script.connection.yieldHeadBuffer(unread: 0, now: script.now) else {
            Issue.record("it keeps its buffer")
            return
        }
        #expect(action.name == "releaseHeadBuffer")
        #expect(script.play(.sent(50)) == "halfClose")
    }

    @Test func whatCameBehindTheLastRequestIsDrained() {
        let script = Script()
        script.play([
            .opened, .received(100), .answerHead(.result, .notKeptAlive), .encoded(80), .sent(80),
        ])
        #expect(script.play(.lastAnswerSent(unread: 1)) == "halfClose")
        #expect(script.play(.halfClosed) == "discard")
        #expect(script.untilDeadline == .seconds(2))
    }

    @Test func theLastRequestOfAConnectionIsAnsweredWithClose() {
        var limits = Limits()
        limits.requestsPerConnection = 2
        let script = Script(limits: limits)
        script.play([.opened, .received(100)])
        #expect(script.play(.answerHead(.result)) == "encode 200")
        script.play([.encoded(80), .sent(80), .requestEnded, .received(100)])
        #expect(script.play(.answerHead(.result)) == "encode 200 closing")
    }

    @Test(arguments: [
        (Answer.mismatch(.notRows(values: 1, columns: 2)), "encode 422"),
        (.refusal(Refusal(.internalServerError, "the handler failed")), "encode 500"),
        (.refusal(Refusal(.badRequest, "no")), "encode 400 closing"),
        (.response(Response(status: .ok)), "encode 200"),
        (.response(Response(status: .notFound)), "encode 404"),
        (.response(Response(status: .badRequest)), "encode 400 closing"),
        (.response(Response(status: .contentTooLarge)), "encode 413 closing"),
        (.response(Response(status: .serviceUnavailable)), "encode 503 closing"),
        (.response(Response(status: .tooManyRequests)), "encode 429"),
    ])
    func someStatusesEndTheConnectionWhoeverSaysThem(answer: Answer, action: String) {
        let script = Script()
        script.play([.opened, .received(100), .planBody(.streamed(4)), .bodyComplete])
        #expect(script.play(.answered(answer)) == action)
    }

    @Test func whatIsDrainedHasALimit() {
        let script = ReachedState.draining.reach()
        script.play([
            (.received((1 << 20) - 1), "discard"),
            (.received(1), "close"),
        ])
    }

    // MARK: Stopping

    @Test func aStopGivesAnIdleConnectionAMoment() {
        for state in [ReachedState.fresh, .idle] {
            let script = state.reach()
            script.play([.stop])
            #expect(script.untilDeadline == .seconds(1))
            script.play([
                (.received(100), "parseHead"), (.answerHead(.result), "encode 200 closing"),
            ])
        }
    }

    @Test func aStopNeverGivesMoreTimeThanThereWas() {
        let script = Script()
        script.play([.opened, .after(.milliseconds(9500)), .stop])
        #expect(script.untilDeadline == .milliseconds(500))
    }

    @Test func aStopLetsWhatIsInWorkEnd() {
        let script = ReachedState.streaming.reach()
        script.play([.stop])
        #expect(script.untilDeadline == .seconds(5))
        script.play([
            (.receivedBody(1 << 20), "-"),
            (.tookBody(1 << 20), "-"),
            (.bodyComplete, "finishBody"),
            (.answered(.result), "encode 200 closing"),
        ])
    }

    @Test func anAnswerBegunBeforeAStopKeepsItsWordAndLeavesTheGrace() {
        let script = ReachedState.writingKept.reach()
        script.play([.stop])
        script.play([(.sent(50), "endRequest"), (.requestEnded, "receiveHead")])
        #expect(script.untilDeadline == .seconds(1))
    }
}
