internal import Synchronization
internal import Uring

/// Where other threads leave word for a reactor.
final class Mailbox: Sendable {
    enum Message: Sendable, Equatable {
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
    }

    private struct State {
        var messages: [Message] = []
        var waker: (any Waker)?
    }

    private let state = Mutex(State())

    /// Says how the reactor is woken. Messages may have come before.
    func attach(_ waker: any Waker) {
        state.withLock { $0.waker = waker }
        waker.wake()
    }

    func post(_ message: Message) {
        let waker = state.withLock { state in
            state.messages.append(message)
            return state.waker
        }
        waker?.wake()
    }

    var isEmpty: Bool { state.withLock { $0.messages.isEmpty } }

    /// Takes all messages, leaving `emptied`'s storage for the next ones so that none is allocated.
    func exchange(_ emptied: inout [Message]) {
        emptied.removeAll(keepingCapacity: true)
        state.withLock { swap(&$0.messages, &emptied) }
    }
}
