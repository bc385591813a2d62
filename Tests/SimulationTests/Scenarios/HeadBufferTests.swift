import SimulatedRing
import Testing
import Uring

@testable import Sluice

/// More heads at once than there are buffers for them.
@Suite struct HeadBufferTests {
    static func limits(headBuffers: Int) -> Limits {
        var limits = Stage.smallLimits
        limits.headBuffers = headBuffers
        limits.maxConnections = 64
        return limits
    }

    /// The buffers that bodies do not keep are taken by heads that never end, younger than anybody's body.
    private static func takeBuffers(_ count: Int, of stage: Stage) {
        for _ in 0..<count {
            _ = stage.kernel.connect(
                to: stage.listener, after: .milliseconds(40), [.send(Array("GET ".utf8)), .awaitEnd])
        }
    }

    /// One buffer for twenty clients that send their heads in pieces: each has it in turn, in the order in which they
    /// came, again and again.
    @Test(arguments: [0, 0.3])
    func serveTwentyClientsInTurn(shortReceive: Double) throws {
        var faults = Faults.none
        faults.shortReceive = shortReceive
        let stage = try Stage(seed: 9, faults: faults, limits: Self.limits(headBuffers: 1))
        var generator = SeededGenerator(seed: 9)
        var order: [Int] = []
        let requests = 3
        let clients = (0..<20).map { number in
            let request = PlannedRequest.reduction(
                number % 2 == 0 ? "/predict" : "/landed", .probe, rows: 10 + number, columns: 2,
                framing: number % 3 == 0 ? .chunked([40]) : .length, from: &generator)
            let steps: [ClientStep] = [
                .send(Array(request.bytes.prefix(60))), .pause(.milliseconds(1)),
                .send(Array(request.bytes.dropFirst(60))), .awaitResponse,
                .perform { _ in order.append(number) },
            ]
            let client = stage.kernel.connect(
                to: stage.listener, after: .microseconds(10 * number), (0..<requests).flatMap { _ in steps })
            return (client, request)
        }
        try stage.runClients()
        for (client, request) in clients {
            let finals = ReceivedResponses(client.received).finals
            #expect(finals.map(\.body) == Array(repeating: request.answer, count: requests))
        }
        // Nobody is served twice while another waits for his turn; bodies that come short may end a little later.
        if shortReceive == 0 { #expect(order == (0..<requests).flatMap { _ in 0..<20 }) }
        var served = [Int](repeating: 0, count: 20)
        for number in order {
            served[number] += 1
            #expect(served[number] - (served.min() ?? 0) <= 2, "\(order)")
        }
        #expect(stage.total(\.headBuffersReclaimed) == 0)
        try stage.comeToRest()
        try stage.stopAndFinish()
    }

    /// Slow chunked bodies that bring a byte in every turn: each has no receive until the turn's end, and is not one of those
    /// whom we hold back.
    @Test func whoTricklesInEveryTurnYieldsItsBuffer() throws {
        let stage = try Stage(limits: Self.limits(headBuffers: 4))
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

    /// A crowd of heads that never end holds every buffer: they lose them, one for each who waits, the oldest first.
    @Test func aCrowdOfSlowHeadsKeepsNobodyWaiting() throws {
        let stage = try Stage(reactors: 2, limits: Self.limits(headBuffers: 8))
        let slow = (0..<12).map { number in
            stage.kernel.connect(
                to: stage.listener, after: .milliseconds(number),
                [.send(Array("G".utf8)), .awaitEnd])
        }
        let begin = stage.kernel.now
        var answered: [Duration] = []
        let healthy = (0..<3).map { _ in
            stage.kernel.connect(
                to: stage.listener, after: .milliseconds(50),
                ListeningTests.ask + [
                    .perform { [unowned stage] _ in answered.append(begin.duration(until: stage.kernel.now)) }
                ])
        }
        try stage.run { healthy.allSatisfy { $0.isFinished } }
        for client in healthy {
            #expect(ReceivedResponses(client.received).finals.map(\.status) == [200])
        }
        // Half a second of grace, and no more; the head's own limit is five.
        #expect(answered.allSatisfy { $0 > .milliseconds(490) && $0 < .milliseconds(700) }, "\(answered)")
        // One for each of the three and for each of the slow who had none, and only the oldest.
        let told = slow.map { ReceivedResponses($0.received).finals.first?.status }
        #expect(told.prefix(4) == [503, 503, 503, 503])
        #expect(stage.total(\.headBuffersReclaimed) == told.count { $0 == 503 })
        #expect(stage.total(\.headBuffersReclaimed) <= 8)
        for client in slow {
            for final in ReceivedResponses(client.received).finals {
                #expect(final.closes && (final.status == 408 || final.fields["retry-after"] == "1"))
            }
        }
        try stage.comeToRest()
        try stage.stopAndFinish()
    }

    /// Those whose bodies wait for memory hold their buffers only as long as a slow head does.
    @Test func whoWaitsForMemoryKeepsNobodyWaiting() throws {
        var limits = Self.limits(headBuffers: 4)
        limits.memoryTimeout = .seconds(20)
        limits.bodyPeriod = .seconds(20)
        let stage = try Stage(limits: limits)
        let length = limits.maxBodyBytes
        let head = "POST /landed?columns=1 HTTP/1.1\r\nHost: h\r\nContent-Length: \(length)\r\n\r\n"
        let upload = { (_: Int) in
            let client = stage.kernel.connect(to: stage.listener, [.send(Array(head.utf8)), .awaitEnd])
            client.bytesWithheld = length
            return client
        }
        // As many as the arena holds with padding and scratch, for bodies that do not come: their buffers are free.
        let holders = (2..<(limits.memoryBytes / length)).map(upload)
        try stage.run(for: .milliseconds(20))
        let waiting = (0..<4).map(upload)
        try stage.run(for: .milliseconds(20))
        #expect(stage.total(\.memoryWaits) == 4)
        let begin = stage.kernel.now
        let newcomer = stage.kernel.connect(to: stage.listener, ListeningTests.ask)
        try stage.run { newcomer.isFinished }
        #expect(ReceivedResponses(newcomer.received).finals.map(\.status) == [200])
        #expect(begin.duration(until: stage.kernel.now) < .milliseconds(700))
        // The oldest has made way for it.
        #expect(waiting.map { ReceivedResponses($0.received).finals.map(\.status) } == [[503], [], [], []])
        #expect(holders.allSatisfy { $0.received.isEmpty })
        #expect(stage.total(\.headBuffersReclaimed) == 1)
    }

    /// Nor does who asks to be invited and does not take the invitation.
    @Test func whoDoesNotTakeHisInvitationKeepsNobodyWaiting() throws {
        let stage = try Stage(limits: Self.limits(headBuffers: 1))
        let head = "POST /predict HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n"
        let deaf = stage.kernel.connect(
            to: stage.listener, [.read(.stopped), .send(Array(head.utf8)), .awaitEnd])
        deaf.window = 0
        deaf.bytesWithheld = 4
        try stage.run(for: .milliseconds(20))
        let begin = stage.kernel.now
        let newcomer = stage.kernel.connect(to: stage.listener, ListeningTests.ask)
        try stage.run { newcomer.isFinished }
        #expect(ReceivedResponses(newcomer.received).finals.map(\.status) == [200])
        #expect(begin.duration(until: stage.kernel.now) < .milliseconds(700))
        #expect(stage.total(\.headBuffersReclaimed) == 1)
    }

    /// As long as nobody waits, a slow head has all its time.
    @Test func aSlowHeadKeepsItsBufferWhileNobodyWaits() throws {
        let stage = try Stage(limits: Self.limits(headBuffers: 2))
        let head = ListeningTests.hello.bytes
        let slow = stage.kernel.connect(
            to: stage.listener,
            [
                .sendPieces(head, sizes: 10...10, gaps: .milliseconds(700) ... .milliseconds(700)),
                .awaitResponse,
            ])
        let others = (0..<20).map { number in
            stage.kernel.connect(to: stage.listener, after: .milliseconds(100 * number), ListeningTests.ask)
        }
        try stage.runClients()
        for client in others + [slow] {
            #expect(ReceivedResponses(client.received).finals.map(\.status) == [200])
        }
        #expect(stage.total(\.headBuffersReclaimed) == 0)
        try stage.comeToRest()
    }

    /// Chunked bodies hold buffers, too. Silent ones lose them; one that comes as fast as it must does not.
    @Test(arguments: ["/predict", "/landed"])
    func silentChunkedBodiesLoseTheirBuffers(route: String) throws {
        let stage = try Stage(limits: Self.limits(headBuffers: 6))
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
        let stage = try Stage(limits: Self.limits(headBuffers: 4))
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

    /// An answer that takes its time is sent to its end; only what came behind it has lost its place.
    @Test(arguments: ["/long", "/streamed"])
    func whoTakesALongAnswerWithMoreBehindItGivesHisBufferUp(path: String) throws {
        let stage = try Stage(limits: Self.limits(headBuffers: 1))
        let steady = stage.kernel.connect(
            to: stage.listener,
            [
                .read(.slow(bytes: 5000, every: .milliseconds(100))),
                .send(PlannedRequest.get(path).bytes + ListeningTests.hello.bytes), .awaitResponse, .awaitEnd,
            ])
        let begin = stage.kernel.now
        let other = stage.kernel.connect(to: stage.listener, after: .milliseconds(50), ListeningTests.ask)
        try stage.run { other.isFinished }
        #expect(ReceivedResponses(other.received).finals.map(\.status) == [200])
        #expect(begin.duration(until: try #require(other.finishTime)) < .seconds(1))
        #expect(stage.total(\.headBuffersReclaimed) == 1)
        try stage.runClients()
        let whole = path == "/long" ? Stage.long : Stage.parts.flatMap { $0 }
        #expect(ReceivedResponses(steady.received).finals.map(\.body) == [whole])
        #expect(steady.didEverything && !steady.wasReset)
        try stage.comeToRest()
    }

    /// A chunked body that has been read and is reduced on the pool needs its buffer no more.
    @Test func whoWaitsForThePoolHoldsNoBuffer() throws {
        let stage = try Stage(limits: Self.limits(headBuffers: 1))
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

    /// Whoever does not take his answers keeps what he sent after them in a buffer.
    @Test func whoDoesNotTakeHisAnswersLosesHisBuffer() throws {
        let stage = try Stage(limits: Self.limits(headBuffers: 1))
        let deaf = stage.kernel.connect(
            to: stage.listener,
            [
                .read(.stopped), .send(ListeningTests.hello.bytes + ListeningTests.hello.bytes),
                .pause(.seconds(20)),
            ])
        deaf.window = 10
        let begin = stage.kernel.now
        let healthy = stage.kernel.connect(to: stage.listener, after: .milliseconds(50), ListeningTests.ask)
        try stage.run { healthy.isFinished }
        #expect(ReceivedResponses(healthy.received).finals.map(\.status) == [200])
        #expect(begin.duration(until: try #require(healthy.finishTime)) < .seconds(1))
        #expect(stage.total(\.headBuffersReclaimed) == 1)
        try stage.runClients()
        try stage.comeToRest()
    }
}
