internal import HTTP1

/// A secret that requests must show as `Authorization: Bearer …`.
///
/// Never printed: its description does not say it.
public struct BearerToken: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
    /// The longest token. All are kept at this length, so that none shows its own by the time a comparison takes.
    public static let maxBytes = 4096

    /// The token, then zeros.
    private let bytes: [UInt8]
    private let count: Int

    /// - Parameter text: RFC 6750's letters, digits and `-._~+/`, then any number of `=`; nothing else around it.
    public init(_ text: String) throws(BearerTokenError) {
        try self.init(Array(text.utf8))
    }

    init(_ text: [UInt8]) throws(BearerTokenError) {
        guard !text.isEmpty else { throw .empty }
        guard text.count <= Self.maxBytes else { throw .tooLong }
        guard BearerCredentials.isToken(text) else { throw .notAToken }
        bytes = text + [UInt8](repeating: 0, count: Self.maxBytes - text.count)
        count = text.count
    }

    /// Whether an Authorization field shows this token. Allocates nothing, and takes a time that depends on the
    /// field alone.
    ///
    /// - Parameter authorization: the field's value.
    func isShown(by authorization: RawSpan) -> Bool {
        guard let token = BearerCredentials.token(in: authorization) else { return false }
        return authorization.extracting(token).equalsInConstantTime(bytes, count: count)
    }

    /// Nothing of the secret.
    public var description: String { "a bearer token" }

    /// Nothing of the secret: `dump` and string interpolation of what holds it would show it.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Why there is no ``BearerToken``.
public enum BearerTokenError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file cannot be opened or read.
    case unreadable(errorNumber: Int32)
    /// What the path names is a folder, a pipe or a device: it could not be read again on a reload.
    case notAFile
    /// Everyone on the machine may read or write the file.
    case openToOthers
    /// There is nothing but a line end, if that.
    case empty
    /// More than ``BearerToken/maxBytes``.
    case tooLong
    /// A byte that no Authorization field can carry: a space, a second line, anything but ASCII.
    case notAToken
}
