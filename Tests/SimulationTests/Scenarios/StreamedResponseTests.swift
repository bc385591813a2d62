import SimulatedRing
import Testing

@testable import Sluice

/// Responses that are written while they are sent.
@Suite struct StreamedResponseTests {
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

    /// Wherever its handler ran, it waits on the reactor's timer and has things computed on the pool.
    @Test(arguments: ["reactor", "pool"]) func aWriterMayWaitForItsServer(place: String) throws {
        let stage = try Stage()
        let received = try stage.ask([.get("/written/\(place)"), .get("/hello")])
        #expect(received.problem == nil)
        #expect(received.finals.map(\.text) == ["computed for a writer\n", "hello\n"])
        try stage.comeToRest()
    }

    @Test func aWriterFindsTheComputePoolFullAsAnybodyDoes() throws {
        let stage = try Stage()
        stage.compute.limit = 0
        let client = stage.kernel.connect(
            to: stage.listener, [.send(PlannedRequest.get("/written/reactor").bytes), .awaitEnd])
        try stage.runClients()
        #expect(!String(decoding: client.received, as: UTF8.self).contains("computed"))
        #expect(stage.context.metrics[0].computeRefusals.value == 1)
        try stage.comeToRest()
    }

    @Test func aStreamWithAStatusThatIsNoAnswerHasNoWriter() throws {
        let stage = try Stage()
        let client = stage.kernel.connect(
            to: stage.listener, [.send(PlannedRequest.get("/no-answer").bytes), .awaitResponse, .close])
        try stage.runClients()
        #expect(ReceivedResponses(client.received).finals.map(\.status) == [500])
        try stage.run { stage.liveCount == 0 }
        // So its end finds nobody to cancel.
        #expect(stage.context.metrics[0].handlersCancelled.value == 0)
    }

    @Test func aSecondWriteBesideOneIsRefused() throws {
        let stage = try Stage()
        let received = try stage.ask([.get("/overlap")])
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

    /// Without chunks its end is the connection's: what is cut short must not look whole.
    @Test(arguments: [("/streamed", false), ("/cut", true), ("/stalled", true)])
    func onlyAWholeStreamEndsForHTTP10(path: String, isCutShort: Bool) throws {
        var limits = Stage.smallLimits
        limits.handlerTimeout = .seconds(1)
        let stage = try Stage(limits: limits)
        let client = stage.kernel.connect(
            to: stage.listener, [.send(Array("GET \(path) HTTP/1.0\r\n\r\n".utf8)), .awaitEnd])
        try stage.runClients()
        #expect(client.wasReset == isCutShort)
        #expect(client.sawEnd == !isCutShort)
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
}
