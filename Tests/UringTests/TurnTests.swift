import Glibc
import Testing
import Uring

@Suite struct TurnTests {
    @Test func waitsUntilTheDeadlineAndNoLonger() throws {
        let ring = try Ring.enabled()
        let begin = ring.now
        try ring.submitAndWait(until: begin.advanced(by: .milliseconds(20)))
        #expect(begin.duration(until: ring.now) >= .milliseconds(20))
        #expect(begin.duration(until: ring.now) < .seconds(5))
        #expect(ring.nextCompletion() == nil)
    }

    @Test func aDeadlineThatHasPassedStillTakesWhatIsThere() throws {
        let pair = SocketPair()
        let memory = TestMemory(8)
        let ring = try Ring.enabled()
        writeAll([1], to: pair.far)
        unsafe queued(ring.receive(on: pair.near, into: memory.bytes, token: 1))
        try ring.submitAndWait(until: MonotonicInstant(nanoseconds: 0))
        #expect(ring.nextCompletion() == Completion(token: 1, result: 1))
    }

    @Test func anAlmostEndlessDeadlineStillWaits() throws {
        let pair = SocketPair()
        let memory = TestMemory(8)
        let ring = try Ring.enabled()
        let waker = ring.waker
        queued(ring.awaitWake(token: 1))
        unsafe queued(ring.receive(on: pair.near, into: memory.bytes, token: 2))
        // It is woken once it is seen to wait. Should it not wait at all, it says so itself.
        let waiting = SystemThread.current
        let (isCalled, hasReturned) = (Flag(), Flag())
        let thread = onAnotherThread {
            while !waiting.isInRing, !hasReturned.isSet { sched_yield() }
            isCalled.set()
            waker.wake()
        }
        try ring.submitAndWait(until: MonotonicInstant(nanoseconds: .max - 1))
        #expect(isCalled.isSet)
        hasReturned.set()
        #expect(ring.nextCompletion() == Completion(token: 1, result: 8))
        pthread_join(thread, nil)
        try ring.end(2)
    }

    @Test func anotherThreadWakesIt() throws {
        let ring = try Ring.enabled()
        let waker = ring.waker
        for token in UInt64(1)...3 {
            queued(ring.awaitWake(token: token))
            let thread = onAnotherThread { waker.wake() }
            try ring.submitAndWait(until: .distantFuture)
            #expect(ring.nextCompletion() == Completion(token: token, result: 8))
            pthread_join(thread, nil)
        }
        #expect(threadNames().filter { $0.hasPrefix("iou-wrk") } == [])
    }

    @Test func aWakeBeforeItIsArmedIsNotLostAndManyAreOne() throws {
        let ring = try Ring.enabled()
        for _ in 0..<5 { ring.waker.wake() }
        queued(ring.awaitWake(token: 1))
        #expect(try ring.take(1) == [Completion(token: 1, result: 8)])
        queued(ring.awaitWake(token: 2))
        #expect(try ring.takeWhatIsThere().isEmpty)
        ring.waker.wake()
        #expect(try ring.take(1) == [Completion(token: 2, result: 8)])
    }

    @Test func wakingKeepsErrno() throws {
        let ring = try Ring.enabled()
        errno = EXDEV
        ring.waker.wake()
        #expect(errno == EXDEV)
    }

    @Test func aFullSubmissionQueueIsEmptiedOnTheWay() throws {
        let ring = try Ring.enabled(RingSetUp(submissionEntries: 4))
        for token in UInt64(1)...20 { queued(ring.cancel(0, token: token)) }
        let taken = try ring.take(20)
        #expect(taken.map(\.token) == Array(1...20))
    }

    @Test func aQueueThatCannotBeEmptiedSaysSo() throws {
        // Not enabled yet, so nothing can be handed over.
        let ring = try Ring(RingSetUp(submissionEntries: 4))
        for token in UInt64(1)...4 { queued(ring.cancel(0, token: token)) }
        let fits = ring.cancel(0, token: 5)
        #expect(!fits)
        try ring.enable()
        queued(ring.cancel(0, token: 6))
        #expect(try ring.take(5).map(\.token) == [1, 2, 3, 4, 6])
    }

    @Test func completionsThatDoNotFitAreKept() throws {
        let ring = try Ring.enabled(RingSetUp(submissionEntries: 4, completionEntries: 4))
        for token in UInt64(1)...64 { queued(ring.cancel(0, token: token)) }
        let taken = try ring.take(64)
        #expect(taken.map(\.token) == Array(1...64))
        #expect(taken.allSatisfy { $0.errorNumber == ENOENT })
        #expect(ring.counters.completions == 64)
        #expect(ring.counters.overflows > 0)
    }

    @Test func aTurnIsOneSystemCall() throws {
        let ring = try Ring.enabled()
        for token in UInt64(1)...8 { queued(ring.cancel(0, token: token)) }
        try ring.submitAndWait(until: .distantFuture)
        #expect(ring.counters.enters == 1)
        #expect(ring.nextCompletion()?.token == 1)
        // There is still something to take and nothing to hand over: no call.
        try ring.submitAndWait(until: .distantFuture)
        #expect(ring.counters == counters(enters: 1, systemCalls: 1, completions: 1))
    }

    private func counters(enters: UInt64, systemCalls: UInt64, completions: UInt64) -> RingCounters {
        var counters = RingCounters()
        counters.enters = enters
        counters.systemCalls = systemCalls
        counters.completions = completions
        return counters
    }

    /// A completion that was not taken keeps nobody else's from coming: a server that leaves some for its next turn would
    /// receive nothing meanwhile.
    @Test func goesOnWithOthersWhileACompletionIsLeft() throws {
        let one = SocketPair()
        let other = SocketPair()
        let memory = TestMemory(16)
        let ring = try Ring.enabled()
        writeAll([1], to: one.far)
        unsafe queued(ring.receive(on: one.near, into: memory.bytes, token: 1))
        unsafe queued(ring.receive(on: other.near, into: memory.bytes, token: 2))
        try ring.submitAndWait(until: .distantFuture)
        let isLeft = ring.hasCompletion
        #expect(isLeft)
        writeAll([2], to: other.far)
        try ring.submitAndWait(until: ring.now)
        #expect(ring.nextCompletion() == Completion(token: 1, result: 1))
        #expect(ring.nextCompletion() == Completion(token: 2, result: 1))
    }
}
