import Testing

@testable import Sluice

/// The receive buffer and the low-water mark that the load asks for.
struct SocketTuningTests {
    private func tuning(
        memory: Int? = 64 << 20, near: Int? = 1 << 20, window: Int = 512 << 10, mark: Int? = nil,
        reactors: Int = 1, allowed: Int = .max, cache: Int = 0
    ) -> SocketTuning {
        var limits = Limits()
        limits.level2CacheBytes = cache
        limits.largestReceiveBuffer = allowed
        limits.socketMemoryBytes = memory
        limits.receiveBufferBytes = near
        limits.windowBytes = window
        limits.lowWaterMark = mark
        return SocketTuning(limits, reactors: reactors)
    }

    private typealias Client = SocketTuning.Client
    private typealias Load = SocketTuning.Load

    private func buffer(
        _ tuning: SocketTuning, bodies: Int, fast: Int = 0, near: Bool, isFast: Bool = false,
        isAlone: Bool = false, now current: Int? = nil
    ) -> Int? {
        tuning.receiveBuffer(
            for: Client(isNear: near, isFast: isFast), in: Load(bodies: bodies, fast: fast, isAlone: isAlone),
            now: current)
    }

    @Test func givesNearClientsASmallBuffer() {
        #expect(buffer(tuning(), bodies: 1, near: true) == 1 << 20)
        #expect(buffer(tuning(), bodies: 8, near: true) == 1 << 20)
    }

    @Test func leavesClientsFarAwayToLinuxWhileThereIsMemory() {
        #expect(buffer(tuning(), bodies: 1, near: false) == nil)
        #expect(buffer(tuning(), bodies: 8, near: false) == nil)
        #expect(buffer(tuning(near: nil), bodies: 1, near: true) == nil)
    }

    @Test func leavesAClientWhoIsAloneToLinux() {
        #expect(buffer(tuning(), bodies: 1, near: true, isAlone: true) == nil)
        #expect(buffer(tuning(memory: 1 << 20), bodies: 1, near: true, isAlone: true) == 512 << 10)
    }

    @Test(arguments: [1, 2, 12, 13, 64, 1024])
    func leavesALoneClientToLinuxWithAnyNumberOfReactors(reactors: Int) {
        let tuning = tuning(memory: nil, near: 2 << 20, reactors: reactors)
        #expect(buffer(tuning, bodies: 1, near: false) == nil)
        #expect(buffer(tuning, bodies: 4, near: true) == 2 << 20)
        #expect(2 * tuning.budget * reactors <= max(192 << 20, reactors * 16 << 20))
    }

    @Test func memoryThatIsSetIsNotRaised() {
        #expect(2 * tuning(memory: 192 << 20, reactors: 32).budget == 6 << 20)
        #expect(2 * tuning(memory: nil, reactors: .max).budget >= 0)
    }

    @Test func sharesTheMemoryAmongTheBodiesInFlight() {
        #expect(buffer(tuning(), bodies: 16, near: false) == 2 << 20)
        #expect(buffer(tuning(), bodies: 64, near: true) == 512 << 10)
        #expect(buffer(tuning(reactors: 2), bodies: 64, near: true) == 256 << 10)
    }

    @Test(arguments: 1...600)
    func staysWithinTheMemory(bodies: Int) {
        let tuning = tuning(memory: 96 << 20)
        for isNear in [true, false] {
            guard let buffer = buffer(tuning, bodies: bodies, near: isNear) else { continue }
            // Linux counts twice.
            #expect(2 * buffer * bodies <= 96 << 20)
            #expect(buffer.nonzeroBitCount == 1)
        }
    }

    @Test func neverGoesBelowTheSmallestBuffer() {
        #expect(buffer(tuning(), bodies: 100_000, near: true) == 64 << 10)
        #expect(buffer(tuning(memory: 1), bodies: 0, near: false) == 64 << 10)
    }

    @Test func waitsForAWindowOrWhatTheBufferHolds() {
        #expect(tuning().lowWaterMark(receiveBuffer: nil) == 512 << 10)
        #expect(tuning().lowWaterMark(receiveBuffer: 1 << 20) == 512 << 10)
        #expect(tuning().lowWaterMark(receiveBuffer: 64 << 10) == 64 << 10)
        #expect(tuning(mark: 4096).lowWaterMark(receiveBuffer: 64 << 10) == 4096)
        #expect(tuning(mark: 2 << 20).lowWaterMark(receiveBuffer: nil) == 512 << 10)
    }

