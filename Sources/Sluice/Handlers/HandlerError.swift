public import HTTPTypes

/// An error that a handler means the client to read: its status and its sentence are the answer.
///
/// ```swift
/// guard let model = models[name] else { throw HandlerError(.notFound, "no model is called \(name)") }
/// ```
///
/// Any other error that a handler throws is logged, and answered with 500 and nothing of what it says.
public struct HandlerError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Of the answer: 400 to 599. After 400, 408, 411, 413, 414, 417, 431, 501, 503, 504 and 505 the connection ends, whoever answers
    /// so; after others, as 404, 409, 422, 429 and 500, it is kept.
    public var status: HTTPResponse.Status
    /// For the client, in a sentence; as plain text, or as JSON to a client that accepts it by name.
    public var reason: String
    /// Beside those of every response.
    public var headerFields: HTTPFields

    /// An answer of `status` that says `reason`.
    public init(_ status: HTTPResponse.Status, _ reason: String, headerFields: HTTPFields = [:]) {
        self.status = status
        self.reason = reason
        self.headerFields = headerFields
    }

    /// The status' code and the reason.
    public var description: String { "\(status.code): \(reason)" }
}

extension HandlerError {
    func response(asJSON: Bool) -> Response {
        var fields = headerFields
        fields[.contentType] = asJSON ? "application/json" : "text/plain; charset=utf-8"
        let text =
            asJSON
            ? "{\"status\":\(status.code),\"error\":\(JSONText.quoted(reason))}\n" : "\(reason)\n"
        return Response(status: status, headerFields: fields, body: Array(text.utf8))
    }
}

/// Text as JSON writes it.
enum JSONText {
    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case _ where scalar.value < 0x20:
                let hex = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
