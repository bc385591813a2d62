/// What an error number means for the one who asked for the operation.
///
/// Each operation has its own exhaustive table, because the same number says different things: `EBADF` on
/// a receive is our bug, `EINVAL` on an accept says that the listener is being shut.
public enum Disposition: Sendable, Equatable {
    /// Nothing is wrong: queue the operation again.
    case retry
    /// The operation was cancelled, by us.
    case cancelled
    /// The peer has gone or broke the connection.
    case peer
    /// The machine, or a budget of ours, is short of something: wait, then try again.
    case resource
    /// Only a mistake of ours makes the kernel say this.
    case bug
}
