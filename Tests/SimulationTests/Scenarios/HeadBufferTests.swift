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
