internal import LoadGenerator

/// What the runs of a cell came to: of each run its medians over the rounds.
struct TableFigures {
    private(set) var reports: [Report] = []

    mutating func add(_ report: Report) { reports.append(report) }

    /// Sluice's own.
    func spread(of figure: Figure) -> Spread? {
        medians { $0.server.spread(of: figure) }
    }

    /// Over that of a yardstick, taken in each round.
    func ratio(of figure: Figure, to kind: LimitServer.Kind) -> Spread? {
        medians { report in
            report.limits.first { $0.target.role.rawValue == kind.rawValue }.flatMap {
                report.ratios(of: figure, to: $0)
            }
        }
    }

    /// Of all runs or none: one over some of them would hide that the others have no value.
    private func medians(_ spread: (Report) -> Spread?) -> Spread? {
        let medians = reports.compactMap { spread($0)?.median }
        return medians.count == reports.count ? Spread(medians) : nil
    }
}
