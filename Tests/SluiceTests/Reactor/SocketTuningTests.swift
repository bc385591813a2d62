import Testing

@testable import Sluice

/// The receive buffer and the low-water mark that the load asks for.
struct SocketTuningTests {
    private func tuning(
        memory: Int = 64 << 20, near: Int? = 1 << 20, window: Int = 512 << 10, mark: Int? = nil,
        reactors: Int = 1
    ) -> SocketTuning {
        var limits = Limits()
        limits.socketMemoryBytes = memory
        limits.receiveBufferBytes = near
        limits.windowBytes = window
        limits.lowWaterMark = mark
        return SocketTuning(limits, reactors: reactors)
    }

    @Test func givesNearClientsASmallBuffer() {
        #expect(tuning().receiveBuffer(bodies: 1, isNear: true) == 1 << 20)
        #expect(tuning().receiveBuffer(bodies: 8, isNear: true) == 1 << 20)
    }

    @Test func leavesClientsFarAwayToLinuxWhileThereIsMemory() {
        #expect(tuning().receiveBuffer(bodies: 1, isNear: false) == nil)
        #expect(tuning().receiveBuffer(bodies: 8, isNear: false) == nil)
        #expect(tuning(near: nil).receiveBuffer(bodies: 1, isNear: true) == nil)
    }

    @Test func leavesAClientWhoIsAloneToLinux() {
        #expect(tuning().receiveBuffer(bodies: 1, isNear: true, isAlone: true) == nil)
        #expect(tuning(memory: 1 << 20).receiveBuffer(bodies: 1, isNear: true, isAlone: true) == 512 << 10)
    }

    @Test func sharesTheMemoryAmongTheBodiesInFlight() {
        #expect(tuning().receiveBuffer(bodies: 16, isNear: false) == 2 << 20)
        #expect(tuning().receiveBuffer(bodies: 64, isNear: true) == 512 << 10)
        #expect(tuning(reactors: 2).receiveBuffer(bodies: 64, isNear: true) == 256 << 10)
    }

    @Test(arguments: 1...600)
    func staysWithinTheMemory(bodies: Int) {
        let tuning = tuning(memory: 96 << 20)
        for isNear in [true, false] {
            guard let buffer = tuning.receiveBuffer(bodies: bodies, isNear: isNear) else { continue }
            // Linux counts twice.
            #expect(2 * buffer * bodies <= 96 << 20)
            #expect(buffer.nonzeroBitCount == 1)
        }
    }

    @Test func neverGoesBelowTheSmallestBuffer() {
        #expect(tuning().receiveBuffer(bodies: 100_000, isNear: true) == 64 << 10)
        #expect(tuning(memory: 1).receiveBuffer(bodies: 0, isNear: false) == 64 << 10)
    }

    @Test func waitsForAWindowOrWhatTheBufferHolds() {
        #expect(tuning().lowWaterMark(receiveBuffer: nil) == 512 << 10)
        #expect(tuning().lowWaterMark(receiveBuffer: 1 << 20) == 512 << 10)
        #expect(tuning().lowWaterMark(receiveBuffer: 64 << 10) == 64 << 10)
        #expect(tuning(mark: 4096).lowWaterMark(receiveBuffer: 64 << 10) == 4096)
    }
}
