internal import CPlatform

/// What can be set of a server, in one value. The memory for bodies and heads is sized from it at start-up and does not grow after;
/// what else there is for each connection or body is bounded by ``maxConnections``.
///
/// Sizes are in bytes. The defaults suit any machine, and are what `sluice serve` begins with.
public struct Limits: Sendable {
    // MARK: Connections

    /// Connections open at once, over all reactors. More are left in the listener's backlog.
    public var maxConnections = 10_000
    /// Requests answered on one connection before it is closed.
    public var requestsPerConnection = 10_000

    // MARK: Bodies and memory

    /// The largest body accepted; a larger one is refused with 413, before any of it is read if the head tells its length,
    /// else at the chunk that goes beyond.
    public var maxBodyBytes = 64 << 20
    /// Budget for landed bodies and for kernels' scratch, over all reactors; 2 MiB beside it are for scratch
    /// and bodies under 2 MiB alone.
    public var memoryBytes = 512 << 20
    /// One window: the memory into which the pieces of streamed bodies are received, again and again.
    public var windowBytes = 1 << 20
    /// All windows of a reactor together. More than the level-2 cache and a little throws the cache away.
    public var windowBytesPerReactor = 1 << 20
    /// Head buffers over all reactors, 16 KiB each. A connection holds one from the first byte of a head
    /// until that head has been read.
    public var headBuffers = 1024
    /// The body of a refused request is read to its end, to keep the connection, up to this size.
    public var keptBodyBytes = 64 << 10
    /// How many bytes of a body must have arrived before they are received (`SO_RCVLOWAT`), where the receive
    /// buffer holds as much. Nil: a whole window; for a body that its reactor has nothing beside just now, two, but less than
    /// fills the buffer, or three where that is Linux's choice (five eighths of a level-2 cache of 2 MiB or so, but a window at least),
    /// and a quarter of one at its ends; if it has no more than two, no mark at all. A mark that is set is a window at most.
    public var lowWaterMark: Int?
    /// The highest low-water mark of a body whose receive buffer is Linux's choice.
    package var largestLowWaterMark: Int {
        lowWaterMark.map { min($0, windowBytes) }
            ?? SocketTuning.longestWait(windowBytes: windowBytes, level2CacheBytes: level2CacheBytes)
    }
    /// The level-2 cache of a CPU, 0 where it is not known: ``Server`` asks.
    package var level2CacheBytes = 0
    /// The receive buffer (`SO_RCVBUF`) of a connection with a large body whose client is near: what is on its way
    /// stays in cache. Nil: Linux's choice, as it is for clients far away.
    public var receiveBufferBytes: Int? = 2 << 20
    /// What Linux allows of it (`net.core.rmem_max`): ``Server`` asks.
    package var largestReceiveBuffer = Int.max
    /// What Linux may hold in receive buffers for bodies, over all reactors, beside 128 KiB for each connection. Each reactor has
    /// an equal part, and in that its bodies in flight, and its connections that had one within a second, get equal shares,
    /// 128 KiB at least. Where that is little, clients who are fast get more and those who are slow get less. What a connection
    /// has between bodies counts until another one wants it, and what it holds until that is read.
    ///
    /// Nil: 192 MiB, or 16 MiB for each reactor where that is more. With less than 8 MiB to a reactor not even a lone client
    /// far away is left to Linux.
    public var socketMemoryBytes: Int?
    /// What that is for so many reactors.
    package func socketMemoryBytes(reactors: Int) -> Int {
        if let socketMemoryBytes { return socketMemoryBytes }
        let (each, isTooMuch) = reactors.multipliedReportingOverflow(by: 16 << 20)
        return isTooMuch ? .max : max(192 << 20, each)
    }
    /// A body below it, or what is left of one, is received as its socket is: to choose a buffer and a mark would cost more than
    /// that saves. From 32 KiB on room for it is made, if the smallest buffer has not enough.
    public var tunedBodyBytes = 256 << 10
    /// Where a reactor has several fast bodies it receives one after the other, and a client that is back at once with its next
    /// one goes on before those in line until its turn has taken so long, a second at most. Where there are more than four of them,
    /// turns are shorter. Zero: a turn is one body.
    public var turnTime: Duration = .milliseconds(20)

