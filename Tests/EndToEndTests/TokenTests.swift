import Fixtures
import Glibc
import Testing

/// `--token-file`: who shows the token is served, and nobody else.
struct TokenTests {
    private static let token = "c2VjcmV0"
    private static let refusal = "send Authorization: Bearer and the token of this server\n"
    private let one = Fixture.bytes(of: [1])

    private func authorised(_ token: String = token) -> [String] { ["Authorization: Bearer \(token)"] }

    // MARK: Requests

    @Test(arguments: [false, true])
    func servesWhoShowsItAndNobodyElse(unix: Bool) throws {
        try withServer(unix: unix, token: Self.token) { server in
            let client = try server.connect()
            let before = try server.metrics()["authorization_refusals_total"]
            #expect(try client.ask(Request.post(one, fields: authorised())).bits == 0)
            let wrong = [
                [], ["Authorization: Bearer c2VjcmV"], ["Authorization: Bearer c2VjcmV0x"],
                ["Authorization: Basic c2VjcmV0"], ["Authorization: c2VjcmV0"], ["Authorization:"],
                ["X-Authorization: Bearer c2VjcmV0"],
            ]
            for fields in wrong {
                let answer = try client.ask(Request.post(one, fields: fields))
                #expect(answer.status == 401 && answer.text == Self.refusal, "\(fields): \(answer)")
                #expect(answer["WWW-Authenticate"] == "Bearer" && !answer.saysClose, "\(fields): \(answer)")
            }
            #expect(try client.ask(Request.post(one, fields: authorised())).bits == 0)
            #expect(try server.metrics()["authorization_refusals_total"] == before + wrong.count)
            #expect(!server.log.contains(Self.token), "the token stands in the log")
        }
    }

    @Test func tellsWithoutItWhetherTheServerLivesAndNothingElse() throws {
        try withServer(token: Self.token) { server in
            let client = try server.connect()
            for (path, status) in [("/health", 200), ("/ready", 200), ("/metrics", 401), ("/nowhere", 401)] {
                #expect(try client.ask("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n").status == status, "\(path)")
            }
            #expect(try client.ask("HEAD /health HTTP/1.1\r\nHost: a\r\n\r\n", toHead: true).status == 200)
            let metrics = try client.ask(server.metricsRequest)
            #expect(metrics.status == 200 && metrics.text.contains("sluice_authorization_refusals_total"))
        }
    }

    @Test(arguments: ["streamed", "landed"])
    func readsARefusedBodyUpTo64KiB(placement: String) throws {
        try withServer(["--body", placement, "--memory", "128MiB"], token: Self.token) { server in
            let client = try server.connect()
            for body in [65_536, 4] {
                let refused = try client.ask(Request.post([UInt8](repeating: 0, count: body)))
                #expect(refused.status == 401 && !refused.saysClose, "\(body): \(refused)")
            }
            let chunked = try client.ask(
                Request.postChunked([UInt8](repeating: 0, count: 20_000), cuts: [7, 9000]))
            #expect(chunked.status == 401 && !chunked.saysClose)
            #expect(try client.ask(Request.post(one, fields: authorised())).bits == 0)
            let large = try client.ask(Request.post([UInt8](repeating: 0, count: 900_000)))
            #expect(large.status == 401 && large.saysClose, "\(large)")
            #expect(try client.readToEnd().isEmpty)
        }
    }

    /// No body is invited, and no memory granted, that is refused next.
    @Test func invitesNobodyWithoutIt() throws {
        try withServer(["--body", "landed", "--memory", "128MiB"], token: Self.token) { server in
            let client = try server.connect()
            let answer = try client.ask(
                Request.head("", ["Expect: 100-continue", "Content-Length: 60000000"]))
            #expect(answer.status == 401 && answer.saysClose, "\(answer)")
            #expect(try client.readToEnd().isEmpty)
            let invited = try server.connect()
            let head = Request.head("", authorised() + ["Expect: 100-continue", "Content-Length: 4"])
            #expect(try invited.ask(head).status == 100)
            #expect(try invited.ask(one).bits == 0)
        }
    }

