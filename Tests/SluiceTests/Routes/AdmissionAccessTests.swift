internal import Testing

@testable internal import Sluice

/// Who may ask: pages of an allowed origin, and those who have the token.
struct AdmissionAccessTests {
    @Test(arguments: ["https://ours.example"])
    func anAllowedOriginIsServed(origin: String) {
        #expect(Decision.of(["GET /health HTTP/1.1", "Origin: \(origin)"]) == "200")
    }

    @Test(arguments: ["https://ours.example.evil", "https://ours.exampl", "HTTPS://ours.example", "null", ""])
    func anyOtherOriginIsNot(origin: String) {
        #expect(Decision.of(["GET /health HTTP/1.1", "Origin: \(origin)"]).hasPrefix("403"))
    }

    // MARK: Token

    private static let authorised = "Authorization: Bearer sesame"

    private func decideWithToken(_ lines: [String]) throws -> String {
        Decision.of(lines, token: try BearerToken("sesame"))
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
                == Decision.of([line, "Content-Length: 40000"]))
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
        #expect(Decision.of(["GET /metrics HTTP/1.1", "Authorization: Bearer anything"]) == "200")
    }
}
