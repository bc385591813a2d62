import ChartReaders
import FoundationEssentials
import LoadGenerator
import Testing

@testable import IngestBench

/// A tiny sweep by the built program, against real servers.
struct SweepSmokeTests {
    private func sweep(
        _ arguments: [String]
    ) throws -> (table: CSVReader, picture: XMLCheck, output: String, errors: String, exitCode: Int32?) {
        let folder = FileManager.default.temporaryDirectory.appending(path: "sweep-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let run = try runIngestBench(["sweep", "--output", folder.path()] + arguments)
        let table = try Data(contentsOf: folder.appending(path: "sweep.csv"))
        let picture = try Data(contentsOf: folder.appending(path: "sweep.svg"))
        return (
            try #require(CSVReader(String(decoding: table, as: UTF8.self))),
            XMLCheck(String(decoding: picture, as: UTF8.self)), run.output, run.errors, run.exitCode
        )
    }

    private let brief = ["--sizes", "4,4KB", "--cell-duration", "20ms", "--rounds", "2"]

    @Test
    func measuresAllSeriesInAllCells() throws {
        let (table, picture, output, _, exitCode) = try sweep(brief + ["--connections", "1,2"])
        #expect(exitCode == 0)
        #expect(table.records.count == 2 * 2 * 4)
        for record in table.records {
            #expect(record["status"] == "ok", "\(record)")
            #expect(record["rounds"] == "2")
            #expect(record["wrong_answers"] == "0")
            let rate = record["requests_per_second_median"].flatMap(Double.init)
            #expect(try #require(rate) > 0)
            #expect(record["server_cpu_seconds_per_gigabyte_median"]?.isEmpty == false)
        }
        #expect(table.comments.contains { $0.hasPrefix("Machine: ") && $0.contains(" core") })
        #expect(picture.fault == nil)
        #expect(picture.counts["rect"] == 1 + 4 * 2)
        #expect(output.contains("sweep.svg"))
    }

    @Test
    func keepsEverythingOnTheCPUItIsTold() throws {
        let cpu = try #require(allowedCPUs("self")?.split { !$0.isNumber }.last)
        let folder = FileManager.default.temporaryDirectory.appending(path: "sweep-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let child = try ChildProcess(
            executable: ingestBench,
            arguments: ["sweep", "--output", folder.path(), "--connections", "1", "--pin", "\(cpu)"] + brief)
        // Its first line comes when it is pinned and has started nothing; what it starts inherits that.
        #expect(child.line(within: .seconds(60)) != nil)
        #expect(allowedCPUs("\(child.pid)") == "\(cpu)")
        let machine = try #require(child.line(within: .seconds(60)))
        #expect(machine.contains(", \(ProcessFigures.cores) core"))
        while child.line(within: .seconds(60)) != nil {}
        #expect(child.wait(within: .seconds(10)) == 0)
    }

    /// As in `0-1`, `3`.
    private func allowedCPUs(_ process: String) -> String? {
        let status = String(decoding: readFile("/proc/\(process)/status") ?? [], as: UTF8.self)
        let line = status.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed_list:") }
        return line?.split(separator: "\t").last.map(String.init)
    }

    @Test
    func keepsTheOthersWhenAServerFailsAndEndsWithAnotherCode() throws {
        // No server takes windows of 4 bytes.
        let (table, picture, _, errors, exitCode) = try sweep(
            brief + ["--connections", "1", "--window-size", "4"])
        #expect(exitCode == 1)
        for record in table.records {
            let isOurs = record["series"]?.hasPrefix("sluice") == true
            #expect(record["status"] == (isOurs ? "failed" : "ok"), "\(record)")
        }
        #expect(table.records.first?["note"]?.contains("a window has between") == true)
        #expect(errors.contains("4 of 8 measurements had wrong answers or errors"))
        #expect(picture.text.contains("WRONG ANSWERS OR ERRORS"))
    }
}
