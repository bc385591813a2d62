internal import Glibc
import Seeds
internal import Synchronization
internal import Testing

@testable internal import Sluice

/// Grants that came by the arena's line.
private final class Deliveries: Sendable {
    private let list = Synchronization.Mutex<[(ArenaWaiter, ArenaRange)]>([])
    func add(_ waiter: ArenaWaiter, _ range: ArenaRange) -> Bool {
        list.withLock { $0.append((waiter, range)) }
        return true
    }
    func take() -> [(ArenaWaiter, ArenaRange)] {
        list.withLock { list in
            defer { list = [] }
            return list
        }
    }
}

struct ArenaTests {
    private static func waiter(_ number: Int, _ byteCount: Int, reactor: Int = 0) -> ArenaWaiter {
        ArenaWaiter(
            reactor: reactor, connection: ConnectionID(slot: number, generation: 7), byteCount: byteCount)
    }

    private static func range(_ answer: Arena.Answer) -> ArenaRange? {
        if case .granted(let range) = answer { range } else { nil }
    }

    @Test func aLeaseGoesBackAtTheEndOfItsLife() throws {
        let arena = try Arena(byteCount: 1, touched: false) { _, _ in true }
        #expect(arena.byteCount == 2 << 20)
        do {
            let range = try #require(Self.range(arena.request(Self.waiter(1, 10_000))))
            let lease = arena.lease(range)
            #expect(arena.leasedBytes == 12288)
            #expect(unsafe lease.bytes.count == 12288)
            unsafe lease.bytes.storeBytes(of: 0xAB, toByteOffset: 12287, as: UInt8.self)
        }
        #expect(arena.leasedBytes == 0)
    }

