import Fixtures
import Glibc
import Seeds
import Testing

/// Clients that break off, talk nonsense or dawdle. ``withServer(_:unix:descriptors:sourceLocation:_:)`` checks
/// after each that the server goes on and that everything on loan has come back.
@Suite struct FaultTests {
    private static let body = [UInt8](repeating: 0, count: 400_000)

    @Test(arguments: ["streamed", "landed"], [false, true])
    func neverAnswersABodyCutShort(placement: String, unix: Bool) throws {
        try withServer(["--body", placement, "--memory", "128MiB"], unix: unix) { server in
            let truncated = try server.metrics()["bodies_truncated_total"]
            let requests = [
                Request.post(Self.body, query: "kernel=sum"),
                Request.postChunked(Self.body, cuts: [9, 200_000], query: "kernel=sum"),
            ]
            var cut = 0
            for request in requests {
                // Within the head's own piece, in the middle, before the last byte.
                for count in [request.count - Self.body.count / 2, request.count - 1, 300] {
                    let client = try server.connect()
                    try client.send(request.prefix(count))
                    client.halfClose()
                    let rest = String(decoding: try client.readToEnd(), as: UTF8.self)
                    #expect(rest.isEmpty || rest.hasPrefix("HTTP/1.1 400 "), "\(rest)")
                    cut += 1
                }
            }
            let counted = try eventually { try server.metrics()["bodies_truncated_total"] == truncated + cut }
            #expect(counted, "\(cut) bodies were cut short")
        }
    }

    @Test(arguments: ["streamed", "landed"])
    func survivesResetsAnywhere(placement: String) throws {
        try withServer(["--body", placement, "--memory", "128MiB"]) { server in
            var generator = SeededGenerator(seed: seed)
            let requests = [
                Request.post(Self.body, query: "kernel=sum"),
                Request.postChunked(
                    Self.body, cuts: generator.cuts(of: Self.body.count, atMost: 50), query: "columns=1"),
                Request.post([0, 0, 0, 0], query: "kernel=sum") + Array(Request.health.utf8),
            ]
            for round in 0..<300 {
                let request = requests[round % requests.count]
                let client = try server.connect()
                let count = Int.random(in: 0...request.count, using: &generator)
                try client.send(request.prefix(count))
                if round % 5 == 0 { client.close() } else { client.reset() }
            }
            let answer = try server.ask(Request.post(Self.body, query: "kernel=maximum"))
            #expect(answer.bits == 0, "seed \(seed): \(answer)")
        }
    }

