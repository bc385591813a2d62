internal import Glibc

/// Reading the outcome of a send.
public enum SendOperation {
    /// What `send` can answer, from its manual page, `net/ipv4/tcp.c` and `io_uring/net.c`.
    public static func disposition(of errorNumber: Int32) -> Disposition {
        switch errorNumber {
        case EINTR, EAGAIN: .retry
        case ECANCELED: .cancelled
        // From EHOSTUNREACH on: what a router's ICMP message becomes (see ``ReceiveOperation``).
        case ECONNRESET, EPIPE, ETIMEDOUT, ECONNABORTED, ECONNREFUSED, ENOTCONN, ENETDOWN,
            EHOSTUNREACH, ENETUNREACH, EHOSTDOWN, EPROTO, ENOPROTOOPT, ENONET, EOPNOTSUPP, EACCES:
            .peer
        case ENOBUFS, ENOMEM: .resource
        case EBADF, ENOTSOCK, EFAULT, EINVAL, EISCONN, EMSGSIZE, EDESTADDRREQ: .bug
        default: .bug
        }
    }
}
