import ArgumentParser
import Testing

@testable import IngestBench
@testable import LoadGenerator

/// Slow clients beside a server that is measured: a sink in this process.
struct SlowClientsTests {
    private let body: RequestBody
    private let settings: Settings

    init() throws {
        body = try RequestBody(valueCount: 10, seed: 3)
        settings = try Settings(
            try Options.parse([
                "--size", "40", "--requests", "2", "--rounds", "1", "--url", "http://127.0.0.1:1",
            ]))
    }

    /// - Parameter slowAnswer: what the slow clients are told to expect; nil: there are none.
    private func target(
        at endpoint: Endpoint, slowAnswer: [UInt8]?, slowEndpoint: Endpoint? = nil
    ) -> BenchTarget {
        func plan(_ endpoint: Endpoint, _ answer: [UInt8]) -> LoadPlan {
            LoadPlan(
                endpoint: endpoint, target: "/predict", body: body, expectedAnswer: .bytes(answer),
                congestionControl: nil)
        }
        return BenchTarget(
            role: .server, name: "server", plan: plan(endpoint, LimitServer.answer(of: .sink, to: body)),
            cores: 1, child: nil, processes: [], hasCounters: false,
            slowClients: slowAnswer.map { (count: 1, plan: plan(slowEndpoint ?? endpoint, $0)) })
    }

    @Test(arguments: [true, false])
    func aRoundKeepsWhatBecameOfThem(right: Bool) throws {
        let server = try LimitServer(kind: .sink, connections: 2, bodySize: body.byteCount)
        let serving = try ServingThread(server)
        defer { serving.stop() }
        let answer = LimitServer.answer(of: .sink, to: body)
        let target = target(at: server.endpoint, slowAnswer: right ? answer : answer.map { ~$0 })
        let result = TargetResult(target: target, warmUp: LoadOutcome())
        var distances = CoreDistances()
        try Rounds(settings: settings).run([result], &distances) { _, _ in }
        target.stop()
        let slow = try #require(result.slow)
        #expect(slow.answered > 0)
        #expect((slow.wrong == 0) == right)
        #expect(result.total.right == 2)
        #expect(result.isSound == right)
    }

    /// With one round, in which the server counted nine bodies.
    private func result(_ target: BenchTarget) -> TargetResult {
        let result = TargetResult(target: target, warmUp: LoadOutcome())
        result.samples = [
            RoundSample(
                outcome: LoadOutcome(), before: Snapshot(counters: ["sluice_bodies_total": 0]),
                after: Snapshot(counters: ["sluice_bodies_total": 9]), bodySize: 40)
        ]
        return result
    }

    @Test func areNamedWhereTheServersCountersAreTheirsToo() {
        let (here, there) = (Endpoint.loopback(port: 1), Endpoint.loopback(port: 2))
        let burdened = result(target(at: here, slowAnswer: []))
        #expect(burdened.remarks.count == 1)
        #expect(burdened.remarks[0].contains("slow clients"))
        for other in [
            target(at: here, slowAnswer: nil), target(at: here, slowAnswer: [], slowEndpoint: there),
        ] {
            #expect(result(other).remarks == ["round 1: server counts 9 bodies, 0 were answered"])
        }
    }
}
