import Synchronization
import Testing

@testable import LoadGenerator

/// What a client sends and takes besides posts of floats on connections that are kept.
struct RequestShapeTests {
    static let engines: [LoadSession.Engine] = [.blocking, .epoll(threads: 1)]
    private static let answer = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello\n"

    private func plan(_ endpoint: Endpoint, connections: Int = 1) throws -> LoadPlan {
        var plan = LoadPlan(
            endpoint: endpoint, target: "/hello", body: try .none(),
            expectedAnswer: .bytes(Array("hello\n".utf8)), connections: connections, congestionControl: nil,
            timeout: .seconds(5))
        plan.method = "GET"
        return plan
    }

    @Test func aGetWithoutABodyHasNoLength() throws {
        var plan = try plan(.loopback(port: 80))
        plan.userAgent = "us"
        plan.fields = ["A: b"]
        let head = "GET /hello HTTP/1.1\r\nHost: 127.0.0.1:80\r\nUser-Agent: us\r\n"
        #expect(String(decoding: plan.head, as: UTF8.self) == head + "A: b\r\n\r\n")
        plan.body = try RequestBody(bytes: Array("{}".utf8))
        plan.contentType = "application/json"
        plan.opensAnew = true
        let fields = "Content-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n"
        #expect(String(decoding: plan.head, as: UTF8.self) == head + fields + "A: b\r\n\r\n")
    }

    @Test(arguments: engines)
    func opensAConnectionForEachRequest(engine: LoadSession.Engine) throws {
        let connections = Mutex(0)
        try withScriptedServer { connection in
            connections.withLock { $0 += 1 }
            connection.receiveHead()
            // It would serve more: that the client closes is the client's own doing.
            connection.send(Self.answer)
            connection.drain()
        } _: { endpoint in
            var plan = try plan(endpoint)
            plan.opensAnew = true
            let outcome = try LoadSession(plan: plan, engine: engine).run(.requests(7))
            #expect(outcome.right == 7 && outcome.failures.total == 0)
            // None was opened because another had been closed on us.
            #expect(outcome.reconnects == 0)
        }
        #expect(connections.withLock { $0 } == 7)
    }

    @Test(arguments: engines)
    func takesAnAnswerInChunks(engine: LoadSession.Engine) throws {
        try withScriptedServer { connection in
            for _ in 0..<3 {
                connection.receiveHead()
                connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n")
                connection.send("4\r\nllo\n\r\n0\r\n\r\n")
            }
        } _: { endpoint in
            let outcome = try LoadSession(plan: try plan(endpoint), engine: engine).run(.requests(3))
            #expect(outcome.right == 3 && outcome.reconnects == 0)
        }
    }

    @Test(arguments: engines)
    func takesAnAnswerThatEndsWithTheConnection(engine: LoadSession.Engine) throws {
        try withScriptedServer { connection in
            connection.receiveHead()
            connection.send("HTTP/1.0 200 OK\r\n\r\nhello\n")
        } _: { endpoint in
            let outcome = try LoadSession(plan: try plan(endpoint), engine: engine).run(.requests(3))
            #expect(outcome.right == 3 && outcome.failures.total == 0)
        }
    }

    @Test(arguments: engines)
    func judgesAnAnswerAsItIsTold(engine: LoadSession.Engine) throws {
        try withScriptedServer { connection in
            for body in ["hello!", "hella!"] {
                connection.receiveHead()
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n" + body)
            }
        } _: { endpoint in
            var plan = try plan(endpoint)
            plan.expectedAnswer = .accepted { $0.prefix(5) == Array("hello".utf8)[...] }
            let outcome = try LoadSession(plan: plan, engine: engine).run(.requests(2))
            #expect(outcome.right == 1 && outcome.wrong == 1)
            #expect(outcome.firstWrong == Array("hella!".utf8))
        }
    }

    @Test(arguments: engines)
    func countsA503Apart(engine: LoadSession.Engine) throws {
        try withScriptedServer { connection in
            for status in ["503 Service Unavailable", "500 Internal Server Error"] {
                connection.receiveHead()
                connection.send("HTTP/1.1 \(status)\r\nContent-Length: 0\r\n\r\n")
            }
        } _: { endpoint in
            // A failure ends the connection, so each comes to the first answer.
            let outcome = try LoadSession(plan: try plan(endpoint), engine: engine).run(.requests(2))
            #expect(outcome.failures.status == 2 && outcome.failures.unavailable == 2)
        }
    }

    @Test
    func givesUpWhatIsUnderWayWhenItsTimeIsOver() throws {
        // One connection after another: the second is never served while the first is open.
        try withScriptedServer { connection in
            connection.receiveHead()
            connection.send(Self.answer)
            connection.drain()
        } _: { endpoint in
            let session = LoadSession(plan: try plan(endpoint, connections: 3), engine: .epoll(threads: 1))
            let outcome = try session.run(.requests(1000), within: .milliseconds(300))
            #expect(outcome.right == 1)
            #expect(outcome.unfinished == 3)
            #expect(outcome.failures.total == 0)
            #expect(outcome.seconds >= 0.3 && outcome.seconds < 4)
        }
    }

    @Test(arguments: engines)
    func endsEarlyWhenAllIsDone(engine: LoadSession.Engine) throws {
        try withScriptedServer { connection in
            connection.receiveHead()
            connection.send(Self.answer)
        } _: { endpoint in
            let session = LoadSession(plan: try plan(endpoint), engine: engine)
            let outcome = try session.run(.requests(1), within: .seconds(30))
            #expect(outcome.right == 1 && outcome.unfinished == 0)
            #expect(outcome.seconds < 20)
        }
    }
}
