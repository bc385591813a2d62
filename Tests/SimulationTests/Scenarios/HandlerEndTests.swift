import SimulatedRing
import Testing
import Uring

@testable import Sluice

/// What becomes of a handler whose client or whose time is gone, and of what the two of them held.
@Suite struct HandlerEndTests {
    @Test(arguments: ["/wait/60000", "/deaf/60000"]) func aHandlerWithoutAnAnswerIsCancelledIn504(
        path: String
    ) throws {
        var limits = Stage.smallLimits
        limits.handlerTimeout = .seconds(2)
        let stage = try Stage(limits: limits)
        let begin = stage.kernel.now
        let received = try stage.ask([.get(path)])
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

    @Test(arguments: ["/wait/20000", "/readable/20000"]) func aResetCancelsAtOnce(path: String) throws {
        let stage = try Stage()
        let begin = stage.kernel.now
        _ = stage.kernel.connect(
            to: stage.listener,
            [.send(PlannedRequest.get(path).bytes), .pause(.milliseconds(100)), .reset])
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
