import SimulatedRing
import Testing
import Uring

@testable import Sluice

/// Receive buffers of connections whose bodies are shorter, or come in shorter pieces, than those that are tuned for.
@Suite struct SmallBodyBufferTests {
    private typealias Buffers = ReceiveBufferTests
    private typealias Resting = RestingBufferTests

    /// The smallest buffer would be in the way of bodies that are no more than a few times as long.
    @Test func aBodyOfLessThanIsTunedHasRoomForItself() throws {
        let stage = try Buffers.stage()
        let small = PlannedRequest.get("/healthz").bytes
        let body = Buffers.upload(200_000).bytes
        var steps: [ClientStep] = [.send(small), .awaitResponse, .send(small), .awaitResponse]
        var buffers: [[Int]] = []
        for _ in 0..<5 {
            steps += [
                .send(body), .awaitResponse, .perform { _ in buffers.append(Resting.buffers(of: stage)) },
            ]
        }
        _ = stage.kernel.connect(to: stage.listener, steps)
        try stage.run { stage.kernel.clientsAreFinished }
        #expect(buffers == Array(repeating: [stage.limits.tunedBodyBytes], count: 5))
        // Kept with the second request, and made larger with the first body.
        #expect(stage.watches[0].buffersSet == 2)
    }

    /// Connections that wait for nothing but the next small request.
    @Test func aBodyOfLessThanIsTunedTakesItsRoomFromTheIdle() throws {
        let stage = try Buffers.stage()
        let small = PlannedRequest.get("/healthz").bytes
        let body = Buffers.upload(200_000).bytes
        let steps: [ClientStep] = [.send(small), .awaitResponse, .send(body), .awaitResponse]
        for _ in 0..<80 {
            _ = stage.kernel.connect(to: stage.listener, steps + [.pause(.seconds(9))])
        }
        try stage.run(for: .seconds(3))
        #expect(stage.total(\.receiveBytesGranted) == Buffers.budget)
        #expect(try Resting.newcomersBuffers(1, steps, on: stage) == [stage.limits.tunedBodyBytes])
        try stage.run { stage.kernel.clientsAreFinished }
    }

    /// Who brings a small body now and then has a small buffer, and takes no share of what the fast have.
    @Test func whoIsSlowAndRestsLeavesTheFastTheirs() throws {
        let stage = try Buffers.stage()
        let small = Buffers.upload(100_000).bytes
        var steps: [ClientStep] = []
        for _ in 0..<12 { steps += [.send(small), .awaitResponse, .pause(.milliseconds(800))] }
        for number in 0..<40 {
            _ = stage.kernel.connect(to: stage.listener, after: .milliseconds(20 * number), steps)
        }
        try stage.run(for: .seconds(4))
        let newcomers = try Resting.newcomersBuffers(
            2, [.send(Array(Buffers.upload(24 << 20).bytes.prefix(8 << 20)))], on: stage)
        #expect(newcomers.count { $0 >= 1 << 20 } == 2, "\(newcomers)")
        try stage.run { stage.kernel.clientsAreFinished }
    }

    /// Whose chunks are too small to be looked at one by one.
    @Test func aLongBodyInSmallChunksIsTuned() throws {
        let stage = try Buffers.stage()
        let request = PlannedRequest.post(
            "/predict?kernel=completeness", [UInt8](repeating: 0, count: 2 << 20),
            framing: .chunked([16 << 10]))
        var most: [Int] = []
        for _ in 0..<2 {
            _ = stage.kernel.connect(
                to: stage.listener,
                [
                    .send(request.bytes),
                    .perform { _ in most.append(Resting.buffers(of: stage).max() ?? 0) },
                    .awaitResponse,
                ])
        }
        _ = try Buffers.run(stage)
        #expect(most.last == 2 << 20, "\(most)")
    }
}
