internal import Charts
internal import LoadGenerator
internal import Sizes

/// The table for people, and every round of it for whoever wants to look closer.
struct TableText {
    let heading: [String]
    /// How far it has come, for whoever interrupts it; empty when it is whole.
    var unfinished: [String] = []
    /// In the order in which they were first measured.
    private var cells: [(cell: TableCell, figures: TableFigures)] = []
    private var skipped: [(cell: TableCell, refusal: String)] = []

    init(heading: [String]) { self.heading = heading }

    var isSound: Bool { cells.allSatisfy { $0.figures.reports.allSatisfy(\.isSound) } }

    mutating func add(_ report: Report, of cell: TableCell) {
        let known = cells.firstIndex { $0.cell == cell }
        if known == nil { cells.append((cell, TableFigures())) }
        cells[known ?? cells.count - 1].figures.add(report)
    }

    mutating func skip(_ cell: TableCell, _ refusal: String) {
        if !skipped.contains(where: { $0.cell == cell }) { skipped.append((cell, refusal)) }
    }

    /// One run of a cell, in a line.
    static func summary(_ report: Report) -> String {
        var figures = TableFigures()
        figures.add(report)
        let cpu = cpu(report.settings.size)
        return [
            "\(text(figures.spread(of: .requestsPerSecond))) requests/s",
            "\(text(figures.ratio(of: .requestsPerSecond, to: .sink))) ÷ sink",
            "\(text(figures.ratio(of: .requestsPerSecond, to: .discard))) ÷ discard",
            "CPU \(text(figures.ratio(of: cpu.figure, to: .sink))) ÷ sink",
        ].joined(separator: ", ") + (report.isSound ? "" : ", WRONG ANSWERS OR ERRORS")
    }

    /// What bodies of that size are charged by.
    private static func cpu(_ size: ByteSize) -> (figure: Figure, unit: String) {
        size.bytes < TableCell.leastLarge ? (.cpuPerRequest, "µs/request") : (.cpuPerGigabyte, "s/GB")
    }

    static let columns = [
        "body", "connections", "requests/s", "÷ sink", "÷ discard", "server CPU", "CPU ÷ sink",
    ]

    func markdown() -> String {
        var table = MarkdownTable(columns: Self.columns)
        for (cell, figures) in cells { table.add(Self.fields(cell, figures)) }
        let skipped = skipped.map { "\($0.cell) skipped: \($0.refusal)" }
        return (heading + unfinished + skipped).map { $0 + "\n\n" }.joined()
            + table.lines.map { $0 + "\n" }.joined()
            + (notes.isEmpty ? "" : "\n") + notes.map { "- \($0)\n" }.joined()
    }

    /// What a reader of the figures must know.
    private var notes: [String] {
        cells.flatMap { cell, figures in
            figures.reports.enumerated().flatMap { run, report in
                (report.notes + Self.faults(report)).map { "\(cell), run \(run + 1): \($0)" }
            }
        }
    }

    /// Of warm-ups too, which have no row in the table of rounds.
    private static func faults(_ report: Report) -> [String] {
        report.results.compactMap { result in
            let wrong = result.all.wrong
            let errors = result.all.failures.total
            guard wrong > 0 || errors > 0 else { return nil }
            return
                "\(result.target.name) had \(wrong) wrong answers and \(errors) errors, warm-up and rounds together"
        }
    }

    private static func fields(_ cell: TableCell, _ figures: TableFigures) -> [String] {
        let cpu = cpu(cell.size)
        return [
            "\(cell.size) \(cell.body.rawValue)", "\(cell.connections)",
            text(figures.spread(of: .requestsPerSecond)),
            text(figures.ratio(of: .requestsPerSecond, to: .sink)),
            text(figures.ratio(of: .requestsPerSecond, to: .discard)),
            text(figures.spread(of: cpu.figure), scale: cpu.figure.scale) + " " + cpu.unit,
            text(figures.ratio(of: cpu.figure, to: .sink)),
        ]
    }

    /// The middle of the runs, and from the least to the greatest of them.
    private static func text(_ spread: Spread?, scale: Double = 1) -> String {
        guard let spread else { return "–" }
        let median = decimal(spread.median * scale)
        guard spread.values.count > 1 else { return median }
        return "\(median) (\(decimal(spread.minimum * scale))–\(decimal(spread.maximum * scale)))"
    }

    private static let figures = Figure.allCases.filter { $0 != .peakMemory && $0 != .bytesMoved }

    /// One record for each server in each round.
    func csv() -> String {
        var table = CSVTable(
            heading: heading + unfinished + skipped.map { "\($0.cell) skipped: \($0.refusal)" },
            columns: [
                "run", "body", "size_bytes", "connections", "server", "round", "wrong_answers", "errors",
            ]
                + Self.figures.map(\.rawValue))
        for (cell, figures) in cells {
            for (run, report) in figures.reports.enumerated() {
                for result in report.results {
                    for (round, sample) in result.samples.enumerated() {
                        let outcome = sample.outcome
                        table.add(
                            [
                                "\(run + 1)", cell.body.rawValue, "\(cell.size.bytes)", "\(cell.connections)",
                                result.target.name, "\(round + 1)", "\(outcome.wrong)",
                                "\(outcome.failures.total)",
                            ] + Self.figures.map { sample.value(of: $0).map { "\($0)" } ?? "" })
                    }
                }
            }
        }
        return table.text
    }
}
