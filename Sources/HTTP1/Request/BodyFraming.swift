/// How the end of a request's body is found.
public enum BodyFraming: Sendable, Equatable {
    /// Neither Content-Length nor Transfer-Encoding: there is no body.
    case none
    /// Content-Length. Any number up to `Int.max` is well formed; whether it is acceptable is the route's matter.
    case length(Int)
    /// `Transfer-Encoding: chunked`: see ``ChunkedDecoder``.
    case chunked
}
