internal import Testing
internal import Uring

@testable internal import Sluice

struct JudgementTests {
    private static let start = MonotonicInstant(nanoseconds: 1_000_000_000_000)

    private static func at(_ milliseconds: Int) -> MonotonicInstant {
        start.advanced(by: .milliseconds(milliseconds))
    }

    @Test func aTurnInTimeJudges() {
        let judgement = Judgement()
        for brought in [false, true] {
            let judges = judgement.mayJudge(isLate: false, brought: brought, isLeft: false, now: Self.start)
            #expect(judges && !judgement.isHeld)
        }
    }

    @Test func whoWasLateJudgesWhenALookHasBroughtNothing() {
        let judgement = Judgement()
        for (turn, brought) in [true, true, true].enumerated() {
            let judges = judgement.mayJudge(
                isLate: turn == 0, brought: brought, isLeft: false, now: Self.at(turn))
            #expect(!judges && judgement.isHeld)
        }
        let judges = judgement.mayJudge(isLate: false, brought: false, isLeft: false, now: Self.at(3))
        #expect(judges && !judgement.isHeld)
    }

    @Test func whatIsLeftIsLookedAtFirst() {
        let judgement = Judgement()
        let judges = [true, true, false].map {
            judgement.mayJudge(isLate: false, brought: $0, isLeft: $0, now: Self.start)
        }
        #expect(judges == [false, false, true])
    }

    /// Each of its turns takes longer than it may.
    @Test func whoIsAlwaysLateJudgesNowAndThen() {
        let judgement = Judgement()
        let judged = (0..<100).filter {
            judgement.mayJudge(isLate: true, brought: true, isLeft: true, now: Self.at(60 * $0))
        }
        #expect(judged.count >= 25)
    }
}
