import SimulatedRing
import Testing
import Uring

@testable import Sluice

/// Chunked bodies, which may keep the buffers of their heads.
@Suite struct ChunkedHeadBufferTests {
    private typealias Heads = HeadBufferTests

    /// The buffers that bodies do not keep are taken by heads that never end, younger than anybody's body.
    private static func takeBuffers(_ count: Int, of stage: Stage) {
        for _ in 0..<count {
            _ = stage.kernel.connect(
                to: stage.listener, after: .milliseconds(40), [.send(Array("GET ".utf8)), .awaitEnd])
        }
    }

    /// Slow chunked bodies that bring a byte in every turn: each has no receive until the turn's end, and is not one of those
    /// whom we hold back.
    @Test func whoTricklesInEveryTurnYieldsItsBuffer() throws {
        let stage = try Stage(limits: Heads.limits(headBuffers: 4))
        Self.takeBuffers(2, of: stage)
        let head = "POST /predict?columns=1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        let chunks = [UInt8](String(repeating: "1\r\n0\r\n", count: 2000).utf8)
        let gap = Duration.microseconds(100)
        for _ in 0..<2 {
            _ = stage.kernel.connect(
                to: stage.listener,
                [.send(Array(head.utf8)), .sendPieces(chunks, sizes: 1...1, gaps: gap...gap), .reset])
        }
        let begin = stage.kernel.now
        let healthy = stage.kernel.connect(to: stage.listener, after: .milliseconds(50), ListeningTests.ask)
        try stage.run { healthy.isFinished }
        #expect(ReceivedResponses(healthy.received).finals.map(\.status) == [200])
        let waited = begin.duration(until: stage.kernel.now)
        #expect(waited < .milliseconds(800), "\(waited)")
        #expect(stage.total(\.headBuffersReclaimed) == 1)
    }

    /// Chunked bodies hold buffers, too. Silent ones lose them; one that comes as fast as it must does not.
    @Test(arguments: ["/predict", "/landed"])
    func silentChunkedBodiesLoseTheirBuffers(route: String) throws {
        let stage = try Stage(limits: Heads.limits(headBuffers: 6))
        let content = [UInt8](repeating: 0, count: 400_000)
        let upload = PlannedRequest.post(
            route + "?columns=1&kernel=maximum", content, framing: .chunked([5000]), answer: [0, 0, 0, 0])
        // 100 KB a second, where 64 KiB are asked for.
        let steady = stage.kernel.connect(
            to: stage.listener,
            [
                .sendPieces(upload.bytes, sizes: 5000...5000, gaps: .milliseconds(50) ... .milliseconds(50)),
                .awaitResponse,
            ])
        let silent = (0..<2).map { _ in
            let client = stage.kernel.connect(to: stage.listener, [.send(upload.head), .awaitEnd])
            client.bytesWithheld = upload.body.count
            return client
        }
        Self.takeBuffers(3, of: stage)
        let begin = stage.kernel.now
        let healthy = stage.kernel.connect(to: stage.listener, after: .milliseconds(100), ListeningTests.ask)
        try stage.runClients()
        #expect(ReceivedResponses(steady.received).finals.map(\.body) == [upload.answer])
        #expect(ReceivedResponses(healthy.received).finals.map(\.status) == [200])
        let waited = begin.duration(until: try #require(healthy.finishTime))
        #expect(waited < .seconds(1), "\(waited)")
        let told = silent.map { ReceivedResponses($0.received).finals.map(\.status) }
        #expect(told.contains([503]), "\(told)")
        #expect(stage.total(\.headBuffersReclaimed) == 1)
        try stage.comeToRest()
    }

    /// As fast as they must be, more of them than there are buffers: those without one are read exactly to their ends, and
    /// whoever comes is answered.
    @Test(arguments: ["/predict", "/landed"])
    func chunkedBodiesInTimeKeepNobodyOut(route: String) throws {
        let stage = try Stage(limits: Heads.limits(headBuffers: 4))
        let content = [UInt8](repeating: 0, count: 400_000)
        let upload = PlannedRequest.post(
            route + "?columns=1&kernel=maximum", content, framing: .chunked([5000, 1, 30]),
            answer: [0, 0, 0, 0])
        let pause = Duration.milliseconds(50)
        // The next request comes with the end of the body.
        let steady = (0..<6).map { _ in
            stage.kernel.connect(
                to: stage.listener,
                [
                    .sendPieces(
                        upload.bytes + ListeningTests.hello.bytes, sizes: 5000...5000, gaps: pause...pause),
                    .awaitResponse, .awaitResponse,
                ])
        }
        let begin = stage.kernel.now
        let others = [100, 1000, 3000].map { wait in
            stage.kernel.connect(to: stage.listener, after: .milliseconds(wait), ListeningTests.ask)
        }
        try stage.runClients()
        for client in steady {
            #expect(ReceivedResponses(client.received).finals.map(\.status) == [200, 200])
            #expect(ReceivedResponses(client.received).finals.first?.body == upload.answer)
        }
        for client in others {
            #expect(ReceivedResponses(client.received).finals.map(\.status) == [200])
            #expect(begin.duration(until: try #require(client.finishTime)) < .seconds(4))
        }
        #expect(stage.total(\.headBuffersReclaimed) == 0)
        try stage.comeToRest()
        #expect(stage.reactors.allSatisfy { $0?.headBuffersOfBodies ?? 0 == 0 })
    }

    /// A chunked body that has been read and is reduced on the pool needs its buffer no more.
    @Test func whoWaitsForThePoolHoldsNoBuffer() throws {
        let stage = try Stage(limits: Heads.limits(headBuffers: 1))
        stage.compute.longestWork = .seconds(5)
        var generator = SeededGenerator(seed: 3)
        let request = PlannedRequest.reduction(
            "/predict", .sum, rows: 20, columns: 2, framing: .chunked([40]), from: &generator)
        let waiting = stage.kernel.connect(to: stage.listener, [.send(request.bytes), .awaitResponse])
        let other = stage.kernel.connect(to: stage.listener, after: .milliseconds(50), ListeningTests.ask)
        try stage.run { other.isFinished }
        #expect(ReceivedResponses(other.received).finals.map(\.status) == [200])
        #expect(!stage.compute.isIdle && !waiting.isFinished)
        try stage.runClients()
        let answers = ReceivedResponses(waiting.received).finals
        #expect(answers.map(\.body) == [request.answer])
        #expect(answers.map(\.closes) == [false])
        #expect(stage.total(\.headBuffersReclaimed) == 0)
        try stage.comeToRest()
    }
}
