import Glibc
import Testing

@testable import Uring

/// Waiting awake: the same outcomes as asleep.
@Suite struct BusyWaitTests {
    @Test func findsWhatCompletesMeanwhileWithoutSleeping() throws {
        let pair = SocketPair()
        let memory = TestMemory(8)
        let ring = try Ring.enabled()
        let says = ring.saysWhenItHasWork
        #expect(says, "this Linux lacks IORING_SETUP_TASKRUN_FLAG, and nothing is proven")
        let far = pair.far
        let (isReady, isDone) = (Flag(), Flag())
        let waiting = SystemThread.current
        let (hasSlept, hasWritten) = (Flag(), Flag())
        let thread = onAnotherThread {
            while !isReady.isSet { sched_yield() }
            writeAll([7], to: far)
            hasWritten.set()
            while !isDone.isSet { if waiting.isInRing { hasSlept.set() } }
        }
        unsafe queued(ring.receive(on: pair.near, into: memory.bytes, token: 1))
        isReady.set()
        try ring.submitAndWait(until: .distantFuture, busyFor: .seconds(60))
        isDone.set()
        pthread_join(thread, nil)
        #expect(hasWritten.isSet && !hasSlept.isSet)
        #expect(ring.nextCompletion() == Completion(token: 1, result: 1))
        #expect(memory.contents(0..<1) == [7])
    }

    @Test func sleepsWhenTheTimeIsOver() throws {
        let ring = try Ring.enabled()
        let waker = ring.waker
        queued(ring.awaitWake(token: 1))
        let waiting = SystemThread.current
        let hasReturned = Flag()
        let thread = onAnotherThread {
            while !waiting.isInRing, !hasReturned.isSet { sched_yield() }
            waker.wake()
        }
        try ring.submitAndWait(until: .distantFuture, busyFor: .milliseconds(1))
        hasReturned.set()
        #expect(ring.nextCompletion() == Completion(token: 1, result: 8))
        pthread_join(thread, nil)
    }

    @Test func doesNotOutstayTheDeadline() throws {
        let ring = try Ring.enabled()
        let begin = ring.now
        try ring.submitAndWait(until: begin.advanced(by: .milliseconds(5)), busyFor: .seconds(60))
        let waited = begin.duration(until: ring.now)
        #expect(waited >= .milliseconds(5) && waited < .seconds(5))
        #expect(ring.nextCompletion() == nil)
    }

    /// Linux before 5.19, and a ring whose work is not deferred.
    @Test func onlySleepsWhereTheRingDoesNotSayThatItHasWork() throws {
        var setUp = RingSetUp(submissionEntries: 16)
        setUp.flags.removeAll { $0.name == "TASKRUN_FLAG" }
        let ring = try Ring.enabled(setUp)
        let says = ring.saysWhenItHasWork
        #expect(!says)
        queued(ring.cancel(1, token: 2))
        let before = ring.counters.enters
        try ring.submitAndWait(until: .distantFuture, busyFor: .seconds(60))
        let after = ring.counters.enters
        #expect(after == before + 1)
        #expect(ring.nextCompletion() == Completion(token: 2, result: -ENOENT))
    }
}
