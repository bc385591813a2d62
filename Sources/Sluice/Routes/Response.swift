public import HTTPTypes

/// What a handler answers.
public struct Response: Sendable {
    /// Status and fields. `Content-Length`, `Date` and `Connection` are the server's and are left out of it.
    public var head: HTTPResponse
    /// The content, sent as it is.
    public var body: [UInt8]

    /// Makes a response; without arguments, 200 without content.
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
