internal import HTTPTypes
internal import Synchronization

// What an async handler may await of its server, and the writer of a streamed answer.

extension Request {
    /// Waits on the reactor's own timer: no thread is held and none is woken.
    ///
    /// - Throws: `CancellationError` as soon as the request is given up: its client is gone, or its time is over.
    public func sleep(for duration: Duration) async throws {
        try Task.checkCancellation()
        let sleeper = Sleeper()
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                if sleeper.begin(continuation) { call.mailbox.post(.sleep(sleeper, duration)) }
            }
        } onCancel: {
            if sleeper.end(cancelled: true) { call.mailbox.post(.sleeperLeft) }
        }
    }

    /// Runs `work` on a thread of the compute pool and waits for it; the reactor goes on meanwhile.
    ///
    /// For an async handler, or the writer of a streamed answer, that has something to compute, or to call that blocks.
    ///
    /// - Throws: what `work` throws; a ``HandlerError`` with 503 if too many wait for a thread already;
    ///   `CancellationError` if the request was given up before `work` began.
    public func compute<Result: Sendable>(
        _ work: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try Task.checkCancellation()
        return try await withCheckedThrowingContinuation { continuation in
            let waiter = ComputeWaiter(continuation)
            let isTaken = call.computeQueue.submit {
                guard !call.isCancelled else { return }
                waiter.resume(with: Swift.Result { try work() })
            }
            if !isTaken {
                call.noteRefusal()
                waiter.resume(with: .failure(HandlerError.poolIsFull))
            }
        }
    }
}

extension HandlerError {
    static var poolIsFull: HandlerError {
        HandlerError(
            .serviceUnavailable, "too many requests wait for a thread just now",
            headerFields: [.retryAfter: "1"])
    }
}

/// Resumes once: with a result, or with the cancellation when whoever would have made it is gone.
private final class ComputeWaiter<Result: Sendable>: Sendable {
    private let continuation: Mutex<CheckedContinuation<Result, any Error>?>

    init(_ continuation: CheckedContinuation<Result, any Error>) {
        self.continuation = Mutex(continuation)
    }

    func resume(with result: sending Swift.Result<Result, any Error>) {
        continuation.withLock { $0.take() }?.resume(with: result)
    }

    deinit { resume(with: .failure(CancellationError())) }
}
