import SimulatedRing
import Testing
import Uring

@testable import Sluice

/// Receive buffers that are lent for a body. The simulated network has no windows: that nothing is lost, the tests of the command show,
/// over real sockets.
@Suite struct LentBufferTests {
    private typealias Buffers = ReceiveBufferTests

    /// What it was allowed before has come after a body or two, and it is lent to like all others.
    @Test(arguments: [3 << 20, 16 << 20])
    func whoHadABufferBeforeTheCrowdGivesItBack(byteCount: Int) throws {
        let stage = try Buffers.stage()
        let body = Buffers.upload(byteCount).bytes
        let more = (0..<8).flatMap { _ -> [ClientStep] in
            [.send(body), .awaitResponse, .pause(.milliseconds(50))]
        }
        for number in 0..<8 {
            _ = stage.kernel.connect(
                to: stage.listener,
                [.send(body), .awaitResponse, .pause(.milliseconds(1500))] + (number == 0 ? more : [])
                    + [.pause(.seconds(5))])
        }
        try stage.run { stage.total(\.bodies) == 8 }
        let before = stage.watches[0].receiveBuffers
        #expect(before.values.count { $0 == 2 << 20 } == 8, "\(before)")
        // Makes it a crowd.
        _ = stage.kernel.connect(
            to: stage.listener, after: .milliseconds(1560),
            [.send(body), .awaitResponse, .pause(.seconds(20))])
        try stage.run { stage.total(\.bodies) == 8 + 1 + 8 }
        let buffers = stage.watches[0].receiveBuffers
        #expect(buffers.values.count { $0 == 2 << 20 } >= 6, "\(buffers)")
        let first = try #require(before.keys.min())
        #expect(buffers[first] == SocketTuning.smallestBuffer)
        try stage.run { stage.kernel.clientsAreFinished }
        try stage.comeToRest()
    }

    /// The window of 128 KiB, lent for less than 768 KiB, is closed so near the end that buffers are not chosen any more.
    @Test(arguments: [450_000, 500_000, 700_000, 1 << 20])
    func aSmallLoanGoesBackToo(byteCount: Int) throws {
        let stage = try Buffers.stage()
        let body = Buffers.upload(byteCount).bytes
        var steps: [ClientStep] = []
        for _ in 0..<5 { steps += [.send(body), .awaitResponse, .pause(.milliseconds(50))] }
        for _ in 0..<24 { _ = stage.kernel.connect(to: stage.listener, steps + [.pause(.seconds(5))]) }
        // By then what was allowed before there was a crowd has come.
        try stage.run { stage.total(\.bodies) == 4 * 24 }
        let before = stage.watches[0].buffersSet
        try stage.run { stage.total(\.bodies) == 5 * 24 }
        #expect(stage.watches[0].buffersSet == before + 2 * 24, "each is lent one, and gives it back")
        let buffers = stage.watches[0].receiveBuffers.values
        #expect(buffers.allSatisfy { $0 == SocketTuning.smallestBuffer }, "\(buffers)")
        try stage.run { stage.kernel.clientsAreFinished }
        try stage.comeToRest()
    }
}
