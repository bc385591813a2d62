/// What routes ask of Content-Type and Accept values.
public enum MediaType {
    /// Whether a Content-Type value is of this type, whatever its parameters.
    ///
    /// - Parameters:
    ///   - value: the value of a Content-Type field.
    ///   - essence: type and subtype without capital letters: `application/json`.
    public static func essenceEquals(_ value: RawSpan, _ essence: StaticString) -> Bool {
        var parts = ListMembers(value, separator: ASCII.semicolon)
        guard let first = parts.next() else { return false }
        return value.extracting(first).equalsIgnoringCase(essence)
    }

    /// Whether a Content-Type value is of any multipart type: a form upload, not raw bytes.
    public static func isMultipart(_ value: RawSpan) -> Bool {
        value.hasPrefixIgnoringCase("multipart/")
    }

    /// Whether an Accept value asks for JSON by name: it lists `application/json`, and not with `q=0`.
    ///
    /// Weights are not compared. `*/*` and `application/*` ask for nothing in particular and get the route's
    /// own type; JSON that is named is given even beside `text/plain` or `application/octet-stream`.
    public static func acceptsJSON(_ value: RawSpan) -> Bool {
        var ranges = ListMembers(value, honoursQuotes: true)
        while let range = ranges.next() {
            let range = value.extracting(range)
            if essenceEquals(range, "application/json"), !hasZeroWeight(range) { return true }
        }
        return false
    }

    /// Whether a media range has a weight of `0`, `0.`, `0.0`, `0.00` or `0.000` (RFC 9110 section 12.4.2).
    private static func hasZeroWeight(_ range: RawSpan) -> Bool {
        var parameters = ListMembers(range, separator: ASCII.semicolon, honoursQuotes: true)
        while let parameter = parameters.next() {
            let parameter = range.extracting(parameter)
            guard parameter.hasPrefixIgnoringCase("q=0") else { continue }
            for offset in 3..<parameter.byteCount {
                let byte = parameter.byte(at: offset)
                if byte != ASCII.zero, byte != ASCII.dot { return false }
            }
            return true
        }
        return false
    }
}
