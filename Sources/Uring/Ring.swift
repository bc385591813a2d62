internal import CLiburing
internal import Glibc

/// An io_uring, bound to one thread.
///
/// Made disabled on any thread, so that what is missing is known before a thread is started; then
/// ``enable()`` binds it to the thread that will use it. All its state lies behind one pointer: the methods
/// do not mutate, and a class can hold the ring in a `let`.
@safe
public struct Ring: ~Copyable, RingProtocol {
    /// What the methods share.
    @safe
    struct State {
        var ring = unsafe io_uring()
        var bufferRings: [BufferRing] = unsafe []
        var counters = RingCounters()
        var isRestricted = false
        /// Where the ring's thread may run.
        var allowedCPUs: [Int32] = []
    }

    let state: UnsafeMutablePointer<State>
    let eventWaker: EventWaker
    /// Set-up flags that this Linux does not know.
    public let refusedFlags: [String]
    private let restrictions: RingRestrictions
    /// Whether the ring's flags tell of work that waits for the next call (`IORING_SQ_TASKRUN`).
    let saysWhenItHasWork: Bool

    /// Sets a ring up, disabled: ``enable()`` binds it to its thread.
    public init(_ setUp: RingSetUp = RingSetUp()) throws(RingError) {
        let waker = try EventWaker()
        let state = UnsafeMutablePointer<State>.allocate(capacity: 1)
        unsafe state.initialize(to: State())
        do {
            refusedFlags = try unsafe setUp.initialise(&state.pointee.ring)
        } catch {
            unsafe state.deinitialize(count: 1)
            unsafe state.deallocate()
            throw error
        }
        eventWaker = waker
        restrictions = setUp.restrictions
        saysWhenItHasWork = unsafe state.pointee.ring.flags & UInt32(IORING_SETUP_TASKRUN_FLAG) != 0
        unsafe self.state = state
    }

    deinit {
        // The kernel lets go of buffers and of the list when the ring is gone, not before.
        unsafe io_uring_queue_exit(&state.pointee.ring)
        unsafe state.pointee.bufferRings.forEach { unsafe $0.unmap() }
        unsafe state.deinitialize(count: 1)
        unsafe state.deallocate()
    }

    /// See ``RingProtocol/waker``.
    public var waker: any Waker { eventWaker }

    /// See ``RingProtocol/counters``.
    public var counters: RingCounters { unsafe state.pointee.counters }

    /// See ``RingProtocol/now``.
    public var now: MonotonicInstant {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicInstant(
            nanoseconds: UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec))
    }

    /// See ``RingProtocol/unixSeconds``.
    public var unixSeconds: Int { Glibc.time(nil) }

    /// See ``RingProtocol/register(_:base:size:count:)``.
    @unsafe
    public func register(
        _ group: BufferGroup, base: UnsafeMutableRawPointer, size: Int, count: Int
    ) throws(RingError) {
        unsafe state.pointee.bufferRings.append(
            try BufferRing(group: group, base: base, size: size, count: count, in: &state.pointee.ring))
    }

    /// Whether Linux refuses every operation that ``Opcode`` does not list. Known once the ring is enabled; a
    /// Linux older than 5.10 cannot be told to.
    public var isRestricted: Bool { unsafe state.pointee.isRestricted }

    /// See ``RingProtocol/enable()``.
    public func enable() throws(RingError) {
        // Saves the look-up of the descriptor in each call; a Linux that lacks it does without. A thread's own
        // matter, and one that the restrictions need not allow if it comes before them.
        _ = unsafe io_uring_register_ring_fd(&state.pointee.ring)
        boundKernelThreads()
        unsafe state.pointee.isRestricted = try restrictions.apply(to: &state.pointee.ring)
        // liburing.so 2.3 does not export io_uring_enable_rings.
        let descriptor = unsafe state.pointee.ring.ring_fd
        let outcome = sluice_io_uring_register(
            UInt32(descriptor), UInt32(IORING_REGISTER_ENABLE_RINGS), nil, 0)
        if outcome < 0 { throw RingError(step: .enable, errorNumber: errno) }
        unsafe state.pointee.allowedCPUs = CallingThread.allowedCPUs
    }

    /// None of our operations is for a kernel thread. Whoever finds a way to have them given to some gets one, of either kind.
    private func boundKernelThreads() {
        var most: (UInt32, UInt32) = (1, 1)
        // Linux 5.15; an older one has as many as it likes.
        _ = unsafe sluice_io_uring_register(
            UInt32(state.pointee.ring.ring_fd), UInt32(IORING_REGISTER_IOWQ_MAX_WORKERS), &most, 2)
    }
}
