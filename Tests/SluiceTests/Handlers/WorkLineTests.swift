internal import Synchronization
internal import Testing

@testable internal import Sluice

struct WorkLineTests {
    /// What is done, in order.
    private final class Done: Sendable {
        private let numbers = Synchronization.Mutex<[Int]>([])
        var all: [Int] { numbers.withLock { $0 } }
        func note(_ number: Int) { numbers.withLock { $0.append(number) } }
    }

    @Test func servesInOrderWhoeverHasNotLeft() throws {
        let done = Done()
        var line = WorkLine()
        var places: [Int] = []
        for number in 0..<10 { places.append(try #require(line.append(limit: 10) { done.note(number) })) }
        #expect(line.append(limit: 10) {} == nil)
        for number in [0, 4, 9, 4] { _ = line.leave(places[number]) }
        #expect(line.count == 7)
        #expect(line.append(limit: 10) { done.note(10) } != nil)
        while let work = line.popFirst() { work() }
        #expect(done.all == [1, 2, 3, 5, 6, 7, 8, 10])
        #expect(line.count == 0 && line.append(limit: 10) {} != nil)
    }

    /// Behind one who waits for long, others come and go.
    @Test func doesNotGrowByThoseWhoLeave() throws {
        let done = Done()
        var line = WorkLine()
        #expect(line.append(limit: 2) { done.note(1) } != nil)
        for _ in 0..<10_000 {
            _ = line.leave(try #require(line.append(limit: 2) {}))
            #expect(line.placesKept < 100)
        }
        #expect(line.append(limit: 2) { done.note(2) } != nil)
        while let work = line.popFirst() { work() }
        #expect(done.all == [1, 2])
    }
}
