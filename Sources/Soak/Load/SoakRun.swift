internal import Charts
internal import LoadGenerator
internal import Terminal

/// A soak from its beginning to its verdict.
struct SoakRun {
    let settings: SoakSettings
    /// Between two looks: each second, and in a long soak some hundreds in all.
    private var period: Duration { max(.seconds(1), settings.duration / 600) }

    func run() throws -> Verdict {
        _ = raiseDescriptorLimit()
        let progress = ProgressBar(work: settings.duration / .seconds(1) + 4)
        defer { progress.end() }
        progress.begin("making the bodies and their answers", work: 2)
        var files = try SoakFiles(folder: settings.output)
        let payloads = try Payloads(seed: settings.seed)
        let server = try SoakServer(settings)
        defer { server.child.stop() }
        files.heading = heading(server)
        progress.end()
        for line in files.heading { printLine(line) }

        let observer = Observer(pid: server.child.pid, endpoint: server.endpoint)
        progress.begin("using the memory once", work: 2)
        try server.touchBudget()
        let (baseline, threads) = try settled(observer)
        progress.begin("", work: settings.duration / .seconds(1))
        var record = SoakRecord(
            duration: settings.duration / .seconds(1), baseline: baseline, baselineThreads: threads,
            reactors: settings.threads, healthy: HealthyClient.Record(),
            ending: .init(livedToTheEnd: true, exitCode: nil, criticalLines: 0))
        try soak(
            server, observer, Site(endpoint: server.endpoint, payloads: payloads), &record, &files, progress)
        progress.end()

        let verdict = Verdict(record)
        try files.finish(record, verdict)
        for line in ["", "Clients"] + clientLines(record) + ["", "Verdict"] + verdict.lines {
            printLine(line)
        }
        printLine("wrote \(files.places)")
        printLine("soak: \(verdict.headline)")
        return verdict
    }

    /// The server at rest: the same at several looks, the reactors' and the runtime's threads all there.
    private func settled(_ observer: Observer) throws -> (RestState, threads: Int) {
        var last: (RestState, Int)?
        var same = 0
        for _ in 0..<100 {
            guard let sample = observer.look(at: 0, latencies: Latencies()), let rest = RestState(sample)
            else { throw SoakError("the server does not answer") }
            same = last.map { $0 == (rest, sample.threads) } == true ? same + 1 : 0
            last = (rest, sample.threads)
            if same == 5 { return (rest, sample.threads) }
            sleep(milliseconds: 100)
        }
        throw SoakError("the server does not come to rest before the soak")
    }

    /// Lets the clients at the server, and puts down what is seen.
    private func soak(
        _ server: SoakServer, _ observer: Observer, _ site: Site, _ record: inout SoakRecord,
        _ files: inout SoakFiles, _ progress: ProgressBar
    ) throws {
        let tallies = Tallies()
        let began = ContinuousClock.now
        let end = began + settings.duration
        let healthy = try HealthyClient(at: site)
        let crowd = try Crowd(at: site, seed: settings.seed, until: end, tallies: tallies)
        var isAlive = true
        while ContinuousClock.now < end, isAlive {
            wait(until: min(end, began + period * (record.samples.count + 1)))
            let elapsed = (ContinuousClock.now - began) / .seconds(1)
            let sample = observer.look(at: elapsed, latencies: healthy.takeRecent())
            if let sample { record.samples.append(sample) } else { isAlive = false }
            try files.keep(record, at: elapsed)
            progress.advance(
                to: elapsed / (settings.duration / .seconds(1)),
                "\(sample?.counters?.connectionsOpen ?? 0) connections, "
                    + "\(grouped(tallies.all.values.reduce(0) { $0 + $1.turns })) clients came to their end")
        }
        crowd.end()
        record.healthy = healthy.end()
        record.tallies = tallies.all
        record.afterwards = atRest(observer, record.baseline, since: began)
        record.ending.livedToTheEnd = isAlive && observer.process.residentMemory != nil
        record.ending.exitCode = server.child.stop(within: .seconds(10))
        record.ending.criticalLines = server.criticalLines
    }

    /// Looks until the server is as it was before, or for 5 s.
    private func atRest(
        _ observer: Observer, _ baseline: RestState, since began: ContinuousClock.Instant
    ) -> [Sample] {
        let deadline = ContinuousClock.now + .seconds(5)
        var samples: [Sample] = []
        repeat {
            sleep(milliseconds: 250)
            let elapsed = (ContinuousClock.now - began) / .seconds(1)
            guard let sample = observer.look(at: elapsed, latencies: Latencies()) else { return samples }
            samples.append(sample)
        } while RestState(samples[samples.count - 1]) != baseline && ContinuousClock.now < deadline
        return samples
    }

    private func wait(until instant: ContinuousClock.Instant) {
        let left = (instant - .now) / .milliseconds(1)
        if left > 0 { sleep(milliseconds: Int(left.rounded(.up))) }
    }

    private func heading(_ server: SoakServer) -> [String] {
        let clients = ClientKind.allCases.reduce(1) { $0 + $1.count }
        return [
            "Soaking sluice for \(Int(settings.duration / .seconds(1))) s with \(clients) clients at once, seed \(settings.seed)",
            "Machine: \(Machine.here.description)",
            "Server: sluice \(server.arguments.joined(separator: " "))",
        ]
    }

    private func clientLines(_ record: SoakRecord) -> [String] {
        ClientKind.allCases.map { kind in
            let tally = record.tallies[kind] ?? Tally()
            let bad = tally.turns - tally.good
            return "  " + kind.rawValue.padded(to: 24) + grouped(tally.turns).aligned(to: 8)
                + (bad == 0 ? "" : "  \(grouped(bad)) WRONG: \(tally.first?.text ?? "")")
        }
    }
}
