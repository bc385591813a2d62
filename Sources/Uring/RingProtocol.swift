/// What a reactor needs of the operating system: operations whose completions come later, a few
/// socket calls that take effect at once, and the time.
///
/// ``Ring`` is the real one. A simulated one with a seed runs the whole server in the tests, so nothing
/// the server does to a socket or a clock may go past this protocol.
///
/// Methods do not mutate: a ring keeps its state behind a pointer, so that a reactor can hold it in a
/// `let` and pays for no exclusivity check.
///
/// Queuing methods return false when the submission queue is full and could not be emptied; nothing
/// was queued then and the caller tries again in a later turn.
///
/// - Important: Memory and descriptors given to an operation belong to the kernel until its completion.
public protocol RingProtocol: ~Copyable {
    /// The monotonic clock.
    var now: MonotonicInstant { get }

    /// The calendar's clock, in seconds since 1970: for `Date` fields alone.
    var unixSeconds: Int { get }

    /// Wakes this ring's thread from any thread.
    var waker: any Waker { get }

    /// What has been done so far.
    var counters: RingCounters { get }

    // MARK: Start

    /// Offers `count` buffers of `size` bytes each, one after the other from `base`, as `group`.
    /// All of them are provided at first. The memory must outlive the ring.
    @unsafe
    func register(
        _ group: BufferGroup, base: UnsafeMutableRawPointer, size: Int, count: Int
    ) throws(RingError)

    /// Binds the ring to the calling thread and lets it run. Called once, on the thread that will use it.
    func enable() throws(RingError)

    // MARK: Operations

    /// Accepts connections until it ends: each completion carries a descriptor (close-on-exec, blocking).
    func accept(on listener: Socket, token: UInt64) -> Bool

    /// Receives up to `memory.count` bytes, at least one.
    @unsafe
    func receive(
        on socket: Socket, into memory: UnsafeMutableRawBufferPointer, token: UInt64, start: ReceiveStart
    ) -> Bool

    /// Receives up to `limit` bytes (at least one, and no more than a buffer holds) into a buffer of `group`. `ENOBUFS` if
    /// the group is empty when the socket is readable; with ``ReceiveStart/atOnce`` also when it is empty at once,
    /// whether or not anything is there.
    func receive(
        on socket: Socket, from group: BufferGroup, limit: Int, token: UInt64, start: ReceiveStart
    ) -> Bool

    /// Throws away up to `scratch.count` bytes. The bytes may or may not be written to `scratch`,
    /// which several discards may share.
    @unsafe
    func discard(on socket: Socket, scratch: UnsafeMutableRawBufferPointer, token: UInt64) -> Bool

    /// Sends up to `memory.count` bytes, at least one; may send fewer.
    @unsafe
    func send(on socket: Socket, from memory: UnsafeRawBufferPointer, token: UInt64) -> Bool

    /// Completes when the other end sends no more or is gone, without receiving anything: ``WatchOperation`` says
    /// which. It may stand beside a receive and a send.
    func watch(_ socket: Socket, token: UInt64) -> Bool

    /// Completes when `descriptor`, of whatever kind, is ready: one that is not the server's own, which others may use at
    /// the same time. The result is not negative then. It keeps what the descriptor stands for open until it completes.
    func poll(_ descriptor: Int32, for readiness: Readiness, token: UInt64) -> Bool

    /// Asks for the operation with token `target` to end early. It still completes, and so does this.
    func cancel(_ target: UInt64, token: UInt64) -> Bool

    /// Closes the descriptor. Nothing may be in flight on it.
    func close(_ socket: Socket, token: UInt64) -> Bool

    /// Completes once after ``Waker/wake()`` has been called; then it has to be armed again.
    func awaitWake(token: UInt64) -> Bool

    /// Gives a buffer of `group` back to the kernel.
    func provide(_ buffer: UInt16, to group: BufferGroup)

    // MARK: Turn

    /// Hands over what is queued and waits until something has completed or `deadline` has come.
    /// May return earlier with nothing: a signal, or a simulated ring whose neighbour has work first.
    /// - Parameter busyTime: for so long the thread stays awake and looks, which it is spared being woken for, before it sleeps.
    func submitAndWait(until deadline: MonotonicInstant, busyFor busyTime: Duration) throws(RingError)

    /// The next completion, if one is there.
    func nextCompletion() -> Completion?

    /// Whether there is a completion that ``nextCompletion()`` would take: no system call, and so not those that Linux
    /// keeps back.
    var hasCompletion: Bool { get }

    // MARK: At once

    /// Sends up to `memory.count` bytes, at least one, as far as the socket takes them without waiting: no completion
    /// comes of it. No send may be in flight on the socket.
    /// - Returns: how many bytes were taken; 0 where none were, for whatever reason. ``send(on:from:token:)`` waits
    ///   until they can be, or says why they cannot.
    @unsafe
    func sendNow(on socket: Socket, from memory: UnsafeRawBufferPointer) -> Int

    /// How many bytes must be there before the socket counts as readable (`SO_RCVLOWAT`).
    func setReceiveLowWaterMark(of socket: Socket, to bytes: Int)

