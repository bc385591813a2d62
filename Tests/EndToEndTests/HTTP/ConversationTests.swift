import Fixtures
import Testing

/// What happens over more than one message.
struct ConversationTests {
    private let one = Fixture.bytes(of: [1])
    private let three = Fixture.bytes(of: [1, 2, 4])

    // MARK: Pipelining

    @Test func answersPipelinedRequestsInOrder() throws {
        for placement in ["streamed", "landed"] {
            try withServer(["--body", placement, "--memory", "128MiB"]) { server in
                let client = try server.connect()
                try client.send(
                    Request.post(three, query: "kernel=sum")
                        + Request.postChunked(three, cuts: [5], query: "kernel=maximum")
                        + Array(Request.health.utf8) + Request.post(three, query: "kernel=minimum")
                        + Request.postChunked(three, cuts: [1, 2, 3], query: "columns=3")
                        + Array(Request.health.utf8))
                for expected: Float in [7, 4] { #expect(try client.readAnswer().bits == expected.bitPattern) }
                #expect(try client.readAnswer().text == "alive\n")
                for expected: Float in [1, 0] { #expect(try client.readAnswer().bits == expected.bitPattern) }
                #expect(try client.readAnswer().text == "alive\n")
            }
        }
    }

    @Test func answersAThousandPipelinedRequests() throws {
        try withServer { server in
            let client = try server.connect()
            let request = Request.post(three, query: "kernel=sum")
            try client.send(Array((0..<1000).map { _ in request }.joined()))
            for _ in 0..<1000 { #expect(try client.readAnswer().bits == Float(7).bitPattern) }
        }
    }

    /// A large body and the next request's first bytes in one piece: nothing of either may be lost.
    @Test func keepsWhatFollowsALargeBody() throws {
        let values = [Float](repeating: 1, count: 100_000)
        let body = Fixture.bytes(of: values)
        try withServer { server in
            let client = try server.connect()
            for request in [
                Request.post(body, query: "kernel=maximum"),
                Request.postChunked(body, cuts: [3, 70_000], query: "kernel=maximum"),
            ] {
                try client.send(
                    request + Request.post(three, query: "kernel=sum") + Array("GET /health HT".utf8))
                #expect(try client.readAnswer().bits == Float(1).bitPattern)
                #expect(try client.readAnswer().bits == Float(7).bitPattern)
                #expect(try client.ask("TP/1.1\r\nHost: a\r\n\r\n").text == "alive\n")
            }
        }
    }

    @Test func answersThenRefusesGarbageAfterARequest() throws {
        try withServer { server in
            let client = try server.connect()
            try client.send(Request.post(one) + Array("\u{1}garbage".utf8))
            let first = try client.readAnswer()
            #expect(first.bits == 0 && !first.saysClose)
            let second = try client.readAnswer()
            #expect(second.status == 400 && second.saysClose)
            #expect(try client.readToEnd().isEmpty)
        }
    }

    @Test func closesAfterTheRequestThatAsksForIt() throws {
        try withServer { server in
            let client = try server.connect()
            try client.send(Request.post(one, fields: ["Connection: close"]) + Array(Request.health.utf8))
            #expect(try client.readAnswer().saysClose)
            #expect(try client.readToEnd().isEmpty)
        }
    }

    @Test func closesAfterTenThousandRequests() throws {
        try withServer { server in
            let client = try server.connect()
            let batch = 500
            let requests = String(repeating: Request.health, count: batch)
            for first in stride(from: 1, through: 10_000, by: batch) {
                try client.send(requests)
                for number in first..<(first + batch) {
                    let answer = try client.readAnswer()
                    #expect(
                        answer.status == 200 && answer.saysClose == (number == 10_000), "\(number): \(answer)"
                    )
                }
            }
            #expect(try client.readToEnd().isEmpty)
        }
    }

    // MARK: Refusals while the body is on its way

    @Test(arguments: [false, true])
    func refusalCanBeReadWhileTheBodyIsStillSent(unix: Bool) throws {
        let body = [UInt8](repeating: 0x58, count: 900_000)
        let refused: [(head: [UInt8], status: Int)] = [
            (Array("POST /nothing HTTP/1.1\r\nHost: a\r\nContent-Length: 900000\r\n\r\n".utf8), 404),
            (Array("GET /predict HTTP/1.1\r\nHost: a\r\nContent-Length: 900000\r\n\r\n".utf8), 405),
            (Request.head("", ["Content-Length: 1000000000000000000"]), 413),
            (Request.head("", ["Content-Length: 900000", "Content-Type: application/json"]), 415),
            (Request.head("columns=7", ["Content-Length: 900000"]), 422),
            (Request.head("", ["Content-Length: +900000"]), 400),
            (Request.head("", ["Transfer-Encoding: chunked"]) + Array("xyz\r\n".utf8), 400),
            (Request.head("", ["Transfer-Encoding: chunked"]) + Array("ffffffffffff\r\n".utf8), 413),
            (Array("POST /predict HTTP/3.0\r\n".utf8), 505),
        ]
        try withServer(unix: unix) { server in
            for (head, status) in refused {
                let client = try server.connect()
                // A client that reads only when it has sent everything.
                try client.send(head + body)
                let answer = try client.readAnswer()
                #expect(answer.status == status && answer.saysClose, "\(answer)")
                #expect(try client.readToEnd().isEmpty, "\(answer)")
            }
        }
    }

    /// A chunk that is not followed by its line end is refused when that is plain, not when the clock runs out.
    @Test(arguments: ["streamed", "landed"])
    func refusesALargeChunkWithoutItsEndAtOnce(placement: String) throws {
        try withServer(["--body", placement, "--memory", "128MiB"]) { server in
            for size in [4, 20_000, 600_000] {
                let received = try server.metrics()["body_receive_completions_total"]
                let client = try server.connect()
                try client.send(Request.head("kernel=maximum", ["Transfer-Encoding: chunked"]))
                #expect(try eventually { try server.metrics()["bodies_in_flight"] == 1 })
                try client.send("\(String(size, radix: 16))\r\n")
                // The server now waits for the data, as much at once as it likes.
                #expect(try eventually { try server.metrics()["body_receive_completions_total"] > received })
                let answer = try client.ask([UInt8](repeating: 0, count: size) + Array("XX".utf8))
                #expect(answer.status == 400, "chunk of \(size): \(answer)")
                #expect(try eventually { try server.metrics()["bodies_in_flight"] == 0 })
            }
        }
    }

    // MARK: JSON

    @Test func answersInJSONWhenAsked() throws {
        try withServer { server in
            let client = try server.connect()
            let json = ["Accept: text/plain;q=0.5, application/json"]
            let rows = Fixture.bytes(of: [1, 3, 2, 6])
            let answer = try client.ask(Request.post(rows, query: "columns=2", fields: json))
            #expect(answer["Content-Type"] == "application/json")
            #expect(answer.text == "{\"value\":1.0,\"rows\":2,\"columns\":2}\n")
            #expect(
                try client.ask(Request.postChunked(rows, cuts: [3], query: "kernel=mean", fields: json)).text
                    == "{\"value\":3.0,\"rows\":1,\"columns\":4}\n")
            #expect(
                try client.ask(Request.post(one, fields: json)).text
                    == "{\"value\":0.0,\"rows\":1,\"columns\":1}\n")
            let refusal = try client.ask(Request.post(three, query: "columns=2", fields: json))
            #expect(refusal.status == 422 && refusal["Content-Type"] == "application/json")
            #expect(
                refusal.text.hasPrefix(
                    "{\"status\":422,\"error\":\"expected rows of 2 float32 values; 3 values"))
        }
    }

    @Test func answersAOneValueBody() throws {
        try withServer { server in
            let client = try server.connect()
            for (value, expected): (Float, UInt32) in [
                (0.1, 0), (-3e38, 0), (.infinity, 0x7FC0_0000), (-.infinity, 0x7FC0_0000),
                (.nan, 0x7FC0_0000),
            ] {
                let body = Fixture.bytes(of: [value])
                #expect(try client.ask(Request.post(body)).bits == expected, "\(value)")
                #expect(
                    try client.ask(Request.postChunked(body, cuts: [1, 2, 3])).bits == expected, "\(value)")
            }
        }
    }
}
