/// The request methods Sluice serves. CONNECT, TRACE and every other method are refused with 501.
public enum Method: UInt8, Sendable, CaseIterable {
    /// GET
    case get
    /// HEAD
    case head
    /// POST
    case post
    /// PUT
    case put
    /// PATCH
    case patch
    /// DELETE
    case delete
    /// OPTIONS
    case options

    /// The method as it stands in a request line. Methods are case-sensitive, RFC 9110 section 9.1.
    public var name: StaticString {
        switch self {
        case .get: "GET"
        case .head: "HEAD"
        case .post: "POST"
        case .put: "PUT"
        case .patch: "PATCH"
        case .delete: "DELETE"
        case .options: "OPTIONS"
        }
    }

    /// The longest method name the parser collects; a longer one is unknown whatever follows.
    static let longestName = 7

    /// The method whose letters, first letter highest, are the bytes of `word`; nil if Sluice serves none such.
    init?(word: UInt64) {
        switch word {
        case 0x47_4554: self = .get
        case 0x4845_4144: self = .head
        case 0x504F_5354: self = .post
        case 0x50_5554: self = .put
        case 0x50_4154_4348: self = .patch
        case 0x4445_4C45_5445: self = .delete
        case 0x4F_5054_494F_4E53: self = .options
        default: return nil
        }
    }
}
