internal import LoadGenerator

/// The results of a sweep as CSV (RFC 4180, after comment lines that begin with `#`).
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
        let comments = heading.map { "# " + $0 }
        let records = [Self.columns] + rows.map(fields)
        return (comments + records.map { $0.map(Self.quoted).joined(separator: ",") })
            .map { $0 + "\n" }.joined()
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

    private static func quoted(_ field: String) -> String {
        // Scalars: a return and a line feed together are one character.
        guard field.unicodeScalars.contains(where: { [",", "\"", "\r", "\n"].contains($0) }) else {
            return field
        }
        return "\"" + field.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
            + "\""
    }
}
