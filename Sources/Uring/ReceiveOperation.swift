internal import Glibc

/// Reading the outcome of a receive.
public enum ReceiveOperation {
    /// No operation may move this much or more: the kernel answers `EINVAL` from 2 GiB on.
    public static let largestLength = 1 << 30

    /// What `recv` can answer, from its manual page, `net/ipv4/tcp.c` and `io_uring/net.c`.
    public static func disposition(of errorNumber: Int32) -> Disposition {
        switch errorNumber {
        case EINTR, EAGAIN: .retry
        case ECANCELED: .cancelled
        case ECONNRESET, ETIMEDOUT, EPIPE, ECONNABORTED, ECONNREFUSED, ENOTCONN, EHOSTUNREACH,
            ENETUNREACH, ENETDOWN, EHOSTDOWN, EPROTO:
            .peer
        // ENOBUFS: the buffer group is empty just now, which is ordinary.
        case ENOBUFS, ENOMEM: .resource
        case EBADF, ENOTSOCK, EFAULT, EINVAL, EOPNOTSUPP: .bug
        default: .bug
        }
    }
}
