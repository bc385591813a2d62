internal import Charts
internal import LoadGenerator
internal import Sizes

/// A row of a sweep as a line for people.
enum SweepLine {
    private static let columns: [(title: String, width: Int)] = [
        ("body", 7), ("connections", 11), ("series", 15), ("requests/s", 11), ("GB/s", 9), ("÷ sink", 7),
        ("CPU s/GB", 9), ("÷ sink", 7),
    ]

    static var heading: String { line(columns.map(\.title)) }

    static func text(_ row: SweepRow) -> String {
        let place = [
            "\(ByteSize(bytes: row.cell.bodySize))", "\(row.cell.connections)", row.series.rawValue,
        ]
        guard case .measured(let figures) = row.outcome else {
            return line(place) + "  \(row.status): \(row.note)"
        }
        let shown = [
            SweepFigure(figure: .requestsPerSecond), .throughput, .throughputOverSink, .cpu, .cpuOverSink,
        ]
        let values = shown.map { figures.spreads[$0].map { decimal($0.median) } ?? "–" }
        let errors =
            row.isSound ? "" : "  \(figures.wrong) WRONG ANSWERS, \(figures.errors) ERRORS"
        return line(place + values) + errors + (row.note.isEmpty ? "" : "  " + row.note)
    }

    private static func line(_ cells: [String]) -> String {
        zip(cells, columns).map { $0.aligned(to: $1.width) }.joined(separator: "  ")
    }
}
