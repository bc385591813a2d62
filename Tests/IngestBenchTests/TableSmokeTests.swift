import ChartReaders
import FoundationEssentials
import LoadGenerator
import Testing

@testable import IngestBench

/// A tiny table by the built program, against real servers.
struct TableSmokeTests {
    private func table(
        _ arguments: [String]
    ) throws -> (records: [[String: String]], text: String, output: String, exitCode: Int32?) {
        let folder = FileManager.default.temporaryDirectory.appending(path: "table-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let run = try runIngestBench(["table", "--output", folder.path()] + arguments)
        let text = { (name: String) in
            String(decoding: try Data(contentsOf: folder.appending(path: name)), as: UTF8.self)
        }
        let records = try #require(CSVReader(try text("table.csv"))).records
        return (records, try text("table.md"), run.output, run.exitCode)
    }

    @Test
    func hasTheMiddleOfTheRunsAndEveryRound() throws {
        let (records, text, output, exitCode) = try table([
            "--runs", "3", "--rounds", "2", "--duration", "20ms", "--size", "40KB",
        ])
        #expect(exitCode == 0, "\(output)")
        #expect(records.count == 9 * 3 * 3 * 2)
        #expect(records.allSatisfy { $0["wrong_answers"] == "0" && $0["errors"] == "0" })
        #expect(!text.contains("UNFINISHED"))
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("| ") }.dropFirst()
        #expect(rows.count == 9)
        for row in rows {
            let fields = row.split(separator: "|").map { $0.trimming(" ") }
            let body = fields[0].split(separator: " ")
            let size = body[0] == "4B" ? "4" : "40000"
            // The mean of a run's two rounds, and of the three runs the one in the middle.
            let runs = ["1", "2", "3"].map { run in
                records.filter {
                    $0["run"] == run && $0["server"] == "sluice" && $0["body"] == String(body[1])
                        && $0["size_bytes"] == size && $0["connections"] == fields[1]
                }.compactMap { $0["requests_per_second"].flatMap(Double.init) }.reduce(0, +) / 2
            }.sorted()
            let shown = try #require(Double(fields[2].prefix { $0 != " " }))
            #expect(abs(shown - runs[1]) <= runs[1] * 0.01, "\(row): \(runs)")
        }
    }

    /// What has no room is told in the table, and the others are measured.
    @Test
    func saysWhatItSkipped() throws {
        let (records, text, output, exitCode) = try table([
            "--runs", "2", "--rounds", "1", "--duration", "20ms", "--size", "400GB",
        ])
        #expect(exitCode == 0, "\(output)")
        #expect(records.count == 3 * 2 * 3 && records.allSatisfy { $0["size_bytes"] == "4" })
        for body in ["streamed", "landed"] {
            for connections in ["1 connection", "2 connections", "8 connections"] {
                let line = "400GB \(body), \(connections) skipped: "
                #expect(text.split(separator: "\n").count { $0.hasPrefix(line) } == 1, "\(text)")
            }
        }
    }
}

extension Substring {
    fileprivate func trimming(_ character: Character) -> String {
        String(drop { $0 == character }.reversed().drop { $0 == character }.reversed())
    }
}
