import Glibc
import Testing

@testable import Uring

@Suite struct RingSetUpTests {
    @Test func givesUpOnlyTheFlagThatIsRefused() throws {
        var setUp = RingSetUp(submissionEntries: 8)
        setUp.flags.insert(.init(bit: 1 << 31, name: "FROM_THE_FUTURE"), at: 0)
        #expect(try Ring(setUp).refusedFlags == ["FROM_THE_FUTURE"])
    }

    @Test func givesUpEveryNewerFlagOnTheWayToAnOldOne() throws {
        var setUp = RingSetUp(submissionEntries: 8)
        setUp.flags.append(.init(bit: 1 << 31, name: "FROM_THE_FUTURE"))
        let names = RingSetUp.optionalFlags.map(\.name) + ["FROM_THE_FUTURE"]
        #expect(try Ring(setUp).refusedFlags == names)
    }

    @Test func worksWithNoOptionalFlagAtAll() throws {
        var setUp = RingSetUp(submissionEntries: 8)
        setUp.flags = []
        let ring = try Ring.enabled(setUp)
        queued(ring.cancel(1, token: 2))
        #expect(try ring.take(1) == [Completion(token: 2, result: -ENOENT)])
    }

    @Test func reportsWhatNoFlagCanMend() {
        #expect(throws: RingError(step: .setUp, errorNumber: EINVAL)) {
            _ = try Ring(RingSetUp(submissionEntries: 0))
        }
    }

    @Test func asksForNoSmallerCompletionQueueThanSubmissionQueue() {
        #expect(RingSetUp(submissionEntries: 64, completionEntries: 8).completionEntries == 64)
    }

    @Test func probeFindsThisMachineSufficient() throws {
        let probe = try Probe.run()
        #expect(probe.suffices)
        #expect(probe.missingOpcodes == [])
    }

    @Test func errorsSayWhatWasBeingDone() {
        #expect(
            RingError(step: .setUp, errorNumber: EPERM).description
                == "io_uring_setup: Operation not permitted")
    }

    @Test func aGroupCannotBeRegisteredTwice() throws {
        let memory = TestMemory(64)
        let ring = try Ring(RingSetUp(submissionEntries: 8))
        try unsafe ring.register(
            BufferGroup(id: 0), base: memory.bytes.baseAddress!, size: 32, count: 2)
        #expect(throws: RingError(step: .registerBuffers, errorNumber: EEXIST)) {
            try unsafe ring.register(
                BufferGroup(id: 0), base: memory.bytes.baseAddress!, size: 32, count: 2)
        }
    }

    @Test func entriesRoundUp() {
        #expect([0, 1, 2, 3, 5, 32768].map { UInt32($0).roundedUpToPowerOfTwo } == [1, 1, 2, 4, 8, 32768])
    }
}
