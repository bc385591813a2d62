import SimulatedRing
import Testing
import Uring

@testable import Sluice

/// Fast bodies of one reactor, received one after the other.
@Suite struct BodyTurnTests {
    static let bodyBytes = 24 << 20

    private static func clients(
        _ count: Int, of stage: Stage, _ steps: (Int, [UInt8]) -> [ClientStep]
    ) {
        let request = ReceiveBufferTests.upload(bodyBytes)
        for number in 0..<count {
            _ = stage.kernel.connect(to: stage.listener, steps(number, request.bytes))
        }
    }

    @Test func aBodyIsReceivedForManyWindowsOnEnd() throws {
        let stage = try ReceiveBufferTests.stage()
        Self.clients(4, of: stage) { _, bytes in
            [.send(bytes), .awaitResponse, .send(bytes), .awaitResponse]
        }
        _ = try ReceiveBufferTests.run(stage)
        let windows = stage.total(\.bodyReceiveCompletions)
        #expect(stage.total(\.bodies) == 8)
        let turns = stage.total(\.bodyTurns)
        #expect((1...windows / 5).contains(turns), "\(turns) turns for \(windows) windows")
    }

    /// - Returns: turns, for 20 bodies of each of four clients, of some windows each.
    private func turns(turnTime: Duration, pause: Duration) throws -> Int {
        let stage = try ReceiveBufferTests.stage { $0.turnTime = turnTime }
        let request = ReceiveBufferTests.upload(4 << 20)
        for _ in 0..<4 {
            let steps: [ClientStep] = [.send(request.bytes), .awaitResponse, .pause(pause)]
            _ = stage.kernel.connect(to: stage.listener, (0..<20).flatMap { _ in steps })
        }
        _ = try ReceiveBufferTests.run(stage)
        #expect(stage.total(\.bodies) == 80)
        return stage.total(\.bodyTurns)
    }

    /// Of the first few of each it is not known yet.
    @Test func whoIsBackAtOnceIsReceivedForManyBodiesOnEnd() throws {
        let one = try turns(turnTime: .zero, pause: .zero)
        let many = try turns(turnTime: .seconds(1), pause: .zero)
        #expect(many < one - 20, "\(many) turns instead of \(one)")
    }

    /// Be it longer than anybody is waited for, or not quite so long.
    @Test(arguments: [Duration.milliseconds(4), .milliseconds(2)])
    func whoTakesHisTimeIsNotWaitedFor(pause: Duration) throws {
        let one = try turns(turnTime: .zero, pause: pause)
        let waiting = try turns(turnTime: .seconds(1), pause: pause)
        #expect(waiting > one - 10, "\(waiting) turns instead of \(one)")
    }

    /// Just trusted, the first of four clients does something else; the others go on.
    /// - Returns: whether it is expected when that is over.
    private func isExpected(after steps: [ClientStep]) throws -> Bool {
        let stage = try ReceiveBufferTests.stage { $0.turnTime = .seconds(1) }
        let bytes = ReceiveBufferTests.upload(4 << 20).bytes
        let body: [ClientStep] = [.send(bytes), .awaitResponse]
        var isExpected = false
        let look = ClientStep.perform { _ in
            unsafe isExpected = stage.reactors[0]?.slots[0].returns.isExpectedAtOnce == true
        }
        let trusted: [ClientStep] = (0..<BodyReturns.enoughTrust + 2).flatMap { _ in body }
        _ = stage.kernel.connect(to: stage.listener, trusted + steps + [look])
        for _ in 0..<3 {
            _ = stage.kernel.connect(to: stage.listener, (0..<30).flatMap { _ in body })
        }
        _ = try ReceiveBufferTests.run(stage)
        return isExpected
    }

    @Test func whoIsWaitedForInVainIsTrustedLess() throws {
        let request = ReceiveBufferTests.upload(4 << 20)
        let pause = BodyTurns.patience + .milliseconds(1)
        #expect(try !isExpected(after: [.pause(pause), .send(request.bytes), .awaitResponse]))
    }

