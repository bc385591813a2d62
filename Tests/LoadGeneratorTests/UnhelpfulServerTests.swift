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

    /// Something comes in time for each call, and never for the request.
    @Test(arguments: engines)
    func timesOutWithAServerThatTricklesItsAnswer(engine: LoadSession.Engine) throws {
        let outcome = try run(engine, requests: 1, timeout: .milliseconds(200)) { connection in
            connection.receiveRequest()
            for byte in Self.answer.utf8 {
                sleep(milliseconds: 20)
                connection.send([byte])
            }
        }
        #expect(outcome.failures.timeout == 1)
        #expect(outcome.failures.total == 1)
    }

    /// And then nothing: the last call does not wait as long as the whole request may.
    @Test(arguments: engines)
    func timesOutSoonWithAServerThatFallsSilent(engine: LoadSession.Engine) throws {
        let outcome = try run(engine, requests: 1, timeout: .seconds(2)) { connection in
            connection.receiveRequest()
            for byte in Self.answer.utf8.prefix(12) {
                sleep(milliseconds: 100)
                connection.send([byte])
            }
            connection.drain()
        }
        #expect(outcome.failures.timeout == 1)
        #expect(1.9..<2.9 ~= outcome.seconds)
    }

    /// What one request was late by is not taken from the next.
    @Test(arguments: engines)
    func givesEachRequestOnAConnectionItsTime(engine: LoadSession.Engine) throws {
        let outcome = try run(engine, requests: 2, timeout: .seconds(2)) { connection in
            connection.receiveRequest()
            for byte in Self.answer.utf8 {
                sleep(milliseconds: 30)
                connection.send([byte])
            }
            connection.receiveRequest()
            sleep(milliseconds: 1200)
            connection.send(Self.answer)
        }
        #expect(outcome.right == 2)
        #expect(outcome.failures.total == 0)
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

    @Test func asksAServerThatIsGoneAHundredTimesASecondAtMost() throws {
        let (listener, endpoint) = try TCPSocket.listen(backlog: 16)
        let server = try SystemThread(name: "scripted") {
            guard let socket = try? listener.accept() else { return }
            listener.shutdown()
            let connection = ScriptedConnection(socket: socket)
            connection.receiveRequest()
            connection.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 4\r\n\r\n\0\0\0\0")
        }
        let plan = LoadPlan(
            endpoint: endpoint, target: "/", body: try RequestBody(valueCount: 1, seed: 1),
            expectedAnswer: .bytes([0, 0, 0, 0]), congestionControl: nil)
        let began = monotonicNanoseconds()
        let outcome = try PacedUploads(plan, rates: [nil], requests: 11).wait()
        server.join()
        #expect(outcome.right == 1)
        #expect(outcome.failures.connect == 10 && outcome.failures.total == 10)
        #expect(monotonicNanoseconds() - began >= 90_000_000)
    }

    /// The first client's second connection is not let in, and has the time of its plan.
    @Test func goesOnWithAllOthersWhileOneConnects() throws {
        let (listener, endpoint) = try TCPSocket.listen(backlog: 1)
        let plan = LoadPlan(
            endpoint: endpoint, target: "/", body: try RequestBody(valueCount: 1, seed: 1),
            expectedAnswer: .bytes([0, 0, 0, 0]), congestionControl: nil, timeout: .seconds(5))
        let uploads = try PacedUploads(plan, rates: [nil, nil])
        let first = ScriptedConnection(socket: try #require(try listener.accept()))
        let second = ScriptedConnection(socket: try #require(try listener.accept()))
        // As many as may wait to be accepted.
        let queue = try (0..<2).map { _ in try RawConnection(to: endpoint) }
        second.receiveRequest()
        first.receiveRequest()
        first.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 4\r\n\r\n\0\0\0\0")
        // Until it has closed this one: its turn to open another comes before the second client's.
        first.drain()
        let began = monotonicNanoseconds()
        second.send(Self.answer)
        second.receiveRequest()
        #expect(monotonicNanoseconds() - began < 2_500_000_000)
        let outcome = uploads.stop()
        #expect(outcome.right == 2)
        #expect(outcome.failures.total == 0)
        #expect(queue.count == 2)
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