    /// How much may wait to be received (`SO_RCVBUF`; Linux counts twice of it, for its own bookkeeping). Nil: as
    /// much as Linux sees fit, as on a new socket.
    func setReceiveBuffer(of socket: Socket, to bytes: Int?)

    /// Has the client be allowed no more than so many bytes beyond what has come (`TCP_WINDOW_CLAMP`), until a receive buffer is
    /// set or Linux forgets it: a longer segment than any before has it reckon anew. What the client has been allowed already is not
    /// taken back: the bound is reached with as many bytes.
    func boundReceiveWindow(of socket: Socket, to bytes: Int)

    /// Keeps Linux from making the receive buffer larger than it is (`SO_BUF_LOCK`).
    func keepReceiveBuffer(of socket: Socket)

    /// What waits to be received and how much may (`SO_MEMINFO`). A buffer that is made smaller keeps what it holds. Nil where
    /// Linux does not say.
    func receiveMemory(of socket: Socket) -> ReceiveMemory?

    /// Sets what a connection has from our own TCP listener, and from no other: urgent bytes (`MSG_OOB`) are bytes like any
    /// others, what is given to a kernel thread does not block there, to close it never waits, and it wakes for a byte.
    func setUpAccepted(_ socket: Socket)

    /// The round trip to the other end as measured so far (`TCP_INFO`); nil where there is none.
    func roundTripTime(of socket: Socket) -> Duration?

    /// The CPU on which what came last was taken in (`SO_INCOMING_CPU`): on loopback the one on which it was sent. Nil where
    /// Linux does not say.
    func incomingCPU(of socket: Socket) -> Int?

    /// The CPU that this thread is on; negative where Linux does not say.
    var cpu: Int { get }

    /// Moves this thread to another CPU, from which Linux may move it on at any time: it may run wherever it might when the
    /// ring was enabled.
    func move(to cpu: Int) -> ThreadMove

    /// Bytes that have arrived and have not been received (`SIOCINQ`).
    func unreadByteCount(of socket: Socket) -> Int

    /// Bytes that were sent and that the other side has not acknowledged (`SIOCOUTQ`).
    func unsentByteCount(of socket: Socket) -> Int

    /// Whether a connection waits to be accepted.
    func hasNewcomers(on listener: Socket) -> Bool

    /// Ends sending (FIN). Direct: the ring's own SHUTDOWN always makes a kernel thread.
    func shutdownWrites(of socket: Socket)

    /// Makes the socket's close a reset (`SO_LINGER` of no time), so that the other end does not take what it
    /// has received for all there is. A Unix socket knows no reset and ends as ever. Direct, as
    /// ``shutdownWrites(of:)``.
    func resetOnClose(_ socket: Socket)

    /// Ends both directions, so that what is in flight completes.
    func shutdown(_ socket: Socket)

    /// A descriptor that stands for nothing: kept, so that there is one to close when there are no more.
    /// - Returns: nil if there are no more.
    func openSpare() -> Socket?

    /// Closes a descriptor on which nothing was ever queued.
    func closeNow(_ socket: Socket)
}

/// Wakes a ring's thread.
public protocol Waker: AnyObject, Sendable {
    /// Safe from any thread and from a signal handler; calls before the ring looks are one call.
    func wake()
}

/// Counts since the ring began.
public struct RingCounters: Sendable, Equatable {
    /// Every system call the ring has made, `io_uring_enter` included.
    public var systemCalls: UInt64 = 0
    /// `io_uring_enter` calls alone.
    public var enters: UInt64 = 0
    /// Completions taken.
    public var completions: UInt64 = 0
    /// How often Linux kept completions back because the queue was full of them. None is lost.
    public var overflows: UInt64 = 0

    /// Nothing yet.
    public init() {}
}

extension RingProtocol where Self: ~Copyable {
    /// Hands over what is queued and sleeps until something has completed or `deadline` has come.
    public func submitAndWait(until deadline: MonotonicInstant) throws(RingError) {
        try submitAndWait(until: deadline, busyFor: .zero)
    }
}

/// What became of a thread's move to another CPU.
public enum ThreadMove: Sendable, Equatable {
    case done
    /// It may not run there, and stayed.
    case notAllowed
    /// Linux refused, with this `errno`.
    case refused(errorNumber: Int32)
}

/// When a receive takes what there is.
public enum ReceiveStart: Sendable {
    /// When the socket is readable: as much as its low-water mark has come, or the end.
    case whenReadable
    /// At once, however little is there; with nothing there, as ``whenReadable``.
    case atOnce
}

extension RingProtocol where Self: ~Copyable {
    /// Receives once the socket is readable.
    @unsafe
    public func receive(on socket: Socket, into memory: UnsafeMutableRawBufferPointer, token: UInt64) -> Bool
    {
        unsafe receive(on: socket, into: memory, token: token, start: .whenReadable)
    }

    /// Receives once the socket is readable.
    public func receive(on socket: Socket, from group: BufferGroup, limit: Int, token: UInt64) -> Bool {
        receive(on: socket, from: group, limit: limit, token: token, start: .whenReadable)
    }
}
