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

    @Test(arguments: [
        "<a><b></a></b>", "<a", "<a>", "<a/><a/>", "<a b=c/>", "<a b=\"1\" b=\"2\"/>", "<a>&</a>", "",
        "<a b=\"&x;\"/>", "<a b=\"1/>", "<a>\u{7}</a>",
    ])
    func theCheckItselfFindsFaults(document: String) {
        #expect(XMLCheck(document).fault != nil)
    }
}

struct LogAxisTests {
    private func ticks(_ domain: ClosedRange<Double>, atMost count: Int) -> [Double] {
        LogAxis(domain: domain, ends: (0, 1)).ticks(atMost: count).map { ($0 * 1e6).rounded() / 1e6 }
    }

    @Test func marksRoundValuesAndNoMoreThanAsked() {
        #expect(ticks(0.9...11, atMost: 6) == [1, 2, 5, 10])
        #expect(ticks(0.9...1100, atMost: 6) == [1, 10, 100, 1000])
        #expect(ticks(3...3e8, atMost: 4) == [1e2, 1e4, 1e6, 1e8])
        #expect(ticks(3...3e8, atMost: 0) == [])
    }

    @Test func laysValuesOutByTheirLogarithm() {
        let axis = LogAxis(domain: 1...100, ends: (200, 100))
        #expect(abs(axis.position(10) - 150) < 1e-9)
        #expect(axis.position(0.001) == 200)
        #expect(axis.position(1e9) == 100)
    }

    @Test func hasADomainForOneValueAndNoneForNone() throws {
        let domain = try #require(LogAxis.domain(of: [5]))
        #expect(domain.lowerBound < 5 && domain.upperBound > 5)
        #expect(LogAxis.domain(of: [], including: [1]) == nil)
        #expect(LogAxis.domain(of: [0]) == nil)
    }
}
