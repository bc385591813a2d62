import ChartReaders
import Testing

@testable import IngestBench

struct SweepTableTests {
    private func read(_ rows: [SweepRow], heading: [String] = []) throws -> CSVReader {
        try #require(CSVReader(SweepTable(heading: heading, rows: rows).csv()))
    }

    @Test func hasARowForEachSeriesAndCellWithMediansAndSpread() throws {
        let table = try read(
            [
                .measured(.streamed, size: 4, connections: 1, values: [3, 1, 2.5]),
                .measured(.discard, size: 30_000_000, connections: 1000),
            ], heading: ["Machine: two cores, \"quoted\""])
        #expect(table.comments == ["Machine: two cores, \"quoted\""])
        #expect(table.columns == SweepTable.columns)
        #expect(table.records.count == 2)
        let row = table.records[0]
        #expect(row["series"] == "sluice streamed")
        #expect(row["size_bytes"] == "4")
        #expect(row["status"] == "ok")
        #expect(row["rounds"] == "3")
        for figure in SweepFigure.all {
            let parts = ["median", "min", "max"].map { Double(row["\(figure.name)_\($0)"] ?? "") }
            #expect(parts == [2.5, 1, 3], "\(figure.name)")
        }
        #expect(table.records[1]["series"] == "discard")
        #expect(table.records[1]["connections"] == "1000")
    }

    @Test func givesNumbersBackExactly() throws {
        let values = [0.1 + 0.2, 1e-9, 12_345_678.901]
        let row = try read([.measured(.sink, size: 8, connections: 2, values: values)]).records[0]
        #expect(row["gigabytes_per_second_min"].flatMap(Double.init) == 1e-9)
        #expect(row["gigabytes_per_second_median"].flatMap(Double.init) == 0.1 + 0.2)
        #expect(row["gigabytes_per_second_max"].flatMap(Double.init) == 12_345_678.901)
    }

    @Test func tellsWhatWasSkippedWhatFailedAndWhatWasWrong() throws {
        let cell = SweepCell(bodySize: 4, connections: 1)
        let reason = "it said:\n\"no\", twice"
        let table = try read([
            SweepRow(series: .landed, cell: cell, outcome: .skipped("too large")),
            SweepRow(series: .sink, cell: cell, outcome: .failed(reason)),
            .measured(.streamed, size: 4, connections: 1, wrong: 3),
        ])
        #expect(table.records.map { $0["status"] } == ["skipped", "failed", "errors"])
        #expect(table.records.map { $0["note"] } == ["too large", "it said: | \"no\", twice", ""])
        #expect(table.records.map { $0["wrong_answers"] } == ["0", "0", "3"])
        #expect(table.records[0]["requests_per_second_median"] == "")
    }
}
