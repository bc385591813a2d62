import Testing
import Uring

@Suite struct MonotonicInstantTests {
    @Test func forEverStaysForEver() {
        let now = MonotonicInstant(nanoseconds: 1 << 40)
        #expect(now.advanced(by: .seconds(Int64.max)) == .distantFuture)
        #expect(MonotonicInstant.distantFuture.advanced(by: .nanoseconds(1)) == .distantFuture)
    }

    @Test func durationsDoNotGoBelowZero() {
        let early = MonotonicInstant(nanoseconds: 5)
        let late = MonotonicInstant(nanoseconds: 9)
        #expect(early.duration(until: late) == .nanoseconds(4))
        #expect(late.duration(until: early) == .zero)
        #expect(Duration.seconds(-1).wholeNanoseconds == 0)
        #expect(Duration.milliseconds(1500).wholeNanoseconds == 1_500_000_000)
    }

    @Test func nanosecondsAreCutOffAndClamped() {
        let nanoseconds = UInt64.max / 1_000_000_000
        #expect(Duration(secondsComponent: 0, attosecondsComponent: 999_999_999).wholeNanoseconds == 0)
        #expect(Duration(secondsComponent: 0, attosecondsComponent: 1_999_999_999).wholeNanoseconds == 1)
        #expect(Duration.nanoseconds(-1).wholeNanoseconds == 0)
        #expect(Duration.seconds(60).wholeNanoseconds == 60_000_000_000)
        #expect(Duration.seconds(nanoseconds).wholeNanoseconds == nanoseconds * 1_000_000_000)
        #expect(Duration.seconds(nanoseconds + 1).wholeNanoseconds == .max)
        #expect(Duration.seconds(Int64.max).wholeNanoseconds == .max)
    }

    @Test func theRingsClockDoesNotGoBack() throws {
        let ring = try Ring.enabled()
        let first = ring.now
        #expect(ring.now >= first)
    }
}
