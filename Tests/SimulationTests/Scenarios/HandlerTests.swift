import SimulatedRing
import Testing
import Uring

@testable import Sluice

/// Handlers of every kind, on rings: what they answer, and what becomes of them when their client or their time is gone.
@Suite struct HandlerTests {
    private func ask(_ stage: Stage, _ requests: [PlannedRequest]) throws -> ReceivedResponses {
        let client = stage.kernel.connect(
            to: stage.listener, requests.flatMap { [ClientStep.send($0.bytes), .awaitResponse] })
        try stage.runClients()
        return ReceivedResponses(client.received)
    }

    @Test func aSleepTakesItsTimeAndNoMore() throws {
        let stage = try Stage()
        let begin = stage.kernel.now
        let received = try ask(stage, [.get("/wait/1000")])
        #expect(received.finals.map(\.text) == ["waited 1000\n"])
        let waited = begin.duration(until: stage.kernel.now)
        #expect(waited >= .seconds(1) && waited < .milliseconds(1010), "\(waited)")
        try stage.comeToRest()
        try stage.stopAndFinish()
    }

    @Test func aThousandSleepSideBySide() throws {
        var limits = Stage.smallLimits
        limits.maxConnections = 1000
        let stage = try Stage(limits: limits)
        let begin = stage.kernel.now
        let clients = (0..<1000).map { _ in
            stage.kernel.connect(
                to: stage.listener, [.send(PlannedRequest.get("/wait/1000").bytes), .awaitResponse])
        }
        stage.kernel.descriptorLimit = 2000
        try stage.runClients()
        #expect(clients.allSatisfy { ReceivedResponses($0.received).finals.first?.status == 200 })
        let waited = begin.duration(until: stage.kernel.now)
        #expect(waited < .milliseconds(1200), "\(waited)")
        try stage.comeToRest()
    }

    @Test func everyKindAnswersAndKeepsTheConnection() throws {
        let content = PlannedRequest.bytes(of: [1, 2, 3, 4])
        let requests: [PlannedRequest] = [
            .get("/hello", answer: "hello\n"), .get("/wait/5", answer: "waited 5\n"),
            .get("/pool", answer: "computed\n"), .get("/refuse/404", status: 404, answer: "as \"asked\"\n"),
            .post("/pool/digest", content, answer: Stage.digest(content)),
            .post("/slow/digest", content, framing: .chunked([3]), answer: Stage.digest(content)),
            .post("/digest", content, answer: Stage.digest(content)), .get("/long", answer: nil),
            .get("/wait/0", answer: "waited 0\n"),
        ]
        let stage = try Stage()
        let received = try ask(stage, requests)
        #expect(received.finals.map(\.status) == requests.map(\.status))
        for (response, request) in zip(received.finals, requests) where request.answer != nil {
            #expect(response.body == request.answer)
        }
        #expect(received.finals[7].body == Stage.long)
        #expect(received.finals.allSatisfy { !$0.closes })
        try stage.comeToRest()
        try stage.stopAndFinish()
    }

