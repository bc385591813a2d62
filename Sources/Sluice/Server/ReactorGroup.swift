internal import Logging
internal import Uring

/// The reactors of one server and what they share: all of a server but its threads. The tests run one on
/// simulated rings, in a single thread.
final class ReactorGroup<R: RingProtocol & ~Copyable> {
    let reactors: [Reactor<R>]
    let context: ReactorContext

    /// - Parameters:
    ///   - cpus: how many the reactors may run on.
    ///   - computeQueue: where handlers run that the routes send to the compute pool.
    ///   - surrenderListener: see ``ReactorContext/surrenderListener``.
    ///   - makeRing: called once for each reactor.
    init(
        count: Int, cpus: Int, limits: Limits, routes: Routes, listener: Socket,
        surrenderListener: (@Sendable () -> Void)?, isUnix: Bool, setsUpAccepted: Bool, logger: Logger,
        token: BearerToken? = nil, computeQueue: any ComputeQueue, makeRing: (Int) throws(RingError) -> R
    ) throws(ServerError) {
        try limits.check(reactors: count, overflowSlots: Reactor<R>.overflowSlots)
        let mailboxes = (0..<count).map { _ in Mailbox() }
        let arena: Arena
        do {
            arena = try Arena(byteCount: limits.memoryBytes, touched: routes.landsBodies) { waiter, range in
                mailboxes[waiter.reactor].post(.granted(waiter.connection, range))
            }
        } catch { throw .memory(error) }
        let context = ReactorContext(
            limits: limits, tuning: SocketTuning(limits, reactors: count), routes: routes,
            admission: Admission(routes: routes, limits: limits, arenaBytes: arena.byteCount),
            placement: Placement(reactorCount: count, maxConnections: limits.maxConnections),
            arena: arena, computeQueue: computeQueue, mailboxes: mailboxes,
            metrics: (0..<count).map { _ in ReactorMetrics() },
            logger: logger, surrenderListener: surrenderListener, isUnix: isUnix,
            setsUpAccepted: setsUpAccepted,
            followsClients: limits.followsClients(reactors: count, cpus: cpus),
            clientCPUs: (0..<count).map { _ in Counter() }, token: token)
        var reactors: [Reactor<R>] = []
        for index in 0..<count {
            let ring: R
            do { ring = try makeRing(index) } catch { throw .ring(error) }
            reactors.append(
                try Reactor(index: index, ring: ring, listener: listener, context: context))
        }
        self.reactors = reactors
        self.context = context
    }

    /// Begins a graceful stop; from any thread.
    func stop() {
        for mailbox in context.mailboxes { mailbox.post(.stop) }
    }

    /// Has requests show another token; from any thread. Each reactor takes it up with its next turn.
    func renew(_ token: BearerToken) {
        for mailbox in context.mailboxes { mailbox.post(.token(token)) }
    }
}
