import Testing

@testable import LoadGenerator

/// Real sockets: both limit servers under both engines.
struct LimitServerTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var kind: LimitServer.Kind
        var engine: LoadSession.Engine
        var values: Int
        var connections: Int
        var sender = LoadPlan.Sender.write

        var testDescription: String { "\(kind) \(engine) \(values) values × \(connections), \(sender)" }
    }

    static let cases: [Case] = LimitServer.Kind.allCases.flatMap { kind in
        [
            Case(kind: kind, engine: .blocking, values: 1, connections: 1),
            Case(kind: kind, engine: .blocking, values: 1_000_000, connections: 3),
            Case(kind: kind, engine: .blocking, values: 1_000_000, connections: 2, sender: .sendfile),
            Case(kind: kind, engine: .epoll(threads: 2), values: 1, connections: 200),
            Case(kind: kind, engine: .epoll(threads: 2), values: 500_000, connections: 5),
            Case(kind: kind, engine: .epoll(threads: 1), values: 500_000, connections: 3, sender: .sendfile),
        ]
    }

    @Test(arguments: cases)
    func answersEveryRequest(test: Case) throws {
        let body = try RequestBody(valueCount: test.values, seed: 7, asFile: test.sender == .sendfile)
        let server = try LimitServer(kind: test.kind, connections: test.connections, bodySize: body.byteCount)
        let serving = try ServingThread(server)
        defer { serving.stop() }
        let plan = LoadPlan(
            endpoint: server.endpoint, target: "/predict", body: body,
            expectedAnswer: .bytes(LimitServer.answer(of: test.kind, to: body)),
            connections: test.connections,
            sender: test.sender, congestionControl: nil, timeout: .seconds(10))
        let session = LoadSession(plan: plan, engine: test.engine)
        try session.connect()
        // Two runs over the same connections.
        for requests in [1, 3 * test.connections] {
            let outcome = try session.run(.requests(requests))
            #expect(outcome.right == requests)
            #expect(outcome.wrong == 0)
            #expect(outcome.failures.total == 0, "\(outcome.failures.first?.text ?? "")")
            #expect(outcome.latencies.count == requests)
            #expect(outcome.seconds > 0)
        }
        session.disconnect()
    }

    @Test(arguments: [LoadSession.Engine.blocking, .epoll(threads: 1)])
    func endsWhenTheTimeIsUp(engine: LoadSession.Engine) throws {
        let body = try RequestBody(valueCount: 1, seed: 7)
        let server = try LimitServer(kind: .sink, connections: 2, bodySize: 4)
        let serving = try ServingThread(server)
        defer { serving.stop() }
        let plan = LoadPlan(
            endpoint: server.endpoint, target: "/", body: body,
            expectedAnswer: .bytes(LimitServer.answer(of: .sink, to: body)), connections: 2,
            congestionControl: nil)
        let session = LoadSession(plan: plan, engine: engine)
        var started = 0
        let outcome = try session.run(.duration(.milliseconds(100))) { started += 1 }
        #expect(started == 1)
        #expect(outcome.right > 0)
        #expect(0.09..<5 ~= outcome.seconds)
        session.disconnect()
    }

    /// On a busy machine a short run's time may be over before its threads are awake.
    @Test(arguments: [LoadSession.Engine.blocking, .epoll(threads: 1)])
    func aRunHasARequestHoweverShortItIs(engine: LoadSession.Engine) throws {
        let body = try RequestBody(valueCount: 1, seed: 7)
        let server = try LimitServer(kind: .sink, connections: 1, bodySize: 4)
        let serving = try ServingThread(server)
        defer { serving.stop() }
        let plan = LoadPlan(
            endpoint: server.endpoint, target: "/", body: body,
            expectedAnswer: .bytes(LimitServer.answer(of: .sink, to: body)), congestionControl: nil)
        let session = LoadSession(plan: plan, engine: engine)
        #expect(try session.run(.duration(.zero)).right == 1)
        session.disconnect()
    }

    @Test(arguments: [LoadSession.Engine.blocking, .epoll(threads: 1)])
    func seesAWrongAnswer(engine: LoadSession.Engine) throws {
        let body = try RequestBody(valueCount: 100, seed: 7)
        let server = try LimitServer(kind: .sink, connections: 1, bodySize: body.byteCount)
        let serving = try ServingThread(server)
        defer { serving.stop() }
        var expected = LimitServer.answer(of: .sink, to: body)
        expected[3] ^= 1
        let plan = LoadPlan(
            endpoint: server.endpoint, target: "/", body: body, expectedAnswer: .bytes(expected),
            congestionControl: nil)
        let session = LoadSession(plan: plan, engine: engine)
        let outcome = try session.run(.requests(3))
        #expect(outcome.right == 0)
        #expect(outcome.wrong == 3)
        #expect(outcome.firstWrong == LimitServer.answer(of: .sink, to: body))
        session.disconnect()
    }
}
