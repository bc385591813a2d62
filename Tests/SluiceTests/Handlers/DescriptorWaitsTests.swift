internal import Testing
internal import Uring

@testable internal import Sluice

struct DescriptorWaitsTests {
    /// A task that waits by now.
    private func task(_ wait: DescriptorWait) async -> Task<Void, any Error> {
        let (begun, begin) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            try await withCheckedThrowingContinuation { continuation in
                _ = wait.begin(continuation)
                begin.finish()
            }
        }
        for await _ in begun {}
        return task
    }

    /// What is queued, where there is room for so many operations.
    private func queued(_ waits: DescriptorWaits, room: Int = .max) -> [String] {
        var names: [String] = []
        waits.queue { step, wait in
            guard names.count < room else { return false }
            switch step {
            case .poll(let number): names.append("poll \(number) of \(wait.descriptor)")
            case .cancel(let number): names.append("cancel \(number)")
            }
            return true
        }
        return names
    }

    /// A wait whose poll is in flight, and whose task has just been cancelled.
    private func cancelledWhilePolled() async -> (DescriptorWaits, DescriptorWait, Task<Void, any Error>) {
        let waits = DescriptorWaits()
        let wait = DescriptorWait(5, for: .readable)
        let waiting = await task(wait)
        waits.add(wait)
        #expect(queued(waits) == ["poll 1 of 5"])
        #expect(wait.cancel())
        return (waits, wait, waiting)
    }

    @Test func eachIsPolledAndEndsByItsNumber() async throws {
        let waits = DescriptorWaits()
        let (one, other) = (DescriptorWait(5, for: .readable), DescriptorWait(6, for: .writable))
        let (first, second) = (await task(one), await task(other))
        waits.add(one)
        waits.add(other)
        #expect(waits.wantsToQueue && queued(waits) == ["poll 1 of 5", "poll 2 of 6"])
        #expect(!waits.wantsToQueue && queued(waits).isEmpty)
        waits.take(2)?.end()
        try await second.value
        waits.take(1)?.end(DescriptorError(descriptor: 5, errorNumber: 9))
        await #expect(throws: DescriptorError(descriptor: 5, errorNumber: 9)) { try await first.value }
        #expect(waits.count == 0 && waits.take(1) == nil)
    }

    @Test func whatFindsNoRoomIsQueuedLaterInOrder() async throws {
        let waits = DescriptorWaits()
        let all = (0..<3).map { DescriptorWait($0, for: .readable) }
        for wait in all { waits.add(wait) }
        #expect(queued(waits, room: 1) == ["poll 1 of 0"])
        waits.leave(all[1])
        #expect(queued(waits, room: 0).isEmpty && waits.wantsToQueue)
        #expect(queued(waits) == ["poll 2 of 1", "poll 3 of 2", "cancel 2"])
    }

    /// It may close its descriptor when it is told, so it is not told before the ring has let go.
    @Test func whoIsCancelledEndsWithItsPoll() async throws {
        let (begun, wait, waiting) = await cancelledWhilePolled()
        let waits = begun
        for _ in 0..<2 { waits.leave(wait) }
        #expect(waits.hasLeavers && wait.number != nil && queued(waits) == ["cancel 1"])
        // Ready in the same moment: cancelled all the same.
        waits.take(1)?.end()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        #expect(!waits.hasLeavers)
    }

    @Test func whoIsReadyNeedsNoCancelling() async throws {
        let (begun, wait, waiting) = await cancelledWhilePolled()
        let waits = begun
        waits.leave(wait)
        waits.take(1)?.end()
        #expect(queued(waits).isEmpty && !waits.wantsToQueue)
        waits.leave(wait)
        #expect(!waits.wantsToQueue && !waits.hasLeavers)
        await #expect(throws: CancellationError.self) { try await waiting.value }
    }

    /// Its two messages may come in either order.
    @Test func whoIsCancelledBeforeIsNotPolled() async throws {
        let waits = DescriptorWaits()
        let wait = DescriptorWait(5, for: .readable)
        let waiting = await task(wait)
        #expect(wait.cancel())
        waits.leave(wait)
        waits.add(wait)
        #expect(queued(waits).isEmpty && waits.count == 0)
        await #expect(throws: CancellationError.self) { try await waiting.value }
    }

    @Test func whoIsCancelledBeforeItBeginsDoesNotBegin() async {
        let wait = DescriptorWait(5, for: .readable)
        #expect(!wait.cancel())
        let waiting = await task(wait)
        await #expect(throws: CancellationError.self) { try await waiting.value }
    }

    @Test func allEndWithTheirReactor() async throws {
        let waits = DescriptorWaits()
        let wait = DescriptorWait(5, for: .readable)
        let waiting = await task(wait)
        waits.add(wait)
        waits.leave(wait)
        waits.endAll()
        #expect(waits.count == 0 && !waits.wantsToQueue && !waits.hasLeavers)
        await #expect(throws: CancellationError.self) { try await waiting.value }
        // Once.
        wait.end()
    }

    @Test func theErrorSaysWhatAndWhy() {
        let error = DescriptorError(descriptor: 7, errorNumber: 9)
        #expect("\(error)" == "descriptor 7 cannot be waited for: Bad file descriptor")
    }
}
