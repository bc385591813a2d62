internal import Uring

@testable internal import Sluice

/// A ring whose completions a test writes down one by one: for what depends on their order alone. Whole
/// servers run on the simulated ring.
struct ScriptedRing: RingProtocol {
    /// What the test and the ring know in common.
    final class Script {
        var now = MonotonicInstant(nanoseconds: 1_000_000_000_000)
        var completions: [Completion] = []
        /// The names and tokens of what was queued, in order.
        var queued: [(String, UInt64)] = []
        /// Until when the reactor would have slept, turn by turn.
        var deadlines: [MonotonicInstant] = []
        var closedNow: [Socket] = []
        /// Whether a poll finds room in the submission queue.
        var hasQueueRoom = true
        /// Whether connections wait in the backlog.
        var newcomers = false
        static let spare = Socket(descriptor: 1000)
        /// Whether a spare descriptor can be opened.
        var hasDescriptors = true
        var sparesOpened = 0
        let waker = CountingWaker()
        /// Completes again when it is taken, for as long as there are any left of it.
        var again: Completion?
        var againLeft = 0

        /// The token of the last operation of that name.
        func token(of name: String) -> UInt64? { queued.last { $0.0 == name }?.1 }
    }

    let script: Script

    var now: MonotonicInstant { script.now }
    var unixSeconds: Int { 784_111_777 }
    var waker: any Waker { script.waker }
    var counters: RingCounters { RingCounters() }

    private func queue(_ name: String, _ token: UInt64) -> Bool {
        script.queued.append((name, token))
        return true
    }

    @unsafe
    func register(
        _ group: BufferGroup, base: UnsafeMutableRawPointer, size: Int, count: Int
    ) throws(RingError) {}
    func enable() throws(RingError) {}
    func accept(on listener: Socket, token: UInt64) -> Bool { queue("accept", token) }
    @unsafe
    func receive(
        on socket: Socket, into memory: UnsafeMutableRawBufferPointer, token: UInt64, start: ReceiveStart
    ) -> Bool {
        queue("receive", token)
    }
    func receive(
        on socket: Socket, from group: BufferGroup, limit: Int, token: UInt64, start: ReceiveStart
    ) -> Bool {
        queue("receive", token)
    }
    @unsafe
    func discard(on socket: Socket, scratch: UnsafeMutableRawBufferPointer, token: UInt64) -> Bool {
        queue("discard", token)
    }
    @unsafe
    func send(on socket: Socket, from memory: UnsafeRawBufferPointer, token: UInt64) -> Bool {
        queue("send", token)
    }
    func watch(_ socket: Socket, token: UInt64) -> Bool { queue("watch", token) }
    func poll(_ descriptor: Int32, for readiness: Readiness, token: UInt64) -> Bool {
        script.hasQueueRoom && queue("poll", token)
    }
    func cancel(_ target: UInt64, token: UInt64) -> Bool { queue("cancel", token) }
    func close(_ socket: Socket, token: UInt64) -> Bool { queue("close", token) }
    func awaitWake(token: UInt64) -> Bool { queue("wake", token) }
    func provide(_ buffer: UInt16, to group: BufferGroup) {}
    func submitAndWait(until deadline: MonotonicInstant, busyFor busyTime: Duration) throws(RingError) {
        script.deadlines.append(deadline)
    }
    var hasCompletion: Bool { !script.completions.isEmpty || script.againLeft > 0 }
    func nextCompletion() -> Completion? {
        guard script.completions.isEmpty else { return script.completions.removeFirst() }
        guard script.againLeft > 0 else { return nil }
        script.againLeft -= 1
        return script.again
    }
    @unsafe
    func sendNow(on socket: Socket, from memory: UnsafeRawBufferPointer) -> Int { 0 }
    func setReceiveLowWaterMark(of socket: Socket, to bytes: Int) {}
    func setReceiveBuffer(of socket: Socket, to bytes: Int?) {}
    func setUpAccepted(_ socket: Socket) {}
    func boundReceiveWindow(of socket: Socket, to bytes: Int) {}

    func keepReceiveBuffer(of socket: Socket) {}
    func receiveMemory(of socket: Socket) -> ReceiveMemory? { nil }
    func roundTripTime(of socket: Socket) -> Duration? { nil }
    func incomingCPU(of socket: Socket) -> Int? { nil }
    var cpu: Int { 0 }
    func move(to cpu: Int) -> ThreadMove { .notAllowed }
    func unreadByteCount(of socket: Socket) -> Int { 0 }
    func unsentByteCount(of socket: Socket) -> Int { 0 }
    func hasNewcomers(on listener: Socket) -> Bool { script.newcomers }
    func shutdownWrites(of socket: Socket) {}
    func resetOnClose(_ socket: Socket) {}
    func shutdown(_ socket: Socket) {}
    func openSpare() -> Socket? {
        guard script.hasDescriptors else { return nil }
        script.sparesOpened += 1
        return ScriptedRing.Script.spare
    }
    func closeNow(_ socket: Socket) { script.closedNow.append(socket) }
}
