import SimulatedRing
import Testing
import Uring

@testable import Sluice

/// Who gets the memory for receive buffers, in a crowd.
@Suite struct ReceiveBufferTests {
    /// Enough for 8 near clients to have as much as any, or for 128 KiB for each of a hundred.
    static let budget = 16 << 20
    static let crowd = 100

    static func stage(
        seed: UInt64 = 1, faults: Faults = .none, reactors: Int = 1,
        memory: Int = Stage.smallLimits.memoryBytes, _ change: (inout Limits) -> Void = { _ in }
    ) throws -> Stage {
        var limits = Stage.smallLimits
        limits.memoryBytes = memory
        limits.maxConnections = 128
        limits.headBuffers = 128
        limits.maxBodyBytes = 64 << 20
        limits.windowBytes = 1 << 20
        limits.windowBytesPerReactor = 1 << 20
        limits.socketMemoryBytes = 2 * budget
        change(&limits)
        let stage = try Stage(seed: seed, faults: faults, reactors: reactors, limits: limits)
        stage.kernel.receiveWindow = 4 << 20
        return stage
    }

    static func upload(_ byteCount: Int, to path: String = "/predict") -> PlannedRequest {
        .post(
            "\(path)?kernel=completeness", [UInt8](repeating: 0, count: byteCount),
            answer: [0, 0, 0, 0])
    }

    /// 80 KiB/s.
    static func slowly(_ bytes: [UInt8]) -> ClientStep {
        .sendPieces(bytes, sizes: 16384...16384, gaps: .milliseconds(200) ... .milliseconds(200))
    }

    /// So many bytes at once, and then slowly.
    static func slowly(_ bytes: [UInt8], after fast: Int) -> [ClientStep] {
        [.send(Array(bytes.prefix(fast))), slowly(Array(bytes.dropFirst(fast)))]
    }

    /// Runs until all clients have their answers.
    /// - Returns: the most that was granted at once.
    static func run(_ stage: Stage) throws -> Int {
        var most = 0
        try stage.run {
            most = max(most, stage.total(\.receiveBytesGranted))
            return stage.kernel.clientsAreFinished
        }
        for client in stage.kernel.clients {
            let answers = ReceivedResponses(client.received).finals
            #expect(!answers.isEmpty && answers.allSatisfy { $0.status == 200 && $0.body == [0, 0, 0, 0] })
        }
        try stage.comeToRest()
        return most
    }

    /// The crowd was there first and took the memory, in large pieces whose low-water marks it will not reach for long.
    @Test(arguments: [1, 2])
    func fastBodiesBesideASlowCrowdComeInLargePieces(fast: Int) throws {
        let stage = try Self.stage()
        for number in 0..<Self.crowd {
            _ = stage.kernel.connect(
                to: stage.listener, after: .milliseconds(number),
                [Self.slowly(Self.upload(1 << 20).bytes), .awaitResponse])
        }
        let request = Self.upload(8 << 20)
        var before = 0
        var after = 0
        for number in 0..<fast {
            _ = stage.kernel.connect(
                to: stage.listener, after: .seconds(1),
                [
                    .send(request.bytes), .awaitResponse,
                    .perform { _ in if number == 0 { before = stage.total(\.bodyReceiveCompletions) } },
                    .send(request.bytes), .awaitResponse,
                    .perform { _ in if number == 0 { after = stage.total(\.bodyReceiveCompletions) } },
                ])
        }
        #expect(try Self.run(stage) <= Self.budget)
        // A piece for each mebibyte and few more: with a hundredth of the memory each it would be 64.
        #expect((8...12 * fast).contains(after - before), "\(after - before) completions for a body")
    }

    /// Slow ones who have filled nothing yet, then all at once.
    @Test func aSlowCrowdThatIsFastAllAtOnceStaysWithinTheMemory() throws {
        let stage = try Self.stage()
        let bytes = Self.upload(6 << 20).bytes
        for _ in 0..<Self.crowd {
            _ = stage.kernel.connect(
                to: stage.listener,
                [
                    Self.slowly(Array(bytes.prefix(300_000))), .send(Array(bytes.dropFirst(300_000))),
                    .awaitResponse,
                ])
        }
        let most = try Self.run(stage)
        #expect(most > Self.budget / 2 && most <= Self.budget)
    }

    /// Fast ones who got much and then say nothing keep it from nobody who comes.
    @Test func whatTheSilentHoldGoesToThoseWhoCome() throws {
        let stage = try Self.stage()
        let bytes = Self.upload(8 << 20).bytes
        var granted: [Int] = []
        for _ in 0..<16 {
            _ = stage.kernel.connect(
                to: stage.listener,
                [
                    .send(Array(bytes.prefix(4 << 20))), .pause(.seconds(4)),
                    .send(Array(bytes.dropFirst(4 << 20))),
                ]
                    + [.awaitResponse])
        }
        for _ in 0..<Self.crowd {
            _ = stage.kernel.connect(
                to: stage.listener, after: .seconds(1),
                [
                    .send(Array(bytes.prefix(2 << 20))),
                    .perform { _ in granted.append(stage.watches[0].receiveBuffers.values.min() ?? 0) },
                    .send(Array(bytes.dropFirst(2 << 20))), .awaitResponse,
                ])
        }
        #expect(try Self.run(stage) <= Self.budget)
        #expect(granted.count == Self.crowd)
    }

