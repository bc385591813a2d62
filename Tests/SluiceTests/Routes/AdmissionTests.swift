internal import Testing

@testable internal import Sluice

struct AdmissionTests {
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
        #expect(Decision.of([line]) == decision)
    }

    @Test func aStoppingServerIsAliveAndNotReady() {
        #expect(Decision.of(["GET /ready HTTP/1.1"], isStopping: true) == "503")
        #expect(Decision.of(["GET /health HTTP/1.1"], isStopping: true) == "200")
    }

    // MARK: Memory

    @Test func whatTheBudgetCanNeverHoldIsRefusedAtOnce() {
        let small = Decision.server(arenaBytes: 2 << 20)
        #expect(
            Decision.of(["POST /model HTTP/1.1", "Content-Length: 2097153"], small)
                == "413 memoryTooSmall(budget: 2097152, needed: 2097216)")
        #expect(Decision.of(["POST /model HTTP/1.1", "Content-Length: 2097152"], small).hasPrefix("land "))
        // The scratch counts, and stands behind the padded body.
        #expect(
            Decision.of(["POST /landed?columns=1 HTTP/1.1", "Content-Length: 1048580"], small)
                == "413 memoryTooSmall(budget: 2097152, needed: 2097220)")
        #expect(
            Decision.of(["POST /predict?kernel=sum HTTP/1.1", "Transfer-Encoding: chunked"], small)
                == "413 memoryTooSmall(budget: 2097152, needed: 67108864)")
        #expect(
            Decision.of(["POST /predict?kernel=sum HTTP/1.1", "Content-Length: 67108864"], small)
                .hasPrefix("reduce"))
    }

    @Test func noNumberOfAnyoneTraps() {
        let vast = Decision.server(arenaBytes: .max, maxBodyBytes: .max)
        for target in ["/predict?columns=1", "/landed?columns=1", "/landed?kernel=sum", "/model"] {
            for framing in ["Content-Length: 9223372036854775804", "Transfer-Encoding: chunked"] {
                let decision = Decision.of(["POST \(target) HTTP/1.1", framing], vast)
                #expect(!decision.isEmpty)
            }
        }
    }
}
