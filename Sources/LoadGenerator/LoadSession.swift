/// Connections to one server, kept over any number of runs.
///
/// Up to ``blockingLimit`` connections have a thread each that blocks in its calls; beyond that a few threads
/// watch them all. One run at a time.
public final class LoadSession: Sendable {
    /// With more connections than this the senders use epoll.
    public static let blockingLimit = 64

    /// How the connections are driven.
    public enum Engine: Sendable, Equatable, CustomStringConvertible {
        /// A thread for each connection.
        case blocking
        /// So many threads for all of them.
        case epoll(threads: Int)

        /// The engine for a number of connections on a machine of so many cores.
        public init(connections: Int, cores: Int) {
            self =
                connections <= LoadSession.blockingLimit
                ? .blocking : .epoll(threads: max(1, min(cores, 4, connections)))
        }

        /// `a blocking thread for each connection`, `2 epoll threads`
        public var description: String {
            switch self {
            case .blocking: "a blocking thread for each connection"
            case .epoll(let threads): "\(threads) epoll thread\(threads == 1 ? "" : "s")"
            }
        }
    }

    private let plan: LoadPlan
    /// How the connections are driven.
    public let engine: Engine
    private let connections: [ClientConnection]

    /// A session that has not connected yet.
    public init(plan: LoadPlan, engine: Engine) {
        self.plan = plan
        self.engine = engine
        connections = (0..<plan.connections).map { _ in
            ClientConnection(plan: plan, blocking: engine == .blocking)
        }
    }

    /// Opens every connection that is not open, so that no run's first requests have to.
    public func connect() throws(LoadFailure) {
        for connection in connections {
            connection.dropIfStale()
            if connection.socket == nil { try connection.open(wait: true) }
        }
    }

    /// Closes all connections.
    public func disconnect() {
        for connection in connections { connection.close() }
    }

    /// Sends requests until `extent` is reached and all answers are in.
    ///
    /// - Parameters:
    ///   - limit: after this time no request begins, and those under way are given up and counted as unfinished;
    ///     a blocking thread gives up only when its plan's timeout has passed.
    ///   - onStart: called when all workers stand ready, just before the first request.
    /// - Throws: ``SystemError`` when there are no threads or no epoll to do it with.
    public func run(
        _ extent: LoadExtent, within limit: Duration? = nil, onStart: () -> Void = {}
    ) throws(SystemError) -> LoadOutcome {
        let gate = try StartGate()
        let workers = try shares.map { (share) throws(SystemError) in
            try LoadWorker(connections: share, engine: engine, timeout: plan.timeout, gate: gate)
        }
        var threads: [SystemThread] = []
        do {
            for worker in workers {
                threads.append(try SystemThread(name: "load-\(threads.count)") { worker.run() })
            }
        } catch {
            gate.callOff()
            for thread in threads { thread.join() }
            throw error
        }
        gate.awaitArrival(of: workers.count)
        onStart()
        gate.open(extent, within: limit)
        for thread in threads { thread.join() }
        var total = LoadOutcome()
        for worker in workers { total.add(try worker.outcome.get()) }
        return total
    }

    /// Each worker's connections.
    private var shares: [[ClientConnection]] {
        guard case .epoll(let threads) = engine else { return connections.map { [$0] } }
        return (0..<threads).map { thread in
            stride(from: thread, to: connections.count, by: threads).map { connections[$0] }
        }
    }
}

/// One thread's part of a run. Its outcome may be read when the thread has been joined.
private final class LoadWorker: @unchecked Sendable {
    private enum Sender {
        case blocking(BlockingSender)
        case epoll(EpollSender)
    }

    private let sender: Sender
    private let gate: StartGate
    private(set) var outcome: Result<LoadOutcome, SystemError> = .success(LoadOutcome())

    init(
        connections: [ClientConnection], engine: LoadSession.Engine, timeout: Duration, gate: StartGate
    ) throws(SystemError) {
        self.gate = gate
        switch engine {
        case .blocking: sender = .blocking(BlockingSender(connection: connections[0], timeout: timeout))
        case .epoll: sender = .epoll(try EpollSender(connections: connections, timeout: timeout))
        }
    }

    func run() {
        guard let quota = gate.wait() else { return }
        switch sender {
        case .blocking(let sender): outcome = .success(sender.run(quota))
        case .epoll(let sender): outcome = Result { () throws(SystemError) in try sender.run(quota) }
        }
    }
}
