internal import LoadGenerator

/// All cells of a comparison in their order.
struct Schedule {
    struct Cell: Equatable {
        let server: Server
        let workload: Workload
        let round: Int
    }

    let cells: [Cell]
    private let rounds: Int

    /// In each round every workload, in each workload every server, in an order that is drawn for each anew: whatever heats or
    /// disturbs the machine must not always meet the same, nor must anyone always follow the same. Every run draws the
    /// same orders.
    init(plan: [(workload: Workload, servers: [Server])], rounds: Int) {
        self.rounds = rounds
        cells = (0..<rounds).flatMap { round in
            plan.enumerated().flatMap { index, entry in
                var draws = SplitMix64(state: UInt64(round) << 32 | UInt64(index))
                return entry.servers.shuffled(using: &draws).map {
                    Cell(server: $0, workload: entry.workload, round: round)
                }
            }
        }
    }

    /// What to say of it when it ends here; nil when that was all.
    func unfinished(after index: Int) -> String? {
        let done = index + 1
        guard done < cells.count else { return nil }
        let whole = done / (cells.count / rounds)
        return "UNFINISHED: \(done) of \(cells.count) cells, \(whole) of \(rounds) rounds whole"
    }

    /// About how long the rest takes, judged by what the cells before took of what was expected.
    func secondsLeft(after index: Int, elapsed: Double) -> Double {
        let expected = { (cells: ArraySlice<Cell>) in cells.reduce(0) { $0 + $1.workload.expectedSeconds } }
        let done = expected(cells[...index])
        return done > 0 ? elapsed / done * expected(cells[(index + 1)...]) : 0
    }
}