    /// Its low-water mark hides for twelve seconds that it has become slow; the body's period does not.
    @Test func aFastBodyThatBecomesSlowIsNotFastForLong() throws {
        let stage = try Self.stage()
        _ = stage.kernel.connect(
            to: stage.listener,
            Self.slowly(Self.upload(6 << 20).bytes, after: 5 << 20) + [.awaitResponse])
        try stage.run(for: .seconds(1))
        #expect(stage.total(\.fastBodies) == 1)
        try stage.run(for: .seconds(5))
        #expect(stage.total(\.bodiesInFlight) == 1 && stage.total(\.fastBodies) == 0)
        _ = try Self.run(stage)
    }

    /// The buffer that a crowd has left to a connection does not stay small for its life.
    @Test func whoIsAloneAgainIsLeftToLinuxAgain() throws {
        let stage = try Self.stage()
        for _ in 0..<Self.crowd {
            _ = stage.kernel.connect(
                to: stage.listener, [Self.slowly(Self.upload(600_000).bytes), .awaitResponse])
        }
        let request = Self.upload(600_000)
        var crowded: [Int32: Int] = [:]
        var alone: [Int32: Int] = [:]
        _ = stage.kernel.connect(
            to: stage.listener, after: .seconds(1),
            [
                Self.slowly(Array(request.bytes.prefix(300_000))),
                .perform { _ in crowded = stage.watches[0].receiveBuffers },
                Self.slowly(Array(request.bytes.dropFirst(300_000))), .awaitResponse, .pause(.seconds(20)),
                .send(request.bytes),
                .awaitResponse, .perform { _ in alone = stage.watches[0].receiveBuffers },
            ])
        _ = try Self.run(stage)
        #expect(!crowded.isEmpty && alone.isEmpty)
    }

    /// To be woken costs more than to be late for a part of what has come; each window is reduced by itself all the same.
    @Test(arguments: ["/predict", "/landed"])
    func oneWaitIsForThreeWindowsOfABodyThatIsAlone(path: String) throws {
        let stage = try Self.stage(memory: 64 << 20)
        _ = stage.kernel.connect(
            to: stage.listener, [.send(Self.upload(30 << 20, to: path).bytes), .awaitResponse])
        _ = try Self.run(stage)
        let watch = stage.watches.max { $0.receivesAtOnce < $1.receivesAtOnce }!
        #expect((17...20).contains(watch.receivesAtOnce), "\(watch.receivesAtOnce) were not waited for")
        #expect(watch.receivesThatWait <= 20, "\(watch.receivesThatWait) were waited for")
    }

    /// A wait that was not queued, or was not to the end, is owed nothing.
    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func whatWasNotWaitedForIsNotTakenAtOnce(seed: UInt64) throws {
        var faults = Faults.none
        faults.submissionQueueFull = 0.3
        faults.interruption = 0.3
        let stage = try Self.stage(seed: seed, faults: faults)
        _ = stage.kernel.connect(to: stage.listener, [.send(Self.upload(30 << 20).bytes), .awaitResponse])
        _ = try Self.run(stage)
        let most = stage.watches.map(\.receivesAtOnce).max() ?? 0
        #expect((1...20).contains(most), "\(most) were not waited for")
        #expect(stage.watches.allSatisfy { $0.receivesOfNothing == 0 })
    }

    /// The period's end has lowered what it is waited for, and that is all that is owed.
    @Test func aBodyThatBecomesSlowIsWaitedForAWindowAtATime() throws {
        let stage = try Self.stage()
        _ = stage.kernel.connect(
            to: stage.listener,
            Self.slowly(Self.upload(8 << 20).bytes, after: 4 << 20) + [.awaitResponse])
        _ = try Self.run(stage)
        #expect(stage.watches.contains { $0.receivesAtOnce > 0 })
        #expect(stage.watches.allSatisfy { $0.receivesOfNothing == 0 })
    }

    /// A quarter of a window at both ends, and three whole ones between, while the reactor has nothing else to do.
    @Test func onlyABodyThatIsAloneIsReceivedEarly() throws {
        let stage = try Self.stage()
        let bytes = Self.upload(8 << 20).bytes
        var alone: [Int] = []
        _ = stage.kernel.connect(
            to: stage.listener,
            [
                .send(bytes), .awaitResponse,
                .perform { _ in alone = stage.watches[0].marks.values.joined().filter { $0 > 1 } },
            ])
        _ = try Self.run(stage)
        #expect(alone.first == 256 << 10 && alone.contains(3 << 20), "\(alone)")
        #expect(alone.last.map { $0 <= 256 << 10 } == true, "\(alone)")

        // The first is under way until the second is done.
        let crowded = try Self.stage()
        var first: Int32?
        _ = crowded.kernel.connect(
            to: crowded.listener,
            [
                .send(Array(bytes.prefix(1 << 20))), .pause(.milliseconds(50)),
                .perform { _ in first = crowded.watches[0].marks.keys.first },
                .pause(.seconds(1)), .send(Array(bytes.dropFirst(1 << 20))), .awaitResponse,
            ])
        var second: [Int] = []
        _ = crowded.kernel.connect(
            to: crowded.listener, after: .milliseconds(100),
            [
                .send(bytes), .awaitResponse,
                .perform { _ in
                    second = crowded.watches[0].marks.filter { $0.key != first }.values.joined().filter {
                        $0 > 1
                    }
                },
            ])
        _ = try Self.run(crowded)
        #expect(first != nil && second.first == 1 << 20, "\(second)")
    }
}
