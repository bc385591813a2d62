import FoundationEssentials
import LoadGenerator
import Testing

@testable import IngestBench

/// The built program itself, with limits in processes of their own.
struct SmokeTests {
    /// The answer to a body of one value is +0.0, which is what a discard server says to everything.
    @Test(arguments: [1, 70])
    func measuresARunningServerBesideTheLimits(connections: Int) throws {
        let server = try LimitServer(kind: .discard, connections: connections, bodySize: 4)
        let serving = try ServingThread(server)
        defer { serving.stop() }
        let (output, _, exitCode) = try runIngestBench([
            "--url", "http://\(server.endpoint)/predict", "--size", "4", "--requests", "150", "--rounds", "3",
            "--connections", "\(connections)", "--json",
        ])
        #expect(exitCode == 0)
        let report = try JSONDecoder().decode(JSONReport.self, from: Data(output.utf8))
        #expect(report.ok)
        #expect(Set(report.targets.keys) == ["server", "sink", "discard"])
        for target in report.targets.values {
            #expect(target.requests == 150)
            #expect(target.errors.values.allSatisfy { $0 == 0 })
            #expect(target.figures["server_cpu_seconds_per_request"]?.rounds?.count == 3)
        }
    }

    @Test
    func endsWithAnotherCodeWhenAnAnswerIsWrong() throws {
        let server = try LimitServer(kind: .sink, connections: 1, bodySize: 8)
        let serving = try ServingThread(server)
        defer { serving.stop() }
        let (output, _, exitCode) = try runIngestBench([
            "--url", "http://\(server.endpoint)", "--size", "8", "--requests", "5", "--no-limits",
        ])
        #expect(exitCode == 1)
        #expect(output.contains("WRONG ANSWERS"))
    }

    @Test
    func measuresBesideSlowClientsAndApartFromThem() throws {
        let (output, _, exitCode) = try runIngestBench([
            "--size", "1MB", "--requests", "4", "--rounds", "2", "--slow-clients", "3", "--no-limits",
            "--json",
        ])
        #expect(exitCode == 0)
        let report = try JSONDecoder().decode(JSONReport.self, from: Data(output.utf8))
        #expect(Set(report.targets.keys) == ["server", "apart"])
        #expect(report.targets.values.allSatisfy { $0.requests == 4 })
        #expect(report.ratios["apart"]?["requests_per_second"] != nil)
    }

    @Test(arguments: [["--slow-clients", "-1"], ["--slow-clients", "3", "--url", "http://127.0.0.1:1"]])
    func refusesSlowClientsThatCannotBe(arguments: [String]) throws {
        let (_, errors, exitCode) = try runIngestBench(arguments)
        #expect(exitCode != 0)
        #expect(errors.contains("--slow-clients"))
    }

    @Test
    func refusesToPinToACPUThatIsNotThere() throws {
        let (output, errors, exitCode) = try runIngestBench(["--size", "4", "--pin", "100000"])
        #expect(exitCode == 1)
        #expect(output.isEmpty)
        #expect(errors.contains("CPU 100000"))
    }

    @Test
    func endsWithAnErrorWhenNobodyListens() throws {
        let (output, _, exitCode) = try runIngestBench([
            "--url", "http://127.0.0.1:1", "--size", "4", "--no-limits",
        ])
        #expect(exitCode == 1)
        #expect(output.isEmpty)
    }
}
