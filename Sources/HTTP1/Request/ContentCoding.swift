/// Content codings, RFC 9110 section 8.4.
public enum ContentCoding {
    /// Whether a Content-Encoding value names no coding other than `identity`: the body is what it seems.
    ///
    /// - Parameter value: the value of a Content-Encoding field. An empty value names no coding.
    public static func isIdentity(_ value: RawSpan) -> Bool {
        var codings = ListMembers(value)
        while let coding = codings.next() {
            if !coding.isEmpty, !value.extracting(coding).equalsIgnoringCase("identity") { return false }
        }
        return true
    }
}
