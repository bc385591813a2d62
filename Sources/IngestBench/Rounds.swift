internal import Charts
internal import LoadGenerator
internal import Sizes

/// Servers loaded in turn, round for round: what disturbs the machine disturbs them all.
struct Rounds {
    let settings: Settings

    /// How many steps it takes on a progress bar, for so many servers.
    func steps(servers: Int) -> Int { servers * (settings.rounds + 1) }

    /// Opens the connections and sends at least one request on each: buffers are touched, TCP's have grown.
    func warmUp(_ target: BenchTarget) throws -> TargetResult {
        try target.connect()
        let outcome = try target.session.run(.duration(settings.warmUp))
        guard outcome.answered > 0 else {
            let why = outcome.failures.first?.text ?? "no answer"
            throw BenchError("\(target.name) at \(target.plan.endpoint): \(why)" + target.lastWords)
        }
        return TargetResult(target: target, warmUp: outcome)
    }

    /// Adds all rounds to the results.
    ///
    /// - Parameters:
    ///   - distances: looked at before each round.
    ///   - begin: told what comes next: `round 2 of 5`, and which of the results.
    func run(
        _ results: [TargetResult], _ distances: inout CoreDistances, begin: (String, Int) -> Void
    ) throws {
        for round in 0..<settings.rounds {
            try distances.look()
            for index in Self.order(ofRound: round, count: results.count) {
                let result = results[index]
                begin("round \(round + 1) of \(settings.rounds)", index)
                result.samples.append(try sample(result.target, settings.extent(ofRound: round)))
            }
        }
    }

    /// In another order each time: whoever comes first finds another machine than the last, and nobody should always come behind
    /// the same. In as many rounds as there are servers each has every place once; then they go the other way round.
    static func order(ofRound round: Int, count: Int) -> [Int] {
        let order = (0..<count).map { ($0 + round) % count }
        return round / count % 2 == 0 ? order : order.reversed()
    }

    /// Connected and sending; nil if there is to be none.
    private func slowCrowd(beside target: BenchTarget) throws -> PacedUploads? {
        guard let slow = target.slowClients else { return nil }
        let rates = Array(repeating: Optional(80 << 10), count: slow.count)
        do {
            let crowd = try PacedUploads(slow.plan, rates: rates)
            // Past the connecting.
            sleep(milliseconds: 1000)
            return crowd
        } catch let failure as LoadFailure {
            throw BenchError("a slow client of \(target.name): \(failure.text)")
        }
    }

    private func sample(_ target: BenchTarget, _ extent: LoadExtent) throws -> RoundSample {
        let crowd = try slowCrowd(beside: target)
        var before = Snapshot()
        let outcome = Result { try target.session.run(extent) { before = .before(target) } }
        let after = Snapshot.after(target)
        // However the round ended: they would go on.
        let slow = crowd?.stop()
        return RoundSample(
            outcome: try outcome.get(), before: before, after: after, bodySize: settings.size.bytes,
            slow: slow)
    }
}
