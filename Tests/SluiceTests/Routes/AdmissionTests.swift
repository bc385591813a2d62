internal import HTTP1
internal import HTTPTypes
internal import Reduction
internal import Testing

@testable internal import Sluice

struct AdmissionTests {
    /// The server of the tests: `/predict` streamed, `/landed`, a handler with a body and one without.
    static func admission(
        arenaBytes: Int = 512 << 20, maxBodyBytes: Int = 64 << 20
    ) -> Admission {
        var menu = ReductionMenu(columns: 2500)
        menu.addRows { RowMeanStd(columns: $0) }
        menu.add { Sum() }
        menu.add { Minimum() }
        var routes = Routes()
        routes.post("/predict", reducing: menu)
        routes.post("/landed", reducing: menu, body: .landed)
        routes.post("/model", on: .reactor) { _, _ in .text("made") }
        routes.get("/hello", on: .reactor) { _ in .text("hello") }
        routes.allowedOrigins = ["https://ours.example"]
        var limits = Limits()
        limits.maxBodyBytes = maxBodyBytes
        return Admission(routes: routes, limits: limits, arenaBytes: arenaBytes)
    }

    /// The decision in words.
    static func decide(
        _ lines: [String], _ admission: Admission = admission(), isStopping: Bool = false,
        token: BearerToken? = nil
    ) -> String {
        let text = lines.joined(separator: "\r\n") + "\r\nHost: here\r\n\r\n"
        return text.withSpan { bytes in
            var parser = RequestHeadParser()
            guard case .complete = parser.parse(bytes) else { return "not a head: \(text)" }
            switch admission.decide(parser.head, in: bytes, isStopping: isStopping, token: token) {
            case .answer(.refusal(let refusal)): return "\(refusal.status.code) \(refusal.reason)"
            case .answer(.mismatch(let mismatch)): return "\(mismatch.status.code) \(mismatch)"
            case .answer(.methods(let methods, let refused)):
                let names = Method.allCases.filter { methods.contains(MethodSet($0)) }.map(\.name.description)
                return "\(refused == nil ? 204 : 405) \(names.joined(separator: " "))"
            case .answer(let answer): return "\(answer.code)"
            case .handler(let route): return "handler \(route)"
            case .body(let plan):
                return "\(plan.sink) route \(plan.route) kernel \(plan.kernel) columns \(plan.columns) "
                    + "landing \(plan.landingBytes) scratch \(plan.scratchBytes)"
            }
        }
    }

    @Test(arguments: [
        ("GET /health HTTP/1.1", "200"), ("HEAD /health HTTP/1.1", "200"), ("GET /ready HTTP/1.1", "200"),
        ("GET /metrics HTTP/1.1", "200"), ("GET /hello HTTP/1.1", "handler 6"),
        ("GET /hello?x=1 HTTP/1.1", "handler 6"), ("GET http://here/hello HTTP/1.1", "handler 6"),
        ("GET / HTTP/1.1", "404 no such path"), ("GET /health/ HTTP/1.1", "404 no such path"),
        ("GET /Health HTTP/1.1", "404 no such path"), ("GET /%68ealth HTTP/1.1", "404 no such path"),
        ("GET /predict HTTP/1.1", "405 POST OPTIONS"), ("POST /health HTTP/1.1", "405 GET HEAD OPTIONS"),
        ("HEAD /predict HTTP/1.1", "405 POST OPTIONS"), ("OPTIONS /predict HTTP/1.1", "204 POST OPTIONS"),
        ("OPTIONS /health HTTP/1.1", "204 GET HEAD OPTIONS"),
        ("OPTIONS * HTTP/1.1", "204 GET HEAD POST OPTIONS"),
        ("OPTIONS /nowhere HTTP/1.1", "404 no such path"),
    ])
    func findsWhatARequestIsFor(line: String, decision: String) {
        #expect(Self.decide([line]) == decision)
    }

    @Test func aStoppingServerIsAliveAndNotReady() {
        #expect(Self.decide(["GET /ready HTTP/1.1"], isStopping: true) == "503")
        #expect(Self.decide(["GET /health HTTP/1.1"], isStopping: true) == "200")
    }

    // MARK: Bodies

