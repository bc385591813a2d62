import SimulatedRing
import Testing
import Uring

@testable import Sluice

/// Handlers of every kind, on rings: what they answer.
@Suite struct HandlerTests {
    @Test func aSleepTakesItsTimeAndNoMore() throws {
        let stage = try Stage()
        let begin = stage.kernel.now
        let received = try stage.ask([.get("/wait/1000")])
        #expect(received.finals.map(\.text) == ["waited 1000\n"])
        let waited = begin.duration(until: stage.kernel.now)
        #expect(waited >= .seconds(1) && waited < .milliseconds(1010), "\(waited)")
        try stage.comeToRest()
        try stage.stopAndFinish()
    }

    /// A proxy may send a whole URL. What the handler sees is what the route saw, and the only host is the URL's.
    @Test(arguments: [
        ("/target/a?x=1", "test /target/a?x=1 /target/a 1 a test"),
        ("/target/a%2Fb?", "test /target/a%2Fb? /target/a%2Fb none a/b test"),
        ("http://target:81/target/a?x=1", "target:81 /target/a?x=1 /target/a 1 a none"),
        ("HTTPS://[::1]/target/b", "[::1] /target/b /target/b none b none"),
    ])
    func aTargetIsSeenAsItsRouteSawIt(target: String, seen: String) throws {
        let stage = try Stage()
        #expect(try stage.ask([.get(target)]).finals.map(\.text) == [seen])
        try stage.comeToRest()
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
        let received = try stage.ask(requests)
        #expect(received.finals.map(\.status) == requests.map(\.status))
        for (response, request) in zip(received.finals, requests) where request.answer != nil {
            #expect(response.body == request.answer)
        }
        #expect(received.finals[7].body == Stage.long)
        #expect(received.finals.allSatisfy { !$0.closes })
        try stage.comeToRest()
        try stage.stopAndFinish()
    }

    /// No handler is called for it, and nothing that it was granted stays behind.
    @Test(arguments: ["/digest", "/pool/digest", "/slow/digest"])
    func anEmptyBodyInChunksIsRefused(path: String) throws {
        let stage = try Stage()
        let content = PlannedRequest.bytes(of: [1, 2])
        let received = try stage.ask([
            .post(path, [], framing: .chunked([1])), .post(path, content, framing: .chunked([3])),
            .post(path, [], framing: .chunked([1])),
        ])
        #expect(received.finals.map(\.status) == [422, 200, 422])
        #expect(received.finals.map(\.closes) == [false, false, false])
        #expect(received.finals[0].text.hasPrefix("the body is empty"))
        #expect(received.finals[1].body == Stage.digest(content))
        #expect(!stage.log.answeredLengths.contains(0))
        try stage.comeToRest()
        try stage.stopAndFinish()
    }

    @Test func aRefusalIsJSONToWhoAsksForIt() throws {
        let stage = try Stage()
        let request = PlannedRequest(
            head: Array("GET /refuse/409 HTTP/1.1\r\nHost: a\r\nAccept: application/json\r\n\r\n".utf8),
            status: 409)
        let received = try stage.ask([request])
        #expect(
            received.finals.map(\.text) == ["{\"status\":409,\"error\":\"as \\\"asked\\\"\"}\n"])
        try stage.comeToRest()
    }

    /// A status that is no answer, and an error that is not the client's, are 500 and say nothing.
    @Test(arguments: [0, 100, 200, 302, 600]) func aRefusalWithNoRefusalsStatusIsAFailure(code: Int) throws {
        let stage = try Stage()
        let received = try stage.ask([.get("/refuse/\(code)")])
        #expect(received.finals.map(\.status) == [500])
        #expect(received.finals.map(\.text) == ["the handler failed\n"])
        try stage.comeToRest()
    }
}
