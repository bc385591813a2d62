internal import Glibc
package import Uring

/// A ring of a ``SimulatedKernel``: what a reactor gets instead of the real one.
///
/// A reactor that is no longer stepped has to let its ring go, or time waits for it for ever.
@safe
package struct SimulatedRing: ~Copyable, RingProtocol {
    private let kernel: SimulatedKernel
    private let state: RingState

    /// - Parameter submissionEntries: when so many operations are queued, the next one submits them first.
    package init(_ kernel: SimulatedKernel, submissionEntries: Int = 64) {
        self.kernel = kernel
        state = RingState(number: kernel.ringsMade, submissionEntries: submissionEntries)
        kernel.ringsMade += 1
        kernel.rings.append(state)
    }

    deinit { kernel.remove(state) }

    package var now: MonotonicInstant { kernel.now }

    /// 2026-01-01 and the simulated seconds since.
    package var unixSeconds: Int { 1_767_225_600 + Int(kernel.now.nanoseconds / 1_000_000_000) }
    package var waker: any Waker { state.waker }
    package var counters: RingCounters { state.counters }

    /// Operations whose last completion has not been taken.
    package var inFlightCount: Int { state.operations.count }

    /// Buffers of a group that the kernel could fill now.
    package func freeBufferCount(of group: BufferGroup) -> Int { state.group(group)?.freeCount ?? 0 }

    /// Buffers of a group that the server has taken with a completion and not given back.
    package func lentBufferCount(of group: BufferGroup) -> Int {
        state.group(group)?.owners.count { $0 == .server } ?? 0
    }

    @unsafe
    package func register(
        _ group: BufferGroup, base: UnsafeMutableRawPointer, size: Int, count: Int
    ) throws(RingError) {
        guard state.group(group) == nil else {
            throw RingError(step: .registerBuffers, errorNumber: EEXIST)
        }
        let memory = unsafe KernelMemory(base, count: size * count)
        state.groups.append(SimulatedBufferGroup(group: group, memory: memory, size: size, count: count))
    }

    package func enable() throws(RingError) {
        if state.isEnabled { throw RingError(step: .enable, errorNumber: EBADFD) }
        state.isEnabled = true
    }

    package func accept(on listener: Socket, token: UInt64) -> Bool {
        guard let found = kernel.openListener(listener) else {
            return kernel.enqueue(.refused(errorNumber: EBADF), token: token, in: state)
        }
        return kernel.enqueue(.accept(found), token: token, in: state)
    }

    @unsafe
    package func receive(
        on socket: Socket, into memory: UnsafeMutableRawBufferPointer, token: UInt64, start: ReceiveStart
    ) -> Bool {
        kernel.enqueue(
            .receive(unsafe KernelMemory(memory)), on: socket, token: token, start: start, in: state)
    }

    package func receive(
        on socket: Socket, from group: BufferGroup, limit: Int, token: UInt64, start: ReceiveStart
    ) -> Bool {
        guard let found = state.group(group) else {
            kernel.violate(.unknownBuffer, "group \(group.id)")
            return kernel.enqueue(.refused(errorNumber: ENOBUFS), token: token, in: state)
        }
        return kernel.enqueue(
            .receiveFrom(found, limit: limit), on: socket, token: token, start: start, in: state)
    }

    @unsafe
    package func discard(
        on socket: Socket, scratch: UnsafeMutableRawBufferPointer, token: UInt64
    ) -> Bool {
        kernel.enqueue(.discard(unsafe KernelMemory(scratch)), on: socket, token: token, in: state)
    }

    @unsafe
    package func send(on socket: Socket, from memory: UnsafeRawBufferPointer, token: UInt64) -> Bool {
        // Only ever read from.
        let memory = unsafe KernelMemory(UnsafeMutableRawBufferPointer(mutating: memory))
        return kernel.enqueue(
            .send(memory, checksum: memory.checksum), on: socket, token: token, in: state)
    }

    package func watch(_ socket: Socket, token: UInt64) -> Bool {
        kernel.enqueue(.watch, on: socket, token: token, in: state)
    }

    /// A descriptor that nobody has opened is the caller's mistake, not the server's: `EBADF` and no violation.
    package func poll(_ descriptor: Int32, for readiness: Readiness, token: UInt64) -> Bool {
        guard case .outside(let found)? = kernel.descriptors[descriptor] else {
            return kernel.enqueue(.refused(errorNumber: EBADF), token: token, in: state)
        }
        return kernel.enqueue(.poll(found, readiness), token: token, in: state)
    }

    package func cancel(_ target: UInt64, token: UInt64) -> Bool {
        kernel.enqueue(.cancel(target: target), token: token, in: state)
    }

    package func close(_ socket: Socket, token: UInt64) -> Bool {
        guard kernel.enqueue(.close(socket), token: token, in: state) else { return false }
        kernel.announceClose(of: socket)
        return true
    }

    package func awaitWake(token: UInt64) -> Bool { kernel.enqueue(.wake, token: token, in: state) }

    package func provide(_ buffer: UInt16, to group: BufferGroup) {
        kernel.provide(buffer, to: group, in: state)
    }

    package func submitAndWait(
        until deadline: MonotonicInstant, busyFor busyTime: Duration
    ) throws(RingError) {
        try kernel.submitAndWait(state, until: deadline)
    }

    package var hasCompletion: Bool { !state.completions.isEmpty }

    package func nextCompletion() -> Completion? { kernel.takeCompletion(of: state) }

    @unsafe
    package func sendNow(on socket: Socket, from memory: UnsafeRawBufferPointer) -> Int {
        state.counters.systemCalls += 1
        // Only ever read from.
        let memory = unsafe KernelMemory(UnsafeMutableRawBufferPointer(mutating: memory))
        return kernel.sendNow(on: socket, from: memory)
    }

    package func setReceiveLowWaterMark(of socket: Socket, to bytes: Int) {
        state.counters.systemCalls += 1
        kernel.setLowWaterMark(of: socket, to: bytes)
    }

    /// Clients here send nothing urgent, and there are no kernel threads.
    package func setUpAccepted(_ socket: Socket) { state.counters.systemCalls += 5 }

    package func setReceiveBuffer(of socket: Socket, to bytes: Int?) {
        state.counters.systemCalls += 1
        kernel.setReceiveBuffer(of: socket, to: bytes)
    }

    package func boundReceiveWindow(of socket: Socket, to bytes: Int) {
        state.counters.systemCalls += 1
        kernel.boundReceiveWindow(of: socket, to: bytes)
    }

    package func keepReceiveBuffer(of socket: Socket) {
        state.counters.systemCalls += 1
        kernel.keepReceiveBuffer(of: socket)
    }

    package func receiveMemory(of socket: Socket) -> ReceiveMemory? {
        state.counters.systemCalls += 1
        return kernel.receiveMemory(of: socket)
    }

    package func roundTripTime(of socket: Socket) -> Duration? {
        state.counters.systemCalls += 1
        return kernel.roundTripTime(of: socket)
    }

    package func incomingCPU(of socket: Socket) -> Int? {
        state.counters.systemCalls += 1
        return kernel.incomingCPU(of: socket)
    }

    package var cpu: Int { state.cpu }

    package func move(to cpu: Int) -> ThreadMove {
        state.counters.systemCalls += 2
        return kernel.move(state, to: cpu)
    }

    package func unreadByteCount(of socket: Socket) -> Int {
        state.counters.systemCalls += 1
        return kernel.unreadByteCount(of: socket)
    }

    package func unsentByteCount(of socket: Socket) -> Int {
        state.counters.systemCalls += 1
        return kernel.unsentByteCount(of: socket)
    }

    package func hasNewcomers(on listener: Socket) -> Bool {
        state.counters.systemCalls += 1
        return kernel.openListener(listener)?.backlog.isEmpty == false
    }

    package func shutdownWrites(of socket: Socket) {
        state.counters.systemCalls += 1
        kernel.shutdown(socket, reads: false)
    }

    package func resetOnClose(_ socket: Socket) {
        state.counters.systemCalls += 1
        kernel.resetOnClose(socket)
    }

    package func shutdown(_ socket: Socket) {
        state.counters.systemCalls += 1
        kernel.shutdown(socket, reads: true)
    }

    package func openSpare() -> Socket? {
        state.counters.systemCalls += 1
        return kernel.openSpare()
    }

    package func closeNow(_ socket: Socket) {
        state.counters.systemCalls += 1
        kernel.announceClose(of: socket)
        kernel.performClose(socket)
    }
}
