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
        #expect(report.coreRoundTripSeconds?.rounds.count == (ProcessFigures.cores > 1 ? 3 : nil))
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

    /// A row of ten has one mean, and its deviation is +0.0. That of five rows is not.
    @Test
    func comparesWithTheAnswerToTheColumnsOfTheURL() throws {
        let server = try LimitServer(kind: .discard, connections: 1, bodySize: 40)
        let serving = try ServingThread(server)
        defer { serving.stop() }
        for (columns, isRight) in [(10, true), (2, false)] {
            let (output, _, exitCode) = try runIngestBench([
                "--url", "http://\(server.endpoint)/predict?columns=\(columns)", "--size", "40", "--requests",
                "2", "--rounds", "1", "--no-limits", "--json",
            ])
            #expect(exitCode == (isRight ? 0 : 1))
            let report = try JSONDecoder().decode(JSONReport.self, from: Data(output.utf8))
            #expect(report.ok == isRight)
            #expect(report.settings.columns == columns)
        }
    }

    @Test
    func measuresBesideSlowClientsAndApartFromThem() throws {
        let (output, _, exitCode) = try runIngestBench([
            "--size", "1MB", "--requests", "4", "--rounds", "1", "--slow-clients", "3", "--json",
        ])
        #expect(exitCode == 0)
        let report = try JSONDecoder().decode(JSONReport.self, from: Data(output.utf8))
        #expect(Set(report.targets.keys) == ["server", "apart", "sink", "discard"])
        #expect(report.targets.values.allSatisfy { $0.requests == 4 })
        // The machine bears them whichever of the four is measured.
        for target in report.targets.values {
            let slow = try #require(target.slowClients)
            #expect(slow.wrongAnswers == 0 && slow.errors.values.allSatisfy { $0 == 0 })
        }
        #expect(report.ratios["apart"]?["requests_per_second"] != nil)
        #expect(report.notes.count { $0.contains("the slow clients' part") } == 1)
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
