import ArgumentParser
import FoundationEssentials
import Testing

@testable import IngestBench
@testable import LoadGenerator

/// Whole reports, from rounds that were really run: against a limit server in this process.
struct ReportTests {
    /// A report on two rounds against a sink, as the server and as the limit.
    static func report(expecting answer: [UInt8]? = nil) throws -> Report {
        let body = try RequestBody(valueCount: 10, seed: 3)
        let limit = try LimitServer(kind: .sink, connections: 2, bodySize: body.byteCount)
        let serving = try ServingThread(limit)
        defer { serving.stop() }
        let settings = try Settings(
            try Options.parse([
                "--size", "40", "--requests", "4", "--rounds", "2", "--url", "http://127.0.0.1:1",
            ]))
        let results = try [BenchTarget.Role.server, .sink].map { role in
            let plan = LoadPlan(
                endpoint: limit.endpoint, target: "/predict", body: body,
                expectedAnswer: .bytes(answer ?? LimitServer.answer(of: .sink, to: body)),
                congestionControl: nil)
            let target = BenchTarget(
                role: role, name: role.rawValue, plan: plan, cores: 1, child: nil,
                processes: [ProcessFigures.ownPID], hasCounters: false)
            let result = TargetResult(target: target, warmUp: LoadOutcome())
            for _ in 0..<2 {
                var before = Snapshot()
                let outcome = try target.session.run(.requests(2)) { before = .before(target) }
                result.samples.append(
                    RoundSample(outcome: outcome, before: before, after: .after(target), bodySize: 40))
            }
            target.stop()
            return result
        }
        return Report(settings: settings, congestionControl: "cubic", results: results, notes: ["a \"note\""])
    }

    @Test func isValidJSONWithEveryFigure() throws {
        let text = try Self.report().json()
        let decoded = try JSONDecoder().decode(JSONReport.self, from: Data(text.utf8))
        #expect(decoded.ok)
        #expect(decoded.notes == ["a \"note\""])
        let server = try #require(decoded.targets["server"])
        #expect(Set(server.figures.keys) == Set(Figure.allCases.map(\.rawValue)))
        #expect(server.requests == 4)
        let rate = try #require(server.figures["requests_per_second"])
        #expect(rate.source == .client)
        #expect(rate.rounds?.count == 2)
        #expect(try #require(rate.min) <= #require(rate.median))
        #expect(decoded.ratios["sink"]?["requests_per_second"]?.rounds.count == 2)
    }

    @Test func givesNoValueToWhatHasNoSource() throws {
        let report = try Self.report()
        let decoded = try JSONDecoder().decode(JSONReport.self, from: Data(report.json().utf8))
        let figure = try #require(decoded.targets["server"]?.figures["system_calls_per_body"])
        #expect(figure.source == nil)
        #expect(figure.median == nil)
        #expect(try report.json().contains("\"median\" : null"))
        let line = report.text().split(separator: "\n").first { $0.hasPrefix("system calls/body") }
        #expect(try #require(line).contains("–"))
    }

    @Test func tellsPeopleTheSameFigures() throws {
        let text = try Self.report().text()
        for words in [
            "Running 4 requests test @ http://", "Latency Distribution", "Requests/sec:", "Transfer/sec:",
            "all right", "÷ sink", "Sources", "a \"note\"", "seed 1",
        ] {
            #expect(text.contains(words), "\(words)")
        }
    }

    @Test func saysSoWhenAnAnswerIsWrong() throws {
        let report = try Self.report(expecting: [1, 2, 3, 4])
        #expect(!report.isSound)
        #expect(report.text().contains("WRONG ANSWERS of server: 4"))
        let decoded = try JSONDecoder().decode(JSONReport.self, from: Data(report.json().utf8))
        #expect(!decoded.ok)
        #expect(decoded.targets["server"]?.wrongAnswers == 4)
    }

    @Test func isNotSoundWhenASlowClientFailed() throws {
        let report = try Self.report()
        #expect(report.isSound)
        var slow = LoadOutcome()
        slow.record(.failed(.timeout), began: 0, ended: 1)
        let plan = report.server.target.plan
        let target = BenchTarget(
            role: .apart, name: "apart", plan: plan, cores: 1, child: nil, processes: [], hasCounters: false,
            slowClients: (count: 1, plan: plan))
        let result = TargetResult(target: target, warmUp: LoadOutcome())
        result.samples = report.server.samples
        #expect(result.isSound)
        result.samples[1].slow = slow
        #expect(!result.isSound)
        let other = Report(
            settings: report.settings, congestionControl: nil, results: report.results + [result], notes: [])
        #expect(!other.isSound)
        let errors = "Errors of the slow clients beside apart: connect 0, broken 0, timeout 1"
        #expect(other.text().contains(errors))
        let decoded = try JSONDecoder().decode(JSONReport.self, from: Data(other.json().utf8))
        #expect(!decoded.ok)
        #expect(decoded.targets["apart"]?.slowClients?.errors["timeout"] == 1)
        #expect(decoded.targets["server"]?.slowClients == nil)
    }

    @Test func knowsTheAnswerToABodyOfOneValue() throws {
        #expect(expectedAnswer(try RequestBody(valueCount: 1, seed: 9), columns: 1) == [0, 0, 0, 0])
    }
}
