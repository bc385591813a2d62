import ChartReaders
import Testing

@testable import IngestBench

struct SweepPictureTests {
    private func picture(_ rows: [SweepRow], caption: [String] = ["Machine: here"]) -> XMLCheck {
        XMLCheck(SweepPicture(rows: rows, caption: caption).svg())
    }

    private func rows(sizes: [Int], connections: [Int]) -> [SweepRow] {
        sizes.flatMap { size in
            connections.flatMap { connections in
                SweepSeries.allCases.map { .measured($0, size: size, connections: connections) }
            }
        }
    }

    @Test func hasAPanelForEachFigureAndNumberOfConnections() {
        let picture = picture(rows(sizes: [4, 64_000, 30_000_000], connections: [1, 8, 1000]))
        #expect(picture.fault == nil)
        // The paper, and 4 figures × 3 numbers of connections.
        #expect(picture.counts["rect"] == 1 + 4 * 3)
        // In each column four series of three points, twice; and without the sink in the two ratios.
        #expect(picture.counts["polyline"] == 3 * (4 + 3 + 4 + 3))
        #expect(picture.counts["circle"] == 3 * 3 * (4 + 3 + 4 + 3) + 4)
        for words in ["1 connection", "1000 connections", "GB/s", "seconds per GB", "Machine: here"] {
            #expect(picture.text.contains(words), "\(words)")
        }
    }

    @Test(arguments: [([4], [1]), ([4, 8], [1]), ([4], [1, 2, 3, 4, 5, 6, 7])])
    func isWellFormedForAnyShape(sizes: [Int], connections: [Int]) {
        let picture = picture(rows(sizes: sizes, connections: connections))
        #expect(picture.fault == nil)
        #expect(picture.counts["rect"] == 1 + 4 * connections.count)
    }

    @Test func isWellFormedWhenNothingWasMeasured() {
        let cell = SweepCell(bodySize: 4, connections: 1)
        let rows = SweepSeries.allCases.map { SweepRow(series: $0, cell: cell, outcome: .failed("no")) }
        #expect(picture(rows).fault == nil)
        #expect(picture([]).fault == nil)
    }

    @Test func escapesWhatACaptionMaySay() {
        let picture = picture(
            rows(sizes: [4], connections: [1]), caption: ["a <b> & \"c\" \u{7} <script>alert(1)</script>"])
        #expect(picture.fault == nil)
        #expect(picture.counts["script"] == nil)
        #expect(picture.text.contains("&lt;b&gt; &amp;"))
    }

    @Test func leavesOutWhatCostAWrongAnswerAndSaysSo() {
        let sound = SweepRow.measured(.streamed, size: 4, connections: 1)
        let wrong = SweepRow.measured(.streamed, size: 8, connections: 1, wrong: 1)
        let picture = picture([sound, wrong])
        #expect(picture.counts["circle"] == 4 + 4)
        #expect(picture.text.contains("1 of 2 measurements are missing: WRONG ANSWERS OR ERRORS."))
    }

    @Test func drawsNoLineAcrossASizeWithoutAValue() {
        let picture = picture([
            .measured(.streamed, size: 4, connections: 1),
            SweepRow(
                series: .streamed, cell: SweepCell(bodySize: 8, connections: 1), outcome: .skipped("large")),
            .measured(.streamed, size: 16, connections: 1),
        ])
        #expect(picture.counts["polyline"] == 2 * 4)
    }
}
