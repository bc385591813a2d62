internal import Glibc

/// Reading the outcome of a watch.
public enum WatchOperation {
    /// Whether nobody is there any more to take an answer: the connection was reset, or has ended in both directions.
    /// The end of what the peer sends (FIN) alone is none of these.
    public static func isGone(_ completion: Completion) -> Bool {
        completion.result > 0 && completion.result & Int32(POLLERR | POLLHUP) != 0
    }

    /// What a poll can answer, from `io_uring/poll.c`.
    public static func disposition(of errorNumber: Int32) -> Disposition {
        switch errorNumber {
        case ECANCELED: .cancelled
        case ENOMEM: .resource
        case EBADF, EINVAL, EFAULT: .bug
        default: .bug
        }
    }
}
