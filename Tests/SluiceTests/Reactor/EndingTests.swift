internal import Glibc
internal import Testing
internal import Uring

@testable internal import Sluice

/// What becomes of connections, tasks and memory when their reactor ends; above all if its ring has failed.
struct EndingTests {
    private static func get(_ path: String) -> String { "GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n" }

    private static let bodyBytes = 2 << 20

    private static func upload(_ field: String = "") -> String {
        "POST /take HTTP/1.1\r\nHost: a\r\nContent-Length: \(bodyBytes)\r\n\(field)\r\n"
    }

    private static var takingBodies: Routes {
        var routes = Routes()
        routes.post("/take", on: .reactor) { _, body in .text("\(body.byteCount)\n") }
        return routes
    }

    /// All that large bodies may have.
    private static func takeAll(of arena: Arena) -> ArenaRange? {
        let waiter = ArenaWaiter(
            reactor: 0, connection: ConnectionID(slot: 0, generation: 9), byteCount: bodyBytes)
        return if case .granted(let range) = arena.request(waiter) { range } else { nil }
    }

    // MARK: Of a reactor that failed

    @Test func whoeverWorksForItIsLetGo() async throws {
        let (slept, waited, wrote) = (Latch(), Latch(), Latch())
        var routes = Routes()
        routes.get("/sleep") { request in
            do { try await request.sleep(for: .seconds(3600)) } catch is CancellationError { slept.open() }
            return .text("late\n")
        }
        routes.get("/wait") { request in
            do { try await request.waitUntilReadable(9) } catch is CancellationError { waited.open() }
            return .text("late\n")
        }
        routes.get("/write") { _ in
            Response { stream in
                do { try await stream.write("a part") } catch is CancellationError { wrote.open() }
            }
        }
        let servers = try ScriptedServers(routes: routes)
        let (reactor, script) = (servers.group.reactors[0], servers.scripts[0])
        try servers.ask(0, as: 5, Self.get("/sleep"))
        try servers.ask(0, as: 7, Self.get("/wait"))
        try servers.ask(0, as: 6, Self.get("/write"))
        // Its head is sent, and the part is on its way.
        try servers.turn(0, servers.completion(of: "send", 0, 1000))
        #expect(
            reactor.sleepers.count == 1 && reactor.descriptorWaits.count == 1 && reactor.tasksRunning == 3)
        #expect(!slept.isOpen && !waited.isOpen && !wrote.isOpen)
        reactor.abandon()
        #expect(reactor.sleepers.count == 0 && reactor.descriptorWaits.count == 0 && reactor.liveCount == 0)
        let closed = [5, 7, 6, ScriptedServers.listener.descriptor].map { Socket(descriptor: $0) }
        #expect(script.closedNow == closed)
        #expect(await slept.isOpened())
        #expect(await wrote.isOpened())
        #expect(await waited.isOpened())
        // Twice is as good as once.
        reactor.abandon()
        #expect(script.closedNow == closed)
    }

    @Test func whoComesToWaitLaterIsLetGoAtOnce() async throws {
        let servers = try ScriptedServers()
        servers.group.reactors[0].end()
        let mailbox = servers.group.context.mailboxes[0]
        let wait = DescriptorWait(9, for: .readable)
        let ended = Latch()
        let waiting = Task {
            defer { ended.open() }
            try await withCheckedThrowingContinuation { continuation in
                if wait.begin(continuation) { mailbox.post(.descriptorWait(wait)) }
            }
        }
        try #require(await ended.isOpened())
        await #expect(throws: CancellationError.self) { try await waiting.value }
    }

    /// The ring may have closed it by now, and somebody else have its number.
    @Test func aDescriptorWhoseCloseIsInFlightIsLeftAlone() throws {
        let servers = try ScriptedServers()
        try servers.connect(0, as: 5)
        // The client is gone.
        try servers.turn(0, servers.completion(of: "receive", 0, 0))
        #expect(servers.scripts[0].token(of: "close") != nil)
        servers.group.reactors[0].abandon()
        #expect(servers.scripts[0].closedNow == [ScriptedServers.listener])
        #expect(servers.group.reactors[0].liveCount == 0)
    }

    @Test func whoHasNoSlotYetIsClosedToo() throws {
        let servers = try ScriptedServers { $0.maxConnections = 1 }
        let reactor = servers.group.reactors[0]
        for descriptor in 0..<Int32(reactor.slotCount + 2) { try servers.connect(0, as: 100 + descriptor) }
        #expect(reactor.parkedSockets.count == 2)
        reactor.abandon()
        #expect(reactor.parkedSockets.isEmpty)
        #expect(Set(servers.scripts[0].closedNow).count == reactor.slotCount + 3)
    }

    /// Memory that a receive in flight was given stays as it is; other memory is the others'.
    @Test(arguments: [("", EndingTests.bodyBytes), ("Expect: 100-continue\r\n", 0)])
    func memoryGoesBackUnlessLinuxMayWriteThere(field: String, leasedBytes: Int) throws {
        let servers = try ScriptedServers(routes: Self.takingBodies)
        let arena = servers.group.context.arena
        try servers.ask(0, as: 5, Self.upload(field))
        #expect(arena.leasedBytes == Self.bodyBytes)
        servers.group.reactors[0].abandon()
        #expect(arena.leasedBytes == leasedBytes)
    }

    @Test func whoWaitedForMemoryThereStandsInNobodysWay() throws {
        let servers = try ScriptedServers(reactors: 2, routes: Self.takingBodies)
        let arena = servers.group.context.arena
        let held = try #require(Self.takeAll(of: arena))
        for reactor in 0..<2 { try servers.ask(reactor, as: Int32(5 + reactor), Self.upload()) }
        servers.scripts[1].queued = []
        servers.group.reactors[0].abandon()
        _ = arena.lease(held)
        try servers.turn(1)
        #expect(servers.scripts[1].token(of: "receive") != nil)
        #expect(arena.leasedBytes == Self.bodyBytes)
    }

    // MARK: Of any

    /// It was on its way when the reactor ended, or is granted later.
    @Test(arguments: [false, true]) func aGrantThatNobodyTakesGoesBack(isEndedBefore: Bool) throws {
        let servers = try ScriptedServers()
        let (reactor, arena) = (servers.group.reactors[0], servers.group.context.arena)
        let held = try #require(Self.takeAll(of: arena))
        #expect(Self.takeAll(of: arena) == nil)
        if isEndedBefore { reactor.end() }
        _ = arena.lease(held)
        #expect(arena.leasedBytes == (isEndedBefore ? 0 : Self.bodyBytes))
        reactor.end()
        #expect(arena.leasedBytes == 0)
    }

    private static func step(_ call: HandlerCall) async throws {
        try await withCheckedThrowingContinuation { continuation in
            call.mailbox.post(.write(call, [], continuation))
        }
    }

    /// There is a step due for each that is run, so the mailbox is never empty.
    @Test func aTaskThatGoesOnAndOnHoldsNoReactorUp() async throws {
        let (mayEnd, ended) = (Latch(), Latch())
        defer { mayEnd.open() }
        var routes = Routes()
        routes.get("/steps") { request in
            // Each is answered by the reactor with a step more, and none asks whether the task is cancelled.
            while !mayEnd.isOpen { try? await Self.step(request.call) }
            ended.open()
            return .text("late\n")
        }
        let servers = try ScriptedServers(routes: routes) { $0.stopDeadline = .zero }
        let (reactor, script) = (servers.group.reactors[0], servers.scripts[0])
        try servers.ask(0, as: 5, Self.get("/steps"))
        servers.group.stop()
        try servers.turn(0)
        // The next is the accept's.
        let watchCancelled = try servers.completion(of: "cancel", 0, 0)
        try servers.turn(0, ScriptedServers.acceptEnded, ScriptedServers.acceptCancelled)
        try servers.turn(0, servers.completion(of: "watch", 0, -ECANCELED), watchCancelled)
        try servers.turn(0, servers.completion(of: "close", 0, 0))
        #expect(reactor.isCutOff && reactor.liveCount == 0 && reactor.tasksRunning == 1)
        #expect(!reactor.isFinished)
        script.now = script.now.advanced(by: .seconds(1))
        try servers.turn(0)
        #expect(reactor.isFinished)
        reactor.end()
        #expect(!ended.isOpen)
        mayEnd.open()
        #expect(await ended.isOpened())
    }

    /// A handler that is cut off may close its descriptor when it has waited. That is worth a second at most.
    @Test(arguments: [true, false]) func aDescriptorIsLetGoBeforeTheEndOfAStop(isLetGo: Bool) async throws {
        let ended = Latch()
        var routes = Routes()
        routes.get("/wait") { request in
            do { try await request.waitUntilReadable(9) } catch is CancellationError { ended.open() }
            return .text("late\n")
        }
        let servers = try ScriptedServers(routes: routes) { $0.stopDeadline = .zero }
        let (reactor, script) = (servers.group.reactors[0], servers.scripts[0])
        try servers.ask(0, as: 5, Self.get("/wait"))
        try servers.turn(0)
        let poll = try servers.completion(of: "poll", 0, -ECANCELED)
        servers.group.stop()
        try servers.turn(0)
        try servers.turn(0, ScriptedServers.acceptEnded, ScriptedServers.acceptCancelled)
        let watchCancelled = script.queued.first { Token(rawValue: $0.1).operation == .cancelWatch }
        try servers.turn(
            0, servers.completion(of: "watch", 0, -ECANCELED),
            Completion(token: #require(watchCancelled).1, result: 0))
        try servers.turn(0, servers.completion(of: "close", 0, 0))
        try servers.turn(0)
        #expect(reactor.liveCount == 0 && reactor.isCutOff && !reactor.isFinished && !ended.isOpen)
        #expect(script.queued.contains { Token(rawValue: $0.1).operation == .cancelPoll })
        if isLetGo {
            try servers.turn(0, poll)
            #expect(await ended.isOpened())
        } else {
            // It sleeps no longer than that.
            #expect(try #require(script.deadlines.last) <= script.now.advanced(by: .seconds(1)))
            script.now = script.now.advanced(by: .seconds(1))
            try servers.turn(0)
        }
        #expect(reactor.isFinished)
        reactor.end()
        #expect(await ended.isOpened())
    }

    /// The reactor does not sleep on a wait that found the submission queue full.
    @Test func aWaitThatFindsNoRoomIsQueuedInTheNextTurn() async throws {
        var routes = Routes()
        routes.get("/wait") { request in
            try await request.waitUntilReadable(9)
            return .text("ready\n")
        }
        let servers = try ScriptedServers(routes: routes)
        let script = servers.scripts[0]
        script.hasQueueRoom = false
        try servers.ask(0, as: 5, Self.get("/wait"))
        try servers.turn(0)
        #expect(script.token(of: "poll") == nil && script.deadlines.last == script.now)
        script.hasQueueRoom = true
        try servers.turn(0)
        #expect(script.token(of: "poll") != nil && script.deadlines.last! > script.now)
        servers.group.reactors[0].abandon()
    }
}
