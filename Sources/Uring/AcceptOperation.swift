internal import Glibc

/// Reading the outcome of an accept.
public enum AcceptOperation {
    /// Whether the process, or the machine, has no descriptor left: closing one is a help.
    public static func foundNoDescriptor(_ errorNumber: Int32) -> Bool {
        errorNumber == EMFILE || errorNumber == ENFILE
    }

    /// Whether the socket listens no more: somebody else who has it, too, has shut it down. The server only
    /// closes its own, and that when no accept is armed.
    public static func foundListenerShut(_ errorNumber: Int32) -> Bool { errorNumber == EINVAL }

    /// What `accept4` can answer, from its manual page and `net/socket.c`.
    public static func disposition(of errorNumber: Int32) -> Disposition {
        switch errorNumber {
        case EINTR, EAGAIN: .retry
        case ECANCELED: .cancelled
        // The connection died in the backlog, or its network did: the next accept may do better.
        case ECONNABORTED, ECONNRESET, EPROTO, EPERM, ENETDOWN, ENOPROTOOPT, EHOSTDOWN, ENONET,
            EHOSTUNREACH, ENETUNREACH, ETIMEDOUT:
            .peer
        case EMFILE, ENFILE, ENOMEM, ENOBUFS: .resource
        // Ended, and not by us: see `foundListenerShut`.
        case EINVAL: .cancelled
        case EBADF, ENOTSOCK, EOPNOTSUPP, EFAULT: .bug
        default: .bug
        }
    }
}
