/// Steps through a comma-separated field value, RFC 9110 section 5.6.1.
struct ListMembers: ~Escapable {
    private let value: RawSpan
    private let separator: UInt8
    private let honoursQuotes: Bool
    private var offset = 0

    /// - Parameters:
    ///   - separator: a comma, or a semicolon for the parameters of one member.
    ///   - honoursQuotes: whether a separator inside a quoted string separates nothing. Only for values
    ///     whose grammar has quoted strings: elsewhere a stray quote would hide the members after it.
    @_lifetime(copy value)
    init(_ value: RawSpan, separator: UInt8 = ASCII.comma, honoursQuotes: Bool = false) {
        self.value = value
        self.separator = separator
        self.honoursQuotes = honoursQuotes
    }

    /// Where the next member lies, without the blanks around it; nil after the last. A member may be empty.
    @_lifetime(self: copy self)
    mutating func next() -> Range<Int>? {
        guard offset <= value.byteCount else { return nil }
        let start = offset
        var isQuoted = false
        while offset < value.byteCount {
            let byte = value.byte(at: offset)
            if byte == separator, !isQuoted { break }
            if byte == ASCII.quote, honoursQuotes { isQuoted.toggle() }
            if byte == ASCII.backslash, isQuoted, offset + 1 < value.byteCount { offset += 1 }
            offset += 1
        }
        let member = value.trimmingBlanks(start..<offset)
        offset += 1
        return member
    }
}
