internal import ArgumentParser
internal import LoadGenerator
internal import Sizes

/// What can be asked of a comparison, as it is written on the command line.
struct CompareOptions: ParsableArguments {
    @Flag(help: "Six peers that everybody knows, one round, short cells: some ten minutes.")
    var quick = false

    @Flag(help: "Every peer, three rounds, long cells, and /cpu with 4 threads too: some hours.")
    var full = false

    @Option(
        parsing: .singleValue,
        help: """
            What to run: a server, a workload or SERVER/WORKLOAD, where * stands for anything; may be given \
            several times. Sluice runs beside whatever is chosen.
            """)
    var only: [String] = []

    @Option(help: "Rounds. The figures are the median and the spread over them. (default: 1; 3 with --full)")
    var rounds: Int?

    @Option(help: "Threads or workers of each server. (default: all cores)")
    var threads: Int?

    @Option(
        help: "After what time a cell is cut: 5s, 20s. (default: 5s; 20s with --full)",
        transform: TimeSpan.init)
    var cellTime: TimeSpan?

    @Option(help: "The folder of the peers: list, setup, serve.")
    var peers = "bench/peers"

    @Option(help: "Sluice's own service.")
    var service = "bench/services/.build/release/service"

    @Option(help: "The folder for the table and the picture.")
    var output = "bench/out"

    @Flag(help: "Print the names of the peers that would run, and do nothing.")
    var printPeers = false
}

/// The options, checked.
struct CompareSettings {
    /// How much is measured.
    enum Extent: String {
        case quick, plain, full
    }

    let extent: Extent
    let rounds: Int
    let threads: Int
    let cellTime: Duration
    let peersFolder: String
    let service: String
    let output: String
    private let selection: Selection

    init(_ options: CompareOptions) throws {
        guard !(options.quick && options.full) else { throw ValidationError("--quick or --full, not both") }
        extent = options.quick ? .quick : options.full ? .full : .plain
        rounds = options.rounds ?? (options.full ? 3 : 1)
        threads = options.threads ?? ProcessFigures.cores
        cellTime = options.cellTime?.duration ?? .seconds(options.full ? 20 : 5)
        guard rounds >= 1 else { throw ValidationError("--rounds must be at least 1") }
        guard threads >= 1 else { throw ValidationError("--threads must be at least 1") }
        guard cellTime >= .seconds(2) else {
            throw ValidationError("--cell-time must be at least 2s: a handler that waits takes one")
        }
        peersFolder = options.peers
        service = options.service
        output = options.output
        selection = Selection(patterns: options.only)
    }

    /// What the files are called.
    var name: String { extent == .plain ? "compare" : "compare-\(extent.rawValue)" }

    /// The peers to run, in the catalogue's order.
    func chosen(from peers: [Server]) throws -> [Server] {
        let candidates = extent == .quick ? peers.filter { Server.quick.contains($0.name) } : peers
        let chosen = candidates.filter { peer in
            workloads.contains { selection.contains(server: peer.name, workload: $0.name) }
        }
        for pattern in selection.patterns {
            let alone = Selection(patterns: [pattern])
            let isAny = (Server.own + candidates).contains { server in
                workloads.contains {
                    server.has($0.route) && alone.contains(server: server.name, workload: $0.name)
                }
            }
            guard isAny else {
                throw ValidationError(
                    "--only \(pattern): no server \(extent == .quick ? "of --quick " : "")has such a name and such a workload"
                )
            }
        }
        return chosen
    }

    /// All workloads of this extent, chosen or not.
    var workloads: [Workload] {
        Workload.all(extent: extent, limit: cellTime)
    }

    /// The cells of one round, workload for workload: Sluice first, then itself in its other way, then its peers.
    func cells(peers: [Server]) -> [(workload: Workload, servers: [Server])] {
        let others = Server.own.filter { !$0.isSluice } + peers
        return workloads.compactMap { workload in
            let chosen = others.filter {
                $0.has(workload.route) && $0.canReconnect(for: workload)
                    && selection.contains(server: $0.name, workload: workload.name)
            }
            let isChosen = selection.contains(server: Server.sluice.name, workload: workload.name)
            return chosen.isEmpty && !isChosen ? nil : (workload, [.sluice] + chosen)
        }
    }
}
