/// Whether the bytes are one host with an optional port, RFC 9110 section 7.2 and RFC 3986 section 3.2.2.
///
/// Stricter than the grammar in two points. An empty host is refused: an http URL with one is invalid
/// (RFC 9110 section 4.2.1). And so is a comma: a list is the trace of two Host fields merged on the way.
func isValidAuthority(_ bytes: RawSpan) -> Bool {
    var offset = 0
    if bytes.byteCount > 0, bytes.byte(at: 0) == ASCII.leftBracket {
        guard let end = endOfAddressLiteral(bytes) else { return false }
        offset = end
    } else {
        while offset < bytes.byteCount, ASCII.isRegisteredName(bytes.byte(at: offset)) { offset += 1 }
        if offset == 0 { return false }
    }
    if offset == bytes.byteCount { return true }
    guard bytes.byte(at: offset) == ASCII.colon else { return false }
    for digit in offset + 1..<bytes.byteCount where !ASCII.isDigit(bytes.byte(at: digit)) { return false }
    return true
}

/// Where `[` hexadecimal digits, colons and dots `]` ends, or nil if the bytes do not begin so.
private func endOfAddressLiteral(_ bytes: RawSpan) -> Int? {
    for offset in 1..<bytes.byteCount {
        let byte = bytes.byte(at: offset)
        if byte == ASCII.rightBracket { return offset > 1 ? offset + 1 : nil }
        guard ASCII.hexValue(byte) != nil || byte == ASCII.colon || byte == ASCII.dot else { return nil }
    }
    return nil
}
