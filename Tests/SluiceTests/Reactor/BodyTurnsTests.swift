import Testing
import Uring

@testable import Sluice

/// Whose turn it is, and for how long.
struct BodyTurnsTests {
    private static let turnTime: Duration = .milliseconds(20)
    private var turns = BodyTurns(turnTime: turnTime)
    private var now = MonotonicInstant(nanoseconds: 1_000_000_000)

    private mutating func begin(_ slot: Int) {
        turns.begin(slot, now: now)
        turns.wait(from: now)
    }

    private mutating func wait(_ duration: Duration) { now = now.advanced(by: duration) }

    /// Whoever it was is waited for in vain.
    private mutating func passInVain() {
        begin(7)
        now = turns.nextLook(now: now)
        #expect(turns.step(isServed: false, now: now) == .pass)
    }

    @Test mutating func isTheNextOnesWhereItIsNobodys() {
        #expect(turns.step(isServed: false, now: now) == .pass)
        #expect(turns.nextLook(now: now) == now)
    }

    @Test mutating func whoIsServedGoesOnUntilHeHasHadHisBytes() {
        begin(3)
        for _ in 0..<31 {
            turns.received(1 << 20, by: 3)
            #expect(turns.step(isServed: true, now: now) == .goOn(3))
        }
        turns.received(1 << 20, by: 3)
        #expect(turns.step(isServed: true, now: now) == .pass)
        #expect(turns.holder == nil)
    }

    @Test mutating func whatOthersReceiveIsNotHis() {
        begin(3)
        turns.received(40 << 20, by: 4)
        #expect(turns.step(isServed: true, now: now) == .goOn(3))
    }

    @Test mutating func whoBringsNothingIsWaitedForForAWhile() {
        begin(3)
        #expect(turns.nextLook(now: now) == now.advanced(by: BodyTurns.patience))
        wait(BodyTurns.patience - .nanoseconds(1))
        #expect(turns.step(isServed: false, now: now) == .wait)
        wait(.nanoseconds(1))
        #expect(turns.step(isServed: false, now: now) == .pass)
    }

    /// 2.8 ms on two CPUs and more (`base_slice_ns`).
    @Test mutating func whoIsPreemptedForASliceOfTheSchedulerKeepsHisTurn() {
        begin(3)
        wait(.microseconds(2800))
        #expect(turns.step(isServed: false, now: now) == .wait)
    }

    /// The others' time is not his because he always brings something in the last moment.
    @Test mutating func whoIsAlwaysJustInTimeHasHisTurnsTime() {
        begin(3)
        let began = now
        var step = BodyTurns.Step.goOn(3)
        while step == .goOn(3) {
            turns.wait(from: now)
            wait(BodyTurns.patience - .nanoseconds(1))
            turns.received(64 << 10, by: 3)
            step = turns.step(isServed: true, now: now)
        }
        #expect(step == .pass)
        #expect(began.duration(until: now) < BodyTurns.bodyTime + BodyTurns.patience)
    }

    @Test mutating func anEndedBodyHoldsNobodyUp() {
        begin(3)
        turns.end(4)
        #expect(turns.holder == 3)
        turns.end(3)
        #expect(turns.step(isServed: false, now: now) == .pass)
    }

    // MARK: The next body of the same client

    /// A body in four milliseconds, and a tenth of one until the next.
    private mutating func receiveBody(isExpected: Bool = true, others: Int = 3) {
        for _ in 0..<30 {
            turns.received(1 << 20, by: 3)
            #expect(turns.step(isServed: true, now: now) == .goOn(3))
            turns.wait(from: now)
            wait(.microseconds(133))
        }
        turns.bodyEnded(3, isExpected: isExpected, others: others, now: now)
        wait(.microseconds(100))
    }

    private mutating func bodiesInTurn(others: Int) -> Int {
        begin(3)
        var bodies = 0
        while turns.holder == 3, bodies < 100 {
            receiveBody(others: others)
            bodies += 1
        }
        return bodies
    }

    @Test mutating func whoIsBackAtOnceGoesOnUntilTheTurnsTimeIsOver() {
        begin(3)
        receiveBody()
        #expect(turns.step(isServed: false, now: now) == .wait)
        #expect(turns.step(isServed: true, now: now) == .goOn(3))
        turns.end(3)
        #expect(bodiesInTurn(others: 3) == 5)
    }

    /// Each would have to wait for all turns before it.
    @Test(arguments: [(1, 5), (3, 5), (7, 3), (31, 1), (10_000, 1)])
    mutating func inALongLineTurnsAreShorter(others: Int, bodies: Int) {
        #expect(bodiesInTurn(others: others) == bodies)
    }

    @Test mutating func withoutTimeATurnIsOneBody() {
        turns = BodyTurns(turnTime: .zero)
        #expect(bodiesInTurn(others: 1) == 1)
    }

    @Test mutating func withNobodyInLineATurnIsOneBody() {
        #expect(bodiesInTurn(others: 0) == 1)
    }

    @Test mutating func whoIsNotExpectedIsNotWaitedFor() {
        begin(3)
        receiveBody(isExpected: false)
        #expect(turns.step(isServed: false, now: now) == .pass)
    }

    @Test mutating func aBodyOfSomebodyElsesEndsNoTurn() {
        begin(3)
        turns.bodyEnded(4, isExpected: false, others: 3, now: now)
        #expect(turns.holder == 3)
    }

    /// Whoever does not come back costs the others no more than who stops in the middle.
    @Test mutating func whoDoesNotComeBackIsWaitedForAsAnybodyIs() {
        for _ in 0..<Int(BodyTurns.mostAllowance / BodyTurns.patience) {
            begin(3)
            wait(.milliseconds(1))
            turns.bodyEnded(3, isExpected: true, others: 3, now: now)
            #expect(turns.nextLook(now: now) == now.advanced(by: BodyTurns.patience))
            wait(BodyTurns.patience)
            #expect(turns.step(isServed: false, now: now) == .pass)
        }
        begin(3)
        turns.bodyEnded(3, isExpected: true, others: 3, now: now)
        #expect(turns.holder == nil, "waits with nothing left")
    }

    // MARK: What waiting costs

    /// All waiting together is bounded by what has been received.
    @Test mutating func waitingIsPaidFor() {
        let free = now
        for _ in 0..<100 { passInVain() }
        #expect(free.duration(until: now) <= BodyTurns.mostAllowance)

        begin(3)
        #expect(turns.step(isServed: false, now: now) == .pass, "waits with nothing left")

        let paid = now
        turns.received(30 << 20, by: 3)
        for _ in 0..<100 { passInVain() }
        let waited = paid.duration(until: now)
        #expect(waited >= BodyTurns.patience && waited <= BodyTurns.mostAllowance)
    }

    /// A reactor that was idle for long is not in debt.
    @Test mutating func onlyPatienceIsCharged() {
        begin(3)
        wait(.seconds(60))
        #expect(turns.step(isServed: false, now: now) == .pass)
        begin(4)
        #expect(turns.step(isServed: false, now: now) == .wait)
    }
}
