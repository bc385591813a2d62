internal import CPlatform
public import Logging
public import ServiceLifecycle
internal import Synchronization
internal import Uring

/// An HTTP server on io_uring.
///
/// ```swift
/// var routes = Routes()
/// routes.post("/predict", reducing: RowMeanStd(columns: 2500))
/// let server = try Server(routes: routes, listen: .tcp(host: "127.0.0.1", port: 8080))
/// try await server.run()
/// ```
///
/// Everything is made in `init`: the socket listens, the rings are set up, all memory is mapped. ``run()``
/// starts the threads and returns when a stop has ended: after ``stop()``, a graceful shutdown of the
/// service group, or a cancellation of its task.
public final class Server: Service, Sendable {
    private enum Phase {
        case made
        case running(left: Int)
        case ended
    }

    /// The listener, logs, and what else a process has open.
    private static let descriptorsOfAProcess = 32
    /// A ring, an eventfd and a spare one.
    private static let descriptorsOfAReactor = 3

    private struct State {
        var phase = Phase.made
        var failure: ServerError?
        var waiting: CheckedContinuation<Void, any Error>?
    }

    /// Reactors are made here and used by one thread each; this hands them over.
    private struct Handover: @unchecked Sendable {
        let group: ReactorGroup<Ring>
    }

    private let handover: Handover
    private let pool: ComputePool
    private let listener: Listener
    private let state = Mutex(State())
    private let logger: Logger
    /// Flags of the ring that this Linux refused; the server runs without them.
    public let refusedRingFlags: [String]

    /// - Parameters:
    ///   - routes: what it answers to.
    ///   - address: where it listens; see ``address`` for the port that the system picked.
    ///   - threads: reactors, one thread each; nil: one for each CPU that this process may run on.
    ///   - token: what requests must show as `Authorization: Bearer …`, all but those for `/health` and `/ready`;
    ///     nil: everyone is served.
    ///   - limits: what it may use of the machine, and how long anything may take.
    ///   - logger: for what an operator should know; nothing is logged for a request that is answered as it should be.
    /// - Throws: ``ServerError``: nothing of the server exists then.
    public init(
        routes: Routes, listen address: ListenAddress, threads: Int? = nil, limits: Limits = Limits(),
        token: BearerToken? = nil, logger: Logger = Logger(label: "sluice")
    ) throws(ServerError) {
        let listener = try Listener(address, responsePeriod: limits.responsePeriod)
        let threads = threads ?? Limits.usualReactors
        var limits = limits
        limits.level2CacheBytes = Caches.level2Bytes
        if !listener.isUnix { limits.largestReceiveBuffer = Listener.largestReceiveBuffer() }
        let setUp = RingSetUp(submissionEntries: 1024, completionEntries: 16384)
        var refusedFlags: [String] = []
        var surrenderListener: (@Sendable () -> Void)?
        if !listener.isInherited { surrenderListener = { listener.surrender() } }
        let pool = ComputePool(
            threads: routes.usesComputePool ? limits.computeThreads ?? Int(sluice_available_cpus()) : 0,
            limit: limits.computeQueue)
        let group = try ReactorGroup<Ring>(
            count: threads, cpus: Int(sluice_available_cpus()), limits: limits, routes: routes,
            listener: listener.socket, surrenderListener: surrenderListener,
            isUnix: listener.isUnix, setsUpAccepted: listener.isUnix || listener.isInherited, logger: logger,
            token: token,
            computeQueue: pool
        ) { _ throws(RingError) in
            let ring = try Ring(setUp)
            refusedFlags = ring.refusedFlags
            return ring
        }
        // Or the first to come in a crowd would wait while the table grows, several times. Where it cannot, they do.
        _ = sluice_reserve_descriptors(
            Int32(
                clamping: limits.maxConnections + Self.descriptorsOfAProcess
                    + threads * (Self.descriptorsOfAReactor + Reactor<Ring>.overflowSlots)))
        refusedRingFlags = refusedFlags
        handover = Handover(group: group)
        self.pool = pool
        self.listener = listener
        self.logger = logger
    }

    /// Where the server listens, with the port that the system picked.
    public var address: ListenAddress { listener.address }

    /// Serves until it is stopped and everything in work is answered, or the stop's deadline has come.
    /// Can be called once.
    ///
    /// - Throws: ``ServerError`` if a thread cannot be started or a reactor's ring fails.
    public func run() async throws {
        try await withTaskCancellationHandler {
            try await withGracefulShutdownHandler {
                try await withCheckedThrowingContinuation { continuation in
                    begin(continuation)
                }
            } onGracefulShutdown: {
                self.stop()
            }
        } onCancel: {
            self.stop()
        }
    }

    /// Begins a graceful stop: no new connections, what is in work is finished.
    public func stop() { handover.group.stop() }

    /// Has requests show `token` from now on, in place of what they had to show; from any thread.
    ///
    /// A request whose head is read within the next turns of its reactor may still be held to the old one.
    public func renew(_ token: BearerToken) { handover.group.renew(token) }

    private func begin(_ continuation: CheckedContinuation<Void, any Error>) {
        let reactors = handover.group.reactors
        state.withLock { state in
            guard case .made = state.phase else { preconditionFailure("a server runs once") }
            state.phase = .running(left: reactors.count)
            state.waiting = continuation
        }
        do throws(ServerError) { try pool.start() } catch {
            pool.stop()
            for reactor in reactors {
                reactor.abandon()
                finished(error)
            }
            return
        }
        let limits = handover.group.context.limits
        let cpus = limits.pinsReactors ? CallingThread.allowedCPUs : []
        for index in reactors.indices {
            let handover = handover
            let cpu = cpus.isEmpty ? nil : cpus[index % cpus.count]
            do throws(ServerError) {
                try ServerThread.start(named: "sluice-\(index)", onCPU: cpu, logger: logger) {
                    self.finished(self.serve(handover.group.reactors[index]))
                }
            } catch {
                reactors[index].abandon()
                finished(error)
                stop()
            }
        }
    }

    /// The whole life of a reactor's thread.
    private func serve(_ reactor: Reactor<Ring>) -> ServerError? {
        do {
            try reactor.start()
            warnIfUnrestricted(reactor)
            while !reactor.isFinished { try reactor.turn() }
            reactor.end()
            return nil
        } catch {
            logger.critical("a reactor has failed", metadata: ["error": "\(error)"])
            // The others must not go on as if nothing were missing, nor wait for this one.
            reactor.abandon()
            stop()
            return .ring(error)
        }
    }

    private func warnIfUnrestricted(_ reactor: Reactor<Ring>) {
        // The others' rings are like the first.
        guard reactor.index == 0, !reactor.ring.isRestricted else { return }
        logger.warning("this Linux cannot restrict a ring to the operations the server uses")
    }

    private func finished(_ failure: ServerError?) {
        let (waiting, failure) = state.withLock { state in
            if state.failure == nil { state.failure = failure }
            guard case .running(let left) = state.phase, left <= 1 else {
                if case .running(let left) = state.phase { state.phase = .running(left: left - 1) }
                return (CheckedContinuation<Void, any Error>?.none, ServerError?.none)
            }
            state.phase = .ended
            return (state.waiting.take(), state.failure)
        }
        guard let waiting else { return }
        pool.stop()
        // Not left to the end of this object's life: a process that exits does not see it.
        listener.removePath()
        if let failure { waiting.resume(throwing: failure) } else { waiting.resume() }
    }
}
