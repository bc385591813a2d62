internal import LoadGenerator

/// A cell of one round: a server started, warmed up, loaded, stopped.
struct CellRun {
    let server: Server
    let workload: Workload
    let command: [String]
    let port: UInt16
    let materials: Materials
    let peersFolder: String

    /// How long one `/hello` may take: longer than any cell.
    private var patience: Duration { workload.limit + .seconds(2) }
    private static let leastProbing = Duration.seconds(2)

    func run() throws -> CellFigures {
        let running = try RunningServer(command: command, kind: server.kind, port: port)
        defer { running.stop() }
        switch server.kind {
        case .http: return try measure(running)
        case .grpc:
            return try GRPCClient(folder: peersFolder).measure(running, workload)
        }
    }

    private func measure(_ running: RunningServer) throws -> CellFigures {
        // From before the warm-up: what is added there is added.
        let watch = try ThreadWatch(processes: running.processes)
        let outcome = Result { try measureLoads(running) }
        let threadsAdded = watch.end()
        var figures = try outcome.get()
        figures.threadsAdded = threadsAdded
        return figures
    }

    private func measureLoads(_ running: RunningServer) throws -> CellFigures {
        let plan = materials.plan(workload, endpoint: running.endpoint)
        let session = LoadSession(plan: plan, engine: engine(workload))
        defer { session.disconnect() }
        // What a round that was cut left behind is still with the server: another would tell of that.
        let warmUp = try warmUp(session, plan, running)
        if let cut = warmUp.ifCutInWarmUp { return cut }
        guard workload.isBesideHello else {
            return try workload.stretched { try load(session, running, $0) }.adding(faultsOf: warmUp)
        }
        let alone = try HelloProber.probe(
            running.endpoint, for: Self.leastProbing, patience: patience)
        let prober = try HelloProber(endpoint: running.endpoint, patience: patience)
        let began = ContinuousClock.now
        let loaded = Result { try load(session, running, workload.requests) }
        // A server that refuses everything is done at once: too few probes for a p99.
        let missing = (Self.leastProbing - (ContinuousClock.now - began)) / .milliseconds(1)
        if missing > 0 { sleep(milliseconds: Int(missing)) }
        let beside = prober.end()
        var figures = try loaded.get()
        figures.helloAlone = alone.latencies.percentile(99)
        figures.helloBeside = beside.latencies.percentile(99)
        figures.helloWorst = beside.latencies.longest
        figures.helloFailures = alone.failures + beside.failures
        return figures.adding(faultsOf: warmUp)
    }

    /// One connection is sent to by a thread that blocks, as a client program would. Many are watched by one
    /// thread, which leaves the server the other cores; by two where each request opens a connection of its own, which
    /// costs a client more than it does most servers: one thread would be what is measured.
    private func engine(_ workload: Workload) -> LoadSession.Engine {
        workload.connections == 1 ? .blocking : .epoll(threads: workload.opensAnew ? 2 : 1)
    }

    /// - Returns: what was seen: its answers are checked too.
    private func warmUp(
        _ session: LoadSession, _ plan: LoadPlan, _ running: RunningServer
    ) throws -> CellFigures {
        switch workload.warmUp {
        case .requests(let count) where workload.connections == 1:
            // A server of several processes has warmed up but the one that this connection is with.
            return try unmeasured(session, count)
        case .requests(let count):
            var plan = plan
            plan.connections = 1
            let session = LoadSession(plan: plan, engine: .blocking)
            defer { session.disconnect() }
            return try unmeasured(session, count)
        case .eachConnection:
            // One that cannot be opened is tried again by the run, and counted there.
            if !workload.opensAnew { try? session.connect() }
            return try load(session, running, workload.connections)
        case .wholeRound:
            return try load(session, running, workload.requests)
        }
    }

    /// One that is not done in time says so in what is measured after it.
    private func unmeasured(_ session: LoadSession, _ requests: Int) throws -> CellFigures {
        let seen = try session.run(.requests(requests), within: workload.limit)
        var figures = CellFigures(seen, of: requests, workload: workload)
        figures.cutAfter = nil
        return figures
    }

    private func load(
        _ session: LoadSession, _ running: RunningServer, _ requests: Int
    ) throws -> CellFigures {
        let client = ProcessFigures(pid: ProcessFigures.ownPID)
        var before: (server: UInt64?, client: UInt64?)
        let outcome = Result {
            try session.run(.requests(requests), within: workload.limit) {
                before = (running.cpuNanoseconds, client.cpuNanoseconds)
            }
        }
        let after = (server: running.cpuNanoseconds, client: client.cpuNanoseconds)
        let seen = try outcome.get()
        var figures = CellFigures(seen, of: requests, workload: workload)
        figures.cpuSeconds = secondsBetween(before.server, after.server)
        figures.clientCores = secondsBetween(before.client, after.client).map {
            $0 / max(figures.seconds, 1e-9)
        }
        figures.peakMemory = running.peakMemory
        return figures
    }
}

extension Workload {
    /// The figures of so many requests as take a while.
    func stretched(_ load: (_ requests: Int) throws -> CellFigures) rethrows -> CellFigures {
        let figures = try load(requests)
        let factor = stretch(figures)
        return factor == 1 ? figures : try load(factor * requests).adding(faultsOf: figures)
    }

    /// How many times as much is to be asked of a server that had these figures.
    func stretch(_ figures: CellFigures) -> Int {
        guard isStretched, figures.cutAfter == nil, figures.right > 0 else { return 1 }
        return Int(
            min(max((Self.leastSeconds / max(figures.seconds, 1e-4)).rounded(.up), 1), Double(mostStretch)))
    }
}

/// Nil when one is not known, or the later is before the earlier.
func secondsBetween(_ earlier: UInt64?, _ later: UInt64?) -> Double? {
    guard let earlier, let later, later >= earlier else { return nil }
    return Double(later - earlier) / 1e9
}
