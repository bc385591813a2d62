internal import HTTP1
public import HTTPTypes

/// A request as handlers see it: its head, and what the route made of its path.
public struct Request: Sendable {
    /// Method, path with query, authority and fields. Bytes that are not UTF-8 have been replaced.
    public let head: HTTPRequest
    /// What stands in the places of the path that the route names: `request.parameters["name"]`.
    public let parameters: PathParameters
    /// What may be awaited; nil for handlers that never wait.
    let call: HandlerCall?

    /// The request's method.
    public var method: HTTPRequest.Method { head.method }

    /// The request's fields.
    public var headerFields: HTTPFields { head.headerFields }

    /// The path as it was sent, without the query.
    public var path: String { String(target.prefix { $0 != "?" }) }

    /// What follows the path: `request.query["columns"]`.
    public var query: QueryParameters {
        QueryParameters(target.drop { $0 != "?" }.dropFirst())
    }

    private var target: String { head.path ?? "/" }
}

extension HTTPRequest {
    /// The request as handlers take it; bytes that are not UTF-8 are replaced.
    init(_ head: borrowing RequestHead, in bytes: RawSpan) {
        self.init(
            method: HTTPRequest.Method(rawValue: head.method.name.description) ?? .get, scheme: "http",
            authority: head.host.map { String(bytes, $0) }, path: String(bytes, head.target))
        for index in 0..<head.fieldCount {
            let field = head.field(at: index)
            guard let name = HTTPField.Name(String(bytes, field.name)) else { continue }
            headerFields.append(HTTPField(name: name, value: String(bytes, field.value)))
        }
    }
}

extension String {
    fileprivate init(_ bytes: RawSpan, _ range: ByteRange) {
        self = unsafe bytes.extracting(range).withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
    }
}
