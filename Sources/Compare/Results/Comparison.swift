internal import LoadGenerator

/// All that was measured: a row for each server under each workload.
struct Comparison {
    /// The workloads that were chosen, with the servers that have their route, Sluice first.
    let plan: [(workload: Workload, servers: [Server])]
    /// Every peer that there is, chosen or not.
    let peers: [Server]
    private var rows: [String: Row] = [:]

    init(plan: [(workload: Workload, servers: [Server])], peers: [Server]) {
        self.plan = plan
        self.peers = peers
    }

    /// What became of a cell.
    enum Outcome {
        case measured(CellFigures)
        /// And why.
        case notRun(String)
        /// For want of something beside the server, which is therefore not to blame.
        case lacking(String)
    }

    mutating func record(_ outcome: Outcome, server: Server, workload: Workload, round: Int) {
        rows[key(server, workload), default: Row(server: server, workload: workload)].outcomes[round] =
            outcome
    }

    private func key(_ server: Server, _ workload: Workload) -> String { "\(server.name)/\(workload.name)" }

    func row(_ server: Server, _ workload: Workload) -> Row {
        rows[key(server, workload)] ?? Row(server: server, workload: workload)
    }

    /// The rows of a workload in the plan's order.
    func rows(_ workload: Workload) -> [Row] {
        (plan.first { $0.workload == workload }?.servers ?? []).map { row($0, workload) }
    }

    /// How many times Sluice's rate is a row's, round for round; nil where both were not measured.
    func lead(over row: Row) -> Spread? {
        ratios(of: .sluice, over: row).flatMap { $0.values.allSatisfy(\.isFinite) ? $0 : nil }
    }

    /// The same; a round in which it answered nothing rightly makes infinitely many.
    func ratios(of own: Server, over row: Row) -> Spread? {
        let own = self.row(own, row.workload)
        let rounds = own.measured.keys.filter { row.measured[$0] != nil }.sorted()
        return Spread(
            rounds.map { round in
                let rate = row.measured[round]!.requestsPerSecond
                return rate > 0 ? own.measured[round]!.requestsPerSecond / rate : .infinity
            })
    }

    /// Whether Sluice was measured under every workload that was chosen, in each of its ways, never wrong, and answered.
    var isWhole: Bool {
        plan.allSatisfy { workload, servers in
            servers.filter(\.isOwn).allSatisfy {
                let row = row($0, workload)
                return row.reason == nil && row.isRanked
            }
        }
    }
}

/// A server under a workload, in all rounds.
struct Row {
    let server: Server
    let workload: Workload
    var outcomes: [Int: Comparison.Outcome] = [:]

    var measured: [Int: CellFigures] {
        outcomes.compactMapValues { if case .measured(let figures) = $0 { figures } else { nil } }
    }

    /// Why it was not run, in whichever round.
    var reason: String? {
        outcomes.sorted { $0.key < $1.key }.lazy.compactMap {
            switch $0.value {
            case .notRun(let reason), .lacking(let reason): reason
            case .measured: nil
            }
        }.first
    }

    /// What was not there beside the server, in whichever round.
    var lack: String? {
        outcomes.values.lazy.compactMap { if case .lacking(let what) = $0 { what } else { nil } }.first
    }

    func spread(of figure: Figure) -> Spread? {
        let cells = measured.sorted { $0.key < $1.key }.map(\.value)
        let values = cells.compactMap { figure.value($0, workload) }
        // A median of those rounds alone that came to an end would be a better one than there was.
        return values.count == cells.count ? Spread(values) : nil
    }

    /// Whether its rate may be set beside Sluice's: it was measured in some round, and its answers were right.
    var isRanked: Bool { !measured.isEmpty && measured.values.allSatisfy(\.counts) }

    /// Requests of a kind, over all rounds.
    func sum(_ count: (CellFigures) -> Int) -> Int {
        measured.values.reduce(0) { $0 + count($1) }
    }

    /// What there is to say of it.
    var notes: [String] {
        var notes = reason.map { ["not run: \($0)"] } ?? []
        let cells = measured.sorted { $0.key < $1.key }.map(\.value)
        if let cut = cells.first(where: { $0.cutAfter != nil }) {
            let warmUps = cells.count(where: \.isOfWarmUp)
            notes.append(
                "cut at \(Int(cut.cutAfter ?? 0)) s with \(sum(\.ended)) of \(sum(\.asked)) done"
                    + (warmUps > 0 ? ", \(warmUps) of \(cells.count) rounds in the warm-up" : ""))
        }
        if sum(\.wrong) > 0 { notes.append("WRONG ANSWERS: \(sum(\.wrong))") }
        if let failure = cells.lazy.compactMap(\.firstFailure).first {
            notes.append("first failure: \(failure)")
        }
        if sum(\.refused) > 0 { notes.append("\(sum(\.refused)) refused with 503") }
        if sum(\.sentAgain) > 0 { notes.append("\(sum(\.sentAgain)) requests sent again") }
        if sum(\.helloFailures) > 0 { notes.append("\(sum(\.helloFailures)) /hello unanswered") }
        if let busy = spread(of: .clientCores)?.maximum, busy > 0.9 { notes.append("the client was busy") }
        if !measured.isEmpty, !isRanked { notes.append("not ranked") }
        if server.kind == .grpc { notes.append("gRPC, by its own client") }
        if !server.note.isEmpty { notes.append(server.note) }
        return notes
    }
}
