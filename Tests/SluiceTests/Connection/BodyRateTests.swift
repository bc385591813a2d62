internal import Testing
internal import Uring

@testable internal import Sluice

struct BodyRateTests {
    private let start = MonotonicInstant(nanoseconds: 5_000_000_000)

    @Test func aPeriodNeedsWhatIsDemanded() {
        var rate = BodyRate()
        rate.received(99)
        #expect(!ends(&rate, unread: 0, demanded: 100, stillToCome: 1000))
        rate.received(1)
        #expect(ends(&rate, unread: 0, demanded: 100, stillToCome: 1000))
        #expect(!ends(&rate, unread: 0, demanded: 100, stillToCome: 1000))
    }

    @Test func unreadBytesCountInThePeriodInWhichTheyCame() {
        var rate = BodyRate()
        #expect(ends(&rate, unread: 100, demanded: 100, stillToCome: 1000))
        // They are received now; nothing new has arrived.
        rate.received(100)
        #expect(!ends(&rate, unread: 0, demanded: 100, stillToCome: 900))
        #expect(!ends(&rate, unread: 99, demanded: 100, stillToCome: 900))
        #expect(ends(&rate, unread: 100, demanded: 100, stillToCome: 900))
    }

    @Test func allThatIsLeftIsEnoughHoweverLittle() {
        var rate = BodyRate()
        #expect(ends(&rate, unread: 7, demanded: 100, stillToCome: 7))
        #expect(!ends(&rate, unread: 6, demanded: 100, stillToCome: 7))
    }

    @Test func aPauseKeepsWhatIsLeftOfThePeriod() {
        var rate = BodyRate()
        var deadline = start.advanced(by: .seconds(5))
        rate.pause(deadline: &deadline, now: start.advanced(by: .seconds(1)))
        #expect(deadline == .distantFuture)
        rate.pause(deadline: &deadline, now: start.advanced(by: .seconds(2)))
        rate.resume(deadline: &deadline, now: start.advanced(by: .seconds(50)))
        #expect(deadline == start.advanced(by: .seconds(54)))
        rate.resume(deadline: &deadline, now: start.advanced(by: .seconds(60)))
        #expect(deadline == start.advanced(by: .seconds(54)))
    }

    /// Else who comes in every turn puts off its end for ever.
    @Test func aPeriodThatIsOverIsNotPaused() {
        var rate = BodyRate()
        var deadline = start
        rate.pause(deadline: &deadline, now: start.advanced(by: .seconds(1)))
        rate.resume(deadline: &deadline, now: start.advanced(by: .seconds(9)))
        #expect(deadline == start)
    }

    @Test func aClampedSumStopsAtTheLargestNumber() {
        #expect(3.addingClamped(4) == 7)
        #expect(Int.max.addingClamped(1) == .max)
        #expect((Int.max - 1).addingClamped(1) == .max)
    }

    private func ends(_ rate: inout BodyRate, unread: Int, demanded: Int, stillToCome: Int) -> Bool {
        rate.endPeriod(unread: unread, demanded: demanded, stillToCome: stillToCome)
    }
}
