internal import Synchronization

/// One call of a handler that answers later, or whose answer's writer goes on: what it and the reactor know of each other.
///
/// The reactor's slot holds it until the answer has come, the client is gone or the time is over; after that an
/// answer finds that its call is no longer the slot's, and is dropped.
final class HandlerCall: Sendable {
    let connection: ConnectionID
    /// Of the reactor that waits for the answer.
    let mailbox: Mailbox
    /// Whether a task of the reactor's executor is to make the answer.
    let isTask: Bool
    /// Where the handler may have something computed.
    let computeQueue: any ComputeQueue

    private struct State {
        var isCancelled = false
        var task: Task<Void, Never>?
        /// Its place in the compute pool's line.
        var place: Int?
        /// Waits with the call for a thread of the compute pool.
        var body: LandedBody?
    }

    private let state = Mutex(State())

    init(
        _ connection: ConnectionID, of mailbox: Mailbox, isTask: Bool, computeQueue: any ComputeQueue
    ) {
        self.isTask = isTask
        self.computeQueue = computeQueue
        self.connection = connection
        self.mailbox = mailbox
    }

    /// Nobody waits for the answer any more.
    var isCancelled: Bool { state.withLock { $0.isCancelled } }

    /// What ``cancel()`` is to cancel; at once, if it came first.
    func run(_ task: Task<Void, Never>) {
        let isCancelled = state.withLock { state in
            state.task = task
            return state.isCancelled
        }
        if isCancelled { task.cancel() }
    }

    /// What a thread of the compute pool is to work on. Here and not with the work, which that thread may just have taken when the
    /// call is given up: whoever comes first has the body.
    func hold(_ body: LandedBody) { state.withLock { $0.body = body } }

    /// The thread begins: from here on the body is its own.
    /// - Returns: nil if nobody waits for the answer any more.
    func takeBody() -> LandedBody? { state.withLock { $0.body.take() } }

    /// Where it stands in the compute pool's line: it is left when nobody waits any more.
    func stand(at place: Int) { state.withLock { $0.place = place } }

    func cancel() {
        let (task, body, place) = state.withLock { state in
            state.isCancelled = true
            return (state.task.take(), state.body.take(), state.place.take())
        }
        if let place { computeQueue.leave(place) }
        // Not under the lock: its memory may be the next one's.
        withExtendedLifetime(body) {}
        task?.cancel()
    }

    /// The compute pool's line was full.
    func noteRefusal() { mailbox.post(.computeRefused) }

    func end(with outcome: HandlerOutcome) { mailbox.post(.handled(self, outcome)) }
}

/// What came of a call.
enum HandlerOutcome: Sendable {
    case response(Response)
    /// Of a kernel that ran on the compute pool.
    case reduced(ReductionResult)
    /// Meant for the client.
    case refusal(HandlerError)
    /// Logged.
    case failure(any Error)

    init(_ error: any Error) {
        self = if let error = error as? HandlerError { .refusal(error) } else { .failure(error) }
    }

    init(_ handler: () throws -> Response) {
        do { self = .response(try handler()) } catch { self = HandlerOutcome(error) }
    }
}
