internal import HTTP1
internal import Testing
internal import Uring

@testable internal import Sluice

/// Whether a body comes fast enough, and for what time its client is not to blame.
struct ConnectionBodyPeriodTests {
    @Test func aPeriodThatBringsEnoughIsFollowedByTheNext() {
        let script = Script()
        script.play([.opened, .received(100), .planBody(.streamed(30_000_000)), .bodyNeedsMore])
        #expect(script.untilDeadline == .seconds(5))
        script.play([
            (.receivedBody(320 << 10), "-"),
            (.tookBody(320 << 10), "-"),
            (.bodyNeedsMore, "receiveIntoWindow \(30_000_000 - (320 << 10))"),
            (.deadline, "measureArrived"),
            (.arrived(unread: 0), "wait"),
        ])
        #expect(script.untilDeadline == .seconds(5))
        script.play([
            (.deadline, "measureArrived"),
            (.arrived(unread: 0), "cancelReceive"),
            (.cancelQueued, "wait"),
            (.cancelCompleted(.cancelReceive), "wait"),
            (.receiveFailed(.cancelled), "encode 408 closing"),
        ])
    }

    @Test func bytesThatTheLowWaterMarkHidesCountOnce() {
        let script = Script()
        script.play([.opened, .received(100), .planBody(.streamed(30_000_000)), .bodyNeedsMore])
        script.play([
            (.deadline, "measureArrived"),
            (.arrived(unread: 320 << 10), "wait"),
            (.deadline, "measureArrived"),
            // The same bytes again are no progress.
            (.arrived(unread: 320 << 10), "cancelReceive"),
        ])
    }

    /// What waits for us is not the client's fault, but a byte that has come this moment is no upload.
    @Test func whatWaitsToBeReceivedBuysAPeriodUnlessItIsNextToNothing() {
        let script = Script()
        script.play([.opened, .received(100), .planBody(.streamed(30_000_000)), .bodyNeedsMore])
        script.play([
            (.deadline, "measureArrived"),
            (.arrived(unread: 16 << 10, isReadable: true), "wait"),
            (.deadline, "measureArrived"),
            (.arrived(unread: (16 << 10) - 1, isReadable: true), "cancelReceive"),
        ])
    }

    /// A chunk or a body's end that lies there unread when the period is over, six bytes say: once it gets the moment that
    /// receiving takes, and no period.
    @Test func aChunkInTheLastMomentBuysAMomentOnly() {
        let script = Script()
        script.play([.opened, .received(100), .planBody(.chunked(.reduce)), .bodyNeedsMore])
        script.play([(.deadline, "measureArrived"), (.arrived(unread: 6, isReadable: true), "wait")])
        #expect(script.untilDeadline == .milliseconds(100))
        script.play([
            (.receivedBody(6), "-"), (.bodyNeedsMore, "receiveIntoWindow 16389"),
            (.deadline, "measureArrived"), (.arrived(unread: 6, isReadable: true), "cancelReceive"),
        ])
    }

    @Test func allThatIsLeftIsEnough() {
        let script = Script()
        script.play([.opened, .received(100), .planBody(.streamed(1000)), .bodyNeedsMore])
        script.play([(.deadline, "measureArrived"), (.arrived(unread: 1000), "wait")])
        script.play([(.deadline, "measureArrived"), (.arrived(unread: 999), "cancelReceive")])
    }

    @Test func theClockStandsWhileWeHoldTheClientBack() {
        let script = Script()
        script.play([.opened, .received(100), .planBody(.streamed(1000)), .bodyNeedsMore])
        script.play([.after(.seconds(2)), .starved(.receive)])
        #expect(script.untilDeadline == nil)
        #expect(script.connection.inFlight.isEmpty)
        script.play([.after(.seconds(100)), .starved(.receive), .after(.seconds(100))])
        #expect(script.play(.rearm) == "receiveIntoWindow 1000")
        #expect(script.untilDeadline == .seconds(3))
    }

    /// A byte in each turn, whose receive waits for its window until the turn's end, does not put off the end of the period.
    @Test func whatComesInEveryTurnPutsNothingOff() {
        let script = Script()
        script.play([.opened, .received(100), .planBody(.streamed(1000)), .bodyNeedsMore])
        let end = script.connection.deadline
        for _ in 0..<400 {
            script.play([
                .after(.milliseconds(20)), .receivedBody(1), .tookBody(1), .bodyNeedsMore, .starved(.receive),
            ])
            guard script.connection.deadline == .distantFuture else { break }
            script.play([.rearm])
            #expect(script.connection.deadline == end)
        }
        #expect(script.connection.deadline == end && script.now >= end)
        #expect(script.play(.deadline) == "measureArrived")
        #expect(script.play(.arrived(unread: 0)) != "wait")
    }

    /// Its next period begins when it is received again.
    @Test func whoIsOnTimeWhileItStandsInLineHasAWholePeriodBehindIt() {
        let script = Script()
        script.play([.opened, .received(100), .planBody(.streamed(1000)), .bodyNeedsMore])
        script.play([.after(.seconds(6)), .starved(.receive)])
        script.play([(.deadline, "measureArrived"), (.arrived(unread: 1000), "wait")])
        #expect(script.untilDeadline == nil)
        script.play([.after(.seconds(100)), .rearm])
        #expect(script.untilDeadline == .seconds(5))
    }

    /// Nor does the moment that receiving takes run while nothing is received.
    @Test func theLastMomentBeginsWhenItIsReceived() {
        let script = Script()
        script.play([.opened, .received(100), .planBody(.chunked(.reduce)), .bodyNeedsMore])
        script.play([.after(.seconds(6)), .starved(.receive)])
        script.play([(.deadline, "measureArrived"), (.arrived(unread: 6), "wait")])
        #expect(script.untilDeadline == nil)
        script.play([.after(.seconds(100)), .rearm])
        #expect(script.untilDeadline == .milliseconds(100))
    }

    @Test func aStarvedHeadReceiveDoesNotStopItsClock() {
        let script = ReachedState.acceptingHead.reach()
        script.play([.starved(.receive)])
        #expect(script.untilDeadline == .seconds(5))
        #expect(script.play(.rearm) == "receiveRestOfHead 100")
    }

    @Test func aMeasurementThatComesTooLateIsIgnored() {
        let script = ReachedState.streaming.reach()
        script.play([.receivedBody(1 << 20), .tookBody(1 << 20), .bodyComplete, .answered(.result)])
        #expect(script.play(.arrived(unread: 0)) == "wait")
    }
}
