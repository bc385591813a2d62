internal import Testing
internal import Uring

@testable internal import Sluice

struct SleepersTests {
    private func instant(_ milliseconds: Int) -> MonotonicInstant {
        MonotonicInstant(nanoseconds: UInt64(milliseconds) * 1_000_000)
    }

    /// What became of sleeps. An actor: the thread sanitizer sees into it.
    private actor Log {
        private(set) var all: [String] = []
        func add(_ entry: String) { all.append(entry) }
    }

    /// A task that sleeps on `sleeper` by now.
    private func task(_ name: String, on sleeper: Sleeper, _ log: Log) async -> Task<Void, Never> {
        let (begun, begin) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            do {
                try await withCheckedThrowingContinuation { continuation in
                    _ = sleeper.begin(continuation)
                    begin.finish()
                }
                await log.add("\(name) woke")
            } catch {
                await log.add("\(name) was cancelled")
            }
        }
        for await _ in begun {}
        return task
    }

    @Test func theFirstToWakeIsInFrontAndWakesAlone() async {
        let sleepers = Sleepers()
        #expect(sleepers.nextWake == .distantFuture)
        let log = Log()
        var tasks: [Task<Void, Never>] = []
        for (name, milliseconds) in [("c", 30), ("a", 10), ("b", 20), ("a2", 10)] {
            let sleeper = Sleeper()
            tasks.append(await task(name, on: sleeper, log))
            sleepers.add(sleeper, until: instant(milliseconds))
        }
        #expect(sleepers.nextWake == instant(10) && sleepers.count == 4)
        sleepers.wake(now: instant(9))
        #expect(sleepers.count == 4)
        sleepers.wake(now: instant(10))
        #expect(sleepers.nextWake == instant(20) && sleepers.count == 2)
        sleepers.wake(now: instant(100))
        #expect(sleepers.nextWake == .distantFuture && sleepers.count == 0)
        for task in tasks { await task.value }
        #expect(await log.all.sorted() == ["a woke", "a2 woke", "b woke", "c woke"])
    }

    @Test func whoIsCancelledEndsOnceAndAtOnce() async {
        let sleepers = Sleepers()
        let log = Log()
        let sleeper = Sleeper()
        let sleeping = await task("a", on: sleeper, log)
        sleepers.add(sleeper, until: instant(10))
        #expect(sleeper.end(cancelled: true))
        #expect(!sleeper.end(cancelled: true) && sleeper.isOver)
        sleepers.noteLeft()
        sleepers.wake(now: instant(10))
        await sleeping.value
        #expect(await log.all == ["a was cancelled"] && sleepers.count == 0)
    }

    @Test func allEndWithTheirReactor() async {
        let sleepers = Sleepers()
        let log = Log()
        var tasks: [Task<Void, Never>] = []
        for name in ["a", "b"] {
            let sleeper = Sleeper()
            tasks.append(await task(name, on: sleeper, log))
            sleepers.add(sleeper, until: instant(3_600_000))
        }
        sleepers.endAll()
        #expect(sleepers.count == 0 && sleepers.nextWake == .distantFuture)
        for task in tasks { await task.value }
        #expect(await log.all.sorted() == ["a was cancelled", "b was cancelled"])
    }

    /// Cancelled before it began: nobody is to wake it.
    @Test func whoIsCancelledBeforeDoesNotBegin() async {
        let sleeper = Sleeper()
        #expect(!sleeper.end(cancelled: true))
        await #expect(throws: CancellationError.self) {
            try await withCheckedThrowingContinuation { continuation in
                #expect(!sleeper.begin(continuation))
            }
        }
    }

    /// Clients that come, wait for an hour and reset fill no memory.
    @Test func thoseWhoLeftGoWhenTheyAreTheMost() {
        let sleepers = Sleepers()
        var most = 0
        for index in 0..<10_000 {
            let sleeper = Sleeper()
            sleepers.add(sleeper, until: instant(3_600_000 + index))
            _ = sleeper.end(cancelled: true)
            sleepers.noteLeft()
            most = max(most, sleepers.count)
        }
        #expect(most < 200, "\(most)")
    }

    @Test func thoseWhoSleepStay() async {
        let sleepers = Sleepers()
        let log = Log()
        let stays = Sleeper()
        let sleeping = await task("a", on: stays, log)
        sleepers.add(stays, until: instant(10))
        for _ in 0..<1000 {
            let sleeper = Sleeper()
            sleepers.add(sleeper, until: instant(5))
            _ = sleeper.end(cancelled: true)
            sleepers.noteLeft()
        }
        #expect(await log.all.isEmpty)
        sleepers.wake(now: instant(10))
        await sleeping.value
        #expect(await log.all == ["a woke"] && sleepers.count == 0)
    }
}
