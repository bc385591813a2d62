public import HTTPTypes

/// What a handler answers.
public struct Response: Sendable {
    /// Status and fields. `Content-Length`, `Date` and `Connection` are the server's and are left out of it.
    public var head: HTTPResponse
    public var body: [UInt8]

    public init(status: HTTPResponse.Status = .ok, headerFields: HTTPFields = [:], body: [UInt8] = []) {
        head = HTTPResponse(status: status, headerFields: headerFields)
        self.body = body
    }

    /// Plain text in UTF-8.
    public static func text(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headerFields: [.contentType: "text/plain; charset=utf-8"],
            body: Array(text.utf8))
    }
}
