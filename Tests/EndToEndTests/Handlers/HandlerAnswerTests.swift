import Glibc
import Testing

/// What a client of handlers is told, over real sockets: bodies, parameters, errors, long and streamed responses.
struct HandlerAnswerTests {
    private func request(
        _ method: String, _ path: String, _ fields: [String] = [], body: [UInt8]? = nil
    ) -> [UInt8] {
        let length = body.map { ["Content-Length: \($0.count)"] } ?? []
        let head = ["\(method) \(path) HTTP/1.1", "Host: a"] + fields + length + ["", ""]
        return Array(head.joined(separator: "\r\n").utf8) + (body ?? [])
    }

    @Test func aBodyIsHandedOverWholeWhateverTheMethodAndThePlace() throws {
        let body = [UInt8](repeating: 3, count: 300_000)
        try withHandlerService { (server) throws in
            let client = try server.connect()
            for (method, path) in [("POST", "/sum"), ("GET", "/sum"), ("POST", "/sum/later")] {
                #expect(try client.ask(request(method, path, body: body)).text == "900000\n")
            }
            #expect(try server.ask(request("GET", "/sum")).status == 411)
            #expect(try server.ask(request("POST", "/sum", body: [])).status == 422)
            let large = try server.ask(request("POST", "/sum", ["Content-Length: 9000000"]))
            #expect(large.status == 413 && large.saysClose, "\(large)")
        }
    }

    /// As a length of 0 is, and the connection stays.
    @Test(arguments: ["/sum", "/sum/later"])
    func anEmptyBodyInChunksIsRefused(path: String) throws {
        try withHandlerService { (server) throws in
            let client = try server.connect()
            let head = "POST \(path) HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            for _ in 0..<2 {
                let empty = try client.ask("\(head)0\r\n\r\n")
                #expect(empty.status == 422 && !empty.saysClose, "\(empty)")
                #expect(empty.text.hasPrefix("the body is empty"), "\(empty)")
                #expect(try client.ask("\(head)2\r\n\u{1}\u{2}\r\n0\r\n\r\n").text == "3\n")
            }
        }
    }

    @Test func aPathsSegmentAndAQueryAreDecoded() throws {
        try withHandlerService { (server) throws in
            #expect(try server.ask(request("GET", "/echo/a%2Fb%20c?q=x+y%26z")).text == "a/b c x y&z\n")
            #expect(try server.ask(request("GET", "/echo/%")).text == "% -\n")
            #expect(try server.ask(request("GET", "/echo/")).status == 404)
            #expect(try server.ask(request("GET", "/echo/a/b")).status == 404)
            #expect(try server.ask(request("PUT", "/echo/a")).status == 405)
        }
    }

    @Test func whatIsThrownForTheClientReachesItAndNothingElse() throws {
        try withHandlerService { (server) throws in
            let client = try server.connect()
            let plain = try client.ask(request("GET", "/refuse/404"))
            #expect(plain.status == 404 && plain.text == "as \"asked\"\n" && !plain.saysClose, "\(plain)")
            let json = try client.ask(request("GET", "/refuse/409", ["Accept: application/json"]))
            #expect(json.status == 409 && json.sentenceInJSON == "as \"asked\"", "\(json)")
            let failure = try server.ask(request("GET", "/fail"))
            #expect(failure.status == 500 && failure.text == "the handler failed\n", "\(failure)")
            #expect(eventually { server.log.contains("swordfish") }, "\(server.log)")
        }
    }

    // MARK: Long and streamed responses

    /// 64 MiB that are there once are there once while they are sent.
    @Test func aLongResponseIsNotCopied() throws {
        try withHandlerService { (server) throws in
            let before = server.peakResidentBytes
            #expect(before > 64 << 20, "the response is not in memory before")
            let answer = try server.ask(request("GET", "/large"))
            #expect(answer.status == 200 && answer.body.count == 64 << 20)
            let block = (0..<1 << 16).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 8) }
            let isRight = unsafe answer.body.withUnsafeBytes { body in
                stride(from: 0, to: body.count, by: block.count).allSatisfy {
                    unsafe memcmp(body.baseAddress! + $0, block, block.count) == 0
                }
            }
            #expect(isRight)
            let grown = server.peakResidentBytes - before
            #expect(grown < 8 << 20, "\(grown) bytes")
            print("handlers: a response of 64 MiB made the server grow by \(grown) bytes")
        }
    }

    /// Nothing of the client's waits to be received, which would make any close a reset: what waits is for the client.
    @Test func ofALongResponseThatNobodyTakesNothingIsLeft() throws {
        try withHandlerService { (server) throws in
            let client = try Client(server.address, receiveBuffer: 4096)
            try client.send(request("GET", "/large"))
            #expect(isReady(client.descriptor, POLLIN, before: Deadline(after: .seconds(5))))
            let address = try server.address
            #expect(eventually { (ServerSockets(of: address)?.unsent ?? 0) > 1 << 10 })
            // Cut after a period of five seconds.
            #expect(eventually(within: .seconds(15)) { ServerSockets(of: address)?.count == 0 })
            #expect(try server.ask(request("GET", "/hello")).text == "hello\n")
        }
    }

    @Test func aStreamArrivesWholeAndTheConnectionStays() throws {
        let parts = 300
        let expected = (0..<parts).map { "\($0) \(String(repeating: "-", count: $0 % 5000))\n" }.joined()
        try withHandlerService { (server) throws in
            let client = try server.connect()
            for _ in 0..<2 {
                let answer = try client.ask(request("GET", "/stream/\(parts)"))
                #expect(answer["Transfer-Encoding"] == "chunked" && answer["Content-Type"] == "text/plain")
                #expect(answer.text == expected)
            }
            let head = try client.ask(request("HEAD", "/stream/\(parts)"), toHead: true)
            #expect(head["Transfer-Encoding"] == "chunked" && head.body.isEmpty)
            #expect(try client.ask(request("GET", "/stream/0")).text.isEmpty)
            #expect(try client.ask(request("GET", "/hello")).text == "hello\n")
        }
    }

    @Test func anOldClientsStreamEndsWithTheConnection() throws {
        try withHandlerService { (server) throws in
            let client = try server.connect()
            try client.send("GET /stream/3 HTTP/1.0\r\n\r\n")
            let text = String(decoding: try client.readToEnd(), as: UTF8.self)
            #expect(text.hasSuffix("\r\n\r\n0 \n1 -\n2 --\n") && !text.contains("chunked"), "\(text)")
        }
    }

    /// The client must be able to tell that a response is not whole.
    @Test func aWriterThatFailsLeavesTheResponseWithoutItsEnd() throws {
        try withHandlerService { (server) throws in
            let client = try server.connect()
            try client.send(request("GET", "/cut"))
            let text = String(decoding: try client.readToEnd(), as: UTF8.self)
            #expect(text.contains("the beginning") && !text.contains("\r\n0\r\n"), "\(text)")
            #expect(eventually { server.log.contains("swordfish") }, "\(server.log)")
        }
    }
}
