internal import HTTP1
internal import Logging
internal import Uring

/// What the reactors of one server share.
///
/// A request that needs no memory of the arena, no pool and no async handler takes no lock. (The arena's is taken once for a
/// body; an async handler's steps go through its own reactor's mailbox, which has one.) A reactor writes its own metrics and its
/// own place in ``clientCPUs``; of the others' it reads a few.
struct ReactorContext: Sendable {
    let limits: Limits
    let tuning: SocketTuning
    let routes: Routes
    let admission: Admission
    let placement: Placement
    let arena: Arena
    let computeQueue: any ComputeQueue
    let mailboxes: [Mailbox]
    let metrics: [ReactorMetrics]
    let logger: Logger
    /// Takes the listening socket from its owner, for the reactors to close when they accept no more. Nil if
    /// others listen on it too: then it stays as it is, and whoever waits in its backlog is theirs.
    let surrenderListener: (@Sendable () -> Void)?
    /// Where SO_RCVLOWAT does nothing.
    let isUnix: Bool
    /// Whether connections may come that have nothing from their listener: from a Unix socket, or from the backlog of one that
    /// was there before this server.
    let setsUpAccepted: Bool
    /// See ``Limits/followsClients``.
    let followsClients: Bool
    /// For each reactor, written by it alone: the number of the CPU on which the client sends whose turn it is, and one
    /// more; 0 where nobody is in line behind that.
    let clientCPUs: [Counter]
    /// What requests must show at first; a later one comes by ``Mailbox``.
    let token: BearerToken?
}

/// One thread, one ring, its own connections, windows and buffers.
///
/// A turn: hand over what is queued and wait, take all completions and handle them, read the mailbox, let deadlines
/// expire, queue again for those that found no buffer. A connection's state machine says what to
/// do; the reactor does it and keeps what is on loan. Made on any thread, then used by one.
@safe
final class Reactor<R: RingProtocol & ~Copyable> {
    static var headGroup: BufferGroup { BufferGroup(id: 0) }
    static var windowGroup: BufferGroup { BufferGroup(id: 1) }

    /// The lines in which connections wait to queue again.
    enum Line: Int, CaseIterable {
        /// Data was there, or was looked for, and no window.
        case forWindow
        /// Until the end of this turn: those who have just been served go behind those who found nothing.
        case forNextWindow
        /// Until it is its turn among the fast bodies.
        case forTurn
        case forHeadBuffer
        case forQueue
        /// Linux had no memory. Tried again after a pause: at once, the same answer would come at once.
        case forMemory
    }

    let index: Int
    let ring: R
    let listener: Socket
    let context: ReactorContext
    let metrics: ReactorMetrics
    let memory: ReactorMemory

    let sharedLimits: SharedLimits
    let slots: UnsafeMutablePointer<ConnectionSlot>
    let slotCount: Int
    var freeSlots: [Int32]
    var liveCount = 0
    let parsers: UnsafeMutablePointer<RequestHeadParser>
    var headBuffersOnLoan = 0
    /// Of these, the ones that chunked bodies keep.
    var headBuffersOfBodies = 0
    /// Who holds a head buffer, the oldest head first.
    let headBufferHolders: SlotLists
    var nextHeadBufferTicket: UInt64 = 0
    /// When to look whether someone has to give his head buffer to one who waits.
    var headBufferReclaimTime = MonotonicInstant.distantFuture
    /// By route, then by kernel: runners that nobody uses.
    var idleRunners: [[[KernelRunner]]]
    var bodiesInFlight = 0
    /// Of them, those of clients that are fast.
    var fastBodies = 0
    /// Which of the fast is received.
    let bodyTurns: BodyTurns
    /// Whether to be where its client is.
    var clientFollowing: ClientFollowing
    /// What receive buffers are granted together, within ``SocketTuning/budget``.
    var receiveBytesGranted = 0
    /// Connections that a receive buffer has been chosen for.
    var uploaderCount = 0
    /// Who has more of that than the smallest, by ``ReceiveHolders``; who was looked at least lately first.
    let receiveHolders: SlotLists
    /// What requests must show. The reactor's own, so that a request takes no lock to read it.
    var token: BearerToken?

    /// Where tasks of async handlers run.
    let executor: ReactorExecutor
    /// Tasks that have not ended.
    var tasksRunning = 0
    let sleepers = Sleepers()
    /// What tasks wait for on descriptors of their own.
    let descriptorWaits = DescriptorWaits()

