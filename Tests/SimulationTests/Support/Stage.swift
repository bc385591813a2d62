import HTTPTypes
import Logging
import Reduction
import SimulatedRing
import Uring

@testable import Sluice

/// A whole server but for its threads, on simulated rings, and the checks that hold after each of its turns.
final class Stage {
    let kernel: SimulatedKernel
    let listener: Socket
    let limits: Limits
    let context: ReactorContext
    /// One each; a reactor that has finished is let go, so that time does not wait for it.
    private(set) var reactors: [Reactor<WatchedRing>?]
    let watches: [Watch]
    let log: ProbeLog
    let compute: SimulatedPool
    /// All addresses of the arena.
    let arena: Range<UInt>
    /// Others listen on its socket, too: it is not closed.
    let sharesListener: Bool
    private(set) var turns = 0
    private(set) var stopTime: MonotonicInstant?

    convenience init(
        seed: UInt64 = 1, faults: Faults = .none, reactors count: Int = 1, sabotage: Sabotage? = nil,
        limits: Limits = Stage.smallLimits, sharesListener: Bool = false, token: BearerToken? = nil
    ) throws {
        let kernel = SimulatedKernel(seed: seed, faults: faults)
        try self.init(
            on: kernel, listener: kernel.listen(), reactors: count, sabotage: sabotage, limits: limits,
            sharesListener: sharesListener, token: token)
    }

    /// A server that was started with the listening socket of another, beside it.
    convenience init(succeeding stage: Stage, reactors count: Int) throws {
        try self.init(
            on: stage.kernel, listener: stage.listener, reactors: count, sabotage: nil, limits: stage.limits,
            sharesListener: true, token: nil)
    }

    private init(
        on kernel: SimulatedKernel, listener: Socket, reactors count: Int, sabotage: Sabotage?,
        limits: Limits, sharesListener: Bool, token: BearerToken?
    ) throws {
        let log = ProbeLog(kernel)
        let compute = SimulatedPool(kernel)
        var surrender: (@Sendable () -> Void)?
        if !sharesListener { surrender = {} }
        let watches = (0..<count).map { Watch($0 == 0 ? sabotage : nil) }
        let group = try ReactorGroup<WatchedRing>(
            count: count, cpus: count, limits: limits, routes: Self.routes(log), listener: listener,
            surrenderListener: surrender, isUnix: false, setsUpAccepted: false,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, token: token,
            computeQueue: compute
        ) { index throws(RingError) in WatchedRing(kernel, watches[index]) }
        self.compute = compute
        (self.kernel, self.log, self.watches, self.listener, self.limits) =
            (kernel, log, watches, listener, limits)
        self.sharesListener = sharesListener
        context = group.context
        reactors = group.reactors
        arena = Self.addresses(of: context.arena)
        // So that whoever drives the turns can look whether that was what the test waits for.
        compute.onEnd = { [unowned self] in reactors.forEach { $0?.ring.waker.wake() } }
        for (index, reactor) in group.reactors.enumerated() {
            watches[index].isWindow = { [unowned reactor] completion in
                let slot = Token(rawValue: completion.token).connection.slot
                return unsafe reactor.slots[slot].receiveTarget == .window
            }
            watches[index].isIdle = { [unowned reactor] socket in
                (0..<reactor.slotCount).contains { slot in
                    guard unsafe reactor.slots[slot].socket == socket else { return false }
                    return switch unsafe reactor.slots[slot].connection.state {
                    case .idle, .closingIdle: true
                    default: false
                    }
                }
            }
            try reactor.start()
        }
    }

    /// Little of everything, so that a test sees the end of it; times as they are by default.
    static var smallLimits: Limits {
        var limits = Limits()
        limits.maxConnections = 32
        limits.maxBodyBytes = 512 << 10
        limits.memoryBytes = 4 << 20
        limits.windowBytes = 16 << 10
        limits.windowBytesPerReactor = 32 << 10
        limits.headBuffers = 32
        return limits
    }

    static let columns = 50

    /// `/predict` streams, `/landed` lands; `/digest` is a handler of landed bodies, `/hello` and `/long` of none, and
    /// `/status?code=` answers as it is told.
    static func routes(_ log: ProbeLog) -> Routes {
        var menu = ReductionMenu(columns: columns)
        menu.addRows { RowMeanStd(columns: $0) }
        menu.add { Sum() }
        menu.add { Mean() }
        menu.add { Minimum() }
        menu.add { Maximum() }
        menu.add { Probe(log) }
        menu.add { Completeness() }
        var routes = Routes()
        routes.post("/predict", reducing: menu)
        routes.post("/landed", reducing: menu, body: .landed)
        routes.post("/digest", on: .reactor) { _, body in
            unsafe body.withUnsafeBytes { memory in
                unsafe log.handled(SimulationTests.addresses(of: memory))
                return Response(body: Stage.digest(unsafe Array(memory)))
            }
        }
        routes.get("/hello", on: .reactor) { _ in .text("hello\n") }
        Self.addHandlers(to: &routes, log)
        routes.get("/long", on: .reactor) { _ in Response(body: Stage.long) }
        routes.get("/status", on: .reactor) { request in
            Response(status: .init(code: request.query["code"].flatMap { Int($0) } ?? 0))
        }
        return routes
    }

