import Seeds
internal import Synchronization
internal import Testing

@testable internal import Sluice

/// Grants that came by the arena's line.
private final class Deliveries: Sendable {
    private let list = Mutex<[(ArenaWaiter, ArenaRange)]>([])
    func add(_ waiter: ArenaWaiter, _ range: ArenaRange) { list.withLock { $0.append((waiter, range)) } }
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
        let arena = try Arena(byteCount: 1, touched: false) { _, _ in }
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

    @Test func aLeaseInASlotGoesBackWhenItIsEnded() throws {
        let arena = try Arena(byteCount: 2 << 20, touched: false) { _, _ in }
        var slot = ConnectionSlot(limits: Limits())
        let range = try #require(Self.range(arena.request(Self.waiter(1, 4096))))
        slot.lend(arena.lease(range))
        #expect(unsafe slot.leasedBytes(from: 4000, count: 96).count == 96)
        #expect(arena.leasedBytes == 4096)
        slot.endLease()
        #expect(arena.leasedBytes == 0)
    }

    @Test func nobodyOvertakes() throws {
        let deliveries = Deliveries()
        let arena = try Arena(byteCount: 4 << 20, touched: false) { deliveries.add($0, $1) }
        let whole = try #require(Self.range(arena.request(Self.waiter(1, 4 << 20))))
        var lease: MemoryLease? = arena.lease(whole)
        #expect(Self.range(arena.request(Self.waiter(2, 3 << 20))) == nil)
        #expect(Self.range(arena.request(Self.waiter(3, 4096))) == nil)
        #expect(Self.range(arena.request(Self.waiter(4, 4 << 20))) == nil)
        #expect(Self.range(arena.request(Self.waiter(5, 4096))) == nil)
        lease = nil
        _ = consume lease
        // The second takes all; small ones behind it wait, though a page could not be had anyway.
        var served = deliveries.take()
        #expect(served.map(\.0.connection.slot) == [2])
        arena.withdraw(ConnectionID(slot: 4, generation: 7), of: 0)
        #expect(deliveries.take().isEmpty)
        _ = arena.lease(served[0].1)
        served = deliveries.take()
        #expect(served.map(\.0.connection.slot) == [3, 5])
        for (_, range) in served { _ = arena.lease(range) }
        #expect(arena.leasedBytes == 0)
    }

    @Test func whoeverStoodBehindAWithdrawnRequestIsServed() throws {
        let deliveries = Deliveries()
        let arena = try Arena(byteCount: 4 << 20, touched: false) { deliveries.add($0, $1) }
        let half = try #require(Self.range(arena.request(Self.waiter(1, 2 << 20))))
        _ = arena.request(Self.waiter(2, 4 << 20))
        _ = arena.request(Self.waiter(3, 4096))
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

    @Test func grantsNeverOverlapAndComeInOrder() throws {
        var generator = SeededGenerator.announced(for: "ArenaTests")
        let deliveries = Deliveries()
        let arena = try Arena(byteCount: 8 << 20, touched: false) { deliveries.add($0, $1) }
        var held: [ArenaRange] = []
        var line: [ArenaWaiter] = []
        func hold(_ range: ArenaRange) {
            for other in held {
                #expect(
                    range.firstPage + range.pageCount <= other.firstPage
                        || other.firstPage + other.pageCount <= range.firstPage)
            }
            held.append(range)
        }
        for number in 0..<1000 {
            switch Int.random(in: 0..<5, using: &generator) {
            case 0, 1:
                let most = Bool.random(using: &generator) ? 6 << 20 : 1 << 18
                let waiter = Self.waiter(number, Int.random(in: 1...most, using: &generator))
                if let range = Self.range(arena.request(waiter)) {
                    #expect(line.isEmpty, "somebody overtook")
                    hold(range)
                } else {
                    line.append(waiter)
                }
            case 2 where !line.isEmpty:
                let gone = line.remove(at: Int.random(in: 0..<line.count, using: &generator))
                arena.withdraw(gone.connection, of: 0)
            default:
                guard !held.isEmpty else { continue }
                _ = arena.lease(held.remove(at: Int.random(in: 0..<held.count, using: &generator)))
            }
            for (waiter, range) in deliveries.take() {
                #expect(!line.isEmpty)
                #expect(waiter == line.removeFirst())
                hold(range)
            }
            #expect(arena.leasedBytes == held.reduce(0) { $0 + $1.pageCount * 4096 })
        }
        // With everything back, the whole line can be served.
        while !held.isEmpty || !line.isEmpty {
            if !held.isEmpty { _ = arena.lease(held.removeFirst()) }
            for (waiter, range) in deliveries.take() {
                #expect(waiter == line.removeFirst())
                hold(range)
            }
        }
        #expect(arena.leasedBytes == 0)
    }
}
