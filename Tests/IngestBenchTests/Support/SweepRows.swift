import LoadGenerator

@testable import IngestBench

extension SweepRow {
    /// A row whose every figure has these values, a round each.
    static func measured(
        _ series: SweepSeries, size: Int, connections: Int, values: [Double] = [1, 2, 4], wrong: Int = 0,
        notes: [String] = []
    ) -> SweepRow {
        var figures = SweepFigures()
        figures.rounds = values.count
        figures.requests = 100
        figures.wrong = wrong
        figures.notes = notes
        for figure in SweepFigure.all { figures.spreads[figure] = Spread(values) }
        return SweepRow(
            series: series, cell: SweepCell(bodySize: size, connections: connections),
            outcome: .measured(figures))
    }
}
