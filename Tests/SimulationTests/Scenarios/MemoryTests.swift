import SimulatedRing
import Testing
import Uring

@testable import Sluice

/// Memory is admitted at the head: granted, waited for, or refused.
@Suite struct MemoryTests {
    /// Room for four landed bodies of the largest size: two in the budget, two beside it.
    static var limits: Limits {
        var limits = Stage.smallLimits
        limits.memoryBytes = 2 << 20
        limits.maxBodyBytes = 1 << 20
        return limits
    }

    static func steps(_ request: PlannedRequest, over seconds: Double) -> [ClientStep] {
        let piece = 40_000
        let gap = Duration.seconds(seconds * Double(piece) / Double(request.bytes.count))
        return [.sendPieces(request.bytes, sizes: piece...piece, gaps: gap...gap), .awaitResponse]
    }

    static func landed(_ count: Int) -> PlannedRequest {
        let content = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        return .post("/digest", content, answer: Stage.digest(content))
    }

    @Test func whoWaitsIsServedWhenMemoryComesBack() throws {
        for reactors in 1...3 {
            let stage = try Stage(reactors: reactors, limits: Self.limits)
            let request = Self.landed(1_000_000)
            let clients = (0..<6).map { _ in
                stage.kernel.connect(to: stage.listener, Self.steps(request, over: 0.5))
            }
            try stage.run(for: .milliseconds(200))
            // Four are read, two are held back by TCP.
            #expect(stage.total(\.bodiesInFlight) == 4)
            #expect(stage.total(\.memoryWaits) == 2)
            try stage.runClients()
            for client in clients {
                #expect(ReceivedResponses(client.received).finals.map(\.body) == [request.answer])
            }
            try stage.comeToRest()
            try stage.stopAndFinish()
        }
    }

    @Test func whoWaitsTooLongIsToldToComeBack() throws {
        let stage = try Stage(reactors: 2, limits: Self.limits)
        let request = Self.landed(1_000_000)
        let slow = (0..<4).map { _ in stage.kernel.connect(to: stage.listener, Self.steps(request, over: 4)) }
        let expecting = PlannedRequest.post("/digest", request.body, expectsContinue: true)
        let begin = stage.kernel.now
        var end = begin
        let turnedAway = stage.kernel.connect(
            to: stage.listener, after: .milliseconds(100),
            [
                .send(expecting.head), .awaitResponse,
                .perform { [unowned stage] _ in end = stage.kernel.now }, .awaitEnd,
            ])
        try stage.runClients()
        let received = ReceivedResponses(turnedAway.received)
        let answer = try #require(received.finals.first)
        #expect(answer.status == 503 && answer.closes && answer.fields["retry-after"] == "1")
        // Not invited before there was room.
        #expect(received.interims.isEmpty)
        #expect((1.1...1.2).contains(begin.duration(until: end) / .seconds(1)))
        for client in slow {
            #expect(ReceivedResponses(client.received).finals.map(\.body) == [request.answer])
        }
        try stage.comeToRest()
        try stage.stopAndFinish()
    }

    /// A landed body that waits for its place must not hold up the scratch of everybody else.
    @Test func aLargeOneThatWaitsHoldsUpNoSmallOne() throws {
        var limits = Self.limits
        limits.memoryTimeout = .milliseconds(300)
        limits.memoryBytes = 4 << 20
        limits.maxBodyBytes = 4 << 20
        let stage = try Stage(reactors: 2, limits: limits)
        let holder = stage.kernel.connect(to: stage.listener, Self.steps(Self.landed(2_100_000), over: 1))
        let greedy = stage.kernel.connect(
            to: stage.listener, after: .milliseconds(50),
            [
                .send(PlannedRequest.post("/digest", [UInt8](repeating: 0, count: 2_100_000)).head),
                .awaitResponse,
            ])
        greedy.bytesWithheld = 2_100_000
        let small = Self.landed(1000)
        let begin = stage.kernel.now
        var end = begin
        let modest = stage.kernel.connect(
            to: stage.listener, after: .milliseconds(100),
            [.send(small.bytes), .awaitResponse, .perform { [unowned stage] _ in end = stage.kernel.now }])
        try stage.runClients()
        #expect(ReceivedResponses(holder.received).finals.map(\.status) == [200])
        #expect(ReceivedResponses(greedy.received).finals.map(\.status) == [503])
        #expect(ReceivedResponses(modest.received).finals.map(\.body) == [small.answer])
        #expect(begin.duration(until: end) < .milliseconds(150))
        #expect(stage.total(\.memoryWaits) == 1)
        #expect(stage.total(\.memoryRefusals) == 1)
        try stage.comeToRest()
        try stage.stopAndFinish()
    }

