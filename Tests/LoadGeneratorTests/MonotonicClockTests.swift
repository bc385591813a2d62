import LoadGenerator
import Testing

struct MonotonicClockTests {
    @Test func countsADurationsNanoseconds() {
        #expect(Duration.seconds(-1).nanoseconds == 0)
        #expect((Duration.seconds(3) + .nanoseconds(7)).nanoseconds == 3_000_000_007)
    }

    /// Whoever adds the longest there is to a time has a later one.
    @Test(arguments: [9_223_372_036, 20_000_000_000, Int64.max])
    func takesALongerDurationForTheLongest(seconds: Int64) {
        let now = monotonicNanoseconds()
        #expect(Duration.seconds(seconds).nanoseconds == UInt64(Int64.max))
        #expect(now + Duration.seconds(seconds).nanoseconds > now)
    }
}
