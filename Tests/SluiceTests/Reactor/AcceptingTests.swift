internal import Glibc
internal import Logging
internal import Testing
internal import Uring

@testable internal import Sluice

/// Accepting, on rings whose completions are written down.
struct AcceptingTests {
    @Test func anAcceptThatFoundNoDescriptorIsArmedAgainLater() throws {
        let servers = try ScriptedServers()
        let script = servers.scripts[0]
        script.hasDescriptors = false
        try servers.turn(0, ScriptedServers.accepted(-EMFILE, more: false))
        // The spare is closed, and one more can be accepted at once.
        #expect(script.closedNow == [ScriptedRing.Script.spare])
        script.queued = []
        try servers.turn(0, ScriptedServers.accepted(-EMFILE, more: false))
        #expect(script.token(of: "accept") != nil)
        script.queued = []
        try servers.turn(0)
        #expect(script.token(of: "accept") == nil)
        #expect(script.deadlines.last == script.now.advanced(by: .milliseconds(100)))
        script.now = script.now.advanced(by: .milliseconds(100))
        try servers.turn(0)
        try servers.turn(0)
        #expect(script.token(of: "accept") != nil)
    }

    @Test func whoComesOnTheSparesDescriptorIsToldAndTheSpareIsBack() throws {
        let servers = try ScriptedServers()
        let script = servers.scripts[0]
        let metrics = servers.group.context.metrics[0]
        script.hasDescriptors = false
        try servers.turn(0, ScriptedServers.accepted(-ENFILE, more: false))
        try servers.turn(0, ScriptedServers.accepted(5))
        #expect(metrics.connectionsRefused.value == 1)
        #expect(script.token(of: "send") != nil)
        // A place would have been there: only the descriptor was not.
        script.hasDescriptors = true
        try servers.turn(0, ScriptedServers.accepted(6))
        #expect(metrics.connectionsRefused.value == 1)
        #expect(servers.group.reactors[0].spare == ScriptedRing.Script.spare)
        #expect(servers.group.reactors[0].liveCount == 2)
    }

    /// Memory that Linux lacks is not had by closing a descriptor.
    @Test func keepsItsSpareWhereMemoryIsShort() throws {
        let servers = try ScriptedServers()
        let script = servers.scripts[0]
        try servers.turn(0, ScriptedServers.accepted(-ENOMEM, more: false))
        try servers.turn(0)
        #expect(script.closedNow.isEmpty)
        #expect(script.deadlines.last == script.now.advanced(by: .milliseconds(100)))
    }

    @Test func aListenerThatSomebodyElseHasShutIsTriedAgainLater() throws {
        let servers = try ScriptedServers()
        let script = servers.scripts[0]
        try servers.turn(0, ScriptedServers.accepted(-EINVAL, more: false))
        script.queued = []
        try servers.turn(0)
        #expect(script.token(of: "accept") == nil)
        #expect(script.deadlines.last == script.now.advanced(by: .seconds(1)))
        #expect(servers.group.context.metrics[0].acceptFailures.value == 1)
        script.now = script.now.advanced(by: .seconds(1))
        for _ in 0..<2 { try servers.turn(0) }
        #expect(script.token(of: "accept") != nil)
    }

    /// Linux says of such a socket that it can be read, so there are last looks: they must not wait.
    @Test func aListenerThatSomebodyElseHasShutDoesNotHoldUpAStop() throws {
        try endsThough(eachLookFinds: ScriptedServers.accepted(-EINVAL, more: false))
    }

    /// The time to accept again comes while nothing is accepted any more: it must not be waited for, or the
    /// reactor spins until its last connection is gone.
    @Test func aReactorThatStopsDoesNotSpinForAnAcceptThatFailed() throws {
        let servers = try ScriptedServers()
        let script = servers.scripts[0]
        script.hasDescriptors = false
        try servers.turn(
            0, ScriptedServers.accepted(5), ScriptedServers.accepted(-EMFILE, more: false),
            ScriptedServers.accepted(-EMFILE, more: false))
        servers.group.stop()
        try servers.turn(0, ScriptedServers.woken)
        script.now = script.now.advanced(by: .milliseconds(200))
        for _ in 0..<3 { try servers.turn(0) }
        #expect(try #require(script.deadlines.last) > script.now)
        #expect(!servers.group.reactors[0].isFinished)
    }

    @Test func aFullServerDoesNotSpinForAnAcceptThatFailed() throws {
        let servers = try ScriptedServers { $0.maxConnections = 1 }
        let script = servers.scripts[0]
        try servers.turn(
            0, ScriptedServers.accepted(5), ScriptedServers.accepted(6),
            ScriptedServers.accepted(-ENOMEM, more: false))
        script.now = script.now.advanced(by: .milliseconds(200))
        for _ in 0..<3 { try servers.turn(0) }
        #expect(try #require(script.deadlines.last) > script.now)
        #expect(servers.group.context.metrics[0].connectionsRefused.value == 1)
    }

