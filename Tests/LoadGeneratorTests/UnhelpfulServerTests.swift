import Testing

@testable import LoadGenerator

/// Servers that do not do what a client hopes for: each gives an error of its kind, and none makes it hang.
struct UnhelpfulServerTests {
    static let engines: [LoadSession.Engine] = [.blocking, .epoll(threads: 1)]
    static let answer = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n\0\0\0\0"

    /// Runs requests against a server that handles each connection as told.
    private func run(
        _ engine: LoadSession.Engine, values: Int = 1, requests: Int = 2, timeout: Duration = .seconds(5),
        _ serve: @escaping @Sendable (ScriptedConnection) -> Void
    ) throws -> LoadOutcome {
        try withScriptedServer(serve) { endpoint in
            let plan = LoadPlan(
                endpoint: endpoint, target: "/predict", body: try RequestBody(valueCount: values, seed: 1),
                expectedAnswer: .bytes([0, 0, 0, 0]), congestionControl: nil, timeout: timeout)
            let session = LoadSession(plan: plan, engine: engine)
            defer { session.disconnect() }
            return try session.run(.requests(requests))
        }
    }

    @Test(arguments: engines)
    func reportsWhenNobodyListens(engine: LoadSession.Engine) throws {
        let (listener, endpoint) = try TCPSocket.listen(backlog: 1)
        listener.shutdown()
        let plan = LoadPlan(
            endpoint: endpoint, target: "/", body: try RequestBody(valueCount: 1, seed: 1),
            expectedAnswer: .bytes([]),
            congestionControl: nil)
        let session = LoadSession(plan: plan, engine: engine)
        let outcome = try session.run(.requests(3))
        #expect(outcome.failures.connect == 3)
        #expect(outcome.failures.total == 3)
        #expect(throws: LoadFailure.self) { try session.connect() }
    }

    @Test(arguments: engines)
    func reportsAServerThatClosesWithoutAnAnswer(engine: LoadSession.Engine) throws {
        let outcome = try run(engine) { $0.receiveRequest() }
        #expect(outcome.failures.broken == 2)
        #expect(outcome.answered == 0)
    }

    @Test(arguments: engines)
    func reportsAnAnswerThatIsCutShort(engine: LoadSession.Engine) throws {
        let outcome = try run(engine) {
            $0.receiveRequest()
            $0.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab")
        }
        #expect(outcome.failures.broken == 2)
    }

    @Test(arguments: engines)
    func timesOut(engine: LoadSession.Engine) throws {
        let outcome = try run(engine, requests: 1, timeout: .milliseconds(100)) {
            $0.receiveRequest()
            // Until the client has given up.
            $0.receiveRequest()
        }
        #expect(outcome.failures.timeout == 1)
        #expect(outcome.failures.total == 1)
    }

    @Test(arguments: engines)
    func timesOutWithAServerThatDoesNotRead(engine: LoadSession.Engine) throws {
        let (listener, endpoint) = try TCPSocket.listen(backlog: 16)
        let plan = LoadPlan(
            endpoint: endpoint, target: "/", body: try RequestBody(valueCount: 2_000_000, seed: 1),
            expectedAnswer: .bytes([]), congestionControl: nil, timeout: .milliseconds(200))
        let session = LoadSession(plan: plan, engine: engine)
        let outcome = try session.run(.requests(1))
        #expect(outcome.failures.timeout == 1)
        listener.shutdown()
    }

    @Test func endsSlowUploadsThatAServerDoesNotRead() throws {
        let (listener, endpoint) = try TCPSocket.listen(backlog: 16)
        let plan = LoadPlan(
            endpoint: endpoint, target: "/", body: try RequestBody(valueCount: 2_000_000, seed: 1),
            expectedAnswer: .bytes([]), congestionControl: nil, timeout: .milliseconds(200))
        let uploads = try PacedUploads(plan, rates: [nil, 20_000_000], requests: 1)
        let outcome = uploads.wait()
        #expect(outcome.failures.timeout == 2)
        #expect(outcome.failures.total == 2)
        listener.shutdown()
    }

    @Test func doesNotTakeASlowUploadsOwnPaceForItsServers() throws {
        let outcome = try withScriptedServer({
            $0.receiveRequest()
            $0.send(Self.answer)
        }) { endpoint in
            let plan = LoadPlan(
                endpoint: endpoint, target: "/", body: try RequestBody(valueCount: 1000, seed: 1),
                expectedAnswer: .bytes([0, 0, 0, 0]), congestionControl: nil, timeout: .milliseconds(100))
            // Five pieces a second.
            return try PacedUploads(plan, rates: [8000], requests: 1).wait()
        }
        #expect(outcome.right == 1)
        #expect(outcome.failures.total == 0)
    }

    @Test(arguments: engines)
    func reportsARefusalThatComesBeforeTheBody(engine: LoadSession.Engine) throws {
        let outcome = try run(engine, values: 2_000_000) {
            $0.receiveHead()
            $0.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            $0.drain()
        }
        #expect(outcome.failures.status == 2)
        #expect(outcome.failures.first == .status(413))
    }

    @Test(arguments: engines)
    func reportsNonsense(engine: LoadSession.Engine) throws {
        let outcome = try run(engine) {
            $0.receiveRequest()
            $0.send("220 mail.example.org ESMTP\r\n\r\n")
        }
        #expect(outcome.failures.malformed == 2)
    }

    @Test(arguments: engines)
    func goesOnWhenTheServerClosesAfterEachAnswer(engine: LoadSession.Engine) throws {
        let outcome = try run(engine, requests: 5) {
            $0.receiveRequest()
            $0.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 4\r\n\r\n\0\0\0\0")
        }
        #expect(outcome.right == 5)
        #expect(outcome.failures.total == 0)
    }

    @Test(arguments: engines)
    func opensAgainWhatTheServerClosedUnsaid(engine: LoadSession.Engine) throws {
        let outcome = try run(engine, requests: 6) {
            for _ in 0..<2 {
                $0.receiveRequest()
                $0.send(Self.answer)
            }
        }
        #expect(outcome.right == 6)
        #expect(outcome.failures.total == 0)
        #expect(outcome.reconnects == 2)
    }

    @Test(arguments: engines)
    func takesAnAnswerInSingleBytes(engine: LoadSession.Engine) throws {
        let outcome = try run(engine) { connection in
            for _ in 0..<2 {
                connection.receiveRequest()
                for byte in Self.answer.utf8 { connection.send([byte]) }
            }
        }
        #expect(outcome.right == 2)
    }
}
