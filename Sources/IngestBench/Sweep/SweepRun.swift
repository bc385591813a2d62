internal import LoadGenerator
internal import Terminal

/// Carries a sweep out, a cell at a time.
struct SweepRun {
    let plan: SweepPlan
    let congestionControl: String?

    /// - Parameter report: gets the rows of each cell when it is done, and how far the cores have been apart so far.
    func run(_ report: ([SweepRow], CoreDistances) throws -> Void) throws {
        var distances = CoreDistances()
        let progress = ProgressBar(work: try plan.settings.cells.reduce(0) { $0 + (try plan.seconds($1)) })
        defer { progress.end() }
        var targets: Targets?
        for cell in plan.settings.cells {
            let rows: [SweepRow]
            if try plan.series(in: cell).isEmpty {
                rows = try skipped(cell)
            } else {
                let settings = try plan.settings.settings(of: cell, .streamed)
                // The largest bodies take a second to make.
                if targets?.settings.size != settings.size {
                    targets = try Targets(settings: settings, congestionControl: congestionControl)
                }
                targets!.settings = settings
                rows = try measure(cell, targets!, &distances, progress)
            }
            progress.end()
            let order = SweepSeries.allCases
            try report(order.compactMap { series in rows.first { $0.series == series } }, distances)
        }
    }

    private func skipped(_ cell: SweepCell) throws -> [SweepRow] {
        try SweepSeries.allCases.compactMap { series in
            try plan.refusal(of: series, in: cell).map {
                SweepRow(series: series, cell: cell, outcome: .skipped($0))
            }
        }
    }

    private func measure(
        _ cell: SweepCell, _ targets: Targets, _ distances: inout CoreDistances, _ progress: ProgressBar
    ) throws -> [SweepRow] {
        let rounds = Rounds(settings: targets.settings)
        let work = try plan.secondsPerRound(cell)
        let place =
            "\(targets.settings.size), \(cell.connections) connection\(cell.connections == 1 ? "" : "s"): "
        var results: [(series: SweepSeries, result: TargetResult)] = []
        var rows = try skipped(cell)
        defer { for (_, result) in results { result.target.stop() } }
        for series in try plan.series(in: cell) {
            progress.begin(place + "starting \(series.rawValue)", work: work + 0.2)
            do {
                results.append((series, try start(series, cell, targets, rounds)))
            } catch {
                rows.append(SweepRow(series: series, cell: cell, outcome: .failed("\(error)")))
            }
        }
        do {
            try rounds.run(results.map(\.result), &distances) { round, index in
                progress.begin(place + "\(round): \(results[index].series.rawValue)", work: work)
            }
        } catch {
            // No threads or no descriptors for the senders: no series can be told from another by that.
            return rows
                + results.map { SweepRow(series: $0.series, cell: cell, outcome: .failed("\(error)")) }
        }
        let sink = results.first { $0.series == .sink && $0.result.isSound }?.result
        rows += results.map { series, result in
            SweepRow(series: series, cell: cell, outcome: .measured(SweepFigures(result, sink: sink)))
        }
        return rows
    }

    private func start(
        _ series: SweepSeries, _ cell: SweepCell, _ targets: Targets, _ rounds: Rounds
    ) throws -> TargetResult {
        let target: BenchTarget
        switch series {
        case .streamed: target = try targets.sluice()
        case .landed:
            var landed = targets
            landed.settings = try plan.settings.settings(of: cell, .landed)
            target = try landed.sluice()
        case .sink: target = try targets.limit(.sink)
        case .discard: target = try targets.limit(.discard)
        }
        do {
            return try rounds.warmUp(target)
        } catch {
            target.stop()
            throw error
        }
    }
}