    @Test func survivesGarbage() throws {
        try withServer { server in
            var generator = SeededGenerator(seed: seed)
            for round in 0..<300 {
                let client = try server.connect()
                var bytes = (0..<Int.random(in: 1...2000, using: &generator)).map { _ in
                    UInt8.random(in: 0...255, using: &generator)
                }
                if round % 2 == 0 { bytes = Request.head("", ["Transfer-Encoding: chunked"]) + bytes }
                if round % 3 == 0 { bytes = Array("GET /health HTTP/1.1\r\n".utf8) + bytes }
                try client.send(bytes)
                client.halfClose()
                let rest = String(decoding: try client.readToEnd(), as: UTF8.self)
                #expect(
                    rest.isEmpty || rest.hasPrefix("HTTP/1.1 4") || rest.hasPrefix("HTTP/1.1 5"),
                    "seed \(seed): \(rest)")
            }
            #expect(try server.ask(Request.health).text == "alive\n")
        }
    }

    @Test(arguments: [false, true])
    func answersAClientThatHasHalfClosed(unix: Bool) throws {
        try withServer(unix: unix) { server in
            for request in [
                Request.post(Self.body, query: "kernel=sum"),
                Request.postChunked(Self.body, cuts: [7], query: "kernel=sum"),
                Array(Request.health.utf8), Request.post([1, 2, 3]),
            ] {
                let client = try server.connect()
                try client.send(request)
                client.halfClose()
                let answer = try client.readAnswer()
                #expect(answer.status == 200 || answer.status == 422, "\(answer)")
                #expect(try client.readToEnd().isEmpty)
            }
        }
    }

    /// All that take seconds, at the same time. The idle limit between requests (60 s) is left to the simulation.
    @Test func cutsTheSlowOff() throws {
        try withServer(["--body", "landed", "--memory", "128MiB"]) { server in
            let start = ContinuousClock.now
            let timeouts = try server.metrics()["timeouts_total"]
            let silent = try server.connect()
            let slowHead = try server.connect()
            try slowHead.send("GET /")
            let stalledBody = try server.connect()
            try stalledBody.send(Request.head("kernel=sum", ["Content-Length: 30000000"]))
            let trickledBody = try server.connect()
            try trickledBody.send(Request.post(Self.body, query: "kernel=sum").prefix(300_000))
            let trickledChunks = try server.connect()
            try trickledChunks.send(Request.head("", ["Transfer-Encoding: chunked"]))
            var waiting = [
                ("head", slowHead), ("body", stalledBody), ("trickled body", trickledBody),
                ("chunks", trickledChunks),
            ]
            let deadline = Deadline(after: .seconds(60))
            while !waiting.isEmpty, !deadline.hasPassed {
                waiting.removeAll { $0.1.hasNews }
                for (name, client) in waiting where name != "body" {
                    try client.send(name == "head" ? "T" : name == "chunks" ? "1\r\n\0\r\n" : "\0")
                }
                // The next byte is due in 0.3 s, unless somebody has been answered by then.
                _ = isReady(
                    anyOf: waiting.map(\.1.descriptor), POLLIN, before: Deadline(after: .milliseconds(300)))
                // Nobody else waits for them.
                #expect(try server.ask(Request.health).status == 200)
                expectNoRingWorkers(server)
            }
            #expect(waiting.isEmpty, "still open after a minute: \(waiting.map(\.0))")
            for client in [slowHead, stalledBody, trickledBody, trickledChunks] {
                let answer = try client.readAnswer()
                #expect(answer.status == 408 && answer.saysClose, "\(answer)")
                let limit = client === slowHead ? "whole 5 s after its first byte" : "327680 bytes of a body"
                #expect(answer.text.contains(limit), "\(answer)")
                #expect(try client.readToEnd().isEmpty)
            }
            #expect(try silent.readToEnd().isEmpty, "a silent client is closed without a word")
            #expect(ContinuousClock.now - start >= .seconds(9.9), "that is ten seconds after it came")
            #expect(try server.metrics()["timeouts_total"] >= timeouts + 5)
        }
    }

    @Test func closesAClientThatDoesNotTakeItsAnswers() throws {
        try withServer { server in
            let timeouts = try server.metrics()["timeouts_total"]
            let client = try Client(server.address, receiveBuffer: 4096)
            // Until the server can send no more, and so reads no more: one request at a time.
            let requests = Array(String(repeating: Request.metrics, count: 100).utf8)
            while isReady(client.descriptor, POLLOUT, before: Deadline(after: .seconds(1))) {
                do { try client.send(requests, within: .seconds(1)) } catch { break }
            }
            #expect(try eventually { try server.metrics()["timeouts_total"] > timeouts })
            // The client has read nothing, and is not closed here: the server has ended the connection.
            #expect(try eventually { try Baseline(of: server)?.connectionsOpen == 0 })
            // Nor does Linux keep for it what it has not taken.
            let sockets = try ServerSockets(of: server.address)
            #expect(sockets?.unsent == 0)
            client.close()
        }
    }

    /// Slow, but within the limits: never cut off.
    @Test func servesAClientThatIsSlowButFastEnough() throws {
        try withServer { server in
            let client = try server.connect()
            let body = [UInt8](repeating: 0, count: 800_000)
            let request = Request.post(body, query: "kernel=sum")
            // 60 KB each half second: 600 KB in five seconds, where 320 KiB are asked for.
            for piece in stride(from: 0, to: request.count, by: 60_000) {
                try client.send(request[piece..<min(piece + 60_000, request.count)])
                // Nothing is said before the next piece is due: it would be a refusal.
                let isRefused =
                    piece + 60_000 < request.count
                    && isReady(client.descriptor, POLLIN, before: Deadline(after: .milliseconds(500)))
                #expect(!isRefused)
            }
            #expect(try client.readAnswer().bits == 0)
        }
    }
}

func expectNoRingWorkers(_ server: ServerProcess) {
    let names = server.threadNames
    #expect(!names.contains { $0.hasPrefix("iou-wrk") }, "\(names)")
}