    /// Whoever has filled the buffer sleeps until we have made room, and is sent for in our thread.
    @Test func doesNotWaitUntilTheBufferOfAReactorsOnlyBodyIsFull() {
        func mark(_ buffer: Int?, mark: Int? = nil) -> Int {
            tuning(mark: mark).lowWaterMark(receiveBuffer: buffer, arrived: 1 << 20, rest: 1 << 20)
        }
        #expect(mark(1 << 20) == 512 << 10)
        #expect(mark(nil) == 512 << 10)
        #expect(mark(512 << 10) == 448 << 10)
        #expect(mark(256 << 10) == 256 << 10)
        #expect(mark(512 << 10, mark: 512 << 10) == 512 << 10)
    }

    @Test(arguments: [
        (0, 30 << 20, 128), ((512 << 10) - 1, 30 << 20, 128), (512 << 10, 30 << 20, 1536),
        (29 << 20, 512 << 10, 512), (29 << 20, (512 << 10) - 1, 128), (0, (1 << 20) + 1, 128),
    ])
    func waitsForLessAtTheEndsOfAReactorsOnlyBody(arrived: Int, rest: Int, kilobytes: Int) {
        let mark = tuning().lowWaterMark(receiveBuffer: nil, arrived: arrived, rest: rest)
        #expect(mark == kilobytes << 10)
    }

    /// Of a body that is no more than two windows, whatever its buffer and however much is here.
    @Test(arguments: [(0, 300 << 10), (0, 1 << 20), (512 << 10, 512 << 10), ((1 << 20) - 1, 1)])
    func takesWhatIsThereOfAShortBody(arrived: Int, rest: Int) {
        for buffer in [nil, 64 << 10, 1 << 20] {
            #expect(tuning().lowWaterMark(receiveBuffer: buffer, arrived: arrived, rest: rest) == 1)
        }
    }

    /// A wake-up costs more than bytes lose by waiting for as much again; but the last window of a body does not wait for the
    /// one before it. In KiB: what is left of the body, the mark with Linux's buffer and with one that is set.
    @Test(arguments: [
        (30_720, 1536, 1024), (2048, 1536, 1024), (2047, 1535, 1024), (1536, 1024, 1024), (1535, 1023, 1023),
        (1024, 512, 512), (1000, 512, 512),
    ])
    func waitsForWindowsTogetherOfAReactorsOnlyBody(rest: Int, mark: Int, markOfBuffer: Int) {
        for (buffer, mark) in [(nil, mark), (4 << 20, markOfBuffer)] {
            let found = tuning().lowWaterMark(receiveBuffer: buffer, arrived: 1 << 20, rest: rest << 10)
            #expect(found == mark << 10)
        }
    }