    /// How long a reactor that has answered its only request looks for the next one before it sleeps, where its clients are
    /// back the sooner for it: 10 ms at most. Zero: it always sleeps.
    public var busyTime: Duration = .microseconds(100)

    /// Whether each reactor stays on a CPU of its own, of those the process may run on. For services whose handlers are left on the
    /// reactors and the compute pool: a thread that a handler makes on a pinned reactor has that CPU alone too, and so have those on which
    /// Swift runs a detached task, if that makes them.
    public var pinsReactors = false

    /// Whether a reactor that receives the fast bodies of near clients one after the other moves to the CPU on which the bytes of
    /// the client whose turn it is come in, on this machine its own: they are in that CPU's caches. Only where there is a reactor for each
    /// of several CPUs, all of them have such bodies in line, and the clients are on a CPU each; Linux may move a reactor away
    /// again at any time. A reactor that has moved may run on the CPUs that it might use when the server was started: an
    /// affinity that is given to its thread from outside is overwritten.
    public var followsClients = true

    // MARK: Handlers

    /// Threads of the compute pool, over all reactors. Nil: one for each CPU. Made only if a route may use them: any with a handler, or a
    /// reducing one with a kernel that must know the count.
    public var computeThreads: Int?
    /// How many calls may wait for a thread of the compute pool; who comes beyond it gets 503.
    public var computeQueue = 1024
    /// From the whole request to its handler's answer, the wait for a thread included: then the handler is cancelled
    /// and the client gets 504. And for each part of a streamed response to come.
    public var handlerTimeout: Duration = .seconds(30)

    // MARK: Time

    /// From the connection to the first byte of the first head.
    public var firstByteTimeout: Duration = .seconds(10)
    /// From one response to the next head.
    public var idleTimeout: Duration = .seconds(60)
    /// From the first byte of a head to its last.
    public var headTimeout: Duration = .seconds(5)
    /// How long whoever holds a head buffer and is slow keeps it when others wait for one and none is free.
    public var headBufferGrace: Duration = .milliseconds(500)
    /// In each such period of a body, ``bodyPeriodBytes`` or all that is left must arrive.
    public var bodyPeriod: Duration = .seconds(5)
    /// See ``bodyPeriod``.
    public var bodyPeriodBytes = 320 << 10
    /// In each such period of a response, the client must take ``responsePeriodBytes`` or all that is left.
    public var responsePeriod: Duration = .seconds(5)
    /// See ``responsePeriod``. Little, so that a slow reader is served to the end; but a response of so many
    /// bytes is held for so many periods at most.
    public var responsePeriodBytes = 16 << 10
    /// For a request to wait for memory before it gets 503.
    public var memoryTimeout: Duration = .seconds(1)
    /// How long and how much of what a refused client still sends is thrown away before the close.
    public var drainTimeout: Duration = .seconds(2)
    /// See ``drainTimeout``.
    public var drainBytes = 1 << 20
    /// From the order to stop, how long connections are still accepted while `/ready` already says 503: for
    /// load balancers to see it.
    public var drainDelay: Duration = .zero
    /// From the end of ``drainDelay``, how long an idle connection may still bring a request.
    public var stopGrace: Duration = .seconds(1)
    /// From the end of ``drainDelay``, when what still runs is cut off.
    public var stopDeadline: Duration = .seconds(30)

    /// The size of a head buffer; a longer head is refused with 431.
    public static let headBytes = 16 << 10

    /// The most threads a server can have, one for each reactor.
    package static let mostReactors = 1024
    /// One for each CPU that this process may run on.
    package static var usualReactors: Int { min(mostReactors, Int(sluice_available_cpus())) }

    /// The defaults.
    public init() {}
}

/// The limits of all connections, once: each would otherwise carry hundreds of bytes that are the same for all.
final class SharedLimits: Sendable {
    let limits: Limits
    init(_ limits: Limits) { self.limits = limits }
}

extension Limits {
    /// Windows of one reactor: as many as ``windowBytesPerReactor`` has room for, at least one.
    public var windowsPerReactor: Int { max(1, windowBytesPerReactor / max(1, windowBytes)) }

    /// The largest share of `total` that one of `count` equals can be asked to carry.
    static func share(of total: Int, among count: Int) -> Int { (total + count - 1) / count }
}
