internal import LoadGenerator

/// All that was measured of one server.
final class TargetResult {
    let target: BenchTarget
    let warmUp: LoadOutcome
    var samples: [RoundSample] = []
    var peakMemory: Int?
    var bytesMoved: Double?

    init(target: BenchTarget, warmUp: LoadOutcome) {
        self.target = target
        self.warmUp = warmUp
    }

    /// A figure over the rounds; nil when it has no source in any of them.
    func spread(of figure: Figure) -> Spread? {
        switch figure {
        case .peakMemory: peakMemory.flatMap { Spread([Double($0)]) }
        case .bytesMoved: bytesMoved.flatMap { Spread([$0]) }
        default:
            // All rounds or none: a median over some of them would hide that the others have no value.
            values(of: figure).flatMap(Spread.init)
        }
    }

    private func values(of figure: Figure) -> [Double]? {
        let values = samples.compactMap { $0.value(of: figure) }
        return values.count == samples.count ? values : nil
    }

    /// All rounds together.
    var total: LoadOutcome {
        samples.reduce(into: LoadOutcome()) { $0.add($1.outcome) }
    }

    /// All rounds and the warm-up: what may not hold a wrong answer.
    var all: LoadOutcome {
        var all = warmUp
        all.add(total)
        return all
    }

    /// What became of the slow clients in all rounds; nil where there were none.
    var slow: LoadOutcome? {
        let outcomes = samples.compactMap(\.slow)
        return outcomes.isEmpty ? nil : outcomes.reduce(into: LoadOutcome()) { $0.add($1) }
    }

    /// Whether every request, those of the warm-up and of slow clients too, was answered right.
    var isSound: Bool {
        all.isFaultless && total.right > 0 && slow?.isFaultless ?? true
    }

    /// The time measured, without that between the rounds.
    var seconds: Double {
        samples.reduce(0) { $0 + $1.outcome.seconds }
    }

    /// What a reader of the figures must know.
    var remarks: [String] {
        guard target.bearsSlowClients else { return doubts }
        return ["\(target.name): the slow clients' part is in its CPU time, page faults, memory and counters"]
    }

    /// What does not fit together.
    private var doubts: [String] {
        samples.enumerated().compactMap { round, sample in
            guard let counted = sample.bodiesCounted, counted != Double(sample.outcome.answered) else {
                return nil
            }
            return
                "round \(round + 1): \(target.name) counts \(Int(counted)) bodies, \(sample.outcome.answered) were answered"
        }
    }
}
