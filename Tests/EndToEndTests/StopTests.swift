import Glibc
import Testing

/// SIGTERM and SIGINT.
struct StopTests {
    private let body = [UInt8](repeating: 0, count: 400_000)

    private func start(unix: Bool = false) throws -> ServerProcess {
        let server = try ServerProcess(["serve"] + (unix ? ["--unix", temporaryPath()] : ["--port", "0"]))
        try server.waitUntilReady()
        return server
    }

    /// Once `/ready` says so on a connection that was there before, the reactor of that connection is stopping.
    private func waitUntilStopping(_ client: Client) throws {
        let ready = "GET /ready HTTP/1.1\r\nHost: a\r\n\r\n"
        var last = try client.ask(ready)
        let isStopping = try eventually {
            if last.status == 503 { return true }
            last = try client.ask(ready)
            return last.status == 503
        }
        #expect(isStopping && last.saysClose && last["Retry-After"] == "1", "\(last)")
        #expect(try client.readToEnd().isEmpty)
    }

    @Test(arguments: [SIGTERM, SIGINT], [false, true])
    func finishesWhatIsInWork(signal: Int32, unix: Bool) throws {
        let server = try start(unix: unix)
        let watchers = try (0..<4).map { _ in try server.connect() }
        for watcher in watchers {
            #expect(try watcher.ask("GET /ready HTTP/1.1\r\nHost: a\r\n\r\n").text == "ready\n")
        }
        let idle = try server.connect()
        #expect(try idle.ask(Request.health).status == 200)
        let busy = try (0..<4).map { index in
            let client = try server.connect()
            let request = Request.post(body, query: "kernel=sum")
            try client.send(request.prefix(200_000 + index))
            return (client, request[(200_000 + index)...])
        }
        #expect(try eventually { try server.metrics()["bodies_in_flight"] == 4 })
        server.signal(signal)
        for watcher in watchers { try waitUntilStopping(watcher) }
        for (client, rest) in busy {
            try client.send(rest)
            let answer = try client.readAnswer()
            #expect(answer.bits == 0 && answer.saysClose, "\(answer)")
            #expect(try client.readToEnd().isEmpty)
        }
        #expect(try idle.readToEnd().isEmpty)
        #expect(try server.waitForExit() == 0, "\(server.log)")
        if case .unix(let path) = try server.address {
            #expect(unsafe access(path, F_OK) != 0, "the path of a socket nobody listens on is left")
        }
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func endsAtOnceOnASecondSignal(second: Int32) throws {
        let server = try start()
        let busy = try server.connect()
        try busy.send(Request.post(body, query: "kernel=sum").prefix(1000))
        let watcher = try server.connect()
        #expect(try watcher.ask(Request.health).status == 200)
        server.signal(SIGTERM)
        try waitUntilStopping(watcher)
        server.signal(second)
        #expect(try server.waitForExit(within: .seconds(20)) == 128 + second, "\(server.log)")
        #expect(server.log.contains("second signal"))
    }

    @Test func endsWithoutAnyClient() throws {
        let server = try start()
        server.signal(SIGTERM)
        #expect(try server.waitForExit() == 0, "\(server.log)")
    }
}
