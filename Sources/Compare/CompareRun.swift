internal import Charts
internal import FoundationEssentials
internal import LoadGenerator
internal import Terminal

/// A comparison from its beginning to its table.
struct CompareRun {
    let settings: CompareSettings
    let catalogue: PeerCatalogue

    func run() throws -> Comparison {
        try Interruption.endsServers()
        let descriptors = raiseDescriptorLimit()
        guard descriptors >= 2048 else {
            throw CompareError(
                "1,000 connections need 2048 descriptors, and the limit is \(descriptors): ulimit -n")
        }
        let plan = settings.cells(peers: try settings.chosen(from: catalogue.peers))
        let files = try ChartFiles(folder: settings.output, name: settings.name)
        var notes: [String] = []
        let congestionControl = senderCongestionControl(&notes)
        let materials = try Materials(
            peersFolder: settings.peersFolder, workloads: plan.map(\.workload),
            congestionControl: congestionControl)
        let installed = try catalogue.installed()
        var ports = FreePorts(from: 20_000 + UInt16(truncatingIfNeeded: ProcessFigures.ownPID % 50) * 200)
        let slow = try plan.contains { $0.workload.route == .fanout } ? SlowService(settings, &ports) : nil
        defer { slow?.stop() }
        let commands = RunningServer.Commands(
            peersFolder: settings.peersFolder, service: settings.service, slowPort: slow?.port ?? 0)
        let heading = heading(plan, congestionControl) + notes
        for line in heading { printLine(line) }

        var comparison = Comparison(plan: plan, peers: catalogue.peers)
        var distances = CoreDistances()
        let schedule = Schedule(plan: plan, rounds: settings.rounds)
        let began = ContinuousClock.now
        for (index, cell) in schedule.cells.enumerated() {
            // Without it the cell is as good as with it.
            try? distances.look()
            let outcome = measure(
                cell, commands, materials, installed, slow, port: try ports.next())
            comparison.record(outcome, server: cell.server, workload: cell.workload, round: cell.round)
            let heading =
                heading + (distances.text.map { ["Cores: \($0)"] } ?? [])
                + (schedule.unfinished(after: index).map { [$0] } ?? [])
            try files.write(
                csv: CompareTable(heading: heading, comparison: comparison).csv(),
                svg: ComparePicture(comparison: comparison, caption: heading).svg(),
                markdown: CompareText(heading: heading, comparison: comparison).markdown())
            let left = schedule.secondsLeft(
                after: index, elapsed: (ContinuousClock.now - began) / .seconds(1))
            printLine(
                CellLine.text(cell, outcome, number: index + 1, of: schedule.cells.count, secondsLeft: left))
        }
        printLine("")
        for claim in Claims(comparison: comparison).all { printLine(claim.line) }
        printLine("wrote \(files.text), \(files.table) and \(files.picture)")
        return comparison
    }

    private func measure(
        _ cell: Schedule.Cell, _ commands: RunningServer.Commands, _ materials: Materials,
        _ installed: Set<String>, _ slow: SlowService?, port: UInt16
    ) -> Comparison.Outcome {
        if !cell.server.isOwn, !installed.contains(cell.server.name) {
            return .notRun("it is not installed; \(settings.peersFolder)/setup \(cell.server.name) says why")
        }
        if cell.workload.route == .fanout, let trouble = slow?.trouble { return .lacking(trouble) }
        let threads = cell.workload.threads ?? settings.threads
        let run = CellRun(
            server: cell.server, workload: cell.workload,
            command: commands.command(
                cell.server, port: port, threads: threads, refuses: cell.workload.allowsRefusals),
            port: port,
            materials: materials, peersFolder: settings.peersFolder)
        do {
            return .measured(try run.run())
        } catch {
            return .notRun("\(error)")
        }
    }

    private func heading(
        _ plan: [(workload: Workload, servers: [Server])], _ congestionControl: String?
    ) -> [String] {
        let servers = Set(plan.flatMap(\.servers)).count
        let rounds = settings.rounds
        return [
            "bench/compare\(settings.extent == .plain ? "" : " --\(settings.extent.rawValue)"), \(Date.now.ISO8601Format())",
            "Machine: \(Machine.here.description)",
            "\(servers) servers under \(plan.count) workloads, \(rounds) round\(rounds == 1 ? "" : "s"), servers with "
                + "\(settings.threads) thread\(settings.threads == 1 ? "" : "s") or workers; client and server over "
                + "loopback on the same cores, sent with \(congestionControl ?? "the system's congestion control"); each "
                + "cell with a server of its own; every answer checked",
        ]
    }
}
