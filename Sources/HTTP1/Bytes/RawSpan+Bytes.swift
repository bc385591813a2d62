// The only file that loads from client memory. `RawSpan` calls its loads unsafe because of types with invalid
// bit patterns; integers have none, and every load below is checked against the span's bounds.

extension RawSpan {
    /// The byte at `offset`.
    @inline(__always)
    func byte(at offset: Int) -> UInt8 {
        unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }

    /// The eight bytes from `offset`, the first of them lowest.
    @inline(__always)
    func word(at offset: Int) -> UInt64 {
        UInt64(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// The part of these bytes that `range` names.
    @_lifetime(copy self)
    public func extracting(_ range: ByteRange) -> RawSpan {
        extracting(range.offset..<range.upperBound)
    }
}

extension Span where Element == UInt8 {
    /// The same bytes as a raw span. Every byte of a `UInt8` is initialised, which is all that could be unsafe.
    var rawBytes: RawSpan {
        @_lifetime(copy self)
        get { unsafe bytes }
    }
}

extension StaticString {
    /// The bytes of a literal. They live as long as the process.
    var bytes: RawSpan {
        @_lifetime(immortal)
        get {
            let span = unsafe RawSpan(_unsafeStart: utf8Start, byteCount: utf8CodeUnitCount)
            return unsafe _overrideLifetime(span, copying: ())
        }
    }
}
