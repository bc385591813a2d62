import SimulatedRing
import Uring

@testable import Sluice

/// A simulated ring under watch: notes what memory the kernel may write to, and what is closed in whose face.
///
/// With a ``Sabotage`` it lies to the server as a mistake of the server's own would: how the tests show that
/// they can fail.
struct WatchedRing: ~Copyable, RingProtocol {
    let inner: SimulatedRing
    let watch: Watch

    init(_ kernel: SimulatedKernel, _ watch: Watch) {
        inner = SimulatedRing(kernel)
        self.watch = watch
    }

    var now: MonotonicInstant { inner.now }
    var unixSeconds: Int { inner.unixSeconds }
    var waker: any Waker { inner.waker }
    var counters: RingCounters { inner.counters }

    @unsafe
    func register(
        _ group: BufferGroup, base: UnsafeMutableRawPointer, size: Int, count: Int
    ) throws(RingError) {
        unsafe watch.registered(group, UnsafeMutableRawBufferPointer(start: base, count: size * count))
        try unsafe inner.register(group, base: base, size: size, count: count)
    }

    func enable() throws(RingError) { try inner.enable() }

    func accept(on listener: Socket, token: UInt64) -> Bool { inner.accept(on: listener, token: token) }

    @unsafe
    func receive(
        on socket: Socket, into memory: UnsafeMutableRawBufferPointer, token: UInt64, start: ReceiveStart
    ) -> Bool {
        guard unsafe inner.receive(on: socket, into: memory, token: token, start: start) else { return false }
        unsafe watch.queued(token, into: memory, start, unread: unreadByteCount(of: socket))
        return true
    }

    func receive(
        on socket: Socket, from group: BufferGroup, limit: Int, token: UInt64, start: ReceiveStart
    ) -> Bool {
        guard inner.receive(on: socket, from: group, limit: limit, token: token, start: start) else {
            return false
        }
        watch.queuedReceive(token, start, unread: unreadByteCount(of: socket))
        return true
    }

    @unsafe
    func discard(on socket: Socket, scratch: UnsafeMutableRawBufferPointer, token: UInt64) -> Bool {
        unsafe inner.discard(on: socket, scratch: scratch, token: token)
    }

    @unsafe
    func send(on socket: Socket, from memory: UnsafeRawBufferPointer, token: UInt64) -> Bool {
        guard unsafe inner.send(on: socket, from: memory, token: token) else { return false }
        watch.queuedSend()
        return true
    }

    func watch(_ socket: Socket, token: UInt64) -> Bool { inner.watch(socket, token: token) }

    func poll(_ descriptor: Int32, for readiness: Readiness, token: UInt64) -> Bool {
        inner.poll(descriptor, for: readiness, token: token)
    }

    func cancel(_ target: UInt64, token: UInt64) -> Bool { inner.cancel(target, token: token) }

    func close(_ socket: Socket, token: UInt64) -> Bool {
        // Before the close is announced: after it nothing may be asked of the descriptor.
        let unread = inner.unreadByteCount(of: socket)
        guard inner.close(socket, token: token) else { return false }
        watch.closed(socket, Token(rawValue: token), unread: unread, at: now)
        for _ in 1..<watch.timesToClose() { inner.closeNow(socket) }
        return true
    }

    func awaitWake(token: UInt64) -> Bool { inner.awaitWake(token: token) }

    func provide(_ buffer: UInt16, to group: BufferGroup) {
        for _ in 0..<watch.timesToProvide(buffer, to: group) { inner.provide(buffer, to: group) }
    }

    func submitAndWait(until deadline: MonotonicInstant, busyFor busyTime: Duration) throws(RingError) {
        watch.turnBegins()
        try inner.submitAndWait(until: deadline, busyFor: busyTime)
    }

    var hasCompletion: Bool { inner.hasCompletion }

    func nextCompletion() -> Completion? {
        if let lie = watch.inventedCompletion() { return lie }
        while let completion = inner.nextCompletion() {
            if let told = watch.taken(completion) {
                if let early = watch.bufferToReleaseEarly(completion) {
                    inner.provide(early, to: BufferGroup(id: 1))
                }
                return told
            }
        }
        return nil
    }

    @unsafe
    func sendNow(on socket: Socket, from memory: UnsafeRawBufferPointer) -> Int {
        let count = unsafe inner.sendNow(on: socket, from: memory)
        return watch.sentNow(count, of: memory.count)
    }

    func setReceiveLowWaterMark(of socket: Socket, to bytes: Int) {
        inner.setReceiveLowWaterMark(of: socket, to: watch.mark(bytes, of: socket))
    }

    func setReceiveBuffer(of socket: Socket, to bytes: Int?) {
        watch.setBuffer(of: socket, to: bytes)
        inner.setReceiveBuffer(of: socket, to: bytes)
    }

    func setUpAccepted(_ socket: Socket) { inner.setUpAccepted(socket) }

    func boundReceiveWindow(of socket: Socket, to bytes: Int) {
        inner.boundReceiveWindow(of: socket, to: bytes)
    }

    func keepReceiveBuffer(of socket: Socket) {
        inner.keepReceiveBuffer(of: socket)
        watch.setBuffer(of: socket, to: inner.receiveMemory(of: socket)?.most)
    }

    func receiveMemory(of socket: Socket) -> ReceiveMemory? { inner.receiveMemory(of: socket) }

    func roundTripTime(of socket: Socket) -> Duration? { inner.roundTripTime(of: socket) }

    func incomingCPU(of socket: Socket) -> Int? { inner.incomingCPU(of: socket) }

    var cpu: Int { inner.cpu }

    func move(to cpu: Int) -> ThreadMove {
        let move = inner.move(to: cpu)
        if case .done = move { watch.moved(at: now) }
        return move
    }

    func unreadByteCount(of socket: Socket) -> Int { inner.unreadByteCount(of: socket) }

    func unsentByteCount(of socket: Socket) -> Int { inner.unsentByteCount(of: socket) }

    func hasNewcomers(on listener: Socket) -> Bool { inner.hasNewcomers(on: listener) }

    func shutdownWrites(of socket: Socket) {
        watch.saidGoodbye(socket, unread: inner.unreadByteCount(of: socket), at: now)
        inner.shutdownWrites(of: socket)
    }

    func resetOnClose(_ socket: Socket) { inner.resetOnClose(socket) }

    func shutdown(_ socket: Socket) {
        watch.saidGoodbye(socket, unread: inner.unreadByteCount(of: socket), at: now)
        inner.shutdown(socket)
    }

    func openSpare() -> Socket? { inner.openSpare() }

    func closeNow(_ socket: Socket) {
        inner.closeNow(socket)
    }
}
