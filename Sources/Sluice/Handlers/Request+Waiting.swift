internal import HTTPTypes
internal import Synchronization
internal import Uring

// What an async handler may await of its server, and the writer of a streamed answer.

extension Request {
    /// Waits on the reactor's own timer: no thread is held and none is woken.
    ///
    /// - Throws: `CancellationError` as soon as the request is given up: its client has reset the connection, or its time is over.
    public func sleep(for duration: Duration) async throws {
        try await Self.checkCancellation()
        let sleeper = Sleeper()
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                if sleeper.begin(continuation) { call.mailbox.post(.sleep(sleeper, duration)) }
            }
        } onCancel: {
            if sleeper.end(cancelled: true) { call.mailbox.post(.sleeperLeft) }
        }
    }

    /// Waits until a read from `descriptor` would not: something can be read, or the end has come, or an error. It is waited for
    /// on the reactor's own ring: no thread is held and none is woken.
    ///
    /// For calls to other services over sockets of the handler's own (`O_NONBLOCK`), and for libraries that give their
    /// descriptor away. The descriptor stays the caller's: when this returns or throws, nobody waits for it any
    /// more, and it may be closed.
    ///
    /// - Throws: `CancellationError` when the request is given up, or with the server's end; ``DescriptorError`` if
    ///   the descriptor cannot be waited for.
    public func waitUntilReadable(_ descriptor: Int32) async throws {
        try await wait(DescriptorWait(descriptor, for: .readable))
    }

    /// As ``waitUntilReadable(_:)``, until a write to `descriptor` would not wait: there is room, a connection that was to be made
    /// has been made or refused, or an error is there.
    public func waitUntilWritable(_ descriptor: Int32) async throws {
        try await wait(DescriptorWait(descriptor, for: .writable))
    }

    private func wait(_ wait: DescriptorWait) async throws {
        try await Self.checkCancellation()
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                if wait.begin(continuation) { call.mailbox.post(.descriptorWait(wait)) }
            }
        } onCancel: {
            if wait.cancel() { call.mailbox.post(.descriptorWaitLeft(wait)) }
        }
    }

    /// As a task's own, but whoever is cancelled gives way first. A handler that goes round and round over errors
    /// (`while !done { try? await … }`) would else keep the reactor's thread for ever: nothing in it would ever wait.
    static func checkCancellation() async throws {
        guard Task.isCancelled else { return }
        await Task.yield()
        throw CancellationError()
    }

    /// Runs `work` on a thread of the compute pool and waits for it; the reactor goes on meanwhile.
    ///
    /// For an async handler, or the writer of a streamed answer, that has something to compute, or to call that blocks.
    ///
    /// - Throws: what `work` throws; a ``HandlerError`` with 503 if too many wait for a thread already;
    ///   `CancellationError` as soon as the request is given up, unless `work` has begun.
    public func compute<Result: Sendable>(
        _ work: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await Self.checkCancellation()
        do {
            return try await computed(work)
        } catch is PoolIsFull {
            // As who is cancelled does: one that asks again at once would never wait.
            await Task.yield()
            throw HandlerError(
                .serviceUnavailable, "too many requests wait for a thread just now",
                headerFields: [.retryAfter: "1"])
        }
    }

    private func computed<Result: Sendable>(
        _ work: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        let waiter = ComputeWaiter(work)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation {
                (continuation: CheckedContinuation<Result, any Error>) in
                guard waiter.begin(continuation) else { return }
                let tenant = ComputeTenant(waiter)
                // Where there is no place for it, its end would be the waiter's.
                withExtendedLifetime(tenant) {
                    let place = call.computeQueue.submit {
                        // The task that waits need not be one that is cancelled with its request.
                        if call.isCancelled {
                            tenant.waiter.end(CancellationError())
                        } else {
                            tenant.waiter.work()
                        }
                    }
                    if let place {
                        // Cancelled meanwhile, it is nobody else's to leave.
                        if !waiter.stand(at: place) { call.computeQueue.leave(place) }
                    } else {
                        call.noteRefusal()
                        waiter.end(PoolIsFull())
                    }
                }
            }
        } onCancel: {
            if let place = waiter.end(CancellationError()) { call.computeQueue.leave(place) }
        }
    }
}

/// There is no place in the compute pool's line.
private struct PoolIsFull: Error {}

/// One `request.compute(_:)`: ends once, with what its work makes or, before that has begun, without it. What
/// the work holds, and its place in the pool's line, go with that end.
private final class ComputeWaiter<Result: Sendable>: Sendable {
    typealias Work = @Sendable () throws -> Result
    typealias Continuation = CheckedContinuation<Result, any Error>

    private enum State {
        case new(Work)
        case waiting(Continuation, Work, place: Int?)
        case over
    }

    private let state: Mutex<State>

    init(_ work: @escaping Work) { state = Mutex(State.new(work)) }

    /// - Returns: false if it was cancelled before: it is over already.
    func begin(_ continuation: Continuation) -> Bool {
        let begins = state.withLock { state in
            guard case .new(let work) = state else { return false }
            state = .waiting(continuation, work, place: nil)
            return true
        }
        if !begins { continuation.resume(throwing: CancellationError()) }
        return begins
    }

    /// Where it stands in the pool's line.
    /// - Returns: false if it is over already, or has begun.
    func stand(at place: Int) -> Bool {
        state.withLock { state in
            guard case .waiting(let continuation, let work, _) = state else { return false }
            state = .waiting(continuation, work, place: place)
            return true
        }
    }

    /// On a thread of the pool.
    func work() {
        guard let (continuation, work, _) = leave() else { return }
        continuation.resume(with: Swift.Result { try work() })
    }

    /// Whoever waits is told so, unless the work has begun.
    /// - Returns: the place in the line that it leaves.
    @discardableResult
    func end(_ error: any Error) -> Int? {
        guard let (continuation, _, place) = leave() else { return nil }
        continuation.resume(throwing: error)
        return place
    }

    /// - Returns: nil if it is not waiting: has not begun, or is over.
    private func leave() -> (Continuation, Work, place: Int?)? {
        let waiting: (Continuation, Work, place: Int?)? = state.withLock { state in
            defer { state = .over }
            guard case .waiting(let continuation, let work, let place) = state else { return nil }
            return (continuation, work, place)
        }
        return waiting
    }
}

/// Who stands in the pool's line, held by the work there alone: the waiter itself is kept by the task that waits.
private final class ComputeTenant<Result: Sendable>: Sendable {
    let waiter: ComputeWaiter<Result>

    init(_ waiter: ComputeWaiter<Result>) { self.waiter = waiter }

    /// The pool has dropped its line; or the work is done, and this does nothing.
    deinit { waiter.end(CancellationError()) }
}
