internal import Glibc
internal import Synchronization
internal import Uring

/// Where other threads, and the tasks of its own, leave word for a reactor.
final class Mailbox: Sendable {
    enum Message: Sendable {
        /// A connection, accepted elsewhere and placed here.
        case adopt(Socket)
        /// Memory for a connection that waits for it; if it does no more, the memory goes back.
        case granted(ConnectionID, ArenaRange)
        /// There is room for connections again.
        case resumeAccepting
        /// Another reactor found no descriptor for a newcomer and has no spare.
        case wantsDescriptor
        /// What requests must show from now on.
        case token(BearerToken)
        case stop
        /// All reactors are stopping, and no connection will be handed over any more.
        case nobodyAccepts

        // Of handlers.

        /// A step of an async handler is due.
        case job(UnownedJob)
        /// A handler has answered.
        case handled(HandlerCall, HandlerOutcome)
        case sleep(Sleeper, Duration)
        /// A sleeper was cancelled.
        case sleeperLeft
        case descriptorWait(DescriptorWait)
        /// Its task was cancelled.
        case descriptorWaitLeft(DescriptorWait)
        /// A handler found the compute pool's line full.
        case computeRefused
        /// A part of a streamed response; the writer goes on when it is sent.
        case write(HandlerCall, [UInt8], CheckedContinuation<Void, any Error>)
        /// A streamed response is whole, or its writer has failed.
        case streamEnded(HandlerCall, (any Error)?)
    }

    private struct State {
        var messages: [Message] = []
        var waker: (any Waker)?
        /// Whether the reactor will look before it waits again; then nobody need wake it.
        var isAwake = false
        /// Whether the reactor has ended.
        var isClosed = false
    }

    private let state = Mutex(State())

    /// Says how the reactor is woken. Messages may have come before.
    func attach(_ waker: any Waker) {
        state.withLock { $0.waker = waker }
        waker.wake()
    }

    /// - Returns: whether there is a reactor to read it. If not, it is done with; but memory is its giver's
    ///   to take back.
    @discardableResult
    func post(_ message: Message) -> Bool {
        let (waker, isTaken) = state.withLock { state -> ((any Waker)?, Bool) in
            if state.isClosed { return (nil, false) }
            state.messages.append(message)
            return (state.isAwake ? nil : state.waker, true)
        }
        if !isTaken { message.outliveReactor() }
        waker?.wake()
        return isTaken
    }

    /// What was taken and not read goes before what has come since.
    func putBack(_ unread: [Message]) {
        guard !unread.isEmpty else { return }
        state.withLock { $0.messages.insert(contentsOf: unread, at: 0) }
    }

    /// The reactor has ended: nobody reads this any more. What is left, and what still comes, is not held back.
    /// - Returns: memory that was granted and not taken.
    @discardableResult
    func close() -> [ArenaRange] {
        let left = state.withLock { state in
            state.isClosed = true
            state.waker = nil
            defer { state.messages = [] }
            return state.messages
        }
        for message in left { message.outliveReactor() }
        return left.compactMap { if case .granted(_, let range) = $0 { range } else { nil } }
    }

    var isEmpty: Bool { state.withLock { $0.messages.isEmpty } }

    /// The reactor has waited, and will look before it does so again.
    func wakeUp() { state.withLock { $0.isAwake = true } }

    /// Takes all messages, leaving `emptied`'s storage for the next ones so that none is allocated.
    func exchange(_ emptied: inout [Message]) {
        emptied.removeAll(keepingCapacity: true)
        state.withLock { swap(&$0.messages, &emptied) }
    }

    /// The reactor will look again only when it is woken.
    /// - Returns: false if something has come since it looked: it must not sleep.
    func fallAsleep() -> Bool {
        state.withLock { state in
            state.isAwake = !state.messages.isEmpty
            return !state.isAwake
        }
    }
}

extension Mailbox.Message {
    /// What becomes of it when the reactor has ended. A handler that was cut off must still come to its end, on
    /// whatever thread, for it may hold what others wait for.
    fileprivate func outliveReactor() {
        switch self {
        case .job(let job): globalConcurrentExecutor.enqueue(job)
        case .sleep(let sleeper, _): sleeper.end(cancelled: true)
        case .descriptorWait(let wait), .descriptorWaitLeft(let wait): wait.end(CancellationError())
        case .write(_, _, let writer): writer.resume(throwing: CancellationError())
        case .adopt(let socket): _ = Glibc.close(socket.descriptor)
        // Goes back where the arena is known.
        case .granted: break
        // The tokens and the counts are those of a server that has ended.
        case .resumeAccepting, .wantsDescriptor, .token, .stop, .nobodyAccepts: break
        case .handled, .streamEnded, .sleeperLeft, .computeRefused: break
        }
    }
}
