import SimulatedRing
import Testing
import Uring

@testable import Sluice

/// What a receive buffer counts and holds while its connection has no body. That nobody holds more than is counted is looked at
/// throughout, in ``Stage/checkInvariants()``.
@Suite struct RestingBufferTests {
    private typealias Buffers = ReceiveBufferTests

    private static func buffers(of stage: Stage) -> [Int] {
        stage.watches.flatMap { $0.receiveBuffers.values }
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

    /// Who has nothing to send gives back what it had for its last body.
    @Test func whoComesTakesFromThoseWithoutABody() throws {
        let stage = try Buffers.stage()
        let body = Buffers.upload(8 << 20).bytes
        // Each of the first eight beside another, so that it has a near client's 2 MiB.
        for _ in 0..<8 {
            _ = stage.kernel.connect(
                to: stage.listener,
                [.send(body), .awaitResponse, .pause(.seconds(3)), .send(body), .awaitResponse])
        }
        try stage.run(for: .seconds(1))
        #expect(stage.total(\.receiveBytesGranted) > Buffers.budget / 2 && stage.total(\.bodiesInFlight) == 0)
        var most: [Int] = []
        for _ in 0..<4 {
            _ = stage.kernel.connect(
                to: stage.listener,
                [
                    .send(body), .perform { _ in most.append(Self.buffers(of: stage).max() ?? 0) },
                    .awaitResponse,
                ])
        }
        try stage.run(for: .seconds(1))
        let smallest = Self.buffers(of: stage).count { $0 == SocketTuning.smallestBuffer }
        #expect(most.max() == 2 << 20 && smallest >= 3, "\(most), \(smallest) have the smallest")
        try stage.run { stage.kernel.clientsAreFinished }
        try stage.comeToRest()
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
        #expect(buffers == [[SocketTuning.smallestBuffer], [SocketTuning.smallestBuffer]])
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

    /// The smallest buffer would be in the way of bodies that are no more than a few times as long.
    @Test func aBodyOfLessThanIsTunedHasRoomForItself() throws {
        let stage = try Buffers.stage()
        let body = Buffers.upload(200_000).bytes
        var systemCalls: [Int] = []
        var steps: [ClientStep] = []
        for _ in 0..<5 {
            steps += [
                .send(body), .awaitResponse,
                .perform { _ in systemCalls.append(Int(stage.reactors[0]?.ring.counters.systemCalls ?? 0)) },
            ]
        }
        _ = stage.kernel.connect(to: stage.listener, steps)
        try stage.run {
            if systemCalls.count == 4 { #expect(Self.buffers(of: stage) == [stage.limits.tunedBodyBytes]) }
            return stage.kernel.clientsAreFinished
        }
        // Set for the second one, and for all that follow it.
        #expect(systemCalls.count == 5)
        let each = zip(systemCalls, systemCalls.dropFirst()).map { $1 - $0 }
        #expect(each.last.map { $0 < each[0] } == true, "\(each)")
    }

    /// Whose chunks are too small to be looked at one by one.
    @Test func aLongBodyInSmallChunksIsTuned() throws {
        let stage = try Buffers.stage()
        let request = PlannedRequest.post(
            "/predict?columns=1&kernel=maximum", [UInt8](repeating: 0, count: 2 << 20),
            framing: .chunked([16 << 10]))
        var most: [Int] = []
        for _ in 0..<2 {
            _ = stage.kernel.connect(
                to: stage.listener,
                [
                    .send(request.bytes), .perform { _ in most.append(Self.buffers(of: stage).max() ?? 0) },
                    .awaitResponse,
                ])
        }
        _ = try Buffers.run(stage)
        #expect(most.last == 2 << 20, "\(most)")
    }
}

extension Stage {
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
