import SimulatedRing
import Testing
import Uring

@testable import Sluice

/// What a receive buffer counts and holds while its connection has no body. That nobody holds more than is counted is looked at
/// throughout, in ``Stage/checkInvariants()``.
@Suite struct RestingBufferTests {
    private typealias Buffers = ReceiveBufferTests

    static func buffers(of stage: Stage) -> [Int] {
        stage.watches.flatMap { $0.receiveBuffers.values }
    }

    /// Has so many come who do these steps and stay.
    /// - Returns: what their buffers are set to after half a second.
    static func newcomersBuffers(_ count: Int, _ steps: [ClientStep], on stage: Stage) throws -> [Int] {
        let before = Set(stage.watches[0].receiveBuffers.keys)
        for _ in 0..<count {
            _ = stage.kernel.connect(to: stage.listener, steps + [.pause(.seconds(1))])
        }
        try stage.run(for: .milliseconds(500))
        return stage.watches[0].receiveBuffers.filter { !before.contains($0.key) }.map(\.value)
    }

    /// They were granted much, one after the other, and send on and on while nobody reads what they send.
    @Test func whoSendsOnWhileItsAnswerIsMadeHoldsWhatIsGranted() throws {
        let stage = try Buffers.stage()
        let body = Buffers.upload(8 << 20).bytes
        let count = 60
        for number in 0..<count {
            _ = stage.kernel.connect(
                to: stage.listener, after: .milliseconds(20 * number),
                [
                    .send(body), .awaitResponse, .send(PlannedRequest.get("/wait/20000").bytes),
                    .send([UInt8](repeating: 0, count: 8 << 20)), .pause(.seconds(30)),
                ])
        }
        try stage.run(for: .seconds(5))
        #expect(stage.total(\.bodiesInFlight) == 0)
        let held = stage.heldInReceiveBuffers
        #expect(held > Buffers.budget / 2)
        #expect(held <= Buffers.budget + count * SocketTuning.smallestBuffer, "\(held >> 20) MiB")

        // Whoever comes then has the smallest, and is served.
        var isAnswered = false
        _ = stage.kernel.connect(
            to: stage.listener, [.send(body), .awaitResponse, .perform { _ in isAnswered = true }])
        try stage.run(for: .seconds(5))
        #expect(isAnswered)
    }

    /// Once theirs are read, it is free again.
    @Test func whatWasFullIsFreeWhenItIsRead() throws {
        let stage = try Buffers.stage()
        let body = Buffers.upload(8 << 20).bytes
        for number in 0..<20 {
            _ = stage.kernel.connect(
                to: stage.listener, after: .milliseconds(20 * number),
                [
                    .send(body), .awaitResponse,
                    .send(PlannedRequest.get("/wait/3000").bytes + body), .awaitResponse, .awaitResponse,
                ])
        }
        try stage.run(for: .seconds(2))
        #expect(stage.total(\.receiveBytesGranted) > Buffers.budget / 2)
        try stage.run(for: .seconds(10))
        #expect(stage.heldInReceiveBuffers == 0)
        // A newcomer takes what it wants.
        _ = stage.kernel.connect(to: stage.listener, [.send(body), .awaitResponse])
        try stage.run { stage.kernel.clientsAreFinished }
        try stage.comeToRest()
    }

    /// Who has sent nothing for a while gives back what it had for its last body.
    @Test func whoComesTakesFromThoseWithoutABody() throws {
        let stage = try Buffers.stage()
        let body = Buffers.upload(8 << 20).bytes
        // Each of the first eight beside another, so that it has a near client's 2 MiB.
        for _ in 0..<8 {
            _ = stage.kernel.connect(
                to: stage.listener,
                [.send(body), .awaitResponse, .pause(.seconds(4)), .send(body), .awaitResponse])
        }
        try stage.run(for: .seconds(2))
        #expect(stage.total(\.receiveBytesGranted) > Buffers.budget / 2 && stage.total(\.bodiesInFlight) == 0)
        for _ in 0..<4 {
            _ = stage.kernel.connect(
                to: stage.listener,
                [.send(body), .awaitResponse, .pause(.seconds(1)), .send(body), .awaitResponse])
        }
        let before = stage.total(\.bodyReceiveCompletions)
        try stage.run(for: .milliseconds(500))
        // They had large pieces.
        let completions = stage.total(\.bodyReceiveCompletions) - before
        #expect(4 * 8...4 * 16 ~= completions, "\(completions)")
        // All who came have given theirs back with their bodies, for there are more than have one at once.
        let buffers = Self.buffers(of: stage)
        #expect(4...8 ~= buffers.count { $0 == SocketTuning.smallestBuffer }, "\(buffers)")
        #expect(4...8 ~= buffers.count { $0 == 2 << 20 }, "\(buffers)")
        try stage.run { stage.kernel.clientsAreFinished }
        try stage.comeToRest()
    }

