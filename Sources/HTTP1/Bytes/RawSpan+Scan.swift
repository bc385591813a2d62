// Targets and field values are most of a head's bytes, so they are looked through eight at a time. In each
// word the lowest marked byte is exact; marks above it may be wrong (a borrow runs upwards), and are not used.

extension RawSpan {
    /// The first offset in `range` whose byte is a control character (below 0x20, or DEL), else its end.
    func firstControl(in range: Range<Int>) -> Int {
        var offset = range.lowerBound
        while range.upperBound - offset >= 8 {
            let word = word(at: offset)
            let marks = word.marksBelow(0x20) | word.marksEqual(to: ASCII.delete)
            if marks != 0 { return offset + marks.trailingZeroBitCount / 8 }
            offset += 8
        }
        while offset < range.upperBound {
            let byte = byte(at: offset)
            if byte < 0x20 || byte == ASCII.delete { break }
            offset += 1
        }
        return offset
    }

    /// The first offset in `range` whose byte cannot be part of a request target, else its end: what is not
    /// visible ASCII, and `#`, since a fragment is never sent (RFC 9112 section 3.2).
    func firstOutsideTarget(in range: Range<Int>) -> Int {
        var offset = range.lowerBound
        while range.upperBound - offset >= 8 {
            let word = word(at: offset)
            let marks =
                word.marksBelow(0x21) | word.marksEqual(to: ASCII.delete) | word.marksEqual(to: ASCII.hash)
                | (word & UInt64.highBits)
            if marks != 0 { return offset + marks.trailingZeroBitCount / 8 }
            offset += 8
        }
        while offset < range.upperBound {
            let byte = byte(at: offset)
            if byte < 0x21 || byte >= ASCII.delete || byte == ASCII.hash { break }
            offset += 1
        }
        return offset
    }
}

extension UInt64 {
    fileprivate static let lowBits: UInt64 = 0x0101_0101_0101_0101
    fileprivate static let highBits: UInt64 = 0x8080_8080_8080_8080

    /// Marks (its high bit) each byte below `limit`, which is at most 128.
    @inline(__always)
    fileprivate func marksBelow(_ limit: UInt8) -> UInt64 {
        (self &- UInt64.lowBits &* UInt64(limit)) & ~self & UInt64.highBits
    }

    /// Marks each byte that is `byte`.
    @inline(__always)
    fileprivate func marksEqual(to byte: UInt8) -> UInt64 {
        (self ^ (UInt64.lowBits &* UInt64(byte))).marksBelow(1)
    }
}
