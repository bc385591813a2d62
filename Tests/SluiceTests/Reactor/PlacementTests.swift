import Seeds
internal import Testing

@testable internal import Sluice

struct PlacementTests {
    @Test func theReactorWithTheFewestIsChosenAndAmongEqualsWhoeverAccepted() {
        let placement = Placement(reactorCount: 3, maxConnections: 100)
        #expect(placement.place(preferring: 1) == 1)
        #expect(placement.place(preferring: 1) == 0)
        #expect(placement.place(preferring: 1) == 2)
        #expect(placement.place(preferring: 2) == 2)
        #expect(placement.place(preferring: 2) == 0)
        _ = placement.leave(1)
        #expect(placement.place(preferring: 0) == 1)
    }

    @Test func whoFoundTheServerFullIsToldOnce() {
        let placement = Placement(reactorCount: 3, maxConnections: 2)
        _ = placement.place(preferring: 0)
        _ = placement.place(preferring: 0)
        #expect(placement.place(preferring: 2) == nil)
        #expect(placement.place(preferring: 2) == nil)
        #expect(placement.place(preferring: 0) == nil)
        #expect(placement.leave(1) == [0, 2])
        #expect(placement.leave(0) == [])
        #expect(placement.place(preferring: 0) != nil)
    }

    /// Slots are made for a share each: no reactor may ever be given more.
    @Test func noReactorGetsMoreThanItsShare() {
        var generator = SeededGenerator.announced(for: "PlacementTests")
        for (reactors, most) in [(1, 5), (2, 7), (3, 10), (4, 4), (5, 3)] {
            let placement = Placement(reactorCount: reactors, maxConnections: most)
            let share = Limits.share(of: most, among: reactors)
            var counts = [Int](repeating: 0, count: reactors)
            for _ in 0..<2000 {
                let reactor = Int.random(in: 0..<reactors, using: &generator)
                if Bool.random(using: &generator) {
                    let least = counts.min()
                    guard let chosen = placement.place(preferring: reactor) else {
                        #expect(counts.reduce(0, +) == most)
                        continue
                    }
                    #expect(counts[chosen] == least)
                    counts[chosen] += 1
                    #expect(counts[chosen] <= share)
                } else if counts[reactor] > 0 {
                    counts[reactor] -= 1
                    _ = placement.leave(reactor)
                }
            }
        }
    }

    @Test func whoHasFailedGetsNoMoreAndNobodyMoreThanHisShareForIt() {
        let placement = Placement(reactorCount: 2, maxConnections: 6)
        #expect(placement.place(preferring: 0) == 0)
        placement.retire(1)
        #expect((0..<3).map { _ in placement.place(preferring: 0) } == [0, 0, nil])
        #expect(placement.leave(0) == [0])
        #expect(placement.place(preferring: 1) == 0)
        placement.retire(0)
        #expect(placement.place(preferring: 0) == nil)
    }

    /// As many threads as connections: the server is full if one count is wrong, or one reactor's is not what it was.
    @Test func everyPlaceIsCountedOnceBetweenThreads() throws {
        let placement = Placement(reactorCount: 2, maxConnections: 4)
        try onThreads(4) { number in
            for _ in 0..<500 {
                guard let reactor = placement.place(preferring: number % 2) else { continue }
                _ = placement.leave(reactor)
            }
        }
        #expect((0..<5).map { _ in placement.place(preferring: 1) } == [1, 0, 1, 0, nil])
    }

    @Test func theLastToStopAcceptingKnowsIt() {
        let placement = Placement(reactorCount: 3, maxConnections: 10)
        #expect(!placement.acceptEnded())
        #expect(!placement.acceptEnded())
        #expect(placement.acceptEnded())
    }
}