    @Test(arguments: [
        (
            "/predict", "Content-Length: 30000000",
            "reduce route 3 kernel 0 columns 2500 landing 0 scratch 12000"
        ),
        (
            "/landed", "Content-Length: 30000000",
            "landAndReduce route 4 kernel 0 columns 2500 landing 30000000 scratch 12000"
        ),
        ("/model", "Content-Length: 7", "land route 5 kernel 0 columns 1 landing 7 scratch 0"),
        // One value is always a body; so is the largest one allowed.
        ("/predict", "Content-Length: 4", "reduce route 3 kernel 0 columns 2500 landing 0 scratch 0"),
        (
            "/predict?columns=16777216", "Content-Length: 67108864",
            "reduce route 3 kernel 0 columns 16777216 landing 0 scratch 4"
        ),
        // Chunked: granted for the largest body, landed where the kernel needs the count.
        (
            "/predict", "Transfer-Encoding: chunked",
            "reduce route 3 kernel 0 columns 2500 landing 0 scratch 26840"
        ),
        (
            "/predict?columns=1", "Transfer-Encoding: chunked",
            "reduce route 3 kernel 0 columns 1 landing 0 scratch 67108864"
        ),
        (
            "/predict?kernel=sum", "Transfer-Encoding: chunked",
            "landThenReduce route 3 kernel 1 columns 2500 landing 67108864 scratch 0"
        ),
        (
            "/landed?kernel=minimum", "Transfer-Encoding: chunked",
            "landAndReduce route 4 kernel 2 columns 2500 landing 67108864 scratch 0"
        ),
        (
            "/model", "Transfer-Encoding: chunked",
            "land route 5 kernel 0 columns 1 landing 67108864 scratch 0"
        ),
    ])
    func plansABody(target: String, framing: String, decision: String) {
        #expect(Self.decide(["POST \(target) HTTP/1.1", framing]) == decision)
    }

    @Test(
        arguments: [
            ([], "411 send Content-Length or Transfer-Encoding: chunked; this has neither"),
            (["Content-Length: 0"], "422 the body is empty"),
            (["Content-Length: 67108865"], "413 bodyTooLarge(limit: 67108864, length: 67108865)"),
            (
                ["Content-Length: 9223372036854775807"],
                "413 bodyTooLarge(limit: 67108864, length: 9223372036854775807)"
            ),
            (["Content-Length: 10001"], "422 notFloats(length: 10001)"),
            (["Content-Length: 10004"], "422 notRows(values: 2501, columns: 2500)"),
            (
                ["Content-Type: application/json", "Content-Length: 4"],
                "415 send the raw little-endian float32 bytes, not JSON or a form"
            ),
            (
                ["Content-Type: Multipart/form-data; boundary=x", "Content-Length: 4"],
                "415 send the raw little-endian float32 bytes, not JSON or a form"
            ),
            (
                ["Content-Encoding: gzip", "Content-Length: 4"],
                "415 send the body without a Content-Encoding"
            ),
            (["Origin: https://theirs.example"], "403 pages of this origin may not use this server"),
        ] as [([String], String)])
    func refusesABodyBeforeItIsRead(fields: [String], decision: String) {
        #expect(Self.decide(["POST /predict HTTP/1.1"] + fields) == decision)
    }

    @Test(arguments: [
        "application/x-www-form-urlencoded", "text/plain", "text/html", "application/octet-stream",
        "application/jsonx",
    ])
    func everyOtherTypeIsTakenAsBytes(type: String) {
        let decision = Self.decide(["POST /predict HTTP/1.1", "Content-Type: \(type)", "Content-Length: 4"])
        #expect(decision.hasPrefix("reduce"))
    }

