/// What the Transfer-Encoding fields of one head add up to.
///
/// The list may be spread over several fields (RFC 9110 section 5.3), so it is known only at the head's end.
struct TransferCodings: Sendable {
    /// Whether there is a Transfer-Encoding field at all.
    private(set) var isPresent = false
    /// Whether a coding other than `chunked` was named.
    private(set) var namesUnknown = false
    private var namesChunked = false

    /// Adds a field's value.
    ///
    /// White space is where servers part: one trims a tab and sees `chunked`, the next sees an unknown name
    /// and uses Content-Length. Only what clients send is taken: one space after the colon or none, and the
    /// same after a comma.
    ///
    /// - Parameter value: everything between the colon and the line's end, blanks included.
    mutating func add(_ value: RawSpan) throws(Refusal) {
        isPresent = true
        var start = 0
        repeat {
            if start < value.byteCount, value.byte(at: start) == ASCII.space { start += 1 }
            var end = start
            while end < value.byteCount, value.byte(at: end) != ASCII.comma { end += 1 }
            try add(coding: value.extracting(start..<end))
            start = end + 1
        } while start <= value.byteCount
    }

    private mutating func add(coding: RawSpan) throws(Refusal) {
        guard coding.byteCount > 0 else { throw .badRequest("Transfer-Encoding has an empty member.") }
        if namesChunked { throw .badRequest("Transfer-Encoding must name chunked once, and last.") }
        var end = 0
        while end < coding.byteCount, ASCII.isToken(coding.byte(at: end)) { end += 1 }
        let isChunked = coding.extracting(0..<end).equalsIgnoringCase("chunked")
        if end < coding.byteCount {
            // Any coding but chunked may have parameters, and is unknown with or without them.
            guard coding.byte(at: end) == ASCII.semicolon, end > 0, !isChunked else {
                throw .badRequest("Transfer-Encoding is not a plain list of codings.")
            }
        }
        if isChunked { namesChunked = true } else { namesUnknown = true }
    }
}
