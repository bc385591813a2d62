internal import Testing
internal import Uring

@testable internal import Sluice

struct BufferShortageTests {
    private let start = MonotonicInstant(nanoseconds: 1_000_000_000)

    /// - Returns: after how many turns it pauses, of 100 at most.
    private func turnsUntilPause(_ turn: (Int, BufferShortage) -> Void) -> Int? {
        let shortage = BufferShortage()
        for number in 1...100 {
            turn(number, shortage)
            shortage.turnEnds(now: start)
            if shortage.pauses(at: start) != nil { return number }
        }
        return nil
    }

    @Test func pausesAfterSomeTurnsInWhichNobodyGotABuffer() {
        #expect(turnsUntilPause { $1.missed() } == BufferShortage.mostVainTurns)
        // Turns that are about something else say nothing.
        #expect(turnsUntilPause { if $0 % 2 == 0 { $1.missed() } } == 2 * BufferShortage.mostVainTurns)
    }

    @Test func neverPausesWhereSomebodyGetsOne() {
        let turns = turnsUntilPause { number, shortage in
            shortage.missed()
            if number % 10 == 0 { shortage.taken() }
        }
        #expect(turns == nil)
        #expect(turnsUntilPause { _, _ in } == nil)
    }

    @Test func asksOnceAfterEachPause() {
        let shortage = BufferShortage()
        for _ in 0..<BufferShortage.mostVainTurns {
            shortage.missed()
            shortage.turnEnds(now: start)
        }
        let end = start.advanced(by: BufferShortage.pause)
        #expect(shortage.pauses(at: start) == end)
        #expect(shortage.pauses(at: end) == nil)
        shortage.missed()
        shortage.turnEnds(now: end)
        #expect(shortage.pauses(at: end) == end.advanced(by: BufferShortage.pause))
        shortage.taken()
        shortage.turnEnds(now: end.advanced(by: BufferShortage.pause))
        shortage.missed()
        shortage.turnEnds(now: end.advanced(by: BufferShortage.pause))
        #expect(shortage.pauses(at: end.advanced(by: BufferShortage.pause)) == nil)
    }
}
