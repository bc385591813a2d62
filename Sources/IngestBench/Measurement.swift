internal import LoadGenerator
internal import Terminal

/// A whole measurement: the servers started, loaded in turn, stopped; then the copies counted.
struct Measurement {
    let settings: Settings

    /// - Parameter room: what the machine has, looked at before anything is allocated.
    func run(in room: Room = .here()) throws -> Report {
        if let refusal = room.refusal(of: settings, servers: serverCount) { throw BenchError(refusal) }
        try runOnly(onCPU: settings.pinnedCPU)
        var notes: [String] = []
        let targets = try Targets(settings: settings, congestionControl: senderCongestionControl(&notes))
        let rounds = Rounds(settings: settings)

        let progress = ProgressBar(
            work: Double(rounds.steps(servers: serverCount)) + 2)
        defer { progress.end() }
        progress.begin("starting")
        let servers = try start(targets, room, &notes)
        defer { for server in servers { server.stop() } }
        let results = try servers.map { server in
            progress.begin("warming up: \(server.name)")
            return try rounds.warmUp(server)
        }
        var distances = CoreDistances()
        try rounds.run(results, &distances) { progress.begin("\($0): \(results[$1].target.name)") }
        for result in results {
            result.peakMemory = sum(result.target.processes.map(\.peakMemory))
            result.target.stop()
        }
        if settings.countsCopies {
            progress.begin("counting copies")
            countCopies(targets, for: results[0], &notes)
        }
        return Report(
            settings: settings, congestionControl: targets.congestionControl, results: results,
            coreDistances: distances,
            notes: notes + results.flatMap(\.remarks))
    }

    private var serverCount: Int { (settings.limits ? 3 : 1) + (settings.slowClients > 0 ? 1 : 0) }

    private func start(_ targets: Targets, _ room: Room, _ notes: inout [String]) throws -> [BenchTarget] {
        var servers = [try targets.server()]
        if settings.slowClients > 0 { servers.append(try targets.sluice(apartFrom: servers[0])) }
        guard settings.limits else { return servers }
        for kind in LimitServer.Kind.allCases {
            let refusal = room.refusal(of: kind, size: settings.size, connections: settings.connections)
            if let refusal {
                notes.append("no \(kind.rawValue): \(refusal)")
                continue
            }
            servers.append(try targets.limit(kind, apartFrom: servers[0]))
        }
        return servers
    }

    private func countCopies(_ targets: Targets, for result: TargetResult, _ notes: inout [String]) {
        guard case .sluice = settings.server else { return }
        do {
            result.bytesMoved = try CopyMeasurement(targets: targets).run()
        } catch {
            notes.append("bytes moved not counted: \(error)")
        }
    }
}
