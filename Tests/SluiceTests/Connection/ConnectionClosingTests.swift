internal import HTTP1
internal import Testing
internal import Uring

@testable internal import Sluice

struct ConnectionClosingTests {
    @Test func aReceiveInFlightIsCancelledAndWaitedFor() {
        let script = ReachedState.streaming.reach()
        script.play([
            (.beginClosing, "cancelReceive"),
            (.cancelQueued, "wait"),
            (.cancelCompleted(.cancelReceive), "wait"),
            (.receiveFailed(.cancelled), "close"),
            (.closeCompleted, "-"),
        ])
        #expect(script.connection.state.name == "free")
        #expect(script.untilDeadline == nil)
    }

    @Test func theReceiveMayComeBackBeforeItsCancellation() {
        let script = ReachedState.streaming.reach()
        script.play([
            (.beginClosing, "cancelReceive"),
            (.cancelQueued, "wait"),
            (.receiveFailed(.cancelled), "wait"),
            (.cancelCompleted(.cancelReceive), "close"),
        ])
    }

    /// The cancellation came too late: the receive has data, which nobody wants.
    @Test func dataAfterACancellationIsDropped() {
        let script = ReachedState.streaming.reach()
        script.play([
            (.beginClosing, "cancelReceive"),
            (.receivedBody(500), "wait"),
            (.cancelCompleted(.cancelReceive), "close"),
        ])
    }

    @Test func aCancellationThatMissedIsAskedForAgain() {
        let script = ReachedState.streaming.reach()
        script.play([
            (.beginClosing, "cancelReceive"),
            (.cancelCompleted(.cancelReceive), "wait"),
            (.deadline, "cancelReceive"),
            (.cancelCompleted(.cancelReceive), "wait"),
            (.receiveFailed(.cancelled), "close"),
        ])
    }

    @Test func aSendInFlightIsCancelledAndWaitedFor() {
        let script = ReachedState.writingKept.reach()
        script.play([
            (.deadline, "measureTaken"),
            (.taken(unsent: 0), "cancelSend"),
            (.cancelQueued, "wait"),
            (.cancelCompleted(.cancelSend), "wait"),
            (.sendFailed(.cancelled), "close"),
        ])
    }

    @Test func aCancellationThatFindsTheQueueFullIsQueuedLater() {
        let script = ReachedState.streaming.reach()
        script.play([
            (.beginClosing, "cancelReceive"),
            (.starved(.cancelReceive), "-"),
            (.rearm, "cancelReceive"),
            (.cancelCompleted(.cancelReceive), "wait"),
            (.receiveFailed(.cancelled), "close"),
            (.starved(.close), "-"),
            (.rearm, "close"),
            (.rearm, "wait"),
            (.deadline, "wait"),
            (.closeCompleted, "-"),
        ])
    }

    @Test func aConnectionInTheArenasLineLeavesItFirst() {
        let script = ReachedState.awaitingMemory.reach()
        script.play([(.beginClosing, "withdrawMemoryRequest"), (.withdrawn, "close")])
    }

    @Test func anIdleConnectionIsClosedSilently() {
        let script = ReachedState.idle.reach()
        script.play([
            (.deadline, "cancelReceive"),
            (.cancelCompleted(.cancelReceive), "wait"),
            (.receiveFailed(.cancelled), "measureArrived"),
            (.arrived(unread: 0), "endIdle"),
            (.idleEnded(unread: 0), "close"),
        ])
    }

    /// It came after our FIN, so it is the client's to repeat; but closing on it would be a reset.
    @Test func aRequestThatCrossesTheFINIsDiscarded() {
        let script = ReachedState.closingIdle.reach()
        script.play([
            (.cancelCompleted(.cancelReceive), "wait"), (.receiveFailed(.cancelled), "measureArrived"),
            (.arrived(unread: 0), "endIdle"), (.idleEnded(unread: 100), "discard"),
        ])
        #expect(script.untilDeadline == .seconds(2))
        script.play([(.received(100), "discard"), (.endOfStream, "close")])
    }

    /// A request that came after the receive was cancelled: closing on it would lose it.
    @Test func aRequestThatComesAfterTheIdleDeadlineIsServed() {
        let script = ReachedState.idle.reach()
        script.play([
            (.deadline, "cancelReceive"),
            (.receiveFailed(.cancelled), "wait"),
            (.cancelCompleted(.cancelReceive), "measureArrived"),
            (.arrived(unread: 100), "receiveHead"),
            (.received(100), "parseHead"),
        ])
    }

    /// A request and the idle deadline cross: it was here before our FIN, so it is served.
    @Test func aRequestThatComesWithTheIdleDeadlineIsServed() {
        let script = ReachedState.idle.reach()
        script.play([
            (.deadline, "cancelReceive"),
            (.received(100), "parseHead"),
            (.planBody(.streamed(1000)), "beginBody reduce"),
            (.bodyNeedsMore, "receiveIntoWindow 1000"),
            // The old cancellation hits the new receive: it is only queued again.
            (.receiveFailed(.cancelled), "receiveIntoWindow 1000"),
            (.cancelCompleted(.cancelReceive), "wait"),
            (.receivedBody(1000), "-"),
        ])
        #expect(script.connection.isReadingBody)
    }

    /// It stood in line for a head buffer: a client that has sent something is told, one that has gone is not.
    @Test func anIdleConnectionThatHasNoReceiveIsNotClosedOnARequest() {
        let gone = ReachedState.idle.reach()
        gone.play([
            (.starved(.receive), "-"), (.deadline, "measureArrived"), (.arrived(unread: 0), "endIdle"),
            (.idleEnded(unread: 0), "close"),
        ])
        let waiting = ReachedState.idle.reach()
        waiting.play([
            (.starved(.receive), "-"), (.deadline, "measureArrived"),
            (.arrived(unread: 10), "encode 503 closing"),
        ])
    }

    // MARK: Too slow

    @Test(arguments: [ReachedState.abandoningHead, .abandoningBody])
    func theAnswerWaitsForTheReceiveAndForTheCancellation(state: ReachedState) {
        let first = state.reach()
        first.play([
            (.cancelCompleted(.cancelReceive), "wait"), (.receiveFailed(.cancelled), "encode 408 closing"),
        ])
        let second = state.reach()
        second.play([
            (.receiveFailed(.cancelled), "wait"), (.cancelCompleted(.cancelReceive), "encode 408 closing"),
        ])
        let late = state.reach()
        late.play([(.received(10), "wait"), (.cancelCompleted(.cancelReceive), "encode 408 closing")])
        let missed = state.reach()
        missed.play([
            (.cancelCompleted(.cancelReceive), "wait"), (.deadline, "cancelReceive"),
            (.receiveFailed(.cancelled), "wait"),
            (.cancelCompleted(.cancelReceive), "encode 408 closing"),
        ])
    }

    @Test func withoutAReceiveTheAnswerComesAtOnce() {
        let script = ReachedState.acceptingHead.reach()
        script.play([(.starved(.receive), "-"), (.deadline, "encode 408 closing")])
    }
}