    let timers: TimerWheel
    let lines: SlotLists
    var date: HTTPDate
    var dateSecond = Int.min
    let mailbox: Mailbox
    var messages: [Mailbox.Message] = []

    var now: MonotonicInstant
    var isAcceptArmed = false
    var isAcceptCancelInFlight = false
    var acceptAgainAt = MonotonicInstant.distantFuture
    /// Before then the log is not told again that nobody can be accepted.
    var nextAcceptWarning = MonotonicInstant(nanoseconds: 0)
    var isFull = false
    /// Accepted while every slot was taken: nothing is queued on them before one is free.
    var parkedSockets: [Socket] = []
    /// Closed when there is no descriptor left, so that one client more can be accepted and told so.
    var spare: Socket?
    /// Connections that are only being told that the server is full.
    var refusedCount = 0
    var stopPhase = StopPhase.serving
    var acceptPhase = AcceptPhase.open
    var nobodyAccepts = false
    var isWakeArmed = false
    let windowShortage = BufferShortage()
    let headBufferShortage = BufferShortage()
    /// When those in the line for memory are queued again.
    var memoryPauseEnd = MonotonicInstant.distantFuture
    let judgement = Judgement()
    /// Whether something is in the mailbox that the next turn must read at once.
    var hasMail = false
    /// While the one completion of a turn is handled: what is sent then has nothing to share a system call with.
    var isOnlyCompletion = false
    /// Whether to sleep when that is done.
    let busyWaiting: BusyWaiting
    /// At the end of a turn, when those in line are queued.
    var isRequeuing = false

    init(
        index: Int, ring: consuming R, listener: Socket, context: ReactorContext
    ) throws(ServerError) {
        let limits = context.limits
        self.index = index
        self.listener = listener
        self.context = context
        token = context.token
        mailbox = context.mailboxes[index]
        executor = ReactorExecutor(mailbox)
        metrics = context.metrics[index]
        let reactors = context.mailboxes.count
        slotCount = Limits.share(of: limits.maxConnections, among: reactors) + Self.overflowSlots
        let headBuffers = max(1, min(Limits.share(of: limits.headBuffers, among: reactors), slotCount))
        do {
            memory = try ReactorMemory(
                windowBytes: limits.windowBytes, windowCount: limits.windowsPerReactor,
                headBufferCount: headBuffers, connectionCount: slotCount)
            try unsafe ring.register(
                Self.headGroup, base: memory.headsBase, size: Limits.headBytes, count: headBuffers)
            try unsafe ring.register(
                Self.windowGroup, base: memory.windowsBase, size: limits.windowBytes,
                count: limits.windowsPerReactor)
        } catch let error as RingError {
            throw ServerError.ring(error)
        } catch let error as MemoryError {
            throw ServerError.memory(error)
        } catch {
            preconditionFailure("an error of another type: \(error)")
        }
        now = ring.now
        date = HTTPDate(unixSeconds: ring.unixSeconds)
        sharedLimits = SharedLimits(limits)
        busyWaiting = BusyWaiting(limit: limits.busyTime)
        bodyTurns = BodyTurns(turnTime: limits.turnTime)
        clientFollowing = ClientFollowing(isOn: context.followsClients)
        unsafe slots = .allocate(capacity: slotCount)
        for slot in 0..<slotCount {
            unsafe (slots + slot).initialize(to: ConnectionSlot(limits: sharedLimits))
        }
        freeSlots = (0..<slotCount).reversed().map { Int32($0) }
        unsafe parsers = .allocate(capacity: headBuffers)
        unsafe parsers.initialize(repeating: RequestHeadParser(), count: headBuffers)
        idleRunners = context.routes.routes.map { route in
            if case .reduce(let menu, _) = route.work { menu.factories.map { _ in [] } } else { [] }
        }
        timers = TimerWheel(slotCount: slotCount, now: now)
        lines = SlotLists(slotCount: slotCount, listCount: Line.allCases.count)
        headBufferHolders = SlotLists(slotCount: slotCount, listCount: 1)
        receiveHolders = SlotLists(slotCount: slotCount, listCount: ReceiveHolders.allCases.count)
        metrics.headBuffersFree.set(headBuffers)
        metrics.windowsFree.set(limits.windowsPerReactor)
        self.ring = ring
        spare = self.ring.openSpare()
        mailbox.attach(self.ring.waker)
    }

    deinit {
        if let spare { ring.closeNow(spare) }
        unsafe slots.deinitialize(count: slotCount)
        unsafe slots.deallocate()
        unsafe parsers.deinitialize(count: memory.headBufferCount)
        unsafe parsers.deallocate()
    }
}
