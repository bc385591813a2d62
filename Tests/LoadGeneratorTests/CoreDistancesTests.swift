import Testing

@testable import LoadGenerator

struct CoreDistancesTests {
    @Test func aWordIsBackWithinAMillisecond() throws {
        var distances = CoreDistances()
        for _ in 0..<3 { try distances.look() }
        guard ProcessFigures.cores > 1 else {
            #expect(distances.roundTrips.isEmpty && distances.text == nil && distances.spread == nil)
            return
        }
        #expect(distances.roundTrips.count == 3)
        // Nothing is as near as 5 ns, and a core that has other work too answers when it has the time.
        #expect(distances.roundTrips.allSatisfy { $0 > 5e-9 && $0 < 1 }, "\(distances.roundTrips)")
    }

    @Test func theCallingThreadMayRunWhereItMightBefore() throws {
        let before = ProcessFigures.cores
        var distances = CoreDistances()
        try distances.look()
        #expect(ProcessFigures.cores == before)
    }

    @Test func looksAtTheLastCoreToo() {
        #expect(CoreDistances.spread([1]) == [1])
        #expect(CoreDistances.spread(1...7) == [1, 2, 3, 4, 5, 6, 7])
        #expect(CoreDistances.spread(1...127) == [18, 36, 54, 72, 90, 108, 127])
    }

    @Test(arguments: [
        ([72e-9], "from core to core and back in 72 ns", false),
        ([72e-9, 50e-9, 75e-9], "from core to core and back in 72 ns (50–75 in 3 looks)", false),
        (
            [340e-9, 50e-9, 75e-9],
            "from core to core and back in 75 ns (50–340 in 3 looks): as if a host had moved them", true
        ),
    ])
    func saysHowFarAndWhetherTheHostMovedThem(roundTrips: [Double], text: String, hasMoved: Bool) {
        let distances = CoreDistances(roundTrips: roundTrips)
        #expect(distances.text == text)
        #expect(distances.hasMoved == hasMoved)
    }
}
