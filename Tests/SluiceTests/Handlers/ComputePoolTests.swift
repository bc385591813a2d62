internal import Glibc
internal import Synchronization
internal import Testing

@testable internal import Sluice

struct ComputePoolTests {
    /// What runs at once, and what has run.
    private final class Work: Sendable {
        private let now = Atomic(0)
        private let peak = Atomic(0)
        private let ended = Atomic(0)
        private let isOpen = Atomic(false)

        /// On a thread of the pool; waits for ``open()`` unless told otherwise.
        func run(waiting: Bool = true) {
            let count = now.add(1, ordering: .acquiringAndReleasing).newValue
            peak.max(count, ordering: .relaxed)
            while waiting, !isOpen.load(ordering: .acquiring) { usleep(500) }
            now.subtract(1, ordering: .relaxed)
            ended.add(1, ordering: .releasing)
        }

        func open() { isOpen.store(true, ordering: .releasing) }
        var running: Int { now.load(ordering: .relaxed) }
        var most: Int { peak.load(ordering: .relaxed) }
        var done: Int { ended.load(ordering: .acquiring) }
    }

    private func eventually(_ condition: () -> Bool) -> Bool {
        let deadline = ContinuousClock.now + .seconds(20)
        while !condition() {
            if ContinuousClock.now > deadline { return false }
            usleep(1000)
        }
        return true
    }

    @Test func runsAllAndNoMoreAtOnceThanThreads() throws {
        let pool = ComputePool(threads: 3, limit: 100)
        try pool.start()
        defer { pool.stop() }
        let work = Work()
        for _ in 0..<50 { #expect(pool.submit { work.run() } != nil) }
        #expect(eventually { work.running == 3 && pool.waitingCount == 47 })
        work.open()
        #expect(eventually { work.done == 50 })
        #expect(work.most == 3)
    }

    @Test func theLineHasAnEnd() throws {
        let pool = ComputePool(threads: 1, limit: 2)
        try pool.start()
        defer { pool.stop() }
        let work = Work()
        #expect(pool.submit { work.run() } != nil)
        #expect(eventually { work.running == 1 })
        #expect(pool.submit { work.run() } != nil)
        #expect(pool.submit { work.run() } != nil)
        #expect(pool.submit { work.run() } == nil)
        work.open()
        #expect(eventually { work.done == 3 })
        #expect(pool.submit { work.run() } != nil)
        #expect(eventually { work.done == 4 })
    }

    /// Those who are for a thread that is free, and has not taken them yet, wait for none.
    @Test func theLineIsForThoseWhoFindNoThreadFree() throws {
        for _ in 0..<100 {
            let pool = ComputePool(threads: 4, limit: 1)
            try pool.start()
            defer { pool.stop() }
            let work = Work()
            defer { work.open() }
            for _ in 0..<5 { _ = try #require(pool.submit { work.run() }) }
            #expect(pool.submit { work.run() } == nil)
            work.open()
            try #require(eventually { work.done == 5 })
        }
    }

    /// Nobody would ever come to it.
    @Test func withoutThreadsThereIsNoLine() {
        #expect(ComputePool(threads: 0, limit: 1).submit {} == nil)
    }

    @Test func whoLeavesTheLineMakesRoom() throws {
        let pool = ComputePool(threads: 1, limit: 2)
        try pool.start()
        defer { pool.stop() }
        let work = Work()
        let begun = try #require(pool.submit { work.run() })
        #expect(eventually { work.running == 1 })
        let first = try #require(pool.submit { Issue.record("it had left") })
        #expect(pool.submit { work.run() } != nil)
        #expect(pool.submit { work.run() } == nil)
        for _ in 0..<2 { pool.leave(first) }
        pool.leave(begun)
        #expect(pool.waitingCount == 1)
        #expect(pool.submit { work.run() } != nil)
        #expect(pool.submit { work.run() } == nil)
        work.open()
        #expect(eventually { work.done == 3 })
        #expect(pool.waitingCount == 0)
    }

    @Test func aStopFinishesWhatHasBegunAndDropsTheRest() throws {
        let pool = ComputePool(threads: 2, limit: 100)
        try pool.start()
        let work = Work()
        for _ in 0..<10 { #expect(pool.submit { work.run() } != nil) }
        #expect(eventually { work.running == 2 })
        pool.stop()
        #expect(pool.waitingCount == 0)
        #expect(pool.submit { work.run(waiting: false) } == nil)
        work.open()
        #expect(eventually { work.done == 2 && work.running == 0 })
    }

    @Test func manyThreadsMaySubmit() throws {
        let pool = ComputePool(threads: 2, limit: 10_000)
        try pool.start()
        defer { pool.stop() }
        let work = Work()
        let refused = Atomic(0)
        try onThreads(4) { _ in
            for _ in 0..<500 where pool.submit({ work.run(waiting: false) }) == nil {
                refused.add(1, ordering: .relaxed)
            }
        }
        #expect(eventually { work.done == 2000 })
        #expect(refused.load(ordering: .relaxed) == 0)
    }
}
