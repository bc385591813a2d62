/// The status codes Sluice answers with.
public enum Status: UInt16, Sendable, CaseIterable {
    /// 200
    case ok = 200
    /// 204
    case noContent = 204
    /// 400
    case badRequest = 400
    /// 401
    case unauthorized = 401
    /// 403
    case forbidden = 403
    /// 404
    case notFound = 404
    /// 405
    case methodNotAllowed = 405
    /// 408
    case requestTimeout = 408
    /// 411
    case lengthRequired = 411
    /// 413
    case contentTooLarge = 413
    /// 414
    case uriTooLong = 414
    /// 415
    case unsupportedMediaType = 415
    /// 417
    case expectationFailed = 417
    /// 422
    case unprocessableContent = 422
    /// 431
    case requestHeaderFieldsTooLarge = 431
    /// 500
    case internalServerError = 500
    /// 501
    case notImplemented = 501
    /// 503
    case serviceUnavailable = 503
    /// 504
    case gatewayTimeout = 504
    /// 505
    case httpVersionNotSupported = 505

    /// The status code as a number.
    public var code: Int { Int(rawValue) }

    /// The words after the code in a status line.
    public var reasonPhrase: StaticString {
        switch self {
        case .ok: "OK"
        case .noContent: "No Content"
        case .badRequest: "Bad Request"
        case .unauthorized: "Unauthorized"
        case .forbidden: "Forbidden"
        case .notFound: "Not Found"
        case .methodNotAllowed: "Method Not Allowed"
        case .requestTimeout: "Request Timeout"
        case .lengthRequired: "Length Required"
        case .contentTooLarge: "Content Too Large"
        case .uriTooLong: "URI Too Long"
        case .unsupportedMediaType: "Unsupported Media Type"
        case .expectationFailed: "Expectation Failed"
        case .unprocessableContent: "Unprocessable Content"
        case .requestHeaderFieldsTooLarge: "Request Header Fields Too Large"
        case .internalServerError: "Internal Server Error"
        case .notImplemented: "Not Implemented"
        case .serviceUnavailable: "Service Unavailable"
        case .gatewayTimeout: "Gateway Timeout"
        case .httpVersionNotSupported: "HTTP Version Not Supported"
        }
    }

    /// Whether this answer always ends the connection: after it the next request's first byte is not known,
    /// or the client is not worth waiting for. The others keep it if the body was read to its end.
    public var closesConnection: Bool {
        switch self {
        case .badRequest, .requestTimeout, .lengthRequired, .contentTooLarge, .uriTooLong, .expectationFailed,
            .requestHeaderFieldsTooLarge, .notImplemented, .serviceUnavailable, .gatewayTimeout,
            .httpVersionNotSupported:
            true
        case .ok, .noContent, .unauthorized, .forbidden, .notFound, .methodNotAllowed, .unsupportedMediaType,
            .unprocessableContent, .internalServerError:
            false
        }
    }

    /// Whether a response of this status has content (RFC 9110 section 15.3.5): 204 has none, and then
    /// neither Content-Type nor Content-Length.
    public var hasContent: Bool { self != .noContent }

    /// Whether a response with this code has content, a code of a handler's own included.
    public static func hasContent(code: Int) -> Bool { code != 204 && code != 304 && code >= 200 }
}
