internal import HTTP1
internal import Testing
internal import Uring

@testable internal import Sluice

struct ConnectionFaultsTests {
    /// What a state's deadline is and what it does. `nil`: something else is sure to come.
    @Test(arguments: [
        (ReachedState.fresh, Duration.seconds(10), "cancelReceive"),
        (.idle, .seconds(60), "cancelReceive"),
        (.acceptingHead, .seconds(5), "cancelReceive"),
        (.awaitingMemory, .seconds(1), "withdrawMemoryRequest"),
        (.sendingContinue, .seconds(5), "cancelSend"),
        (.streaming, .seconds(5), "measureArrived"),
        (.landing, .seconds(5), "measureArrived"),
        (.discarding, .seconds(5), "measureArrived"),
        (.writingKept, .seconds(5), "measureTaken"),
        (.writingClosing, .seconds(5), "measureTaken"),
        (.abandoningHead, .seconds(1), "wait"),
        (.abandoningBody, .seconds(1), "wait"),
        (.closingIdle, .seconds(1), "wait"),
        (.draining, .seconds(2), "cancelReceive"),
        (.closingReceive, .seconds(1), "wait"),
        (.closingSend, .seconds(1), "wait"),
    ])
    func everyStateHasADeadline(state: ReachedState, time: Duration, action: String) {
        let script = state.reach()
        #expect(script.untilDeadline == time)
        #expect(script.play(.deadline) == action)
        if !action.hasPrefix("measure"), action != "withdrawMemoryRequest" {
            #expect(script.untilDeadline != nil)
        }
    }

    @Test func everyReachedStateIsInTheTableOfDeadlines() {
        // A state added to the enumeration and forgotten above would go untested.
        #expect(ReachedState.allCases.count == 16)
    }

    @Test func deadlinesComeFromTheLimits() {
        var limits = Limits()
        limits.firstByteTimeout = .seconds(101)
        limits.idleTimeout = .seconds(102)
        limits.headTimeout = .seconds(103)
        limits.memoryTimeout = .seconds(104)
        limits.responsePeriod = .seconds(105)
        limits.bodyPeriod = .seconds(106)
        limits.drainTimeout = .seconds(107)
        for (state, seconds) in [
            (ReachedState.fresh, 101), (.idle, 102), (.acceptingHead, 103), (.awaitingMemory, 104),
            (.writingKept, 105), (.sendingContinue, 105), (.streaming, 106), (.draining, 107),
        ] {
            #expect(state.reach(limits: limits).untilDeadline == .seconds(seconds), "\(state)")
        }
    }

    /// States with a receive in flight: what each does when the peer ends, resets, or nothing is wrong.
    @Test(arguments: [
        (ReachedState.fresh, "close", "receiveHead"),
        (.idle, "close", "receiveHead"),
        (.acceptingHead, "close", "receiveRestOfHead 100"),
        (.streaming, "close", "receiveIntoWindow 1048576"),
        (.landing, "close", "receiveInPlace 1048576"),
        (.discarding, "close", "receiveIntoWindow 5000"),
        (.draining, "close", "discard"),
        (.abandoningHead, "wait", "wait"),
        (.abandoningBody, "wait", "wait"),
        (.closingIdle, "wait", "wait"),
        (.closingReceive, "wait", "wait"),
    ])
    func aReceiveThatFailsClosesOrIsQueuedAgain(state: ReachedState, ended: String, again: String) {
        #expect(state.reach().connection.inFlight.contains(.receive))
        for event in [
            Event.endOfStream, .receiveFailed(.peer), .receiveFailed(.bug),
        ] {
            let script = state.reach()
            #expect(script.play(event) == ended, "\(event)")
            #expect(!script.connection.inFlight.contains(.receive))
            #expect(script.connection.state.name == "closing")
        }
        for disposition in [Disposition.retry, .cancelled, .resource] {
            let script = state.reach()
            #expect(script.play(.receiveFailed(disposition)) == again, "\(disposition)")
        }
    }

    @Test(arguments: [
        (ReachedState.sendingContinue, "close", "sendContinue 0"),
        (.writingKept, "close", "send 0"),
        (.writingClosing, "close", "send 0"),
        (.closingSend, "wait", "wait"),
    ])
    func aSendThatFailsClosesOrIsQueuedAgain(state: ReachedState, ended: String, again: String) {
        #expect(state.reach().connection.inFlight.contains(.send))
        for disposition in [Disposition.peer, .bug] {
            let script = state.reach()
            #expect(script.play(.sendFailed(disposition)) == ended, "\(disposition)")
        }
        for disposition in [Disposition.retry, .cancelled, .resource] {
            let script = state.reach()
            #expect(script.play(.sendFailed(disposition)) == again, "\(disposition)")
        }
    }

    /// However it comes to it, a connection that begins to close is free in the end.
    @Test(arguments: ReachedState.allCases)
    func everyStateCanBeClosed(state: ReachedState) {
        let script = state.reach()
        var action = script.play(.beginClosing)
        for _ in 0..<10 where script.connection.state.name != "free" {
            switch action {
            case "withdrawMemoryRequest": action = script.play(.withdrawn)
            case "close": action = script.play(.closeCompleted)
            default:
                let inFlight = script.connection.inFlight
                if inFlight.contains(.receive) {
                    action = script.play(.receiveFailed(.cancelled))
                } else if inFlight.contains(.send) {
                    action = script.play(.sendFailed(.cancelled))
                } else if inFlight.contains(.cancelReceive) {
                    action = script.play(.cancelCompleted(.cancelReceive))
                } else {
                    action = script.play(.cancelCompleted(.cancelSend))
                }
            }
        }
        #expect(script.connection.state.name == "free")
        #expect(script.connection.inFlight.isEmpty)
    }

    @Test(arguments: ReachedState.allCases)
    func onlyAStateThatCanWaitForBuffersDoes(state: ReachedState) {
        let waits: Set<ReachedState> = [
            .fresh, .idle, .acceptingHead, .sendingContinue, .streaming, .landing, .discarding, .writingKept,
            .writingClosing, .draining,
        ]
        #expect(state.reach().connection.awaitsBuffer == waits.contains(state))
    }

    @Test(arguments: ReachedState.allCases)
    func queuingAgainDoesNothingWhileTheOperationIsInFlight(state: ReachedState) {
        let script = state.reach()
        let inFlight = script.connection.inFlight
        #expect(script.play(.rearm) == "wait")
        #expect(script.connection.inFlight == inFlight)
    }
}
