import ChartReaders
import Sizes
import Testing

@testable import IngestBench
@testable import LoadGenerator

/// What the table says beside its figures.
struct TableTextTests {
    private func table(of report: Report) throws -> (text: TableText, cell: TableCell) {
        let cell = TableCell.all(size: ByteSize(bytes: 30_000_000))[0]
        var text = TableText(heading: ["heading"])
        text.add(report, of: cell)
        return (text, cell)
    }

    @Test func saysWhoseAnswersWereWrong() throws {
        let sound = try table(of: ReportTests.report()).text
        #expect(sound.isSound && !sound.markdown().contains("wrong answers and"))
        let (text, cell) = try table(of: ReportTests.report(expecting: [1, 2, 3, 4]))
        #expect(!text.isSound)
        let note = "- \(cell), run 1: server had 4 wrong answers and 0 errors, warm-up and rounds together\n"
        #expect(text.markdown().contains(note), "\(text.markdown())")
    }

    /// The warm-up has no row of its own.
    @Test func saysWhatWentWrongInAWarmUp() throws {
        let report = try ReportTests.report()
        var warmUp = LoadOutcome()
        warmUp.record(.failed(.status(500)), began: 0, ended: 1)
        let results = report.results.map { result in
            let other = TargetResult(target: result.target, warmUp: warmUp)
            other.samples = result.samples
            return other
        }
        let (text, _) = try table(
            of: Report(settings: report.settings, congestionControl: "cubic", results: results, notes: []))
        #expect(!text.isSound)
        #expect(text.markdown().contains("sink had 0 wrong answers and 1 errors"), "\(text.markdown())")
        let records = try #require(CSVReader(text.csv())).records
        #expect(records.allSatisfy { $0["errors"] == "0" })
    }

    @Test func saysHowFarItCame() throws {
        var (text, _) = try table(of: ReportTests.report())
        text.unfinished = ["UNFINISHED: in run 1 of 3"]
        #expect(text.markdown().hasPrefix("heading\n\nUNFINISHED: in run 1 of 3\n\n"))
        #expect(text.csv().contains("UNFINISHED: in run 1 of 3"))
    }
}
