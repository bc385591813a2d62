internal import LoadGenerator

/// What a server's processes and counters told at one moment.
struct Snapshot {
    var cpuNanoseconds: UInt64?
    var pageFaults: Int?
    var counters: [String: Double] = [:]

    /// Before a round: the counters first, so that asking for them costs nothing that is measured.
    static func before(_ target: BenchTarget) -> Snapshot {
        var snapshot = Snapshot(counters: target.counters())
        snapshot.readProcesses(of: target)
        return snapshot
    }

    /// After a round: the counters last.
    static func after(_ target: BenchTarget) -> Snapshot {
        var snapshot = Snapshot()
        snapshot.readProcesses(of: target)
        snapshot.counters = target.counters()
        return snapshot
    }

    private mutating func readProcesses(of target: BenchTarget) {
        cpuNanoseconds = sum(target.processes.map(\.cpuNanoseconds))
        pageFaults = sum(target.processes.map(\.pageFaults))
    }
}

/// The sum of figures that are all known; nil when one is not, or there is none.
func sum<Number: AdditiveArithmetic>(_ numbers: [Number?]) -> Number? {
    let known = numbers.compactMap { $0 }
    return known.isEmpty || known.count < numbers.count ? nil : known.reduce(.zero, +)
}

/// One round of one server.
struct RoundSample {
    let outcome: LoadOutcome
    let before: Snapshot
    let after: Snapshot
    let bodySize: Int
    /// What became of the slow clients meanwhile; nil where there were none.
    var slow: LoadOutcome?

    /// The figure's value in this round; nil when it has no source, or nothing was answered.
    func value(of figure: Figure) -> Double? {
        let answered = Double(outcome.answered)
        guard answered > 0, outcome.seconds > 0 else { return nil }
        let gigabytes = answered * Double(bodySize) / 1e9
        switch figure {
        case .requestsPerSecond: return answered / outcome.seconds
        case .gigabytesPerSecond: return gigabytes / outcome.seconds
        case .latencyP50: return outcome.latencies.percentile(50)
        case .latencyP90: return outcome.latencies.percentile(90)
        case .latencyP99: return outcome.latencies.percentile(99)
        case .latencyMax: return outcome.latencies.longest
        case .cpuPerGigabyte: return cpuSeconds.map { $0 / gigabytes }
        case .cpuPerRequest: return cpuSeconds.map { $0 / answered }
        case .bodyCompletions: return counted("sluice_body_receive_completions_total").map { $0 / answered }
        case .completions: return counted("sluice_completions_total").map { $0 / answered }
        case .systemCalls: return counted("sluice_system_calls_total").map { $0 / answered }
        case .pageFaults:
            guard let before = before.pageFaults, let after = after.pageFaults else { return nil }
            return Double(after - before) / answered
        case .bytesMoved, .peakMemory: return nil
        }
    }

    /// How many bodies the server says it took, to compare with what was answered.
    var bodiesCounted: Double? { counted("sluice_bodies_total") }

    private var cpuSeconds: Double? {
        guard let before = before.cpuNanoseconds, let after = after.cpuNanoseconds, after >= before else {
            return nil
        }
        return Double(after - before) / 1e9
    }

    private func counted(_ name: String) -> Double? {
        guard let before = before.counters[name], let after = after.counters[name], after >= before else {
            return nil
        }
        return after - before
    }
}
