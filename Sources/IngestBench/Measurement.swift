internal import LoadGenerator
internal import Sizes

/// A whole measurement: the servers started, loaded in turn, stopped; then the copies counted.
struct Measurement {
    let settings: Settings

    func run() throws -> Report {
        try checkDescriptors()
        var notes: [String] = []
        let body = try RequestBody(
            valueCount: settings.valueCount, seed: settings.seed, asFile: settings.sender == .sendfile)
        let targets = Targets(
            settings: settings, body: body, answer: expectedAnswer(body, columns: settings.columns),
            congestionControl: congestionControl(&notes))

        var progress = ProgressBar(steps: (settings.limits ? 3 : 1) * (settings.rounds + 1) + 2)
        defer { progress.end() }
        progress.begin("starting")
        let servers = try start(targets, &notes)
        defer { for server in servers { server.stop() } }
        let results = try servers.map { try warmUp($0, &progress) }
        for round in 0..<settings.rounds {
            // In another order each time: whoever comes first finds another machine than the last.
            for index in servers.indices {
                let result = results[(index + round) % results.count]
                progress.begin("round \(round + 1) of \(settings.rounds): \(result.target.name)")
                result.samples.append(try sample(result.target, settings.extent(ofRound: round)))
            }
        }
        for result in results {
            result.peakMemory = sum(result.target.processes.map(\.peakMemory))
            result.target.stop()
        }
        progress.begin("counting copies")
        countCopies(targets, for: results[0], &notes)
        return Report(
            settings: settings, congestionControl: targets.congestionControl, results: results,
            notes: notes + results.flatMap(\.doubts))
    }

    private func checkDescriptors() throws {
        let limit = raiseDescriptorLimit()
        // Those to three servers, and what else a process has open.
        let needed = (settings.limits ? 3 : 1) * settings.connections + 64
        guard needed <= limit else {
            throw BenchError(
                "\(settings.connections) connections need \(needed) descriptors, and the limit is \(limit): ulimit -n"
            )
        }
    }

    private func congestionControl(_ notes: inout [String]) -> String? {
        let wanted = "cubic"
        do throws(SystemError) {
            try checkCongestionControl(wanted)
            return wanted
        } catch {
            notes.append(
                "the senders have the system's congestion control, for \(wanted) cannot be had (\(error)); "
                    + "as root: modprobe tcp_\(wanted)")
            return nil
        }
    }

    private func start(_ targets: Targets, _ notes: inout [String]) throws -> [BenchTarget] {
        var servers = [try targets.server()]
        guard settings.limits else { return servers }
        for kind in LimitServer.Kind.allCases {
            let memory =
                settings.connections * LimitServer.bufferSize(kind: kind, bodySize: settings.size.bytes)
            if let available = Machine.availableMemory, memory > available / 2 {
                notes.append(
                    "no \(kind.rawValue): a buffer of its own for each connection would take \(ByteSize(bytes: memory)), "
                        + "more than half of the memory available")
                continue
            }
            servers.append(try targets.limit(kind))
        }
        return servers
    }

    /// Half a second, and at least one request on each connection: buffers are touched, TCP's have grown.
    private func warmUp(_ target: BenchTarget, _ progress: inout ProgressBar) throws -> TargetResult {
        progress.begin("warming up: \(target.name)")
        try target.connect()
        let outcome = try target.session.run(.duration(.milliseconds(500)))
        guard outcome.answered > 0 else {
            let why = outcome.failures.first?.text ?? "no answer"
            throw BenchError("\(target.name) at \(target.plan.endpoint): \(why)" + target.lastWords)
        }
        return TargetResult(target: target, warmUp: outcome)
    }

    private func sample(_ target: BenchTarget, _ extent: LoadExtent) throws -> RoundSample {
        var before = Snapshot()
        let outcome = try target.session.run(extent) { before = .before(target) }
        return RoundSample(
            outcome: outcome, before: before, after: .after(target), bodySize: settings.size.bytes)
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
