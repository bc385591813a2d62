internal import Logging
internal import Uring

/// The reactors of one server and what they share: all of a server but its threads. The tests run one on
/// simulated rings, in a single thread.
final class ReactorGroup<R: RingProtocol & ~Copyable> {
    let reactors: [Reactor<R>]
    let context: ReactorContext

    /// - Parameter makeRing: called once for each reactor.
    init(
        count: Int, limits: Limits, routes: Routes, listener: Socket, usesLowWaterMark: Bool,
        logger: Logger, token: BearerToken? = nil, makeRing: (Int) throws(RingError) -> R
    ) throws(ServerError) {
        try Self.check(limits, reactors: count)
        let mailboxes = (0..<count).map { _ in Mailbox() }
        let arena: Arena
        do {
            arena = try Arena(byteCount: limits.memoryBytes, touched: routes.landsBodies) { waiter, range in
                mailboxes[waiter.reactor].post(.granted(waiter.connection, range))
            }
        } catch { throw .memory(error) }
        let context = ReactorContext(
            limits: limits, routes: routes,
            admission: Admission(routes: routes, limits: limits, arenaBytes: arena.byteCount),
            placement: Placement(reactorCount: count, maxConnections: limits.maxConnections),
            arena: arena, mailboxes: mailboxes, metrics: (0..<count).map { _ in ReactorMetrics() },
            logger: logger, usesLowWaterMark: usesLowWaterMark, token: token)
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

    private static func check(_ limits: Limits, reactors: Int) throws(ServerError) {
        func require(_ condition: Bool, _ sentence: String) throws(ServerError) {
            if !condition { throw .configuration(sentence) }
        }
        try require(reactors >= 1, "a server has at least one thread")
        try require(
            limits.maxConnections >= 1 && limits.maxConnections < Token.slotLimit / 2,
            "the number of connections is between 1 and \(Token.slotLimit / 2 - 1)")
        try require(
            limits.windowBytes >= 4096 && limits.windowBytes <= 64 << 20,
            "a window has between 4 KiB and 64 MiB")
        try require(
            limits.maxBodyBytes >= 4 && limits.maxBodyBytes <= 1 << 40,
            "the body limit is between 4 bytes and 1 TiB")
        try require(
            limits.memoryBytes >= 0 && limits.memoryBytes <= 1 << 44, "the memory budget is too large")
        try require(limits.headBuffers >= 1, "a server has at least one head buffer")
        // What Linux takes in one buffer group.
        let most = 32768
        let headBuffers = min(
            Limits.share(of: limits.headBuffers, among: reactors),
            Limits.share(of: limits.maxConnections, among: reactors) + Reactor<R>.overflowSlots)
        try require(headBuffers <= most, "a reactor has at most \(most) head buffers")
        try require(limits.windowsPerReactor <= most, "a reactor has at most \(most) windows")
    }
}