    /// What `/streamed` writes, in parts of all sizes.
    static let parts: [[UInt8]] = [1, 1000, 100_000, 2, 40_000].map {
        [UInt8](repeating: UInt8($0 & 0x7F), count: $0)
    }

    /// What `/long` answers: more than goes into a client's window.
    static let long = [UInt8](repeating: 42, count: 1 << 20)

    /// What `/digest` answers: the length and the probe's number.
    static func digest(_ body: [UInt8]) -> [UInt8] {
        Array("\(body.count) \(Probe.answer(to: body).bitPattern)".utf8)
    }

    private static func addresses(of arena: Arena) -> Range<UInt> {
        let waiter = ArenaWaiter(
            reactor: 0, connection: ConnectionID(slot: 0, generation: 0), byteCount: 1)
        guard arena.byteCount > 0, case .granted(let range) = arena.request(waiter) else { return 0..<0 }
        let lease = arena.lease(range)
        let page = unsafe SimulationTests.addresses(of: UnsafeRawBufferPointer(lease.bytes))
        let start = page.lowerBound - UInt(range.firstPage * PageMemory.pageBytes)
        // The run for small requests lies beside the budget.
        return start..<start + UInt(arena.byteCount + PageMemory.hugePageBytes)
    }

    // MARK: Running

    /// Its own is closed when nobody accepts any more.
    var listenerCount: Int { isFinished && !sharesListener ? 0 : 1 }
    var isFinished: Bool { reactors.allSatisfy { $0 == nil } }
    var tasksRunning: Int { reactors.reduce(0) { $0 + ($1?.tasksRunning ?? 0) } }
    var liveCount: Int { reactors.reduce(0) { $0 + ($1?.liveCount ?? 0) } }

    /// One turn of every reactor, and all that must hold after it.
    func turn() throws {
        turns += 1
        for index in reactors.indices {
            guard let reactor = reactors[index] else { continue }
            try reactor.turn()
            try check(reactor, watches[index])
            if reactor.isFinished {
                try checkIsAtRest(reactor, watches[index])
                reactors[index] = nil
            }
        }
        try checkConsumed()
    }

    func run(
        turnLimit: Int = 100_000, timeLimit: Duration = .seconds(3600), until isDone: () -> Bool
    ) throws {
        try kernel.drive(turnLimit: turnLimit, timeLimit: timeLimit, until: isDone) { try self.turn() }
    }

    /// Until every client has come to its end.
    func runClients() throws { try run { kernel.clientsAreFinished } }

    /// Lets virtual time pass.
    func run(for duration: Duration) throws {
        let end = kernel.now.advanced(by: duration)
        // Or nothing might be due, and no turn would end then.
        kernel.after(duration) { [unowned self] _ in reactors.forEach { $0?.ring.waker.wake() } }
        try run { kernel.now >= end }
    }

    func stop() {
        stopTime = stopTime ?? kernel.now
        for mailbox in context.mailboxes { mailbox.post(.stop) }
    }

    func renew(_ token: BearerToken) {
        for mailbox in context.mailboxes { mailbox.post(.token(token)) }
    }

    /// Until nothing is left of any connection; then all that is on loan must be back.
    func comeToRest() throws {
        // Also of one that was accepted and whose completion is late.
        try run {
            liveCount == 0 && kernel.clientsAreFinished && kernel.openDescriptorCount == ownDescriptors
                && tasksRunning == 0 && compute.isIdle
        }
        for (reactor, watch) in zip(reactors, watches) {
            if let reactor { try checkIsAtRest(reactor, watch) }
        }
        try checkShared()
    }

    /// The listener, and a spare of each reactor.
    var ownDescriptors: Int { listenerCount + reactors.count { $0?.spare != nil } }

    /// A graceful stop, to its end.
    func stopAndFinish() throws {
        stop()
        try run { isFinished }
        try checkShared()
    }

    func total(_ counter: KeyPath<ReactorMetrics, Counter>) -> Int {
        context.metrics.reduce(0) { $0 + $1[keyPath: counter].value }
    }
}