    @Test func aRefusalIsJSONToWhoAsksForIt() throws {
        let stage = try Stage()
        let request = PlannedRequest(
            head: Array("GET /refuse/409 HTTP/1.1\r\nHost: a\r\nAccept: application/json\r\n\r\n".utf8),
            status: 409)
        let received = try ask(stage, [request])
        #expect(
            received.finals.map(\.text) == ["{\"status\":409,\"error\":\"as \\\"asked\\\"\"}\n"])
        try stage.comeToRest()
    }

    /// A status that is no answer, and an error that is not the client's, are 500 and say nothing.
    @Test(arguments: [0, 100, 200, 302, 600]) func aRefusalWithNoRefusalsStatusIsAFailure(code: Int) throws {
        let stage = try Stage()
        let received = try ask(stage, [.get("/refuse/\(code)")])
        #expect(received.finals.map(\.status) == [500])
        #expect(received.finals.map(\.text) == ["the handler failed\n"])
        try stage.comeToRest()
    }

    // MARK: Time and clients gone

    @Test(arguments: ["/wait/60000", "/deaf/60000"]) func aHandlerWithoutAnAnswerIsCancelledIn504(
        path: String
    ) throws {
        var limits = Stage.smallLimits
        limits.handlerTimeout = .seconds(2)
        let stage = try Stage(limits: limits)
        let begin = stage.kernel.now
        let received = try ask(stage, [.get(path)])
        #expect(received.finals.map(\.status) == [504])
        #expect(received.finals[0].closes)
        #expect(received.finals[0].text == "no answer within 2 s\n")
        #expect(begin.duration(until: stage.kernel.now) < .milliseconds(2100))
        if path.hasPrefix("/wait") { #expect(stage.log.cancellations == 1) }
        #expect(stage.context.metrics[0].handlerTimeouts.value == 1)
        // One that does not listen holds nothing of the connection, and ends when it ends.
        try stage.comeToRest()
        try stage.stopAndFinish()
    }

    @Test func aResetCancelsAtOnce() throws {
        let stage = try Stage()
        let begin = stage.kernel.now
        _ = stage.kernel.connect(
            to: stage.listener,
            [.send(PlannedRequest.get("/wait/20000").bytes), .pause(.milliseconds(100)), .reset])
        try stage.run { stage.log.cancellations == 1 }
        #expect(begin.duration(until: stage.kernel.now) < .milliseconds(200))
        try stage.comeToRest()
        #expect(stage.context.metrics[0].handlersCancelled.value == 1)
    }

    /// A client that has said all it has to say still wants its answer.
    @Test func theEndOfWhatTheClientSendsCancelsNothing() throws {
        let stage = try Stage()
        let client = stage.kernel.connect(
            to: stage.listener,
            [.send(PlannedRequest.get("/wait/500").bytes), .halfClose, .awaitResponse])
        try stage.runClients()
        #expect(ReceivedResponses(client.received).finals.map(\.text) == ["waited 500\n"])
        #expect(stage.log.cancellations == 0)
        try stage.comeToRest()
    }

    /// The body is the handler's until the handler ends, also when its client has gone.
    @Test func aBodyIsHeldUntilItsHandlerEnds() throws {
        let stage = try Stage()
        let content = [UInt8](repeating: 5, count: 4096)
        for path in ["/slow/digest", "/pool/digest"] {
            _ = stage.kernel.connect(
                to: stage.listener,
                [.send(PlannedRequest.post(path, content).bytes), .pause(.microseconds(300)), .reset])
        }
        try stage.comeToRest()
        try stage.stopAndFinish()
    }

    @Test func aStopWaitsForHandlers() throws {
        let stage = try Stage()
        let client = stage.kernel.connect(
            to: stage.listener, [.send(PlannedRequest.get("/wait/3000").bytes), .awaitResponse])
        try stage.run(for: .milliseconds(100))
        try stage.stopAndFinish()
        let received = ReceivedResponses(client.received)
        #expect(received.finals.map(\.text) == ["waited 3000\n"])
        #expect(received.finals.map(\.closes) == [true])
    }

    /// A handler that does not heed its cancellation does not hold the server for ever.
    @Test func aStopDoesNotWaitForTheDeaf() throws {
        let stage = try Stage()
        _ = stage.kernel.connect(
            to: stage.listener, [.send(PlannedRequest.get("/deaf/600000").bytes), .awaitEnd])
        try stage.run(for: .milliseconds(100))
        stage.stop()
        try stage.run { stage.isFinished }
        let deadline = try #require(stage.stopTime).advanced(by: stage.limits.stopDeadline)
        #expect(stage.kernel.now <= deadline.advanced(by: .seconds(2)))
    }

    /// Its answer comes in the very turn in which the stop's time is over: too late for a connection that is being cut.
    @Test func anAnswerInTheMomentOfTheCutIsDropped() throws {
        var limits = Stage.smallLimits
        limits.stopDeadline = .seconds(1)
        let stage = try Stage(limits: limits)
        let client = stage.kernel.connect(
            to: stage.listener, [.send(PlannedRequest.get("/wait/5000").bytes), .awaitEnd])
        try stage.run { stage.reactors[0]?.sleepers.count == 1 }
        let end = try #require(stage.reactors[0]).sleepers.nextWake
        let untilEnd = stage.kernel.now.duration(until: end)
        stage.kernel.after(untilEnd - limits.stopDeadline) { _ in stage.stop() }
        try stage.run { stage.isFinished }
        #expect(client.received.isEmpty)
        #expect(stage.kernel.now <= end.advanced(by: .milliseconds(100)))
    }

    // MARK: The compute pool

    @Test func whoFindsThePoolsLineFullIsRefused() throws {
        let stage = try Stage()
        stage.compute.limit = 4
        stage.compute.longestWork = .seconds(1)
        let clients = (0..<12).map { _ in
            stage.kernel.connect(
                to: stage.listener, [.send(PlannedRequest.get("/pool").bytes), .awaitResponse])
        }
        try stage.runClients()
        let answers = clients.compactMap { ReceivedResponses($0.received).finals.first }
        // One is worked for and four wait.
        #expect(answers.count { $0.status == 200 } == 5)
        #expect(answers.count { $0.status == 503 && $0.closes && $0.fields["retry-after"] == "1" } == 7)
        #expect(stage.context.metrics[0].computeRefusals.value == 7)
        try stage.comeToRest()
    }

    @Test func whoWaitsTooLongForThePoolGets504AndIsNotWorkedFor() throws {
        var limits = Stage.smallLimits
        limits.handlerTimeout = .milliseconds(100)
        let stage = try Stage(limits: limits)
        stage.compute.longestWork = .seconds(5)
        let clients = (0..<3).map { _ in
            stage.kernel.connect(
                to: stage.listener,
                [.send(PlannedRequest.post("/pool/digest", [1, 2, 3, 4]).bytes), .awaitResponse])
        }
        try stage.runClients()
        let statuses = clients.compactMap { ReceivedResponses($0.received).finals.first?.status }
        #expect(statuses == [504, 504, 504])
        try stage.comeToRest()
        #expect(stage.log.answeredLengths.isEmpty)
    }

    @Test(arguments: [0, 1, 3]) func anAsyncHandlerMayAskThePool(limit: Int) throws {
        let stage = try Stage()
        stage.compute.limit = limit
        let clients = (0..<5).map { _ in
            stage.kernel.connect(
                to: stage.listener, [.send(PlannedRequest.get("/ask-pool").bytes), .awaitResponse])
        }
        try stage.runClients()
        let answers = clients.compactMap { ReceivedResponses($0.received).finals.first }
        // As in `whoFindsThePoolsLineFullIsRefused()`, and none at all where there is no line.
        let served = limit == 0 ? 0 : limit + 1
        #expect(answers.count { $0.text == "computed after a wait\n" } == served)
        #expect(
            answers.count { $0.status == 503 && $0.closes && $0.fields["retry-after"] == "1" } == 5 - served)
        #expect(stage.context.metrics[0].computeRefusals.value == 5 - served)
        try stage.comeToRest()
        try stage.stopAndFinish()
    }

    // MARK: Streamed responses

    @Test(arguments: [1 << 20, 3000, 50]) func aStreamArrivesWholeWhateverTheClientTakes(window: Int) throws {
        let stage = try Stage()
        let client = stage.kernel.connect(
            to: stage.listener,
            [.send(PlannedRequest.get("/streamed").bytes), .awaitResponse]
                + [.send(PlannedRequest.get("/hello").bytes), .awaitResponse])
        client.window = window
        try stage.runClients()
        let received = ReceivedResponses(client.received)
        #expect(received.problem == nil)
        #expect(received.finals.map(\.body) == [Stage.parts.flatMap { $0 }, Array("hello\n".utf8)])
        #expect(received.finals[0].fields["content-length"] == nil)
        try stage.comeToRest()
    }

    @Test func aSecondWriteBesideOneIsRefused() throws {
        let stage = try Stage()
        let received = try ask(stage, [.get("/overlap")])
        #expect(["one, refused", "other, refused"].contains(received.finals.map(\.text).first))
        try stage.comeToRest()
    }

    @Test func aWriterThatFailsEndsTheConnectionWithoutTheResponsesEnd() throws {
        let stage = try Stage()
        let client = stage.kernel.connect(
            to: stage.listener, [.send(PlannedRequest.get("/cut").bytes), .awaitEnd])
        try stage.runClients()
        let text = String(decoding: client.received, as: UTF8.self)
        #expect(text.contains("\r\n\r\nd\r\nthe beginning"))
        #expect(!text.contains("0\r\n\r\n"))
        try stage.comeToRest()
    }

    @Test func HEADHasNoStreamAndHTTP10HasNoChunks() throws {
        let stage = try Stage()
        let head = PlannedRequest.get("/streamed", method: "HEAD")
        let client = stage.kernel.connect(
            to: stage.listener,
            [.send(head.bytes), .pause(.milliseconds(10)), .close])
        let old = stage.kernel.connect(
            to: stage.listener,
            [.send(Array("GET /streamed HTTP/1.0\r\nConnection: keep-alive\r\n\r\n".utf8)), .awaitEnd])
        try stage.runClients()
        let answer = String(decoding: client.received, as: UTF8.self)
        #expect(answer.contains("Transfer-Encoding: chunked\r\n") && answer.hasSuffix("\r\n\r\n"))
        #expect(!String(decoding: old.received.prefix(300), as: UTF8.self).contains("Transfer-Encoding"))
        #expect(old.received.suffix(140_000).elementsEqual(Stage.parts.flatMap { $0 }.suffix(140_000)))
        try stage.comeToRest()
    }

    /// Who takes nothing of a stream is cut off, and its writer learns it.
    @Test func whoTakesNothingOfAStreamIsCutOff() throws {
        let stage = try Stage()
        let client = stage.kernel.connect(
            to: stage.listener,
            [.read(.stopped), .send(PlannedRequest.get("/streamed").bytes), .awaitEnd])
        client.window = 1000
        try stage.run { stage.liveCount == 0 && stage.turns > 10 }
        #expect(stage.tasksRunning == 0)
    }

    // MARK: Head buffers

    /// Who sends the next request before the answer holds a head buffer as long as the handler takes: not against
    /// those who wait for one.
    @Test func aPipelinerGivesItsHeadBufferUp() throws {
        var limits = Stage.smallLimits
        limits.headBuffers = 1
        let stage = try Stage(limits: limits)
        let pipeliner = stage.kernel.connect(
            to: stage.listener,
            [
                .send(PlannedRequest.get("/wait/5000").bytes + PlannedRequest.get("/hello").bytes),
                .awaitResponse, .awaitEnd,
            ])
        let begin = stage.kernel.now
        let other = stage.kernel.connect(
            to: stage.listener,
            [.pause(.milliseconds(50)), .send(PlannedRequest.get("/hello").bytes), .awaitResponse])
        try stage.run { other.isFinished }
        #expect(begin.duration(until: stage.kernel.now) < .seconds(1))
        try stage.runClients()
        let received = ReceivedResponses(pipeliner.received)
        #expect(received.finals.map(\.text) == ["waited 5000\n"])
        #expect(received.finals.map(\.closes) == [true])
        try stage.comeToRest()
    }
}
