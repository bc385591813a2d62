import Fixtures
import Testing

/// `Origin`: what a browser says of the page that sends a request.
struct OriginTests {
    private let one = Fixture.bytes(of: [1])

    private func post(from origin: String) -> [UInt8] {
        Request.post(one, fields: ["Origin: \(origin)"])
    }

    @Test func noPageIsServedThatWasNotAllowed() throws {
        try withServer { server in
            let client = try server.connect()
            for origin in ["https://ours.example", "http://127.0.0.1:8080", "null", ""] {
                let answer = try client.ask(post(from: origin))
                #expect(answer.status == 403 && !answer.saysClose, "\(origin): \(answer)")
            }
            #expect(try client.ask(Request.post(one)).bits == 0)
        }
    }

    @Test func pagesOfAllowedOriginsAreServed() throws {
        let ours = ["https://ours.example", "http://localhost:3000"]
        try withServer(ours.flatMap { ["--allow-origin", $0] }) { server in
            let client = try server.connect()
            for origin in ours { #expect(try client.ask(post(from: origin)).bits == 0, "\(origin)") }
            for origin in [
                "https://ours.example:443", "http://ours.example", "https://ours.example.evil",
                "https://ours.exampl", "HTTPS://ours.example", "http://localhost", "null",
                "https://ours.example, http://localhost:3000",
            ] {
                let answer = try client.ask(post(from: origin))
                #expect(answer.status == 403 && !answer.saysClose, "\(origin): \(answer)")
            }
        }
    }

    /// Health checks are no browser's business either.
    @Test func noPathIsLeftOut() throws {
        try withServer { server in
            let answer = try server.ask("GET /health HTTP/1.1\r\nHost: a\r\nOrigin: http://b\r\n\r\n")
            #expect(answer.status == 403)
        }
    }
}
