extension RawSpan {
    /// Whether these are exactly the literal's bytes.
    public func equals(_ literal: StaticString) -> Bool {
        let other = literal.bytes
        guard byteCount == other.byteCount else { return false }
        for offset in 0..<byteCount where byte(at: offset) != other.byte(at: offset) { return false }
        return true
    }

    /// Whether these are the literal's bytes, ASCII letters in either case. No other byte is folded: `_` is
    /// never `-`, and a byte of 0x80 or more equals only itself.
    ///
    /// - Parameter lowercase: a literal without capital letters.
    public func equalsIgnoringCase(_ lowercase: StaticString) -> Bool {
        byteCount == lowercase.utf8CodeUnitCount && hasPrefixIgnoringCase(lowercase)
    }

    /// Whether these bytes begin with the literal's, ASCII letters in either case.
    ///
    /// - Parameter lowercase: a literal without capital letters.
    public func hasPrefixIgnoringCase(_ lowercase: StaticString) -> Bool {
        let other = lowercase.bytes
        guard byteCount >= other.byteCount else { return false }
        for offset in 0..<other.byteCount
        where ASCII.lowercased(byte(at: offset)) != other.byte(at: offset) { return false }
        return true
    }

    /// Whether these are the first `count` bytes of `secret`, in a time that depends on how many these are alone:
    /// not on where they begin to differ, nor on how long the secret is.
    ///
    /// - Parameter secret: followed by zeros, to a length that every secret has.
    public func equalsInConstantTime(_ secret: [UInt8], count: Int) -> Bool {
        guard byteCount <= secret.count else { return false }
        var difference = byteCount ^ count
        for offset in 0..<byteCount { difference |= Int(byte(at: offset) ^ secret[offset]) }
        return difference == 0
    }

    /// The part of `range` left when blanks (SP, HTAB) are taken off both of its ends.
    func trimmingBlanks(_ range: Range<Int>) -> Range<Int> {
        var lower = range.lowerBound
        var upper = range.upperBound
        while lower < upper, ASCII.isBlank(byte(at: lower)) { lower += 1 }
        while lower < upper, ASCII.isBlank(byte(at: upper - 1)) { upper -= 1 }
        return lower..<upper
    }
}
