internal import Testing
internal import Uring

@testable internal import Sluice

/// What a turn looks at first, and whom it wakes.
struct ReactorTurnTests {
    private static func get(_ path: String) -> String { "GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n" }

    /// The reactor stood still, and looks at both at once.
    @Test(arguments: [false, true]) func whatCameInTimeIsNotTooLate(comesInTime: Bool) throws {
        var routes = Routes()
        routes.post("/take", on: .reactor) { _, body in .text("\(body.byteCount)\n") }
        let servers = try ScriptedServers(routes: routes)
        let (script, arena) = (servers.scripts[0], servers.group.context.arena)
        let all = ArenaWaiter(
            reactor: 0, connection: ConnectionID(slot: 7, generation: 9), byteCount: 2 << 20)
        guard case .granted(let range) = arena.request(all) else { return #expect(Bool(false)) }
        var held: MemoryLease? = arena.lease(range)
        try servers.ask(0, as: 5, "POST /take HTTP/1.1\r\nHost: a\r\nContent-Length: \(2 << 20)\r\n\r\n")
        script.queued = []
        if comesInTime { held = nil }
        script.now = script.now.advanced(by: servers.group.context.limits.memoryTimeout + .seconds(1))
        // The first is so late that nobody is judged in it.
        for _ in 0..<2 { try servers.turn(0) }
        #expect((script.token(of: "receive") != nil) == comesInTime)
        #expect((script.token(of: "send") != nil) == !comesInTime)
        _ = consume held
    }

    /// A handler's steps come by the mailbox, which the reactor reads before it sleeps.
    @Test(arguments: ["/soon", "/late"]) func aReactorIsNotWokenForItsOwnHandlers(path: String) throws {
        var routes = Routes()
        routes.get("/soon") { request in
            try await request.sleep(for: .milliseconds(1))
            return .text("soon\n")
        }
        // Its time is over before.
        routes.get("/late") { request in
            try await request.sleep(for: .seconds(3600))
            return .text("late\n")
        }
        let servers = try ScriptedServers(routes: routes) { $0.handlerTimeout = .milliseconds(20) }
        let (reactor, script) = (servers.group.reactors[0], servers.scripts[0])
        try servers.turn(0)
        let wakes = script.waker.wakes
        try servers.ask(0, as: 5, Self.get(path))
        #expect(reactor.tasksRunning == 1)
        script.now = script.now.advanced(by: path == "/soon" ? .milliseconds(1) : .seconds(1))
        // The first is so late that nobody is judged in it.
        for _ in 0..<2 { try servers.turn(0) }
        // What the task has to say of its cancellation is read in the next turn, which comes at once.
        try servers.turn(0)
        if path == "/late" { #expect(script.deadlines.last == script.now) }
        #expect(reactor.tasksRunning == 0 && script.token(of: "send") != nil)
        #expect(script.waker.wakes == wakes)
    }

    /// Where each completion brings another, the turn ends all the same, and what else there is has its own.
    @Test func aTurnEnds() throws {
        let servers = try ScriptedServers()
        let (reactor, script) = (servers.group.reactors[0], servers.scripts[0])
        try servers.turn(0)
        let count = 100 * Reactor<ScriptedRing>.mostCompletions
        (script.again, script.againLeft) = (ScriptedServers.woken, count)
        servers.group.stop()
        try servers.turn(0)
        #expect(!reactor.isReady)
        #expect(script.againLeft == count - Reactor<ScriptedRing>.mostCompletions)
        // Nobody is judged yet, and it does not sleep.
        try servers.turn(0)
        #expect(script.deadlines.last == script.now)
    }

    /// It asks again and again for a thread, and there is none.
    @Test func whoIsRefusedByThePoolKeepsNobodyWaiting() async throws {
        let (mayEnd, ended) = (Latch(), Latch())
        var routes = Routes()
        routes.get("/ask") { request in
            // So many that a reactor which comes back has seen a few of them.
            for _ in 0..<100_000 where !mayEnd.isOpen { _ = try? await request.compute {} }
            ended.open()
            return .text("none\n")
        }
        let servers = try ScriptedServers(routes: routes)
        defer { mayEnd.open() }
        // Comes back, which is what this is about.
        try servers.ask(0, as: 5, Self.get("/ask"))
        for _ in 0..<20 { try servers.turn(0) }
        #expect(servers.group.reactors[0].tasksRunning == 1)
        #expect(servers.group.context.metrics[0].computeRefusals.value > 0)
        mayEnd.open()
        servers.group.reactors[0].end()
        #expect(await ended.isOpened())
    }
}
