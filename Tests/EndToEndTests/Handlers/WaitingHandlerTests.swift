import Glibc
import Testing

/// Async handlers over real sockets: what waiting costs, and what ends it.
struct WaitingHandlerTests {
    private func get(_ path: String, _ fields: [String] = []) -> String {
        (["GET \(path) HTTP/1.1", "Host: a"] + fields + ["", ""]).joined(separator: "\r\n")
    }

    /// A thread for each, or one waiting after the other, would be seen in either figure.
    @Test func aThousandWaitSideBySideAndAddNoThread() throws {
        raiseDescriptorLimit(to: 4096)
        try withHandlerService { server in
            let clients = try (0..<1000).map { _ in try server.connect() }
            // Everything that is made once is made.
            for client in clients { try client.send(get("/wait/1")) }
            for client in clients { #expect(try client.readAnswer().status == 200) }
            let threads = server.settledThreadNames
            let begin = ContinuousClock.now
            for client in clients { try client.send(get("/wait/1000")) }
            expectSameThreads(server, threads)
            for client in clients { #expect(try client.readAnswer().text == "waited\n") }
            expectSameThreads(server, threads)
            let waited = ContinuousClock.now - begin
            // 1.2 s, and what a busy machine and a debug build take.
            #expect(waited >= .seconds(1) && waited < .seconds(3), "\(waited)")
            print("handlers: 1000 waits of 1 s at once took \(waited)")
        }
    }

    @Test func aResetCancels() throws {
        try withHandlerService { server in
            let client = try server.connect()
            try client.send(get("/wait/3600000"))
            #expect(try eventually { try server.metrics()["handler_tasks"] == 1 })
            client.reset()
            #expect(try eventually { try server.metrics()["handlers_cancelled_total"] == 1 })
            #expect(try eventually { try server.metrics()["handler_tasks"] == 0 })
        }
    }

    /// Who has said all still wants the answer.
    @Test func theEndOfWhatAClientSendsCancelsNothing() throws {
        try withHandlerService { server in
            let client = try server.connect()
            try client.send(get("/wait/300"))
            client.halfClose()
            #expect(try client.readAnswer().text == "waited\n")
            #expect(try client.readToEnd().isEmpty)
            #expect(try server.metrics()["handlers_cancelled_total"] == 0)
        }
    }

    @Test func whoIsTooSlowIsAnsweredFor() throws {
        try withHandlerService(["handler-timeout-ms=200"]) { server in
            let client = try server.connect()
            let answer = try client.ask(get("/wait/3600000"))
            #expect(answer.status == 504 && answer.saysClose, "\(answer)")
            #expect(answer.text == "no answer within 200 ms\n")
            #expect(try client.readToEnd().isEmpty)
            let metrics = try server.metrics()
            #expect(metrics["handler_timeouts_total"] == 1 && metrics["handlers_cancelled_total"] == 1)
            #expect(try eventually { try server.metrics()["handler_tasks"] == 0 })
        }
    }

    /// It goes round and round on the reactor's only thread, and waits for nothing in earnest.
    @Test func whoHeedsNoCancellationKeepsNobodyWaiting() throws {
        try withHandlerService(["threads=1", "handler-timeout-ms=200"]) { server in
            let (late, gone, other) = (try server.connect(), try server.connect(), try server.connect())
            try gone.send(get("/deaf/stream"))
            #expect(try gone.readAnswer(toHead: true).status == 200)
            gone.reset()
            #expect(try late.ask(get("/deaf")).status == 504)
            for _ in 0..<10 { #expect(try other.ask(get("/hello")).text == "hello\n") }
            #expect(try eventually { try server.metrics()["handlers_cancelled_total"] == 2 })
            #expect(try server.metrics()["handler_tasks"] == 2)
            #expect(try other.ask("POST /open HTTP/1.1\r\nHost: a\r\n\r\n").status == 200)
            #expect(try eventually { try server.metrics()["handler_tasks"] == 0 })
        }
    }
}
