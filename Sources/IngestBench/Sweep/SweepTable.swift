internal import Charts
internal import LoadGenerator

/// The results of a sweep as a table.
struct SweepTable {
    let heading: [String]
    let rows: [SweepRow]

    private static let spreads: [(name: String, value: @Sendable (Spread) -> Double)] = [
        ("median", { $0.median }), ("min", { $0.minimum }), ("max", { $0.maximum }),
    ]

    static var columns: [String] {
        ["series", "size_bytes", "connections", "status", "rounds", "requests", "wrong_answers", "errors"]
            + SweepFigure.all.flatMap { figure in spreads.map { "\(figure.name)_\($0.name)" } } + ["note"]
    }

    func csv() -> String {
        var table = CSVTable(heading: heading, columns: Self.columns)
        for row in rows { table.add(fields(row)) }
        return table.text
    }

    private func fields(_ row: SweepRow) -> [String] {
        // A row with errors has its figures here, beside its status and the count of them.
        let figures = if case .measured(let figures) = row.outcome { figures } else { SweepFigures() }
        let counts = [figures.rounds, figures.requests, figures.wrong, figures.errors]
        return [row.series.rawValue, "\(row.cell.bodySize)", "\(row.cell.connections)", row.status]
            + counts.map { "\($0)" }
            + SweepFigure.all.flatMap { figure in
                Self.spreads.map { part in figures.spreads[figure].map { "\(part.value($0))" } ?? "" }
            } + [row.note]
    }
}