    /// Someone at the front of the line goes away: those behind are served, not forgotten.
    @Test func whoLeavesTheLineLetsTheOthersPass() throws {
        var limits = Self.limits
        limits.memoryTimeout = .milliseconds(300)
        limits.maxBodyBytes = 2_000_000
        let stage = try Stage(reactors: 2, limits: limits)
        let large = Self.landed(1_000_000)
        let holders = (0..<3).map { _ in
            stage.kernel.connect(to: stage.listener, Self.steps(large, over: 1))
        }
        // Wants more than is left in one piece: waits, and nobody overtakes in the line for small pieces.
        let greedy = stage.kernel.connect(
            to: stage.listener, after: .milliseconds(50),
            [
                .send(PlannedRequest.post("/digest", [UInt8](repeating: 0, count: 2_000_000)).head),
                .awaitResponse, .awaitEnd,
            ])
        greedy.bytesWithheld = 2_000_000
        let small = Self.landed(1000)
        let modest = stage.kernel.connect(
            to: stage.listener, after: .milliseconds(100), [.send(small.bytes), .awaitResponse])
        try stage.runClients()
        for holder in holders { #expect(ReceivedResponses(holder.received).finals.map(\.status) == [200]) }
        #expect(stage.total(\.memoryWaits) == 2)
        #expect(ReceivedResponses(greedy.received).finals.map(\.status) == [503])
        #expect(ReceivedResponses(modest.received).finals.map(\.body) == [small.answer])
        try stage.comeToRest()
        try stage.stopAndFinish()
    }

    /// In the face of a stop, too, memory that was granted to one who has gone comes back.
    @Test func stopsWithALineOfWaiters() throws {
        for after in stride(from: 0, through: 1500, by: 100) {
            let stage = try Stage(reactors: 3, limits: Self.limits)
            let request = Self.landed(1_000_000)
            let clients = (0..<7).map { _ in
                stage.kernel.connect(to: stage.listener, Self.steps(request, over: 0.7))
            }
            stage.kernel.after(.milliseconds(after)) { [unowned stage] _ in stage.stop() }
            try stage.run { stage.isFinished }
            try stage.checkShared()
            for client in clients {
                let finals = ReceivedResponses(client.received).finals
                #expect(finals.isEmpty || finals.map(\.status) == [200] || finals.map(\.status) == [503])
            }
        }
    }

    @Test func refusesAtOnceWhatCanNeverBeGranted() throws {
        let stage = try Stage(limits: Self.limits)
        let tooLarge = PlannedRequest.post("/predict", [0, 0, 0, 0])
        var head = String(decoding: tooLarge.head, as: UTF8.self)
        head = head.replacing("Content-Length: 4", with: "Content-Length: 999999999999999999")
        let client = stage.kernel.connect(
            to: stage.listener, [.send(Array(head.utf8)), .awaitResponse, .awaitEnd])
        try stage.runClients()
        #expect(ReceivedResponses(client.received).finals.map(\.status) == [413])
        #expect(stage.context.arena.leasedBytes == 0)
        try stage.comeToRest()
    }
}
