/// Whether a soak has shown that the server holds.
struct Verdict: Sendable {
    /// One thing that must hold, with what was seen.
    struct Criterion: Sendable {
        let name: String
        let holds: Bool
        /// What was seen, beside its bound.
        let figure: String
    }

    let criteria: [Criterion]

    var passes: Bool { criteria.allSatisfy(\.holds) }

    init(_ record: SoakRecord) {
        criteria = [
            Self.answers(record), Self.goodClients(record), Self.badClients(record), Self.healthy(record),
            Self.life(record), Self.memory(record), Self.descriptors(record), Self.buffers(record),
            Self.threads(record), Self.kernelWorkers(record),
        ]
    }

    /// One line for people.
    var headline: String {
        let failed = criteria.filter { !$0.holds }.map(\.name)
        return failed.isEmpty ? "passed" : "FAILED: " + failed.joined(separator: ", ")
    }

    /// A line for each criterion.
    var lines: [String] {
        let width = criteria.map(\.name.count).max() ?? 0
        return criteria.map { criterion in
            let name = criterion.name + String(repeating: " ", count: width - criterion.name.count)
            return "\(criterion.holds ? "ok    " : "FAILED")  \(name)  \(criterion.figure)"
        }
    }
}
