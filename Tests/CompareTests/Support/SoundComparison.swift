@testable import Compare

extension Server {
    static func peer(
        _ name: String, family: String = "python", version: String = "1.0", note: String = "",
        kind: Kind = .http
    ) -> Server {
        Server(
            name: name, kind: kind, family: family, version: version,
            routes: Set(Route.allCases.map(\.rawValue)), note: note)
    }

    static let peers = [
        peer("gunicorn-sync", version: "27.0.0"), peer("waitress"), peer("go", family: "go"),
        peer("go-streaming", family: "go", note: "streaming twin: reduces as it reads"),
        peer("gunicorn-gthread", version: "27.0.0"),
    ]
}

/// What each server came to under each workload, one round each, in which every claim holds.
struct SoundCells {
    var cells: [String: [CellFigures]] = [:]
    /// Peers that there are and that were not chosen.
    var unchosen: [Server] = []
    /// Cells that could not be run, in their last round.
    var notRun: Set<String> = []
    /// Workloads that lacked something beside every server.
    var lacking: Set<String> = []

    static var workloads: [Workload] { Workload.all(extent: .full, limit: .seconds(20)) }

    static func servers(_ workload: Workload) -> [Server] {
        (Server.own + Server.peers).filter { $0.has(workload.route) }
    }

    init(rounds: Int = 1) {
        for workload in Self.workloads {
            for server in Self.servers(workload) {
                cells["\(server.name)/\(workload.name)"] = (0..<rounds).map {
                    Self.figures(server, workload, $0)
                }
            }
        }
    }

    private static func figures(_ server: Server, _ workload: Workload, _ round: Int) -> CellFigures {
        // Sluice is ten times as fast as any, but for a twin and its other way, and on two cores twice as fast as on one.
        let lead =
            server.isSluice
            ? 10.0 * Double(workload.threads ?? 1) : server.isStreamingTwin ? 8 : server.isOwn ? 4 : 1
        var figures = CellFigures()
        figures.asked = workload.requests
        figures.right = workload.requests
        figures.seconds = workload.warmUp == .wholeRound ? 10.5 / lead : Double(10 + round) / lead
        figures.latencyP50 = 0.1
        figures.latencyP99 = 0.2
        figures.cpuSeconds = server.isSluice ? 0.8 : 1
        figures.clientCores = 0.5
        figures.peakMemory = 40_000_000
        figures.threadsAdded = server.isSluice ? 0 : 3
        if workload.isBesideHello {
            figures.helloAlone = 0.001
            figures.helloBeside = server.isSluice ? 0.002 : 1
            figures.helloWorst = server.isSluice ? 0.003 : 2
            figures.refused = 900
            figures.right = 100
        }
        return figures
    }

    var comparison: Comparison {
        var comparison = Comparison(
            plan: Self.workloads.map { ($0, Self.servers($0)) }, peers: Server.peers + unchosen)
        for workload in Self.workloads {
            for server in Self.servers(workload) {
                for (round, figures) in (cells["\(server.name)/\(workload.name)"] ?? []).enumerated() {
                    comparison.record(.measured(figures), server: server, workload: workload, round: round)
                }
                if lacking.contains(workload.name) {
                    comparison.record(
                        .lacking("no slow service"), server: server, workload: workload, round: 0)
                }
                if notRun.contains("\(server.name)/\(workload.name)") {
                    let last = (cells["\(server.name)/\(workload.name)"] ?? []).count - 1
                    comparison.record(.notRun("no"), server: server, workload: workload, round: last)
                }
            }
        }
        return comparison
    }

    mutating func change(_ cell: String, _ change: (inout CellFigures) -> Void) {
        for index in cells[cell]!.indices { change(&cells[cell]![index]) }
    }
}
