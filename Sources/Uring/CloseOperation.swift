internal import Glibc

/// Reading the outcome of a close.
public enum CloseOperation {
    /// What `close` can answer. The descriptor is gone in every case but `EBADF`: never close it again.
    public static func disposition(of errorNumber: Int32) -> Disposition {
        switch errorNumber {
        case EINTR, EIO, ENOSPC, EDQUOT: .peer
        case EBADF: .bug
        default: .bug
        }
    }
}

/// Reading the outcome of a cancellation request (not of the operation it was for).
public enum CancelOperation {
    /// What `IORING_OP_ASYNC_CANCEL` can answer.
    public static func disposition(of errorNumber: Int32) -> Disposition {
        switch errorNumber {
        // ENOENT: it has completed meanwhile. EALREADY: it is running and will complete by itself.
        case ENOENT, EALREADY: .cancelled
        case EINTR, EAGAIN: .retry
        case EINVAL, EBADF: .bug
        default: .bug
        }
    }
}
