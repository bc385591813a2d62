import ChartReaders
import Testing

@testable import Compare

struct ComparePictureTests {
    private func picture(_ comparison: Comparison) -> XMLCheck {
        XMLCheck(ComparePicture(comparison: comparison, caption: ["Machine: <here>"]).svg())
    }

    @Test func hasAPanelForEachWorkloadAndABarForEachServer() {
        let picture = picture(SoundCells(rounds: 3).comparison)
        #expect(picture.fault == nil)
        for workload in SoundCells.workloads { #expect(picture.text.contains(workload.name)) }
        let bars = SoundCells.workloads.reduce(0) { $0 + SoundCells.servers($1).count }
        // The paper, four kinds in the legend; and a line from the least to the greatest across each bar.
        #expect(picture.counts["rect"] == 1 + 4 + bars)
        #expect(picture.counts["line"] == bars)
        #expect(picture.text.contains("streaming twins") && !picture.text.contains("gRPC"))
    }

    @Test func paintsPaleWhatRefusedTheMost() {
        var cells = SoundCells()
        func pale() -> Int {
            ComparePicture(comparison: cells.comparison, caption: []).svg().split(
                separator: "fill-opacity=\"0.35\""
            ).count
        }
        let before = pale()
        cells.change("sluice/wait-blocking-1000") { ($0.refused, $0.right) = (100, 900) }
        #expect(pale() == before - 1)
    }

    @Test func namesWhatWasNotMeasured() {
        let workload = SoundCells.workloads[0]
        var comparison = Comparison(
            plan: [(workload, [.sluice, .peer("go"), .peer("R&D", kind: .grpc)])], peers: [])
        comparison.record(
            .measured(SoundCells().cells["go/predict-4B"]![0]), server: .peer("go"), workload: workload,
            round: 0)
        let picture = picture(comparison)
        #expect(picture.fault == nil)
        #expect(picture.text.contains("not measured: sluice, R&amp;D"))
    }

    @Test func isWellFormedWhenNothingWasMeasured() {
        #expect(picture(Comparison(plan: [], peers: [])).fault == nil)
        let workloads = SoundCells.workloads.map { ($0, Server.own) }
        #expect(picture(Comparison(plan: workloads, peers: [])).fault == nil)
    }
}
