/// The version of a request, as far as Sluice treats versions differently.
public enum Version: Sendable, Equatable {
    /// HTTP/1.0: one request for each connection unless the client asks for more, and no transfer codings.
    case http10
    /// HTTP/1.1, and any later minor version of 1, which means the same (RFC 9110 section 2.5).
    case http11
}
