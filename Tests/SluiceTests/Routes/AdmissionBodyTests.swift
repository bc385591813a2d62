internal import Reduction
internal import Testing

@testable internal import Sluice

/// What a body must be before any of it is read.
struct AdmissionBodyTests {
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
        #expect(Decision.of(["POST \(target) HTTP/1.1", framing]) == decision)
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
        #expect(Decision.of(["POST /predict HTTP/1.1"] + fields) == decision)
    }

    @Test(arguments: [
        "application/x-www-form-urlencoded", "text/plain", "text/html", "application/octet-stream",
        "application/jsonx",
    ])
    func everyOtherTypeIsTakenAsBytes(type: String) {
        let decision = Decision.of(["POST /predict HTTP/1.1", "Content-Type: \(type)", "Content-Length: 4"])
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
            let decision = Decision.of(["POST /predict?columns=0&kernel=none HTTP/1.1"] + wrongs[index...])
            #expect(decision.hasPrefix(expected[index]))
        }
        #expect(Decision.of(["POST /nowhere HTTP/1.1"] + wrongs).hasPrefix("404"))
        #expect(Decision.of(["PUT /predict HTTP/1.1"] + wrongs).hasPrefix("405"))
        let length = "Content-Length: 10001"
        #expect(
            Decision.of(["POST /predict?columns=0&kernel=none HTTP/1.1", length]).hasPrefix("422 columns"))
        #expect(Decision.of(["POST /predict?kernel=none HTTP/1.1", length]).hasPrefix("422 unknownKernel"))
        #expect(Decision.of(["POST /predict HTTP/1.1", length]).hasPrefix("422 notFloats"))
    }

    @Test func aRouteOfRowMeansAloneKnowsItsRows() {
        var routes = Routes()
        routes.post("/predict", reducing: RowMeanStd(columns: 2500))
        let alone = Admission(routes: routes, limits: Limits(), arenaBytes: 1 << 20)
        #expect(
            Decision.of(["POST /predict HTTP/1.1", "Content-Length: 10004"], alone)
                == "422 notRows(values: 2501, columns: 2500)")
        #expect(
            Decision.of(["POST /predict?columns=41 HTTP/1.1", "Content-Length: 10004"], alone)
                == "reduce route 3 kernel 0 columns 41 landing 0 scratch 244")
        if case .reduce(let menu, _) = routes.routes[3].work { #expect(menu.factories[0].usesColumns) }
    }
}
