internal import Charts
internal import LoadGenerator

/// A comparison as a table for programs.
struct CompareTable {
    let heading: [String]
    let comparison: Comparison

    private static let counts: [(name: String, value: @Sendable (CellFigures) -> Int)] = [
        ("right", \.right), ("wrong", \.wrong), ("failures", \.failures), ("refused", \.refused),
        ("sent_again", \.sentAgain), ("unfinished", \.unfinished), ("hello_failures", \.helloFailures),
    ]

    func csv() -> String {
        let figures = Figure.allCases.flatMap { [$0.rawValue, $0.rawValue + "_min", $0.rawValue + "_max"] }
        var table = CSVTable(
            heading: heading,
            columns: ["workload", "server", "family", "kind", "version", "rounds"] + Self.counts.map(\.name)
                + figures + ["sluice_lead", "sluice_lead_min", "sluice_lead_max", "ranked", "notes"])
        for row in comparison.plan.flatMap({ comparison.rows($0.workload) }) {
            let place = [
                row.workload.name, row.server.name, row.server.family, row.server.kind.rawValue,
                row.server.version, "\(row.measured.count)",
            ]
            let counts = Self.counts.map { "\(row.sum($0.value))" }
            let values = Figure.allCases.flatMap { fields(row.spread(of: $0)) }
            table.add(
                place + counts + values + fields(comparison.lead(over: row))
                    + [row.isRanked ? "yes" : "no", row.notes.joined(separator: "; ")])
        }
        return table.text
    }

    private func fields(_ spread: Spread?) -> [String] {
        guard let spread else { return ["", "", ""] }
        return [spread.median, spread.minimum, spread.maximum].map { "\($0)" }
    }
}