    @Test func comesBeforeAllElseThatAHeadDecides() throws {
        try withServer(token: Self.token) { (server) throws in
            for fields in [
                ["Content-Length: 999999999999"], ["Content-Length: 7"],
                ["Origin: http://b", "Content-Length: 4"],
                ["Content-Length: 8", "Content-Type: application/json"], [],
            ] {
                // What there is of a body; what is promised beyond it is not waited for.
                let request =
                    Request.head("columns=x", fields + ["Connection: close"]) + [0, 0, 0, 0, 0, 0, 0, 0]
                #expect(try server.ask(request).status == 401, "\(fields)")
            }
            // What is no request cannot be asked for a token.
            #expect(try server.ask(Request.head("", ["Content-Length: x"])).status == 400)
            #expect(try server.ask(Request.head("", authorised() + authorised())).status == 400)
        }
    }

    // MARK: The file

    @Test func saysWhatIsWrongWithTheFile() throws {
        let file = try TokenFile("")
        func expectRefusal(_ sentence: String, path: String? = nil) throws {
            let path = path ?? file.path
            let (code, log) = try refused(["--port", "0", "--token-file", path])
            #expect(code == 1 && log.contains("--token-file \(path): \(sentence)"), "\(code) \(log)")
        }
        try expectRefusal("it is empty")
        try file.write("two words\n")
        try expectRefusal("a token is one line")
        try file.write(String(repeating: "a", count: 4097))
        try expectRefusal("a token has at most 4096 bytes")
        try file.write("sesame\n", mode: 0o644)
        try expectRefusal("others may read or write it: chmod 600")
        try expectRefusal("No such file or directory", path: "/nowhere/token")
        try expectRefusal("not a regular file", path: "/tmp")
    }

    /// A stop is not begun, no connection lost, and both reactors ask for the new token.
    @Test func isReadAgainOnSIGHUP() throws {
        let file = try TokenFile("first")
        let server = try ServerProcess(["serve", "--port", "0", "--threads", "2", "--token-file", file.path])
        try server.waitUntilReady()
        let clients = try (0..<8).map { _ in try server.connect() }
        func expect(_ token: String, _ status: Int) throws {
            for client in clients {
                #expect(try client.ask(Request.post(one, fields: authorised(token))).status == status)
            }
        }
        func reload(_ outcome: String, times: Int) throws {
            server.signal(SIGHUP)
            #expect(
                eventually { server.log.count(of: outcome) == times }, "\(outcome): \(server.log)")
        }
        try expect("first", 200)
        try file.write("second\n")
        try expect("first", 200)
        try reload("the token was read again", times: 1)
        // Reactors take it up with their next turn.
        #expect(
            try eventually {
                try clients.allSatisfy {
                    try $0.ask(Request.post(one, fields: authorised("second"))).status == 200
                }
            })
        try expect("first", 401)
        // A bad file changes nothing.
        try file.write("no token\n")
        try reload("the token was not read again; the old one stays", times: 1)
        try file.write("third\n", mode: 0o644)
        try reload("the token was not read again; the old one stays", times: 2)
        try expect("second", 200)
        try expect("third", 401)
        server.signal(SIGTERM)
        #expect(try server.waitForExit() == 0, "\(server.log)")
    }

    @Test func aSIGHUPWithoutATokenFileEndsNothing() throws {
        try withServer { (server) throws in
            server.signal(SIGHUP)
            #expect(eventually { server.log.contains("there is nothing to read again") }, "\(server.log)")
            #expect(try server.ask(Request.health).status == 200)
        }
    }

    /// A stop that has begun is not cut short by what is no stop.
    @Test func aSIGHUPIsNoSecondSignal() throws {
        let server = try ServerProcess(["serve", "--port", "0"])
        try server.waitUntilReady()
        let busy = try server.connect()
        let request = Request.post([UInt8](repeating: 0, count: 400_000), query: "kernel=sum")
        try busy.send(request.prefix(1000))
        #expect(try eventually { try server.metrics()["bodies_in_flight"] == 1 })
        server.signal(SIGTERM)
        #expect(eventually { server.log.contains("stopping") })
        server.signal(SIGHUP)
        try busy.send(request.dropFirst(1000))
        #expect(try busy.readAnswer().bits == 0)
        #expect(try server.waitForExit() == 0, "\(server.log)")
    }
}

extension String {
    /// How often `part` stands in it.
    fileprivate func count(of part: String) -> Int { ranges(of: part).count }
}
