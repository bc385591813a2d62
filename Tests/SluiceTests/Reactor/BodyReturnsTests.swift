import Testing
import Uring

@testable import Sluice

/// Who is waited for between two bodies.
struct BodyReturnsTests {
    private var returns = BodyReturns()
    private var now = MonotonicInstant(nanoseconds: 5_000_000_000)

    private mutating func bodies(_ count: Int, after pause: Duration, isWaitedFor: Bool = false) {
        for _ in 0..<count {
            now = now.advanced(by: .milliseconds(10))
            returns.bodyEnded(now: now)
            now = now.advanced(by: pause)
            returns.bodyBegan(isWaitedFor: isWaitedFor, now: now)
        }
    }

    /// So that it is just expected.
    private mutating func earnTrust() { bodies(BodyReturns.enoughTrust, after: .zero) }

    @Test mutating func isExpectedWhoWasBackOftenEnough() {
        bodies(BodyReturns.enoughTrust - 1, after: BodyTurns.patience)
        #expect(!returns.isExpectedAtOnce)
        bodies(1, after: .zero)
        #expect(returns.isExpectedAtOnce)
        bodies(1, after: BodyTurns.patience + .nanoseconds(1))
        #expect(!returns.isExpectedAtOnce)
    }

    @Test mutating func aFirstBodySaysNothing() {
        returns.bodyBegan(isWaitedFor: false, now: now)
        earnTrust()
        #expect(returns.isExpectedAtOnce)
    }

    /// Only who is waited for has to be back so soon.
    @Test(arguments: [false, true])
    mutating func whoIsWaitedForHasLessTime(isWaitedFor: Bool) {
        earnTrust()
        bodies(1, after: BodyReturns.longestReturn, isWaitedFor: isWaitedFor)
        #expect(returns.isExpectedAtOnce)
        bodies(1, after: BodyReturns.longestReturn + .nanoseconds(1), isWaitedFor: isWaitedFor)
        #expect(returns.isExpectedAtOnce == !isWaitedFor)
    }

    /// A late return takes 48, and gives one for it is a return.
    @Test mutating func whoThinksIsWaitedForOnceInFortyEightBodies() {
        earnTrust()
        bodies(1, after: .milliseconds(2), isWaitedFor: true)
        bodies(46, after: .zero)
        #expect(!returns.isExpectedAtOnce)
        bodies(1, after: .zero)
        #expect(returns.isExpectedAtOnce)
    }

    @Test mutating func whoStaysAwayCostsLess() {
        earnTrust()
        returns.waitedInVain()
        bodies(7, after: .zero)
        #expect(!returns.isExpectedAtOnce)
        bodies(1, after: .zero)
        #expect(returns.isExpectedAtOnce)
    }

    /// Who always was back is forgiven one, not two; and who never was can win it all the same.
    @Test mutating func trustHasBoundsOnBothSides() {
        bodies(1000, after: .zero)
        bodies(1, after: .milliseconds(2), isWaitedFor: true)
        #expect(returns.isExpectedAtOnce)
        bodies(1, after: .milliseconds(2), isWaitedFor: true)
        #expect(!returns.isExpectedAtOnce)
        bodies(1000, after: .seconds(1))
        for _ in 0..<1000 { returns.waitedInVain() }
        bodies(BodyReturns.mostTrust + BodyReturns.enoughTrust - 1, after: .zero)
        #expect(!returns.isExpectedAtOnce)
        bodies(1, after: .zero)
        #expect(returns.isExpectedAtOnce)
    }
}
