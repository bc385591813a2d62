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
        try servers.turn(0)
        #expect((script.token(of: "receive") != nil) == comesInTime)
        #expect((script.token(of: "send") != nil) == !comesInTime)
        _ = consume held
    }

    /// A handler's steps come by the mailbox, which the reactor reads before it sleeps.
    @Test func aReactorIsNotWokenForItsOwnHandlers() async throws {
        var routes = Routes()
        routes.get("/now") { _ in
            await Task.yield()
            return .text("now\n")
        }
        routes.get("/soon") { request in
            try await request.sleep(for: .milliseconds(1))
            return .text("soon\n")
        }
        let servers = try ScriptedServers(routes: routes)
        let (reactor, script) = (servers.group.reactors[0], servers.scripts[0])
        try servers.turn(0)
        let wakes = script.waker.wakes
        try servers.ask(0, as: 5, Self.get("/soon"))
        #expect(reactor.tasksRunning == 1)
        script.now = script.now.advanced(by: .milliseconds(1))
        try servers.turn(0)
        #expect(reactor.tasksRunning == 0 && script.token(of: "send") != nil)
        #expect(script.waker.wakes == wakes)
    }
}
