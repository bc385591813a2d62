internal import LoadGenerator

/// What a measurement came to.
struct Report {
    let settings: Settings
    let congestionControl: String?
    /// The server's first, then what it is measured by: the limits, and with slow clients itself without them.
    let results: [TargetResult]
    /// One look a round.
    var coreDistances = CoreDistances()
    let notes: [String]

    var server: TargetResult { results[0] }
    var limits: ArraySlice<TargetResult> { results.dropFirst() }

    /// Whether every answer of every server was right.
    var isSound: Bool { results.allSatisfy(\.isSound) }

    /// The server's figure over a limit's, round by round.
    func ratios(of figure: Figure, to limit: TargetResult) -> Spread? {
        guard figure.hasRatios, let own = server.spread(of: figure), let other = limit.spread(of: figure)
        else {
            return nil
        }
        return own.ratios(to: other)
    }

    /// The bodies in words.
    var bodies: String {
        "\(settings.size) bodies (\(settings.valueCount) float32, pseudo-random in [0, 1), seed \(settings.seed))"
    }

    /// How the server was started, in words.
    var serverDescription: String {
        switch settings.server {
        case .sluice(let setUp):
            "sluice: \(setUp.threads) thread\(setUp.threads == 1 ? "" : "s"), \(setUp.body.rawValue)"
                + (setUp.windowSize.map { ", windows of \($0)" } ?? "")
        case .running:
            switch server.target.processes.count {
            case 0: "a server that was running; its processes cannot be seen, so their figures are missing"
            case 1: "a server that was running, in one process"
            case let count: "a server that was running, in \(count) processes"
            }
        }
    }
}