    /// As many of them as the budget has large buffers for: each comes to have its own, and keeps it. More: each is lent one with each
    /// body, raised once and lowered once, or has the smallest, if a body is no more than that is worth.
    @Test(arguments: [300_000, 2 << 20], [24, 16, 8])
    func whoSendOneBodyAfterTheOtherTakeNothingFromOneAnother(byteCount: Int, clients: Int) throws {
        let stage = try Buffers.stage()
        let body = Buffers.upload(byteCount).bytes
        var steps: [ClientStep] = []
        for _ in 0..<16 { steps += [.send(body), .awaitResponse, .pause(.milliseconds(50))] }
        for number in 0..<clients {
            _ = stage.kernel.connect(to: stage.listener, after: .milliseconds(number * 7), steps)
        }
        try stage.run { stage.total(\.bodies) >= clients * 8 }
        let before = stage.watches[0].buffersSet
        let bodies = stage.total(\.bodies)
        try stage.run { stage.total(\.bodies) >= clients * 14 }
        let set = stage.watches[0].buffersSet - before
        let isLent = clients > 8
        let some = stage.total(\.bodies) - bodies
        #expect(
            set <= (isLent && byteCount > 1 << 20 ? 2 * some : some / 10),
            "\(set) buffers were set for \(some) bodies")
        let least = Self.buffers(of: stage).min() ?? 0
        #expect(
            isLent ? least == SocketTuning.smallestBuffer : least >= 256 << 10,
            "one of them has \(least)")
        try stage.run { stage.kernel.clientsAreFinished }
        try stage.comeToRest()
    }

    @Test func whoHasRestedIsNobodyToShareWith() throws {
        let stage = try Buffers.stage()
        let body = Buffers.upload(2 << 20).bytes
        for number in 0..<24 {
            // Far away: those keep what they have.
            _ = stage.kernel.connect(
                to: stage.listener, after: .milliseconds(number), latency: .milliseconds(2),
                [.send(body + body), .awaitResponse, .pause(.seconds(9))])
        }
        try stage.run(for: .seconds(3))
        #expect(stage.receiveHolderCount > 12)
        // In the middle of a body.
        let newcomers = try Self.newcomersBuffers(
            2, [.send(Array(Buffers.upload(16 << 20).bytes.prefix(4 << 20)))], on: stage)
        #expect(newcomers == [2 << 20, 2 << 20])
        try stage.run { stage.kernel.clientsAreFinished }
    }

    /// Their shares are so large that they are left to Linux, which makes more of them.
    @Test func whatLinuxHasMadeOfItsChoiceCounts() throws {
        let stage = try Buffers.stage()
        stage.kernel.receiveWindow = 16 << 20
        let body = Buffers.upload(30 << 20).bytes
        let count = 4
        for _ in 0..<count {
            _ = stage.kernel.connect(
                to: stage.listener, latency: .milliseconds(2),
                [
                    .send(
                        body + PlannedRequest.get("/wait/20000").bytes
                            + [UInt8](repeating: 0, count: 30 << 20)),
                    .pause(.seconds(30)),
                ])
        }
        try stage.run(for: .seconds(5))
        #expect(stage.total(\.bodiesInFlight) == 0 && stage.total(\.bodies) == count)
        let held = stage.heldInReceiveBuffers
        #expect(held > Buffers.budget / 2)
        #expect(held <= Buffers.budget + count * SocketTuning.smallestBuffer, "\(held >> 20) MiB")
    }

    /// Linux lets nobody have back what it has told a client to send, and drops it: so nothing is taken from who may be sending.
    @Test func aConnectionsFirstBodyLeavesItsBufferAsItIs() throws {
        let stage = try Buffers.stage()
        let body = Buffers.upload(200_000).bytes
        var buffers: [[Int]] = []
        _ = stage.kernel.connect(
            to: stage.listener,
            [
                .send(body), .awaitResponse, .perform { _ in buffers.append(Self.buffers(of: stage)) },
                .send(body), .awaitResponse, .perform { _ in buffers.append(Self.buffers(of: stage)) },
            ])
        try stage.run { stage.kernel.clientsAreFinished }
        #expect(buffers.count == 2 && buffers[0] == buffers[1], "\(buffers)")
        #expect(buffers.first?.first.map { $0 > stage.limits.tunedBodyBytes } == true, "\(buffers)")
    }

    /// Small requests make Linux's choice grow too; that of a connection's only one has no time to.
    @Test func aConnectionsSecondRequestFindsABufferThatDoesNotGrow() throws {
        let stage = try Buffers.stage()
        let request = PlannedRequest.get("/healthz").bytes
        var buffers: [[Int]] = []
        _ = stage.kernel.connect(
            to: stage.listener,
            [
                .send(request), .awaitResponse, .perform { _ in buffers.append(Self.buffers(of: stage)) },
                .send(request), .awaitResponse, .perform { _ in buffers.append(Self.buffers(of: stage)) },
            ])
        try stage.run { stage.kernel.clientsAreFinished }
        #expect(buffers == [[], [SocketTuning.smallestBuffer]])
        #expect(stage.total(\.receiveBytesGranted) == 0)

        _ = stage.kernel.connect(
            to: stage.listener,
            [
                .send(PlannedRequest.get("/healthz", fields: "Connection: close\r\n").bytes), .awaitResponse,
                .perform { _ in buffers.append(Self.buffers(of: stage)) },
            ])
        try stage.run { stage.kernel.clientsAreFinished }
        #expect(buffers.last == [])
    }
}

extension Stage {
    var receiveHolderCount: Int {
        reactors.compactMap { $0 }.reduce(0) { sum, reactor in
            ReceiveHolders.allCases.reduce(sum) { $0 + reactor.receiveHolders.count(of: $1.rawValue) }
        }
    }

    /// Of all open connections: what waits to be received.
    var heldInReceiveBuffers: Int {
        reactors.compactMap { $0 }.reduce(0) { sum, reactor in
            (0..<reactor.slotCount).reduce(sum) { sum, slot in
                let descriptor = unsafe reactor.slots[slot].socket.descriptor
                return descriptor < 0 ? sum : sum + kernel.heldByteCount(of: descriptor)
            }
        }
    }
}
