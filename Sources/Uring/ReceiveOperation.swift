internal import Glibc

/// Reading the outcome of a receive.
public enum ReceiveOperation {
    /// No operation may move this much or more: the kernel answers `EINVAL` from 2 GiB on.
    public static let largestLength = 1 << 30

    /// Whether a receive from a ``BufferGroup`` found it empty: ordinary, and over when a buffer comes back.
    public static func foundNoBuffer(_ errorNumber: Int32) -> Bool { errorNumber == ENOBUFS }

    /// What `recv` can answer, from its manual page, `net/ipv4/tcp.c` and `io_uring/net.c`.
    public static func disposition(of errorNumber: Int32) -> Disposition {
        switch errorNumber {
        case EINTR, EAGAIN: .retry
        case ECANCELED: .cancelled
        // From EHOSTUNREACH on: what a router's ICMP message becomes when TCP gives the peer up
        // (`icmp_err_convert` in `net/ipv4/icmp.c`; EACCES is IPv6's. A ring that is restricted
        // answers it, too, but then to each operation, from the first on). The network must not be able to look like our bug.
        case ECONNRESET, ETIMEDOUT, EPIPE, ECONNABORTED, ECONNREFUSED, ENOTCONN, ENETDOWN,
            EHOSTUNREACH, ENETUNREACH, EHOSTDOWN, EPROTO, ENOPROTOOPT, ENONET, EOPNOTSUPP, EACCES:
            .peer
        // ENOBUFS: the buffer group is empty just now, which is ordinary.
        case ENOBUFS, ENOMEM: .resource
        case EBADF, ENOTSOCK, EFAULT, EINVAL: .bug
        default: .bug
        }
    }
}