    /// The turn passes in the middle of a long body, which is no fault of its client.
    @Test func whoseTurnPassesWithinABodyIsTrustedAsBefore() throws {
        let request = ReceiveBufferTests.upload(BodyTurns.bodyBytes + (8 << 20))
        #expect(try isExpected(after: [.send(request.bytes), .awaitResponse]))
    }

    @Test func aConnectionIsNotExpectedForWhatTheSlotsLastOneDid() throws {
        let stage = try ReceiveBufferTests.stage()
        let request = ReceiveBufferTests.upload(100_000)
        var expected: [Bool] = []
        func look() -> ClientStep {
            .perform { _ in
                unsafe expected.append(stage.reactors[0]?.slots[0].returns.isExpectedAtOnce == true)
            }
        }
        let bodies: [ClientStep] = (0..<10).flatMap { _ in [.send(request.bytes), .awaitResponse] }
        _ = stage.kernel.connect(to: stage.listener, bodies + [look(), .close])
        _ = stage.kernel.connect(
            to: stage.listener, after: .seconds(1), [.send(request.bytes), .awaitResponse, look()])
        _ = try ReceiveBufferTests.run(stage)
        #expect(expected == [true, false])
    }

    /// Its client sleeps in the middle of a turn; the others' turns come.
    @Test func whoFallsSilentHoldsNobodyUp() throws {
        let stage = try ReceiveBufferTests.stage()
        var ends: [MonotonicInstant] = []
        Self.clients(4, of: stage) { number, bytes in
            guard number > 0 else {
                return [
                    .send(Array(bytes.prefix(8 << 20))), .pause(.seconds(4)),
                    .send(Array(bytes.dropFirst(8 << 20))), .awaitResponse,
                ]
            }
            return [.send(bytes), .awaitResponse, .perform { _ in ends.append(stage.kernel.now) }]
        }
        let start = stage.kernel.now
        _ = try ReceiveBufferTests.run(stage)
        #expect(ends.count == 3 && ends.allSatisfy { start.duration(until: $0) < .seconds(1) }, "\(ends)")
    }

    /// Nor does one who goes away, be it while it is received or while it stands in line.
    @Test func whoLeavesHoldsNobodyUp() throws {
        let stage = try ReceiveBufferTests.stage()
        Self.clients(6, of: stage) { number, bytes in
            number % 2 == 0
                ? [.send(bytes), .awaitResponse] : [.send(Array(bytes.prefix((5 + number) << 20))), .reset]
        }
        try stage.runClients()
        let answers = stage.kernel.clients.map { ReceivedResponses($0.received).finals.map(\.status) }
        #expect(answers.enumerated().allSatisfy { $1 == ($0 % 2 == 0 ? [200] : []) }, "\(answers)")
        try stage.comeToRest()
    }

    /// Small bodies and heads are not kept waiting by whoever has the turn.
    @Test func smallRequestsAreServedBetweenTwoWindows() throws {
        let stage = try ReceiveBufferTests.stage()
        var answers = 0
        var mostBefore = 0
        Self.clients(3, of: stage) { _, bytes in [.send(bytes), .awaitResponse] }
        // Of two receives.
        let small = ReceiveBufferTests.upload(100_000)
        var steps: [ClientStep] = []
        for _ in 0..<20 {
            var before = 0
            steps += [
                .perform { _ in before = stage.total(\.bodyReceiveCompletions) },
                .send(small.bytes), .awaitResponse,
                .perform { _ in
                    answers += 1
                    mostBefore = max(mostBefore, stage.total(\.bodyReceiveCompletions) - before)
                },
            ]
        }
        _ = stage.kernel.connect(to: stage.listener, steps)
        _ = try ReceiveBufferTests.run(stage)
        #expect(answers == 20)
        #expect(mostBefore <= 8, "\(mostBefore) windows were received before a small request's answer")
    }
}
