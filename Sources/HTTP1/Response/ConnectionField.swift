/// What a response says of the connection.
public enum ConnectionField: Sendable, Equatable {
    /// Nothing: it stays open, as HTTP/1.1 connections do.
    case implied
    /// `Connection: keep-alive`. An HTTP/1.0 client that asked for it must be told (RFC 9112 appendix C.2.2).
    case keepAlive
    /// `Connection: close`.
    case close
}
