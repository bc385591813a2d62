import Testing

/// Blocking handlers over real sockets: threads of their own, a line in front of them, and its end.
struct ComputePoolTests {
    private let hold = "GET /hold HTTP/1.1\r\nHost: a\r\n\r\n"
    private let held = "GET /held HTTP/1.1\r\nHost: a\r\n\r\n"
    private let open = "POST /open HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"
    private let hello = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test func whoFindsTheLineFullGets503AndNobodyElseNoticesIt() throws {
        try withHandlerService(["compute-threads=2", "compute-queue=4"]) { server in
            // They name themselves, each when it first runs.
            #expect(
                eventually { server.threadNames.count { $0.hasPrefix("compute-") } == 2 },
                "\(server.threadNames)")
            let working = try (0..<2).map { _ in try server.connect() }
            for client in working { try client.send(hold) }
            #expect(try eventually { try server.ask(held).text == "2\n" })
            let waiting = try (0..<4).map { _ in try server.connect() }
            for client in waiting { try client.send(hold) }
            #expect(try eventually { try server.metrics()["compute_waiting"] == 4 })
            for _ in 0..<5 {
                let refused = try server.ask(hold)
                #expect(
                    refused.status == 503 && refused.saysClose && refused["Retry-After"] == "1", "\(refused)")
            }
            #expect(try server.metrics()["compute_refusals_total"] == 5)
            #expect(try server.ask(hello).text == "hello\n")
            #expect(try server.ask(open).text == "open\n")
            for client in working + waiting { #expect(try client.readAnswer().text == "passed\n") }
            #expect(try server.metrics()["compute_waiting"] == 0)
        }
    }

    @Test func theTimeInTheLineCounts() throws {
        try withHandlerService(["compute-threads=1", "handler-timeout-ms=300"]) { server in
            let working = try server.connect()
            let waiting = try server.connect()
            try working.send(hold)
            #expect(try eventually { try server.ask(held).text == "1\n" })
            try waiting.send(hold)
            for client in [working, waiting] {
                let answer = try client.readAnswer()
                #expect(answer.status == 504 && answer.saysClose, "\(answer)")
            }
            // The thread is free again when its handler has ended, and who waited too long is not worked for.
            #expect(try server.ask(held).text == "1\n")
            #expect(try server.ask(open).text == "open\n")
            #expect(try eventually { try server.ask(held).text == "0\n" })
            #expect(try server.ask(hold).text == "passed\n")
        }
    }

    /// An async handler that has something computed waits in the same line, and goes on with its reactor meanwhile.
    @Test func anAsyncHandlersWorkStandsInTheSameLine() throws {
        let later = "GET /hold/later HTTP/1.1\r\nHost: a\r\n\r\n"
        try withHandlerService(["compute-threads=1", "compute-queue=2"]) { server in
            let working = try server.connect()
            try working.send(later)
            #expect(try eventually { try server.ask(held).text == "1\n" })
            let waiting = try server.connect()
            let leaving = try server.connect()
            for client in [waiting, leaving] { try client.send(later) }
            #expect(try eventually { try server.metrics()["compute_waiting"] == 2 })
            let refused = try server.ask(later)
            #expect(refused.status == 503 && refused["Retry-After"] == "1", "\(refused)")
            #expect(try server.metrics()["compute_refusals_total"] == 1)
            leaving.reset()
            #expect(try eventually { try server.metrics()["handlers_cancelled_total"] == 1 })
            #expect(try server.ask(open).text == "open\n")
            for client in [working, waiting] { #expect(try client.readAnswer().text == "passed\n") }
            #expect(try eventually { try server.metrics()["handler_tasks"] == 0 })
        }
    }
}
