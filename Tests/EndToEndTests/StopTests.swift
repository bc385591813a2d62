import Glibc
import Testing

/// SIGTERM and SIGINT.
struct StopTests {
    private let body = [UInt8](repeating: 0, count: 400_000)

    private func start(_ arguments: [String] = [], unix: Bool = false) throws -> ServerProcess {
        let server = try ServerProcess(
            ["serve"] + (unix ? ["--unix", temporaryPath()] : ["--port", "0"]) + arguments)
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

    /// Whoever reads the log has stalled, and its pipe is full.
    @Test(arguments: [false, true])
    func obeysThoughNobodyReadsItsLog(isRenewed: Bool) throws {
        let pipe = temporaryPath()
        defer { unsafe unlink(pipe) }
        try #require(unsafe mkfifo(pipe, 0o600) == 0)
        let ends = unsafe open(pipe, O_RDWR | O_NONBLOCK | O_CLOEXEC)
        defer { close(ends) }
        let server = try ServerProcess(command: [
            "/bin/sh", "-c", "exec \"$0\" serve --port 0 2>\(pipe)", ServerProcess.executable,
        ])
        try server.waitUntilReady()
        let page = [UInt8](repeating: 10, count: 4096)
        while unsafe write(ends, page, page.count) > 0 {}
        let busy = try server.connect()
        try busy.send(Request.post(body, query: "kernel=sum").prefix(1000))
        let watcher = try server.connect()
        #expect(try watcher.ask(Request.health).status == 200)
        if isRenewed { server.signal(SIGHUP) }
        server.signal(SIGTERM)
        try waitUntilStopping(watcher)
        server.signal(SIGTERM)
        #expect(try server.waitForExit(within: .seconds(20)) == 128 + SIGTERM)
    }

    /// Nobody is left in the backlog of a socket that nobody accepts from. A Unix socket's path is a successor's
    /// from then on.
    @Test(arguments: [false, true])
    func refusesNewcomersWhileItFinishes(unix: Bool) throws {
        let server = try start(["--threads", "2"], unix: unix)
        let busy = try server.connect()
        let request = Request.post(body, query: "kernel=sum")
        try busy.send(request.prefix(1000))
        #expect(try eventually { try server.metrics()["bodies_in_flight"] == 1 })
        server.signal(SIGTERM)
        let isRefused = eventually {
            do { _ = try server.connect() } catch { return true }
            return false
        }
        #expect(isRefused && server.isRunning)
        if case .unix(let path) = try server.address {
            #expect(unsafe access(path, F_OK) != 0)
            let successor = try ServerProcess(["serve", "--unix", path])
            try successor.waitUntilReady()
            try busy.send(request.dropFirst(1000))
            #expect(try busy.readAnswer().bits == 0)
            #expect(try server.waitForExit() == 0, "\(server.log)")
            #expect(try successor.ask(Request.health).status == 200, "the predecessor has removed its path")
            successor.signal(SIGTERM)
            #expect(try successor.waitForExit() == 0, "\(successor.log)")
        } else {
            try busy.send(request.dropFirst(1000))
            #expect(try busy.readAnswer().bits == 0)
            #expect(try server.waitForExit() == 0, "\(server.log)")
        }
    }

    /// `/ready` is 503 at once; everything else goes on until the delay is over.
    @Test func drainDelayAcceptsWhileItIsNotReady() throws {
        let server = try start(["--drain-delay", "2s"])
        let kept = try server.connect()
        #expect(try kept.ask(Request.health).status == 200)
        let begin = ContinuousClock.now
        server.signal(SIGTERM)
        #expect(
            try eventually { try server.ask("GET /ready HTTP/1.1\r\nHost: a\r\n\r\n").status == 503 })
        if ContinuousClock.now - begin < .seconds(1) {
            #expect(try !server.ask(Request.post([0, 0, 0, 0])).saysClose)
            #expect(try !kept.ask(Request.health).saysClose)
        }
        #expect(try server.waitForExit() == 0, "\(server.log)")
        #expect(ContinuousClock.now - begin > .seconds(2))
    }

    @Test func stopGraceSaysHowLongAnIdleConnectionStays() throws {
        let server = try start(["--stop-grace", "30s", "--threads", "1"])
        let idle = try server.connect()
        #expect(try idle.ask(Request.health).status == 200)
        server.signal(SIGTERM)
        sleep(3)
        let answer = try idle.ask(Request.health)
        #expect(answer.status == 200 && answer.saysClose)
        #expect(try idle.readToEnd().isEmpty)
        #expect(try server.waitForExit(within: .seconds(20)) == 0, "\(server.log)")
    }

    @Test func stopDeadlineCutsOffWhatIsInWork() throws {
        let server = try start(["--stop-deadline", "300ms", "--body-period", "10m"])
        let busy = try server.connect()
        try busy.send(Request.post(body, query: "kernel=sum").prefix(1000))
        #expect(try eventually { try server.metrics()["bodies_in_flight"] == 1 })
        server.signal(SIGTERM)
        #expect(try server.waitForExit(within: .seconds(20)) == 0, "\(server.log)")
    }

    @Test func endsWithoutAnyClient() throws {
        let server = try start()
        server.signal(SIGTERM)
        #expect(try server.waitForExit() == 0, "\(server.log)")
    }
}
