internal import HTTP1
internal import Testing

@testable internal import Sluice

struct BodyPlanTests {
    @Test(arguments: [
        (0, 0, 0), (0, 4, 4), (1, 0, 64), (64, 0, 64), (65, 4, 132), (Int.max, 0, Int.max),
        (Int.max - 62, 0, Int.max), (Int.max - 63, 0, Int.max - 63), (Int.max - 63, 64, Int.max),
        (0, Int.max, Int.max), (1, Int.max, Int.max),
    ])
    func theArenasShareIsPaddedAndSaturates(landing: Int, scratch: Int, bytes: Int) {
        var plan = BodyPlan(sink: .land, framing: .length(landing), bodyLimit: .max)
        plan.landingBytes = landing
        plan.scratchBytes = scratch
        #expect(plan.arenaBytes == bytes)
    }

    @Test func someSinksLand() {
        let sinks: [(BodyPlan.Sink, Bool)] = [
            (.discard, false), (.reduce, false), (.landAndReduce, true), (.landThenReduce, true),
            (.land, true),
        ]
        for (sink, lands) in sinks {
            #expect(BodyPlan(sink: sink, framing: .chunked, bodyLimit: 1).lands == lands)
        }
    }
}
