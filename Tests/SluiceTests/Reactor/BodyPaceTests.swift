import Testing
import Uring

@testable import Sluice

/// Who counts as fast.
struct BodyPaceTests {
    private var pace = BodyPace()
    private var now = MonotonicInstant(nanoseconds: 5_000_000_000)

    init() { pace.bodyBegan(isNear: true, now: now) }

    private mutating func receive(
        _ bytes: Int, pieces: Int = 1, every gap: Duration, isNear: Bool = true
    ) {
        for _ in 0..<pieces {
            now = now.advanced(by: gap)
            pace.received(bytes, isNear: isNear, now: now)
        }
    }

    @Test mutating func isSlowUntilItHasBroughtAStretchInTime() {
        receive(512 << 10, every: .milliseconds(100))
        #expect(!pace.isFast)
        receive(512 << 10, every: .milliseconds(150))
        #expect(pace.isFast)
    }

    @Test mutating func aStretchThatTookTooLongDoesNotCount() {
        receive(512 << 10, pieces: 20, every: .milliseconds(126))
        #expect(!pace.isFast)
    }

    /// 2 MB/s that come in bursts, and 80 KiB/s that come in pieces of a small mark.
    @Test mutating func burstsOfASlowClientDoNotCount() {
        for _ in 0..<50 {
            receive(128 << 10, pieces: 3, every: .microseconds(10))
            receive(16 << 10, every: .milliseconds(200))
            #expect(!pace.isFast)
        }
        receive(128 << 10, pieces: 50, every: .milliseconds(1600))
        #expect(!pace.isFast)
    }

    @Test mutating func aClientFarAwayHasLongerToShowIt() {
        receive(64 << 10, pieces: 16, every: .milliseconds(100))
        #expect(!pace.isFast)
        receive(64 << 10, pieces: 32, every: .milliseconds(100), isNear: false)
        #expect(pace.isFast)
    }

    @Test mutating func staysFastAtHalfOfTheSpeedThatItTook() {
        receive(1 << 20, every: .milliseconds(10))
        receive(256 << 10, pieces: 40, every: .milliseconds(120))
        #expect(pace.isFast)
        receive(256 << 10, pieces: 4, every: .milliseconds(130))
        #expect(!pace.isFast)
    }

    @Test mutating func silenceMakesItSlow() {
        receive(1 << 20, every: .milliseconds(10))
        receive(0, every: .milliseconds(500))
        #expect(pace.isFast)
        receive(0, every: .milliseconds(1))
        #expect(!pace.isFast)
    }

    /// Bodies too small for a stretch each.
    @Test mutating func bodiesThatFollowOneAnotherAreOneStretch() {
        for _ in 0..<4 {
            receive(300 << 10, every: .milliseconds(10))
            now = now.advanced(by: .milliseconds(5))
            pace.bodyBegan(isNear: true, now: now)
        }
        #expect(pace.isFast)
    }

    /// A client that thinks for a minute between two bodies is as fast as it is while it sends.
    @Test mutating func theTimeBetweenBodiesDoesNotCount() {
        receive(1 << 20, every: .milliseconds(10))
        for _ in 0..<10 {
            receive(300 << 10, every: .milliseconds(20))
            now = now.advanced(by: .seconds(60))
            pace.bodyBegan(isNear: true, now: now)
            #expect(pace.isFast)
        }
        // Nor does it make one fast whose bodies are slow.
        receive(0, every: .seconds(2))
        receive(300 << 10, pieces: 10, every: .milliseconds(120))
        #expect(!pace.isFast)
    }
}
