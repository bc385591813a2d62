import Testing
import Uring

@testable import Sluice

/// When a reactor stays awake for the next request.
struct BusyWaitingTests {
    private var waiting = BusyWaiting(limit: .microseconds(100))
    private var now = MonotonicInstant(nanoseconds: 1_000_000_000)

    /// So many requests from a client that is back after so long, by whether we were awake.
    /// - Returns: how often we were.
    private mutating func serve(
        _ requests: Int, work: Duration = .zero, asleep: Duration, busy: Duration
    ) -> Int {
        var busyCount = 0
        for _ in 0..<requests {
            now = now.advanced(by: work)
            waiting.answeredOne(now: now)
            let isBusy = waiting.begin() > .zero
            busyCount += isBusy ? 1 : 0
            now = now.advanced(by: isBusy ? busy : asleep)
            waiting.end(hasCompletion: true, now: now)
        }
        return busyCount
    }

    @Test mutating func staysAwakeWhereClientsAreBackSooner() {
        #expect(serve(10_000, asleep: .microseconds(40), busy: .microseconds(25)) > 9_000)
    }

    /// They share our core, or someone else wants it.
    @Test mutating func sleepsWhereClientsAreBackLater() {
        let most = 10_000 * BusyWaiting.trials / BusyWaiting.period + BusyWaiting.trials
        #expect((1...most).contains(serve(10_000, asleep: .microseconds(40), busy: .microseconds(60))))
    }

    @Test mutating func sleepsWhereItMakesLittleDifference() {
        #expect(serve(10_000, asleep: .microseconds(40), busy: .microseconds(37)) < 1000)
    }

    /// It costs nothing to serve those who think between two requests.
    @Test mutating func neverLooksForWhoTakesHisTime() {
        #expect(serve(10_000, asleep: .milliseconds(1), busy: .microseconds(5)) == 0)
    }

    /// A large body: its client is back at once as well, and a hundredth of the time is all there is to gain.
    @Test mutating func neverLooksWhereARequestTakesLong() {
        _ = serve(1000, asleep: .microseconds(40), busy: .microseconds(25))
        #expect(serve(1000, work: .milliseconds(4), asleep: .microseconds(40), busy: .microseconds(25)) <= 1)
        #expect(serve(1000, asleep: .microseconds(40), busy: .microseconds(25)) > 900)
    }

    @Test mutating func findsOutWhenThatChanges() {
        _ = serve(1000, asleep: .microseconds(40), busy: .microseconds(25))
        let inVain = serve(10_000, asleep: .milliseconds(1), busy: .milliseconds(1))
        #expect(inVain <= 2 * BusyWaiting.trials, "looked \(inVain) times for who takes his time")
        #expect(serve(10_000, asleep: .microseconds(40), busy: .microseconds(25)) > 8_000)
    }

    @Test mutating func sleepsWithoutAnAnswerBefore() {
        _ = serve(1000, asleep: .microseconds(40), busy: .microseconds(25))
        #expect(waiting.begin() == .zero)
    }

    @Test mutating func neverLooksWithoutALimit() {
        waiting = BusyWaiting(limit: .zero)
        #expect(serve(1000, asleep: .microseconds(40), busy: .microseconds(25)) == 0)
    }

    /// A client that went for a coffee says no more than one that was a little late.
    @Test mutating func forgetsOneLongAbsenceAtOnce() {
        _ = serve(1000, asleep: .microseconds(40), busy: .microseconds(25))
        _ = serve(1, asleep: .milliseconds(900), busy: .milliseconds(900))
        #expect(serve(1000, asleep: .microseconds(40), busy: .microseconds(25)) > 800)
    }

    /// A wait that ended with nothing says that nobody was back.
    @Test mutating func aWaitThatBroughtNothingIsALongOne() {
        _ = serve(1000, asleep: .microseconds(40), busy: .microseconds(25))
        for _ in 0..<16 {
            waiting.answeredOne(now: now)
            _ = waiting.begin()
            waiting.end(hasCompletion: false, now: now)
        }
        waiting.answeredOne(now: now)
        #expect(waiting.begin() == .zero)
    }
}
