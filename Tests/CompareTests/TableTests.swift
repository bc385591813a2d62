import ChartReaders
import Testing

@testable import Compare

struct CompareTableTests {
    @Test func hasALineForEachServerUnderEachWorkload() throws {
        let text = CompareTable(heading: ["Machine: here"], comparison: SoundCells(rounds: 3).comparison)
            .csv()
        let table = try #require(CSVReader(text))
        #expect(table.comments == ["Machine: here"])
        #expect(table.records.count == SoundCells.workloads.reduce(0) { $0 + SoundCells.servers($1).count })
        let record = try #require(
            table.records.first { $0["server"] == "go" && $0["workload"] == "hello-500-kept" })
        #expect(record["rounds"] == "3" && record["right"] == "15000" && record["ranked"] == "yes")
        // 5,000 in 10, 11 and 12 s; Sluice in a tenth.
        #expect(record["requests_per_second_max"] == "500.0")
        #expect(Double(record["requests_per_second"] ?? "") == 5000.0 / 11)
        #expect(abs(try #require(Double(record["sluice_lead"] ?? "")) - 10) < 1e-9)
        #expect(record["all_done_seconds"] == "" && record["server_cpu_seconds_per_gigabyte"] == "")
    }

    @Test func saysWhyAServerWasNotRun() throws {
        let workload = SoundCells.workloads[0]
        let go = Server.peer("go")
        var comparison = Comparison(plan: [(workload, [.sluice, go])], peers: [go])
        comparison.record(.notRun("no, \"never\""), server: go, workload: workload, round: 0)
        let table = try #require(CSVReader(CompareTable(heading: [], comparison: comparison).csv()))
        #expect(table.records[1]["notes"] == "not run: no, \"never\"")
        #expect(table.records[1]["requests_per_second"] == "")
        #expect(!comparison.isWhole)
    }
}

struct CompareTextTests {
    @Test func putsTheFastestFirstAndEndsWithWhatHeld() throws {
        let text = CompareText(heading: ["Machine: here"], comparison: SoundCells().comparison).markdown()
        let lines = text.split(separator: "\n")
        let first = try #require(lines.firstIndex(of: "## predict-30MB"))
        // Its explanation, the columns' names, their alignment.
        #expect(lines[first + 4].hasPrefix("| **sluice** |"))
        #expect(lines[first + 5].hasPrefix("| go-streaming 1.0 |"))
        #expect(lines[first + 6].hasPrefix("| **sluice-landed** |"))
        for claim in Claims(comparison: SoundCells().comparison).all {
            #expect(lines.contains("- \(claim.line)"))
        }
        let columns = lines.filter { $0.hasPrefix("|") }.map { $0.count { $0 == "|" } }
        #expect(Set(columns[..<7]).count == 1)
    }

    @Test func saysWhatWasCutWrongOrRefused() {
        var cells = SoundCells()
        cells.change("go/wait-cpu-1000") {
            ($0.right, $0.wrong, $0.unfinished, $0.cutAfter, $0.sentAgain) = (400, 7, 593, 20, 3)
        }
        let text = CompareText(heading: [], comparison: cells.comparison).markdown()
        #expect(
            text.contains(
                "cut at 20 s with 407 of 1000 done; WRONG ANSWERS: 7; 3 requests sent again; not ranked"))
        #expect(text.contains("900 refused with 503"))
        #expect(text.contains("Sluice's pool with a line of 64 calls"))
    }
}

struct ComparisonTests {
    @Test func isWholeWhenSluiceWasAlwaysRight() {
        var cells = SoundCells()
        #expect(cells.comparison.isWhole)
        cells.change("go/predict-4B") { $0.wrong = 1 }
        #expect(cells.comparison.isWhole)
        for name in ["sluice", "sluice-landed"] {
            var cells = cells
            cells.change("\(name)/predict-4B") { $0.wrong = 1 }
            #expect(!cells.comparison.isWhole)
        }
    }

    @Test func isNotWholeWhenSluiceFailed() {
        var cells = SoundCells()
        cells.change("sluice/hello-500-kept") { ($0.right, $0.failures) = (0, 5000) }
        #expect(!cells.comparison.isWhole)
    }

    @Test func tellsNoMedianOfThoseRoundsAloneThatCameToTheirEnd() throws {
        var cells = SoundCells(rounds: 3)
        cells.cells["go/wait-1000"]![1].unfinished = 5
        let comparison = cells.comparison
        let workload = try #require(SoundCells.workloads.first { $0.name == "wait-1000" })
        let row = comparison.row(try #require(Server.peers.first { $0.name == "go" }), workload)
        #expect(row.spread(of: .allDone) == nil)
        #expect(row.spread(of: .latencyP50) != nil)
    }
}