    /// Bodies whose length was not known, and that came to little: each keeps a page of its grant, and the next begins behind it.
    @Test func whatShrinksLeavesRoomForOthersOfItsKind() throws {
        let arena = try Arena(byteCount: 16 * PageMemory.hugePageBytes, touched: false) { _, _ in true }
        let largest = 4 * PageMemory.hugePageBytes
        var bodies: [LandedBody] = []
        for number in 0..<13 {
            var waiter = Self.waiter(number, largest)
            waiter.mayShrink = true
            var lease = arena.lease(try #require(Self.range(arena.request(waiter)), "the \(number + 1)th"))
            lease.shrink(to: 10)
            #expect(unsafe lease.bytes.count == PageMemory.pageBytes)
            let memory = unsafe UnsafeRawBufferPointer(lease.bytes)
            bodies.append(unsafe LandedBody(lease, memory: memory))
        }
        #expect(arena.leasedBytes == bodies.count * PageMemory.pageBytes)
        bodies = []
        #expect(arena.leasedBytes == 0)
        #expect(Self.range(arena.request(Self.waiter(0, 16 * PageMemory.hugePageBytes))) != nil)
    }

    @Test func noPageIsGrantedTwiceBetweenThreads() throws {
        let arena = try Arena(byteCount: 2 << 20, touched: false) { _, _ in true }
        try onThreads(4) { number in
            for round in 0..<200 {
                guard let range = Self.range(arena.request(Self.waiter(number, 4096))) else { continue }
                let lease = arena.lease(range)
                let mark = 1000 * number + round
                unsafe lease.bytes.storeBytes(of: mark, as: Int.self)
                sched_yield()
                #expect(unsafe lease.bytes.load(as: Int.self) == mark)
            }
        }
        #expect(arena.leasedBytes == 0)
    }

    @Test func aLeaseInASlotGoesBackWhenItIsEnded() throws {
        let arena = try Arena(byteCount: 2 << 20, touched: false) { _, _ in true }
        var slot = ConnectionSlot(limits: SharedLimits(Limits()))
        let range = try #require(Self.range(arena.request(Self.waiter(1, 4096))))
        slot.lend(arena.lease(range))
        #expect(unsafe slot.leasedBytes(from: 4000, count: 96).count == 96)
        #expect(arena.leasedBytes == 4096)
        slot.endLease()
        #expect(arena.leasedBytes == 0)
    }

    @Test func nobodyOvertakesInHisOwnLine() throws {
        let deliveries = Deliveries()
        let arena = try Arena(byteCount: 4 << 20, touched: false) { deliveries.add($0, $1) }
        let whole = try #require(Self.range(arena.request(Self.waiter(1, 4 << 20))))
        #expect(Self.range(arena.request(Self.waiter(2, 3 << 20))) == nil)
        #expect(Self.range(arena.request(Self.waiter(3, 4 << 20))) == nil)
        #expect(Self.range(arena.request(Self.waiter(4, 2 << 20))) == nil)
        _ = arena.lease(whole)
        // The last would fit beside nobody, and waits for the one before it.
        var served = deliveries.take()
        #expect(served.map(\.0.connection.slot) == [2])
        _ = arena.lease(served[0].1)
        served = deliveries.take()
        #expect(served.map(\.0.connection.slot) == [3])
        _ = arena.lease(served[0].1)
        served = deliveries.take()
        #expect(served.map(\.0.connection.slot) == [4])
        _ = arena.lease(try #require(served.first).1)
        #expect(arena.leasedBytes == 0)
    }

    /// One large body waits: scratch for all the others is granted at once, and from a place that is not his.
    @Test func aLargeOneThatWaitsHoldsUpNoSmallOne() throws {
        let deliveries = Deliveries()
        let arena = try Arena(byteCount: 4 << 20, touched: false) { deliveries.add($0, $1) }
        let first = try #require(Self.range(arena.request(Self.waiter(1, 2 << 20))))
        #expect(Self.range(arena.request(Self.waiter(2, 4 << 20))) == nil)
        // As much as is kept for them, then they wait too.
        var small: [ArenaRange] = []
        while let range = Self.range(arena.request(Self.waiter(10 + small.count, 100 << 10))) {
            small.append(range)
        }
        #expect(small.count == 512 / 25)
        #expect(small.allSatisfy { $0.firstPage + $0.pageCount <= PageMap.pagesPerRun })
        // What goes back to them serves the next of them, although the large one still waits.
        _ = arena.lease(small.removeFirst())
        var served = deliveries.take()
        #expect(served.map(\.0.connection.slot) == [10 + 512 / 25])
        small.append(served[0].1)
        // With the obstacle gone, nothing that came after stands in the large one's way.
        _ = arena.lease(first)
        served = deliveries.take()
        #expect(served.map(\.0.connection.slot) == [2])
        #expect(served[0].1.pageCount == 2 * PageMap.pagesPerRun)
        _ = arena.lease(served[0].1)
        for range in small { _ = arena.lease(range) }
        #expect(arena.leasedBytes == 0)
    }

    /// However many small ones come, one after another, a large one is served as soon as those that were there
    /// before it have gone.
    @Test func aStreamOfSmallOnesDoesNotStarveALargeOne() throws {
        let deliveries = Deliveries()
        let arena = try Arena(byteCount: 4 << 20, touched: false) { deliveries.add($0, $1) }
        // Five fill the small ones' own run and lie in the budget, too; the two in their own run go again.
        var early = try (0..<5).map { try #require(Self.range(arena.request(Self.waiter($0, 1 << 20)))) }
        for range in early.prefix(2) { _ = arena.lease(range) }
        early.removeFirst(2)
        #expect(Self.range(arena.request(Self.waiter(100, 4 << 20))) == nil)
        var stream: [ArenaRange] = []
        var isServed = false
        for number in 200..<1000 where !isServed {
            if let range = Self.range(arena.request(Self.waiter(number, 300 << 10))) { stream.append(range) }
            if number % 100 == 0, !early.isEmpty { _ = arena.lease(early.removeLast()) }
            if stream.count > 2 { _ = arena.lease(stream.removeFirst()) }
            for (waiter, range) in deliveries.take() {
                if waiter.connection.slot == 100 {
                    isServed = true
                    _ = arena.lease(range)
                } else {
                    stream.append(range)
                }
            }
        }
        #expect(isServed)
        // It had to wait for those that lay in the budget, and for no other.
        #expect(early.isEmpty && !stream.isEmpty)
    }

    @Test func whoeverStoodBehindAWithdrawnRequestIsServed() throws {
        let deliveries = Deliveries()
        let arena = try Arena(byteCount: 4 << 20, touched: false) { deliveries.add($0, $1) }
        let half = try #require(Self.range(arena.request(Self.waiter(1, 2 << 20))))
        _ = arena.request(Self.waiter(2, 4 << 20))
        _ = arena.request(Self.waiter(3, 2 << 20))
        // Another reactor's connection of the same name is another connection.
        arena.withdraw(ConnectionID(slot: 2, generation: 7), of: 1)
        arena.withdraw(ConnectionID(slot: 2, generation: 8), of: 0)
        #expect(deliveries.take().isEmpty)
        arena.withdraw(ConnectionID(slot: 2, generation: 7), of: 0)
        let served = deliveries.take()
        #expect(served.map(\.0.connection.slot) == [3])
        for (_, range) in served { _ = arena.lease(range) }
        _ = arena.lease(half)
        #expect(arena.leasedBytes == 0)
    }

    @Test func allOfAReactorLeaveTheLineTogether() throws {
        let deliveries = Deliveries()
        let arena = try Arena(byteCount: 2 << 20, touched: false) { deliveries.add($0, $1) }
        let whole = try #require(Self.range(arena.request(Self.waiter(1, 2 << 20))))
        for (number, reactor) in [(2, 0), (3, 1), (4, 0)] {
            _ = arena.request(Self.waiter(number, 2 << 20, reactor: reactor))
        }
        arena.withdraw(of: 0)
        _ = arena.lease(whole)
        let served = deliveries.take()
        #expect(served.map(\.0.connection.slot) == [3])
        _ = arena.lease(try #require(served.first).1)
        #expect(deliveries.take().isEmpty && arena.leasedBytes == 0)
    }

    /// A grant that was under way when its reactor ended.
    @Test func whatNobodyTakesGoesToTheNext() throws {
        let deliveries = Deliveries()
        let arena = try Arena(byteCount: 2 << 20, touched: false) { waiter, range in
            waiter.reactor == 1 && deliveries.add(waiter, range)
        }
        let whole = try #require(Self.range(arena.request(Self.waiter(1, 2 << 20))))
        for (number, reactor) in [(2, 0), (3, 0), (4, 1)] {
            _ = arena.request(Self.waiter(number, 2 << 20, reactor: reactor))
        }
        _ = arena.lease(whole)
        let served = deliveries.take()
        #expect(served.map(\.0.connection.slot) == [4])
        _ = arena.lease(try #require(served.first).1)
        #expect(arena.leasedBytes == 0)
    }

    @Test func grantsNeverOverlapAndComeInOrder() throws {
        var generator = SeededGenerator.announced(for: "ArenaTests")
        let deliveries = Deliveries()
        let arena = try Arena(byteCount: 8 << 20, touched: false) { deliveries.add($0, $1) }
        var held: [ArenaRange] = []
        var small: [ArenaWaiter] = []
        var large: [ArenaWaiter] = []
        func hold(_ range: ArenaRange) {
            for other in held {
                #expect(
                    range.firstPage + range.pageCount <= other.firstPage
                        || other.firstPage + other.pageCount <= range.firstPage)
            }
            held.append(range)
        }
        func takeDeliveries() {
            for (waiter, range) in deliveries.take() {
                let isNext = PageMap.isSmall(waiter.byteCount) ? small.first == waiter : large.first == waiter
                #expect(isNext, "somebody overtook")
                if PageMap.isSmall(waiter.byteCount) { small.removeFirst() } else { large.removeFirst() }
                hold(range)
            }
        }
        for number in 0..<1000 {
            switch Int.random(in: 0..<5, using: &generator) {
            case 0, 1:
                let most = Bool.random(using: &generator) ? 6 << 20 : 1 << 18
                let waiter = Self.waiter(number, Int.random(in: 1...most, using: &generator))
                let isSmall = PageMap.isSmall(waiter.byteCount)
                if let range = Self.range(arena.request(waiter)) {
                    #expect(isSmall ? small.isEmpty : large.isEmpty, "somebody overtook")
                    let isInOwnRun = range.firstPage + range.pageCount <= PageMap.pagesPerRun
                    if isSmall, !large.isEmpty { #expect(isInOwnRun) }
                    if !isSmall { #expect(!isInOwnRun) }
                    hold(range)
                } else if isSmall {
                    small.append(waiter)
                } else {
                    large.append(waiter)
                }
            case 2 where !small.isEmpty:
                let gone = small.remove(at: Int.random(in: 0..<small.count, using: &generator))
                arena.withdraw(gone.connection, of: 0)
            case 2 where !large.isEmpty:
                let gone = large.remove(at: Int.random(in: 0..<large.count, using: &generator))
                arena.withdraw(gone.connection, of: 0)
            default:
                guard !held.isEmpty else { continue }
                _ = arena.lease(held.remove(at: Int.random(in: 0..<held.count, using: &generator)))
            }
            takeDeliveries()
            #expect(arena.leasedBytes == held.reduce(0) { $0 + $1.pageCount * 4096 })
        }
        // With everything back, both lines can be served.
        while !held.isEmpty || !small.isEmpty || !large.isEmpty {
            guard !held.isEmpty else {
                Issue.record("everything is free, and somebody waits")
                return
            }
            _ = arena.lease(held.removeFirst())
            takeDeliveries()
        }
        #expect(arena.leasedBytes == 0)
    }
}
