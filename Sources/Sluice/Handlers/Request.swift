internal import HTTP1
public import HTTPTypes

/// A request as handlers see it: its head, and what the route made of its path.
public struct Request: Sendable {
    /// Method, path with query, authority and fields. Bytes that are not UTF-8 have been replaced. A target that is a whole
    /// URL has been taken apart: its host is the authority, and a Host field beside it is left out.
    public let head: HTTPRequest
    /// What stands in the places of the path that the route names: `request.parameters["name"]`.
    public let parameters: PathParameters
    /// What may be awaited, by the handler or by the writer of its answer.
    let call: HandlerCall

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
            authority: head.authority(in: bytes), path: head.originForm(in: bytes))
        for index in 0..<head.fieldCount {
            let field = head.field(at: index)
            guard let name = HTTPField.Name(String(bytes, field.name)) else { continue }
            // Two hosts in one request are one too many, for whoever reads them.
            if head.isURL, name.canonicalName == "host" { continue }
            headerFields.append(HTTPField(name: name, value: String(bytes, field.value)))
        }
    }
}

extension RequestHead {
    /// The path with its query, as routes see it, also of a target that is a whole URL.
    fileprivate func originForm(in bytes: RawSpan) -> String {
        if isAsteriskForm { return "*" }
        let end = target.offset + target.count
        let text = String(bytes, ByteRange(offset: path.offset, count: end - path.offset))
        return text.hasPrefix("/") ? text : "/" + text
    }

    /// Whether the target is in absolute form.
    fileprivate var isURL: Bool { !isAsteriskForm && path.offset > target.offset }

    /// Of a URL its own, and then what the Host field says does not count: RFC 9112, section 3.2.2.
    fileprivate func authority(in bytes: RawSpan) -> String? {
        guard isURL else { return host.map { String(bytes, $0) } }
        let text = String(bytes, ByteRange(offset: target.offset, count: path.offset - target.offset))
        return String(text.drop { $0 != ":" }.dropFirst("://".count))
    }
}

extension String {
    fileprivate init(_ bytes: RawSpan, _ range: ByteRange) {
        self = unsafe bytes.extracting(range).withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
    }
}