    /// Each request is wrong in everything from some point on; the first wrong thing is what it is told.
    @Test func theFirstThingThatIsWrongIsTold() {
        let wrongs = [
            "Origin: https://theirs.example", "Content-Type: application/json", "Content-Encoding: gzip",
            "Content-Length: 67108866",
        ]
        let expected = ["403", "415 send the raw", "415 send the body", "413"]
        for index in wrongs.indices {
            let decision = Self.decide(["POST /predict?columns=0&kernel=none HTTP/1.1"] + wrongs[index...])
            #expect(decision.hasPrefix(expected[index]))
        }
        #expect(Self.decide(["POST /nowhere HTTP/1.1"] + wrongs).hasPrefix("404"))
        #expect(Self.decide(["PUT /predict HTTP/1.1"] + wrongs).hasPrefix("405"))
        let length = "Content-Length: 10001"
        #expect(
            Self.decide(["POST /predict?columns=0&kernel=none HTTP/1.1", length]).hasPrefix("422 columns"))
        #expect(Self.decide(["POST /predict?kernel=none HTTP/1.1", length]).hasPrefix("422 no such kernel"))
        #expect(Self.decide(["POST /predict HTTP/1.1", length]).hasPrefix("422 notFloats"))
    }

    @Test func aRouteOfRowMeansAloneKnowsItsRows() {
        var routes = Routes()
        routes.post("/predict", reducing: RowMeanStd(columns: 2500))
        let alone = Admission(routes: routes, limits: Limits(), arenaBytes: 1 << 20)
        #expect(
            Self.decide(["POST /predict HTTP/1.1", "Content-Length: 10004"], alone)
                == "422 notRows(values: 2501, columns: 2500)")
        #expect(
            Self.decide(["POST /predict?columns=41 HTTP/1.1", "Content-Length: 10004"], alone)
                == "reduce route 3 kernel 0 columns 41 landing 0 scratch 244")
        if case .reduce(let menu, _) = routes.routes[3].work { #expect(menu.factories[0].usesColumns) }
    }

    // MARK: Query

    private static let badColumns = [
        "columns", "columns=", "columns=0", "columns=-1", "columns=%2B5", "columns=+5", "columns=5.0",
        "columns=1e3", "columns=0x10", "columns=9223372036854775808", "columns=1&columns=1",
        "columns=5&columns", "a=b&columns=x",
    ]

    @Test(arguments: badColumns)
    func refusesColumnsThatAreNoNumber(query: String) {
        for framing in ["Content-Length: 4", "Transfer-Encoding: chunked"] {
            #expect(
                Self.decide(["POST /predict?\(query) HTTP/1.1", framing])
                    .hasPrefix("422 columns is "))
        }
    }

    @Test(arguments: [
        ("columns=1", 1), ("columns=007", 7), ("Columns=1", 2500), ("x=1&columns=3&y", 3), ("", 2500),
        ("columnss=1", 2500), ("columns=9223372036854775807", Int.max),
    ])
    func takesColumnsFromTheQuery(query: String, columns: Int) {
        for framing in ["Content-Length: 4", "Transfer-Encoding: chunked"] {
            let decision = Self.decide(["POST /predict?\(query) HTTP/1.1", framing])
            #expect(decision.contains(" columns \(columns) "), "\(decision)")
        }
    }

    @Test(arguments: [
        ("kernel=row-mean-std", "kernel 0"), ("kernel=sum", "kernel 1"), ("kernel=minimum", "kernel 2"),
        ("", "kernel 0"), ("kernel=", "no such kernel"), ("kernel=SUM", "no such kernel"),
        ("kernel=sum2", "no such kernel"), ("kernel=sum&kernel=sum", "kernel is given more than once"),
        ("kernel=maximum", "no such kernel"),
    ])
    func takesTheKernelFromTheQuery(query: String, part: String) {
        let decision = Self.decide(["POST /predict?\(query) HTTP/1.1", "Content-Length: 4"])
        #expect(decision.contains(part), "\(decision)")
    }

    @Test func aKernelWithoutRowsTakesAnyNumberOfValues() {
        let decision = Self.decide(["POST /predict?kernel=sum HTTP/1.1", "Content-Length: 10004"])
        #expect(decision == "reduce route 3 kernel 1 columns 2500 landing 0 scratch 0")
    }

    // MARK: Origin

    @Test(arguments: ["https://ours.example"])
    func anAllowedOriginIsServed(origin: String) {
        #expect(Self.decide(["GET /health HTTP/1.1", "Origin: \(origin)"]) == "200")
    }

    @Test(arguments: ["https://ours.example.evil", "https://ours.exampl", "HTTPS://ours.example", "null", ""])
    func anyOtherOriginIsNot(origin: String) {
        #expect(Self.decide(["GET /health HTTP/1.1", "Origin: \(origin)"]).hasPrefix("403"))
    }

    // MARK: Authorisation

    private static let authorised = "Authorization: Bearer sesame"

    private func decideWithToken(_ lines: [String]) throws -> String {
        Self.decide(lines, token: try BearerToken("sesame"))
    }

    @Test(arguments: [
        "GET /health HTTP/1.1", "HEAD /health HTTP/1.1", "GET /ready HTTP/1.1", "GET /health?x HTTP/1.1",
        "GET http://here/ready HTTP/1.1",
    ])
    func whetherTheServerLivesIsToldWithoutAToken(line: String) throws {
        #expect(try decideWithToken([line]) == "200")
        #expect(try decideWithToken([line, "Authorization: Bearer wrong"]) == "200")
    }

    /// Also what would be refused anyway: nothing is learnt without the token.
    @Test(arguments: [
        "GET /metrics HTTP/1.1", "GET /hello HTTP/1.1", "POST /predict HTTP/1.1", "POST /model HTTP/1.1",
        "GET / HTTP/1.1", "GET /healthz HTTP/1.1", "POST /health HTTP/1.1", "OPTIONS /health HTTP/1.1",
        "OPTIONS * HTTP/1.1", "PUT /predict HTTP/1.1", "POST /nowhere HTTP/1.1",
    ])
    func everythingElseNeedsTheToken(line: String) throws {
        let refused = "401 send Authorization: Bearer and the token of this server"
        for field in ["X: y", "Authorization: Bearer sesam", "Authorization: Basic sesame", "Authorization:"]
        {
            #expect(try decideWithToken([line, field, "Content-Length: 40000"]) == refused, "\(field)")
        }
        #expect(
            try decideWithToken([line, Self.authorised, "Content-Length: 40000"])
                == Self.decide([line, "Content-Length: 40000"]))
    }

    @Test func theTokenComesBeforeAllThatAHeadDecides() throws {
        let wrongs = [
            "Origin: https://theirs.example", "Content-Type: application/json", "Content-Encoding: gzip",
            "Content-Length: 67108866",
        ]
        let line = "POST /predict?columns=0&kernel=none HTTP/1.1"
        #expect(try decideWithToken([line] + wrongs).hasPrefix("401"))
        #expect(try decideWithToken([line, Self.authorised] + wrongs).hasPrefix("403"))
    }

    @Test func withoutATokenAnAuthorizationFieldIsIgnored() {
        #expect(Self.decide(["GET /metrics HTTP/1.1", "Authorization: Bearer anything"]) == "200")
    }

    // MARK: Memory

    @Test func whatTheBudgetCanNeverHoldIsRefusedAtOnce() {
        let small = Self.admission(arenaBytes: 2 << 20)
        #expect(
            Self.decide(["POST /model HTTP/1.1", "Content-Length: 2097153"], small)
                == "413 memoryTooSmall(budget: 2097152, needed: 2097216)")
        #expect(Self.decide(["POST /model HTTP/1.1", "Content-Length: 2097152"], small).hasPrefix("land "))
        // The scratch counts, and stands behind the padded body.
        #expect(
            Self.decide(["POST /landed?columns=1 HTTP/1.1", "Content-Length: 1048580"], small)
                == "413 memoryTooSmall(budget: 2097152, needed: 2097220)")
        #expect(
            Self.decide(["POST /predict?kernel=sum HTTP/1.1", "Transfer-Encoding: chunked"], small)
                == "413 memoryTooSmall(budget: 2097152, needed: 67108864)")
        #expect(
            Self.decide(["POST /predict?kernel=sum HTTP/1.1", "Content-Length: 67108864"], small)
                .hasPrefix("reduce"))
    }

    @Test func noNumberOfAnyoneTraps() {
        let vast = Self.admission(arenaBytes: .max, maxBodyBytes: .max)
        for target in ["/predict?columns=1", "/landed?columns=1", "/landed?kernel=sum", "/model"] {
            for framing in ["Content-Length: 9223372036854775804", "Transfer-Encoding: chunked"] {
                let decision = Self.decide(["POST \(target) HTTP/1.1", framing], vast)
                #expect(!decision.isEmpty)
            }
        }
    }
}
