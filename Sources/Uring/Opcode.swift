internal import CLiburing

/// An operation of io_uring that ``Ring`` queues.
///
/// The one list of them: the probe asks Linux for these, and a ring is restricted to these before it runs. An
/// operation queued without its line here completes with `EACCES`.
public enum Opcode: String, CaseIterable, Sendable {
    case accept = "ACCEPT"
    /// Also a discard, and a receive from a ``BufferGroup``.
    case receive = "RECV"
    case send = "SEND"
    case cancel = "ASYNC_CANCEL"
    case close = "CLOSE"
    /// The wake-up: an `eventfd` is read.
    case read = "READ"
    /// The watch for a peer that is gone, and a handler's wait for a descriptor of its own.
    case poll = "POLL_ADD"

    var number: UInt32 {
        switch self {
        case .accept: IORING_OP_ACCEPT.rawValue
        case .receive: IORING_OP_RECV.rawValue
        case .send: IORING_OP_SEND.rawValue
        case .cancel: IORING_OP_ASYNC_CANCEL.rawValue
        case .close: IORING_OP_CLOSE.rawValue
        case .read: IORING_OP_READ.rawValue
        case .poll: IORING_OP_POLL_ADD.rawValue
        }
    }
}
