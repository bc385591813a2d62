/// The credentials of an Authorization field of the scheme Bearer, RFC 6750 section 2.1.
public enum BearerCredentials {
    /// Where the token lies in the field's value; nil for another scheme, or none.
    ///
    /// What it is made of is not looked at: it is compared, and what is no token equals none.
    public static func token(in value: RawSpan) -> Range<Int>? {
        // A scheme is known in either case, and one or more spaces follow it (RFC 9110 section 11.4).
        guard value.hasPrefixIgnoringCase("bearer ") else { return nil }
        var offset = 7
        while offset < value.byteCount, value.byte(at: offset) == ASCII.space { offset += 1 }
        return offset..<value.byteCount
    }

    /// Whether a client can send `text` as a token: RFC 6750's `b64token`, letters, digits and `-._~+/`, then
    /// any number of `=`.
    public static func isToken(_ text: [UInt8]) -> Bool {
        var rest = text[...]
        while rest.last == equals { rest = rest.dropLast() }
        return !rest.isEmpty
            && rest.allSatisfy { byte in
                ASCII.isDigit(byte) || ASCII.lowercased(byte) &- 0x61 < 26 || marks.contains(byte)
            }
    }

    private static let equals = UInt8(ascii: "=")
    private static let marks = Array("-._~+/".utf8)
}
