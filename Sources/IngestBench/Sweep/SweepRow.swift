internal import LoadGenerator

/// What became of one series in one cell.
struct SweepRow {
    let series: SweepSeries
    let cell: SweepCell
    let outcome: Outcome

    enum Outcome {
        /// Not tried, and why.
        case skipped(String)
        /// Tried, but there are no figures, and why.
        case failed(String)
        case measured(SweepFigures)
    }

    /// Whether nothing went wrong; what was skipped did not.
    var isSound: Bool {
        switch outcome {
        case .skipped: true
        case .failed: false
        case .measured(let figures): figures.wrong == 0 && figures.errors == 0 && figures.requests > 0
        }
    }

    /// One word for it.
    var status: String {
        switch outcome {
        case .skipped: "skipped"
        case .failed: "failed"
        case .measured: isSound ? "ok" : "errors"
        }
    }

    /// What there is to say of it, in one line; empty when all went well.
    var note: String {
        let notes =
            switch outcome {
            case .skipped(let reason), .failed(let reason): [reason]
            case .measured(let figures): figures.notes
            }
        return notes.flatMap { $0.split(whereSeparator: \.isNewline) }.joined(separator: " | ")
    }

    /// The figure, if it may be shown: one that cost a wrong answer or an error is none.
    func spread(of figure: SweepFigure) -> Spread? {
        guard isSound, case .measured(let figures) = outcome else { return nil }
        return figures.spreads[figure]
    }
}

/// What was measured of one series in one cell.
struct SweepFigures {
    var rounds = 0
    var requests = 0
    var wrong = 0
    var errors = 0
    var spreads: [SweepFigure: Spread] = [:]
    var notes: [String] = []

    /// - Parameter sink: what the sink came to in the same rounds, if it was there.
    init(_ result: TargetResult, sink: TargetResult?) {
        let all = result.all
        rounds = result.samples.count
        requests = result.total.answered
        wrong = all.wrong
        errors = all.failures.total
        notes = result.remarks
        if let first = all.failures.first { notes.append("the first error: \(first.text)") }
        for figure in SweepFigure.all {
            let own = result.spread(of: figure.figure)
            let spread =
                figure.isOverSink ? sink?.spread(of: figure.figure).flatMap { own?.ratios(to: $0) } : own
            if let spread { spreads[figure] = spread }
        }
    }

    init() {}
}

/// A figure of a sweep: as it is, or divided round for round by the sink's.
struct SweepFigure: Hashable {
    let figure: Figure
    var isOverSink = false

    static let throughput = SweepFigure(figure: .gigabytesPerSecond)
    static let throughputOverSink = SweepFigure(figure: .gigabytesPerSecond, isOverSink: true)
    static let cpu = SweepFigure(figure: .cpuPerGigabyte)
    static let cpuOverSink = SweepFigure(figure: .cpuPerGigabyte, isOverSink: true)

    /// As the table has them.
    static let all =
        [Figure.requestsPerSecond, .gigabytesPerSecond, .cpuPerGigabyte, .cpuPerRequest].map {
            SweepFigure(figure: $0)
        } + [.latencyP50, .latencyP99].map { SweepFigure(figure: $0) } + [throughputOverSink, cpuOverSink]

    /// Its name in the table.
    var name: String { figure.rawValue + (isOverSink ? "_over_sink" : "") }
}
