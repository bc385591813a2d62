public import HTTPTypes

/// What a handler answers.
public struct Response: Sendable {
    /// Writes a response's content, piece by piece, on the reactor's own executor.
    public typealias Producer = @Sendable (ResponseStream) async throws -> Void

    /// What follows the fields.
    public enum Content: Sendable {
        /// Sent as it is and, if it is long, from where it is: it is not copied.
        case bytes([UInt8])
        /// Written while it is sent: chunked, or to a client of HTTP/1.0 until the end of the connection.
        case stream(Producer)
    }

    /// Status and fields. `Content-Length`, `Transfer-Encoding`, `Date` and `Connection` are the server's and are left
    /// out of it.
    public var head: HTTPResponse
    /// What follows them.
    public var content: Content

    /// Makes a response; without arguments, 200 without content.
    public init(status: HTTPResponse.Status = .ok, headerFields: HTTPFields = [:], body: [UInt8] = []) {
        head = HTTPResponse(status: status, headerFields: headerFields)
        content = .bytes(body)
    }

    /// Makes a response whose content is written while it is sent.
    ///
    /// ```swift
    /// return Response(headerFields: [.contentType: "text/csv"]) { stream in
    ///     for row in rows { try await stream.write(row.line) }
    /// }
    /// ```
    ///
    /// The head is sent first. What `producer` throws can no longer become another answer: it is logged, and the
    /// connection ends without the response's end, which tells the client that it is not whole. Each part has to come
    /// within ``Limits/handlerTimeout``.
    public init(
        status: HTTPResponse.Status = .ok, headerFields: HTTPFields = [:],
        streaming producer: @escaping Producer
    ) {
        head = HTTPResponse(status: status, headerFields: headerFields)
        content = .stream(producer)
    }

    /// Plain text in UTF-8.
    public static func text(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headerFields: [.contentType: "text/plain; charset=utf-8"],
            body: Array(text.utf8))
    }

    /// JSON that is written already.
    public static func json(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
        Response(status: status, headerFields: [.contentType: "application/json"], body: Array(text.utf8))
    }
}
