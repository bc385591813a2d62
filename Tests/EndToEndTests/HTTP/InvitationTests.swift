import Fixtures
import Testing

/// `Expect: 100-continue`: who is invited to send a body, and how often.
struct InvitationTests {
    private let one = Fixture.bytes(of: [1])
    private let three = Fixture.bytes(of: [1, 2, 4])

    @Test func invitesABodyOnce() throws {
        try withServer { server in
            let client = try server.connect()
            for (head, body) in [
                (Request.head("kernel=sum", ["Expect: 100-continue", "Content-Length: 12"]), three),
                (
                    Request.head("kernel=sum", ["expect: 100-Continue", "Transfer-Encoding: chunked"]),
                    Request.chunked(three)
                ),
            ] {
                let invitation = try client.ask(head)
                #expect(invitation.status == 100)
                #expect(invitation.fields.isEmpty)
                #expect(try client.ask(body).bits == Float(7).bitPattern)
            }
        }
    }

    @Test func invitesOnceHoweverOftenItIsAsked() throws {
        try withServer { server in
            let client = try server.connect()
            let fields = ["Expect: 100-continue", "Expect: 100-continue", "Content-Length: 12"]
            #expect(try client.ask(Request.head("kernel=sum", fields)).status == 100)
            #expect(try client.ask(three).bits == Float(7).bitPattern)
            #expect(try client.ask(Request.health).text == "alive\n")
        }
    }

    /// Nor may the answer to an invited body that turns out to be none be preceded by a second invitation.
    @Test func refusesAnInvitedBody() throws {
        try withServer { server in
            let client = try server.connect()
            let fields = ["Expect: 100-continue", "Transfer-Encoding: chunked"]
            #expect(try client.ask(Request.head("kernel=maximum", fields)).status == 100)
            let answer = try client.ask("4\r\n1234\r\n4 \r\n")
            #expect(answer.status == 400 && answer.saysClose, "\(answer)")
            #expect(try client.readToEnd().isEmpty)
        }
    }

    @Test func invitesNobodyItRefuses() throws {
        let refused: [(query: String, fields: [String], status: Int)] = [
            ("", ["Content-Length: 999999999999"], 413),
            ("", ["Content-Length: 7"], 422),
            ("", ["Content-Length: 8"], 422),
            ("kernel=median", ["Content-Length: 8"], 422),
            ("", ["Content-Length: 4", "Content-Type: application/json"], 415),
            ("", ["Content-Length: 4", "Content-Encoding: br"], 415),
            ("", ["Content-Length: 4", "Origin: http://b"], 403),
            ("", ["Content-Length: x"], 400),
            ("", ["Transfer-Encoding: gzip"], 501),
        ]
        try withServer { server in
            for (query, fields, status) in refused {
                let client = try server.connect()
                let answer = try client.ask(Request.head(query, ["Expect: 100-continue"] + fields))
                #expect(answer.status == status, "\(fields): \(answer)")
                // The client may send the body or not: the next head cannot be found.
                #expect(answer.saysClose, "\(fields): \(answer)")
                #expect(try client.readToEnd().isEmpty, "\(fields)")
            }
            let client = try server.connect()
            let answer = try client.ask(
                "POST /nothing HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n")
            #expect(answer.status == 404)
        }
    }

    @Test func invitesNoHTTP10Client() throws {
        try withServer { server in
            let client = try server.connect()
            try client.send("POST /predict HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n")
            let answer = try client.ask(one)
            #expect(answer.bits == 0 && answer.saysClose)
        }
    }
}