    /// In KiB: the level-2 cache, a window, the mark with Linux's buffer.
    @Test(arguments: [
        (0, 1024, 3072), (1024, 1024, 3072), (1280, 1024, 3072), (2048, 1024, 1280), (4096, 1024, 2560),
        (8192, 1024, 3072),
        (2048, 2048, 2048), (2048, 256, 768), (2048, 512, 1280),
    ])
    func waitsForNoMoreThanStaysInTheSendersCache(cache: Int, window: Int, mark: Int) {
        let tuning = tuning(near: 2 << 20, window: window << 10, cache: cache << 10)
        #expect(
            tuning.lowWaterMark(receiveBuffer: nil, arrived: 4 << 20, rest: 30 << 20) == mark << 10)
        // A buffer that is set is small enough.
        let markOfBuffer = tuning.lowWaterMark(receiveBuffer: 2 << 20, arrived: 4 << 20, rest: 30 << 20)
        #expect(markOfBuffer == min(2 * window, 1984) << 10)
        #expect(
            tuning.lowWaterMark(receiveBuffer: nil, arrived: 4 << 20, rest: (window + 100) << 10) == window
                << 10)
    }

    @Test func waitsForNoMoreThanTheBufferOfAReactorsOnlyBodyHolds() {
        let mark = tuning().lowWaterMark(receiveBuffer: 1 << 20, arrived: 1 << 20, rest: 30 << 20)
        #expect(mark == 960 << 10)
    }

    @Test func isACrowdFromMoreThanEachHasABuffer() {
        let tuning = tuning(near: 2 << 20)
        #expect(!tuning.isCrowd(of: 16) && tuning.isCrowd(of: 17))
        // Linux's choice counts 4 MiB.
        #expect(!self.tuning(near: nil).isCrowd(of: 8) && self.tuning(near: nil).isCrowd(of: 9))
    }

    /// In KiB: what would be chosen, what is left of the body, the loan.
    @Test(arguments: [
        (nil, 30_720, 2048), (2048, 30_720, 2048), (512, 30_720, 512), (2048, 6144, 2048), (2048, 6143, 1024),
        (nil, 3072, 1024), (2048, 768, 256), (2048, 300, 64), (2048, 1, 64), (64, 30_720, 64),
    ])
    func lendsNoMoreThanAThirdOfABody(choice: Int?, rest: Int, loan: Int) {
        let found = tuning(near: 2 << 20).loan(insteadOf: choice.map { $0 << 10 }, rest: rest << 10)
        #expect(found == loan << 10)
    }

    /// However the receives fall, a window is closed in time: what is allowed by then, twice the buffer, ends no further behind the body
    /// than the smallest buffer holds, and not before its end.
    @Test(arguments: [128 << 10, 512 << 10, 1 << 20, 2 << 20])
    func closesAWindowInTime(buffer: Int) throws {
        let tuning = tuning(near: 2 << 20)
        for size in stride(from: 3 * buffer, through: 6 * buffer, by: 71_993) {
            // As much as there can be, and as little as one likes.
            for longest in [2 * buffer, 100_003, 1448] {
                var rest = size
                while true {
                    let most = tuning.receivableBeforeClosing(buffer, allowed: 2 * buffer, rest: rest)
                    guard most >= SocketTuning.leastBeforeClosing else { break }
                    rest -= min(most, longest)
                }
                let beyond = 2 * buffer - rest
                #expect((0...(128 << 10)).contains(beyond), "\(size) bytes, \(longest) at a time: \(beyond)")
            }
        }
        #expect(tuning.receivableBeforeClosing(64 << 10, allowed: 4 << 20, rest: 2 << 20) == 0)
        // Two of loopback's segments.
        #expect(SocketTuning.closedWindow >= 2 * 65_483)
    }

    /// A crowd of fast clients, whose share is less than the fast may have, takes turns too.
    @Test func givesTurnsToWhoeverHasAWindowsBuffer() {
        let tuning = tuning(near: 2 << 20)
        #expect(tuning.givesTurns(receiveBuffer: nil) && tuning.givesTurns(receiveBuffer: 512 << 10))
        #expect(!tuning.givesTurns(receiveBuffer: 256 << 10))
    }

    @Test func takesAMarkThatWasAskedForAsItIs() {
        #expect(tuning(mark: 4096).lowWaterMark(receiveBuffer: nil, arrived: 0, rest: 10_000) == 4096)
    }

    // MARK: By need

    @Test(arguments: [true, false])
    func givesTheFastALargeBufferBesideACrowdThatNeedsNone(near: Bool) {
        let tuning = tuning(memory: 96 << 20)
        #expect(buffer(tuning, bodies: 252, fast: 2, near: near, isFast: true) == 1 << 20)
        #expect(buffer(tuning, bodies: 252, fast: 2, near: near) == 128 << 10)
        // The more are fast, the less is there for each; the slow have the smallest then.
        #expect(buffer(tuning, bodies: 250, fast: 50, near: near, isFast: true) == 512 << 10)
        #expect(buffer(tuning, bodies: 250, fast: 50, near: near) == 64 << 10)
    }

    @Test func leavesWhoIsAloneAmongTheSlowToLinux() {
        let tuning = tuning(memory: 96 << 20)
        #expect(buffer(tuning, bodies: 251, fast: 1, near: true, isFast: true, isAlone: true) == nil)
        #expect(buffer(tuning, bodies: 251, fast: 1, near: true) == 128 << 10)
        // Where the crowd leaves little, that is all there is.
        #expect(buffer(tuning, bodies: 757, fast: 1, near: true, isFast: true, isAlone: true) == 512 << 10)
    }

    /// Alone from time to time, while others are between two bodies.
    @Test func givesBackToLinuxOnlyWhatACrowdHasLeft() {
        #expect(buffer(tuning(), bodies: 1, near: true, isAlone: true, now: 1 << 20) == 1 << 20)
        #expect(buffer(tuning(), bodies: 1, near: true, isAlone: true, now: 128 << 10) == nil)
        #expect(buffer(tuning(near: nil), bodies: 1, near: true, isAlone: true, now: 1 << 20) == nil)
    }

    @Test func leavesAClientFarAwayToLinuxThatHasWhatANearOneHas() {
        for isAlone in [true, false] {
            #expect(buffer(tuning(), bodies: 8, near: false, isAlone: isAlone, now: 1 << 20) == nil)
            #expect(buffer(tuning(), bodies: 8, near: false, isAlone: isAlone, now: 2 << 20) == 2 << 20)
        }
    }

    /// 208 KiB, as `net.core.rmem_max` was until lately.
    @Test func setsNoMoreThanLinuxAllows() {
        let tuning = tuning(near: 2 << 20, allowed: 212_992)
        #expect(buffer(tuning, bodies: 8, near: true) == 212_992)
        #expect(buffer(tuning, bodies: 64, near: false) == 212_992)
        #expect(buffer(tuning, bodies: 8, near: false) == nil)
        #expect(buffer(tuning, bodies: 1, near: false, isAlone: true, now: 212_992) == nil)
        #expect(tuning.affordable(nil, counting: 16 << 20, free: 12 << 20) == 212_992)
        #expect(tuning.allowed(256 << 10) == 212_992 && tuning.allowed(64 << 10) == 64 << 10)
    }

    @Test func makesNoDifferenceWhileThereIsEnoughForAll() {
        for bodies in 1...32 {
            for fast in 0...bodies {
                #expect(buffer(tuning(), bodies: bodies, fast: fast, near: true, isFast: true) == 1 << 20)
                #expect(buffer(tuning(), bodies: bodies, fast: fast, near: true) == 1 << 20)
            }
        }
    }

    /// Whoever is fast: the choices of all together.
    @Test(arguments: [1 << 20, nil])
    func staysWithinTheMemoryHoweverManyAreFast(near: Int?) {
        let tuning = tuning(memory: 96 << 20, near: near)
        for bodies in stride(from: 1, through: 768, by: 7) {
            for fast in stride(from: 0, through: bodies, by: 5) {
                for isNear in [true, false] {
                    let quick = buffer(tuning, bodies: bodies, fast: fast, near: isNear, isFast: true)
                    let slow = buffer(tuning, bodies: bodies, fast: fast, near: isNear)
                    let sum =
                        fast * SocketTuning.counted(quick) + (bodies - fast) * SocketTuning.counted(slow)
                    #expect(2 * sum <= 96 << 20, "\(fast) fast of \(bodies)")
                }
            }
        }
    }

    @Test func grantsWhatIsFreeAndNeverLessThanTheSmallest() {
        #expect(tuning().affordable(1 << 20, counting: 1 << 20, free: 1 << 20) == 1 << 20)
        #expect(tuning().affordable(1 << 20, counting: 1 << 20, free: (1 << 20) - 1) == 512 << 10)
        #expect(tuning().affordable(nil, counting: 4 << 20, free: 4 << 20) == .some(nil))
        #expect(tuning().affordable(nil, counting: 4 << 20, free: 3 << 20) == 2 << 20)
        #expect(tuning().affordable(1 << 20, counting: 1 << 20, free: -5) == 64 << 10)
        #expect(tuning().affordable(64 << 10, counting: 64 << 10, free: 0) == 64 << 10)
        // Linux has made more of its choice.
        #expect(tuning().affordable(nil, counting: 16 << 20, free: 16 << 20) == .some(nil))
        #expect(tuning().affordable(nil, counting: 16 << 20, free: 12 << 20) == 8 << 20)
    }
}
