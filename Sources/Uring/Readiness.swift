internal import Glibc

/// What a descriptor can be polled for.
public enum Readiness: Sendable {
    /// A read would not wait: something is there, or the end, or an error.
    case readable
    /// A write would not wait: there is room, a connection has been made, or an error is there.
    case writable

    var events: UInt32 {
        switch self {
        case .readable: UInt32(POLLIN)
        case .writable: UInt32(POLLOUT)
        }
    }
}
