import Glibc
import Testing

/// Each time and limit of `sluice serve` does what its help says: where the default is seconds, a short time is
/// over long before, and a long one is not over yet.
struct LimitOptionTests {
    private static let body = [UInt8](repeating: 0, count: 400_000)
    /// Less than every default that it is used against, and more than a loaded machine is late by.
    private static let soon: Duration = .seconds(4)

    private func timed<Result>(_ action: () throws -> Result) throws -> (Result, Duration) {
        let begin = ContinuousClock.now
        return (try action(), ContinuousClock.now - begin)
    }

    @Test func firstByteTimeoutClosesWhoSaysNothing() throws {
        try withServer(["--first-byte-timeout", "1s"]) { server in
            let (rest, took) = try timed { try server.connect().readToEnd() }
            #expect(rest.isEmpty && took >= .seconds(1) && took < .seconds(8))
        }
    }

    @Test func idleTimeoutClosesAfterAnAnswer() throws {
        try withServer(["--idle-timeout", "200ms"]) { server in
            let client = try server.connect()
            let (rest, took) = try timed {
                #expect(try client.ask(Request.health).status == 200)
                return try client.readToEnd()
            }
            #expect(rest.isEmpty && took >= .milliseconds(200) && took < Self.soon)
        }
    }

    @Test func headTimeoutRefusesASlowHead() throws {
        try withServer(["--head-timeout", "200ms"]) { server in
            let client = try server.connect()
            let (answer, took) = try timed {
                try client.send("GET /")
                return try client.readAnswer()
            }
            #expect(answer.status == 408 && took >= .milliseconds(200) && took < Self.soon)
        }
    }

    /// Its method has come.
    @Test func theRefusalOfASlowHEADHasNoContent() throws {
        try withServer(["--head-timeout", "200ms"]) { server in
            let client = try server.connect()
            try client.send("HEAD /health HTTP/1.1\r\nHost: a\r\n")
            #expect(try client.readAnswer(toHead: true).status == 408)
            #expect(try client.readToEnd().isEmpty)
        }
    }

    @Test func bodyPeriodRefusesASlowBody() throws {
        try withServer(["--body-period", "200ms"]) { server in
            let client = try server.connect()
            let (answer, took) = try timed {
                try client.send(Request.post(Self.body, query: "kernel=sum").prefix(1000))
                return try client.readAnswer()
            }
            #expect(answer.status == 408 && took >= .milliseconds(200) && took < Self.soon)
        }
    }

    /// A trickle that the default refuses.
    @Test func bodyPeriodBytesSayWhatIsSlow() throws {
        try withServer(["--body-period", "1s", "--body-period-bytes", "1000"]) { server in
            let client = try server.connect()
            let request = Request.post(Self.body, query: "kernel=sum")
            let start = request.count - 100_000
            try client.send(request[..<start])
            for offset in stride(from: start, to: request.count, by: 10_000) {
                try client.send(request[offset..<offset + 10_000])
                usleep(200_000)
            }
            #expect(try client.readAnswer().bits == 0)
        }
    }

    /// Pipelines so much that the answers do not fit into the sockets' buffers, and takes what `read` takes.
    private func answers(
        _ server: ServerProcess, reading read: (Client) throws -> Void
    ) throws -> Bool {
        let timeouts = try server.metrics()["timeouts_total"]
        let client = try Client(server.address, receiveBuffer: 4096)
        let requests = Array(String(repeating: Request.metrics, count: 100).utf8)
        while isReady(client.descriptor, POLLOUT, before: Deadline(after: .milliseconds(300))) {
            do { try client.send(requests, within: .milliseconds(300)) } catch { break }
        }
        try read(client)
        return try server.metrics()["timeouts_total"] == timeouts
    }

    private func take(_ count: Int, from client: Client) {
        var bytes = [UInt8](repeating: 0, count: count)
        _ = unsafe recv(client.descriptor, &bytes, count, Int32(MSG_DONTWAIT))
    }

    @Test func responsePeriodCutsWhoTakesNothing() throws {
        try withServer(["--response-period", "300ms"]) { server in
            let wasServed = try answers(server) { _ in
                let isCut = try eventually(within: Self.soon) {
                    try Baseline(of: server)?.connectionsOpen == 0
                }
                #expect(isCut)
            }
            #expect(!wasServed)
        }
    }

