import Glibc
import Testing

/// `sluice serve`'s options: what it prints, and that each mistake gets a clear error.
struct CommandTests {
    @Test func picksAndPrintsAPort() throws {
        try withServer { server in
            guard case .tcp(let port) = try server.address else {
                throw ServerProcess.Failure(description: server.line)
            }
            #expect(port > 0)
            #expect(
                server.line.hasPrefix("sluice: listening on http://127.0.0.1:\(port) ("), "\(server.line)")
            #expect(server.log.contains("configured"))
        }
    }

    @Test(arguments: [
        ([], ["window-size", "low-water-mark", "receive-buffer", "socket-memory", "huge-pages", "cpu-path"]),
        (["--window-size", "256KiB"], ["256KiB", "asked for"]),
        (["--receive-buffer", "auto"], ["auto", "Linux chooses"]),
        (["--pin"], ["reactor i stays on the i-th CPU", "--pin keeps reactors where they are"]),
        (["--threads", "1"], ["it takes a reactor for each CPU, and two at least"]),
        (["--no-follow-clients"], ["follow-clients", "asked for"]),
        (["--no-busy-wait"], ["busy-wait", "asked for"]),
        (["--unix", "/tmp/none"], ["unused", "it does nothing on a Unix socket"]),
    ])
    func explainsWhatItChoseAndServesNothing(arguments: [String], words: [String]) throws {
        let server = try ServerProcess(["serve", "--explain"] + arguments)
        #expect(try server.waitForExit() == 0, "\(server.log)")
        for word in words { #expect(server.output.contains(word), "\(server.output)") }
        #expect(!server.output.contains("listening"))
    }

    @Test func keepsEachReactorOnACPUOfItsOwn() throws {
        try withServer(["--pin", "--threads", "2"]) { server in
            let reactors = server.allowedCPUs(ofThreadsNamed: "sluice-")
            #expect(reactors.count == 2)
            // As `/proc` writes them: 0-1 and 0,2 are more than one.
            #expect(reactors.allSatisfy { Int($0) != nil }, "\(reactors)")
            #expect(Set(reactors).count == min(2, sysconf(Int32(_SC_NPROCESSORS_ONLN))), "\(reactors)")
        }
    }

    /// As a client that says nothing of them means it.
    @Test func rowsAreAsLongAsItWasTold() throws {
        try withServer(["--columns", "3"]) { server in
            let client = try server.connect()
            #expect(try client.ask(Request.post([UInt8](repeating: 0, count: 24))).status == 200)
            let refusal = try client.ask(Request.post([UInt8](repeating: 0, count: 16)))
            #expect(refusal.status == 422 && refusal.text.contains("rows of 3 float32"), "\(refusal)")
        }
    }

    @Test func tellsAsMuchAsItWasTold() throws {
        for (level, tells) in [("info", true), ("warning", false)] {
            try withServer(["--log-level", level]) { (server) throws in
                #expect(try server.ask(Request.health).status == 200)
                #expect(server.log.contains("configured") == tells, "\(server.log)")
            }
        }
    }

    private static let hasIPv6 = ProcessFile.text("/proc/net/if_inet6")?.contains(" lo\n") == true

    @Test(.enabled(if: hasIPv6, "this machine has no IPv6")) func listensOnAnAddressOfIPv6() throws {
        try withServer(["--host", "::1"]) { (server) throws in
            #expect(server.line.hasPrefix("sluice: listening on http://[::1]:"), "\(server.line)")
            #expect(try server.ask(Request.health).status == 200)
        }
    }

    @Test func saysThatAnAddressIsInUse() throws {
        try withServer { server in
            guard case .tcp(let port) = try server.address else {
                throw ServerProcess.Failure(description: server.line)
            }
            let (code, log) = try refused(["--port", "\(port)"])
            #expect(code == 1)
            #expect(
                log.contains("cannot listen on http://127.0.0.1:\(port): Address already in use"), "\(log)")
        }
    }

    @Test(arguments: ["0.0.0.0", "::", "192.0.2.1", "example.invalid"])
    func refusesAnAddressThatOthersCanReach(host: String) throws {
        let (code, log) = try refused(["--port", "0", "--host", host])
        #expect(code != 0)
        #expect(log.contains("--allow-remote"), "\(log)")
    }

    @Test func listensForOthersWhenToldPlainly() throws {
        try withServer(["--host", "0.0.0.0", "--allow-remote"]) { (server) throws in
            #expect(server.line.hasPrefix("sluice: listening on http://0.0.0.0:"), "\(server.line)")
            #expect(try server.ask(Request.health).status == 200)
            #expect(server.log.contains(Self.openToAll), "\(server.log)")
        }
    }

    private static let openToAll = "anyone who reaches this address is served"

    @Test func doesNotWarnWhereNobodyElseComesOrATokenIsAsked() throws {
        try withServer { #expect(!$0.log.contains(Self.openToAll), "\($0.log)") }
        try withServer(["--allow-remote"]) { #expect(!$0.log.contains(Self.openToAll), "\($0.log)") }
        try withServer(["--host", "0.0.0.0", "--allow-remote"], token: "sesame") {
            #expect(!$0.log.contains(Self.openToAll), "\($0.log)")
        }
    }

    @Test func listensOnAUnixSocket() throws {
        try withServer(unix: true) { server in
            guard case .unix(let path) = try server.address else {
                throw ServerProcess.Failure(description: server.line)
            }
            var status = stat()
            #expect(unsafe stat(path, &status) == 0 && status.st_mode & 0o777 == 0o660)
            #expect(try server.ask(Request.post([0, 0, 0, 0])).bits == 0)
            for setting in ["low-water-mark", "receive-buffer", "socket-memory", "turn-time"] {
                #expect(server.log.contains("\(setting)=unused"), "\(server.log)")
            }
            let (code, log) = try refused(["--unix", path])
            #expect(code == 1 && log.contains("in use"), "\(log)")
            #expect(try server.ask(Request.health).status == 200, "the first is not disturbed")
        }
    }

    @Test func takesOverThePathOfAServerThatWasKilled() throws {
        let path = temporaryPath()
        let killed = try ServerProcess(["serve", "--unix", path])
        try killed.waitUntilReady()
        killed.signal(SIGKILL)
        #expect(try killed.waitForExit() == 128 + SIGKILL)
        #expect(unsafe access(path, F_OK) == 0)
        let next = try ServerProcess(["serve", "--unix", path])
        try next.waitUntilReady()
        #expect(try next.ask(Request.health).status == 200)
        next.signal(SIGTERM)
        #expect(try next.waitForExit() == 0)
    }

    @Test func neverRemovesAFileThatIsNoSocket() throws {
        let path = temporaryPath()
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        #expect(descriptor >= 0)
        _ = close(descriptor)
        defer { unsafe unlink(path) }
        let (code, log) = try refused(["--unix", path])
        #expect(code == 1 && log.contains(path), "\(log)")
        #expect(unsafe access(path, F_OK) == 0, "the file is gone")
    }

    @Test(arguments: [
        (["--port", "65536"], "--port"), (["--port", "http"], "--port"), (["--threads", "0"], "--threads"),
        (["--threads", "1025"], "--threads"), (["--threads", "9223372036854775807"], "--threads"),
        (["--columns", "0"], "--columns"), (["--columns", "-1"], "--columns"),
        (["--max-body", "30XB"], "--max-body"),
        (["--max-body", "99999999999999999999"], "--max-body"), (["--max-body", "1"], "body"),
        (["--memory", "-1"], "--memory"), (["--memory", "0"], "--memory 0 leaves nothing"),
        (["--window-size", "1"], "window"), (["--window-size", "1GB"], "window"),
        (["--low-water-mark", "0"], "low-water"), (["--receive-buffer", "0"], "--receive-buffer"),
        (["--receive-buffer", "much"], "--receive-buffer"), (["--socket-memory", "0"], "receive buffers"),
        (["--max-connections", "0"], "--max-connections"),
        (["--max-connections", "99999999"], "connections"), (["--body", "cached"], "--body"),
        (["--body", "landed", "--memory", "1MB"], "--memory"),
        (["--allow-origin", "*"], "--allow-origin"), (["--allow-origin", "null"], "--allow-origin"),
        (["--allow-origin", "https://a.example/"], "--allow-origin"),
        (["--allow-origin", "https://A.example"], "--allow-origin"),
        (["--allow-origin", "a.example"], "--allow-origin"),
        (["--allow-origin", "https://a.example:443"], "--allow-origin"),
        (["--allow-origin", "http://a.example:80"], "--allow-origin"),
        (["--allow-origin", "http://a.example:08080"], "--allow-origin"),
        (["--allow-origin", "http://a.example:65536"], "--allow-origin"),
        (["--unix", "/tmp/none", "--port", "0"], "--unix is listened on"),
        (["--unix", "/tmp/none", "--host", "127.0.0.1"], "--unix is listened on"),
        (["--unix", "/tmp/none", "--low-water-mark", "64KiB"], "--low-water-mark would do nothing"),
        (["--unix", "/tmp/none", "--receive-buffer", "auto"], "--receive-buffer would do nothing"),
        (["--unix", "/tmp/none", "--socket-memory", "1MiB"], "--socket-memory would do nothing"),
        (["--unix", "/tmp/none", "--turn-time", "1s"], "--turn-time would do nothing"),
        (["--unix", String(repeating: "x", count: 200)], "107"),
        (["--unix", "/nowhere/at/all"], "/nowhere/at/all"), (["--log-level", "loud"], "--log-level"),
        (["--nonsense"], "--nonsense"),
    ])
    func saysWhatIsWrongWithAnOption(arguments: [String], word: String) throws {
        let address = arguments.contains("--unix") ? [] : ["--port", "0"]
        let (code, log) = try refused(address + arguments)
        #expect(code == 1 || code == 64, "\(arguments): \(code) \(log)")
        #expect(log.contains(word), "\(arguments): \(log)")
    }

    @Test func doctorSaysThatItWouldRun() throws {
        let doctor = try ServerProcess(["doctor"])
        #expect(try doctor.waitForExit() == 0, "\(doctor.output)")
        #expect(doctor.output.contains("sluice would run here."))
    }
}
