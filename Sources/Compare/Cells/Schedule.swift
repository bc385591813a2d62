/// All cells of a comparison in their order.
struct Schedule {
    struct Cell: Equatable {
        let server: Server
        let workload: Workload
        let round: Int
    }

    let cells: [Cell]

    /// In each round every workload, in each workload every server; which of them goes first moves on by one with
    /// each workload and round, for whatever heats or disturbs the machine must not always meet the same.
    init(plan: [(workload: Workload, servers: [Server])], rounds: Int) {
        cells = (0..<rounds).flatMap { round in
            plan.enumerated().flatMap { index, entry in
                let first = (round + index) % max(1, entry.servers.count)
                return (entry.servers[first...] + entry.servers[..<first]).map {
                    Cell(server: $0, workload: entry.workload, round: round)
                }
            }
        }
    }

    /// About how long the rest takes, judged by what the cells before took of what was expected.
    func secondsLeft(after index: Int, elapsed: Double) -> Double {
        let expected = { (cells: ArraySlice<Cell>) in cells.reduce(0) { $0 + $1.workload.expectedSeconds } }
        let done = expected(cells[...index])
        return done > 0 ? elapsed / done * expected(cells[(index + 1)...]) : 0
    }
}
