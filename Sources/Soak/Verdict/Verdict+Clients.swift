internal import Charts
internal import LoadGenerator

// What the clients have seen.

extension Verdict {
    /// No answer had another status or value than the right one.
    static func answers(_ record: SoakRecord) -> Criterion {
        let tallies = record.tallies.values
        let wrong = tallies.reduce(0) { $0 + $1.wrongAnswers }
        let turns = tallies.reduce(0) { $0 + $1.turns } + record.healthy.right + record.healthy.failures
        let firsts = ClientKind.allCases.compactMap { record.tallies[$0]?.first }.filter {
            if case .wrongAnswer = $0 { true } else { false }
        }
        return Criterion(
            name: "answers", holds: wrong == 0 && turns > 0,
            figure: "\(grouped(wrong)) wrong in \(grouped(turns)) turns of clients" + first(firsts))
    }

    /// Whoever meant well was served, and there was somebody of every kind.
    static func goodClients(_ record: SoakRecord) -> Criterion {
        let (holds, figure) = ends(of: ClientKind.allCases.filter(\.isGood), in: record)
        return Criterion(name: "good clients", holds: holds, figure: figure + " without an answer")
    }

    /// Whoever did not was ended as the limits say, and there was somebody of every kind.
    static func badClients(_ record: SoakRecord) -> Criterion {
        let (holds, figure) = ends(of: ClientKind.allCases.filter { !$0.isGood }, in: record)
        return Criterion(name: "bad clients", holds: holds, figure: figure + " not ended as they must")
    }

    private static func ends(of kinds: [ClientKind], in record: SoakRecord) -> (Bool, String) {
        let tallies = kinds.map { record.tallies[$0] ?? Tally() }
        let bad = tallies.reduce(0) { $0 + $1.unexpectedEnds }
        let turns = tallies.reduce(0) { $0 + $1.turns }
        // A kind that nobody was of has shown nothing; some take longer than a short soak.
        let missing = kinds.filter {
            record.tallies[$0]?.turns ?? 0 == 0 && $0.fits(in: .seconds(record.duration))
        }
        let firsts = tallies.compactMap(\.first).filter {
            if case .unexpectedEnd = $0 { true } else { false }
        }
        let absence = missing.isEmpty ? "" : "; none of: " + missing.map(\.rawValue).joined(separator: ", ")
        return (
            bad == 0 && missing.isEmpty,
            "\(grouped(bad)) of \(grouped(turns))" + absence + first(firsts)
        )
    }

    /// The healthy client was answered, always.
    static func healthy(_ record: SoakRecord) -> Criterion {
        let healthy = record.healthy
        let latencies = [
            ("p50", healthy.latencies.percentile(50)), ("p99", healthy.latencies.percentile(99)),
            ("max", healthy.latencies.longest),
        ].map { "\($0) \(Charts.duration($1))" }.joined(separator: ", ")
        return Criterion(
            name: "healthy client", holds: healthy.failures == 0 && healthy.right > 0,
            figure:
                "\(grouped(healthy.failures)) of \(grouped(healthy.right + healthy.failures)) requests failed; "
                + latencies + first([healthy.firstFailure].compactMap(\.self)))
    }

    private static func first(_ mishaps: [Mishap]) -> String {
        mishaps.first.map { "; the first: \($0.text)" } ?? ""
    }
}