    @Test(arguments: [("1", true), ("1GB", false)])
    func responsePeriodBytesSayWhatIsSlow(bytes: String, isServed: Bool) throws {
        try withServer(["--response-period", "2s", "--response-period-bytes", bytes]) { server in
            let wasServed = try answers(server) { client in
                // Of what waits to be sent an eighth in a period.
                for _ in 0..<100 {
                    take(1 << 10, from: client)
                    usleep(50_000)
                }
            }
            #expect(wasServed == isServed)
        }
    }

    @Test func memoryTimeoutSaysHowLongABodyWaits() throws {
        let arguments = [
            "--body", "landed", "--max-body", "3MiB", "--memory", "4MiB", "--memory-timeout", "3s",
            "--body-period", "1m",
        ]
        try withServer(arguments) { server in
            let holder = try server.connect()
            let large = [UInt8](repeating: 0, count: 3 << 20)
            try holder.send(Request.post(large, query: "kernel=sum").prefix(1000))
            #expect(try eventually { try server.metrics()["bodies_in_flight"] == 1 })
            let client = try server.connect()
            let (answer, took) = try timed {
                try client.ask(Request.head("kernel=sum", ["Content-Length: 3000000"]))
            }
            #expect(answer.status == 503 && took >= .seconds(3), "\(took)")
        }
    }

    /// A refused client goes on sending: that is borne for so long, and for so many bytes.
    @Test(arguments: [
        (["--drain-timeout", "30s"], false), (["--drain-bytes", "1000", "--drain-timeout", "30s"], true),
    ])
    func drainOptionsEndWhoGoesOnAfterARefusal(arguments: [String], isCut: Bool) throws {
        try withServer(arguments) { server in
            let client = try server.connect()
            let refused = Request.head("", ["Content-Length: 1000000", "Content-Type: application/json"])
            #expect(try client.ask(refused).status == 415)
            let wasCut = eventually(within: Self.soon) {
                do { try client.send([UInt8](repeating: 0, count: 100)) } catch { return true }
                return false
            }
            #expect(wasCut == isCut)
        }
    }

    @Test func requestsPerConnectionSayWhichIsTheLast() throws {
        try withServer(["--requests-per-connection", "3"]) { server in
            let client = try server.connect()
            let closes = try (0..<3).map { _ in try client.ask(Request.health).saysClose }
            #expect(closes == [false, false, true])
            #expect(try client.readToEnd().isEmpty)
        }
    }

    @Test func computeThreadsSayHowManyThereAre() throws {
        try withServer(["--compute-threads", "3"]) { server in
            #expect(eventually { server.threadNames.count { $0.hasPrefix("compute-") } == 3 })
        }
    }

    @Test(arguments: [
        ("--first-byte-timeout", "0s", "the first-byte timeout is longer than nothing"),
        ("--idle-timeout", "0s", "the idle timeout is longer than nothing"),
        ("--head-timeout", "0", "the head timeout is longer than nothing"),
        ("--body-period", "0ms", "the body period is longer than nothing"),
        ("--body-period-bytes", "0", "a body period brings at least one byte"),
        ("--response-period", "0s", "the response period is longer than nothing"),
        ("--response-period-bytes", "0", "a response period takes at least one byte"),
        ("--compute-threads", "0", "the compute pool has between 1 and 1,024 threads"),
        ("--compute-queue", "0", "at least one call may wait for the compute pool"),
        ("--handler-timeout", "0s", "the handler timeout is longer than nothing"),
        ("--head-buffer-grace", "soon", "--head-buffer-grace"),
        ("--drain-timeout", "0s", "the drain timeout is longer than nothing"),
        ("--requests-per-connection", "0", "a connection has at least one request"),
        ("--memory-timeout", "1h", "--memory-timeout"), ("--drain-bytes", "-1", "--drain-bytes"),
        ("--drain-delay", "soon", "--drain-delay"), ("--stop-grace", "1.5s", "--stop-grace"),
        ("--stop-deadline", "-1s", "--stop-deadline"),
    ])
    func saysWhatIsWrongWithALimit(option: String, value: String, words: String) throws {
        let server = try ServerProcess(["serve", "--port", "0", option, value])
        let code = try server.waitForExit()
        #expect(code == 1 || code == 64, "\(code)")
        #expect(server.log.contains(words), "\(server.log)")
    }
}
