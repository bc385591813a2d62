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
        let (slept, wrote) = (Latch(), Latch())
        var routes = Routes()
        routes.get("/sleep") { request in
            do { try await request.sleep(for: .seconds(3600)) } catch is CancellationError { slept.open() }
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
        try servers.ask(0, as: 6, Self.get("/write"))
        // Its head is sent, and the part is on its way.
        try servers.turn(0, servers.completion(of: "send", 0, 1000))
        #expect(reactor.sleepers.count == 1 && reactor.tasksRunning == 2)
        #expect(!slept.isOpen && !wrote.isOpen)
        reactor.abandon()
        #expect(reactor.sleepers.count == 0 && reactor.liveCount == 0)
        let closed = [Socket(descriptor: 5), Socket(descriptor: 6), ScriptedServers.listener]
        #expect(script.closedNow == closed)
        #expect(await slept.isOpened())
        #expect(await wrote.isOpened())
        // Twice is as good as once.
        reactor.abandon()
        #expect(script.closedNow == closed)
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
        try servers.turn(0, ScriptedServers.acceptEnded, ScriptedServers.acceptCancelled)
        try servers.turn(
            0, servers.completion(of: "watch", 0, -ECANCELED), servers.completion(of: "cancel", 0, 0))
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
}