    /// A reactor with no connections has nothing more to do; another, which has not heard of the stop, gives it
    /// one. Who connected must be answered all the same.
    @Test func aConnectionHandedToAReactorThatStopsIsNotLost() throws {
        let servers = try ScriptedServers(reactors: 2)
        let reactors = servers.group.reactors
        for reactor in 0..<2 { try servers.turn(reactor) }
        servers.group.context.mailboxes[0].post(.stop)
        try servers.turn(0, ScriptedServers.woken)
        try servers.turn(0, ScriptedServers.acceptEnded, ScriptedServers.acceptCancelled)
        #expect(!reactors[0].isFinished)
        // Reactor 1 keeps the first, so the second goes to reactor 0.
        try servers.turn(1, ScriptedServers.accepted(5), ScriptedServers.accepted(6))
        servers.group.context.mailboxes[1].post(.stop)
        try servers.turn(1, ScriptedServers.woken)
        try servers.turn(1, ScriptedServers.acceptEnded, ScriptedServers.acceptCancelled)
        try servers.turn(0, ScriptedServers.woken)
        #expect(reactors[0].liveCount == 1)
        #expect(!reactors[0].isFinished)
        #expect(servers.scripts[0].token(of: "receive") != nil)
    }

    @Test func reactorsWithoutConnectionsEndWhenAllHaveStopped() throws {
        let servers = try ScriptedServers(reactors: 2)
        for reactor in 0..<2 { try servers.turn(reactor) }
        servers.group.stop()
        for reactor in 0..<2 {
            try servers.turn(reactor, ScriptedServers.woken)
            try servers.turn(reactor, ScriptedServers.acceptEnded, ScriptedServers.acceptCancelled)
        }
        for reactor in 0..<2 { try servers.turn(reactor, ScriptedServers.woken) }
        #expect(servers.group.reactors[0].isFinished)
        #expect(servers.group.reactors[1].isFinished)
    }

    /// The last to end its accept looks whether somebody waits of whom only that accept had been told; then the
    /// socket is closed, and not before.
    @Test func theBacklogIsEmptiedBeforeTheListenerIsClosed() throws {
        let servers = try ScriptedServers(reactors: 2)
        for reactor in 0..<2 { try servers.turn(reactor) }
        servers.group.stop()
        for reactor in 0..<2 { try servers.turn(reactor, ScriptedServers.woken) }
        try servers.turn(0, ScriptedServers.acceptEnded, ScriptedServers.acceptCancelled)
        let script = servers.scripts[1]
        script.newcomers = true
        try servers.turn(1, ScriptedServers.acceptEnded, ScriptedServers.acceptCancelled)
        #expect(script.closedNow.isEmpty && servers.scripts[0].closedNow.isEmpty)
        script.queued = []
        try servers.turn(
            1, ScriptedServers.accepted(7), ScriptedServers.acceptEnded, ScriptedServers.acceptCancelled)
        #expect(script.queued.prefix(2).map(\.0) == ["accept", "cancel"])
        #expect(!servers.group.reactors[0].isFinished)
        script.newcomers = false
        try servers.turn(1, ScriptedServers.acceptEnded, ScriptedServers.acceptCancelled)
        #expect(script.closedNow == [ScriptedServers.listener])
        #expect(servers.scripts[0].closedNow.isEmpty)
    }

    /// They come as fast as they are accepted: a stop must end all the same.
    @Test func aBacklogThatIsNeverEmptyDoesNotHoldUpAStop() throws {
        try endsThough(eachLookFinds: ScriptedServers.acceptEnded)
    }

    private func endsThough(eachLookFinds outcome: Completion) throws {
        let servers = try ScriptedServers()
        try servers.turn(0)
        servers.group.stop()
        servers.scripts[0].newcomers = true
        try servers.turn(0, ScriptedServers.woken)
        for _ in 0..<40 where servers.scripts[0].closedNow.isEmpty {
            try servers.turn(0, outcome, ScriptedServers.acceptCancelled)
        }
        #expect(servers.scripts[0].closedNow == [ScriptedServers.listener])
    }

    /// Its thread could not be started, or its ring is broken: nobody may wait for it to stop.
    @Test func theOthersEndWithoutAReactorThatFailed() throws {
        let servers = try ScriptedServers(reactors: 2)
        try servers.turn(1)
        servers.group.reactors[0].abandon()
        servers.group.reactors[0].abandon()
        servers.group.stop()
        try servers.turn(1, ScriptedServers.woken)
        #expect(!servers.group.reactors[1].isFinished)
        try servers.turn(1, ScriptedServers.acceptEnded, ScriptedServers.acceptCancelled)
        try servers.turn(1, ScriptedServers.woken)
        #expect(servers.group.reactors[1].isFinished)
    }

    @Test func aReactorThatFailedIsGivenNoConnections() throws {
        let servers = try ScriptedServers(reactors: 2)
        servers.group.reactors[0].abandon()
        #expect((0..<3).map { _ in servers.group.context.placement.place(preferring: 1) } == [1, 1, 1])
        // One that was on its way to it is closed, not kept waiting.
        var pair: [Int32] = [0, 0]
        try #require(unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pair) == 0)
        servers.group.reactors[0].mailbox.post(.adopt(Socket(descriptor: pair[0])))
        var byte: UInt8 = 0
        #expect(unsafe recv(pair[1], &byte, 1, Int32(MSG_DONTWAIT)) == 0)
        close(pair[1])
    }
}
