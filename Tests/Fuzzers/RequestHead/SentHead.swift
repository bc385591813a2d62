import HTTP1

// A head that is taken is put together again from what the parser says of it. It must come out as the bytes
// that were sent: with that no byte is in two fields, or in none.

func checkThatItSaysWhatWasSent(_ head: RequestHead, _ bytes: RawSpan, _ limits: HeadLimits) {
    require(head.byteCount <= min(bytes.byteCount, limits.headBytes), "a head longer than what there is")
    require(head.target.count <= limits.targetBytes, "a target over the limit")
    require(head.fieldCount <= limits.fields, "more fields than the limit")
    require(head.path.isEmpty || head.target.contains(head.path), "a path outside the target")
    require(head.query.isEmpty || head.target.contains(head.query), "a query outside the target")

    var reader = SentHead(bytes: bytes)
    while reader.skips("\r\n") {}
    reader.take(head.method.name)
    reader.take(" ")
    reader.take(head.target) { (0x21...0x7E).contains($0) }
    reader.take(" HTTP/1.")
    reader.take(ByteRange(offset: reader.offset, count: 1)) { byte in
        head.version == .http10 ? byte == 0x30 : (0x31...0x39).contains(byte)
    }
    reader.take("\r\n")
    for index in 0..<head.fieldCount {
        let field = head.field(at: index)
        require(!field.name.isEmpty, "a field without a name")
        reader.take(field.name) { $0 > 0x20 && $0 < 0x7F && $0 != 0x3A }
        reader.take(":")
        while reader.skips(" ") || reader.skips("\t") {}
        reader.take(field.value) { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
        require(field.value.isEmpty || !reader.stoodAtBlank, "a value that ends with a blank")
        while reader.skips(" ") || reader.skips("\t") {}
        reader.take("\r\n")
    }
    reader.take("\r\n")
    require(reader.offset == head.byteCount, "the head ends at \(reader.offset), not \(head.byteCount)")

    require(head.host == head.firstValue(named: "host", in: bytes), "another Host")
    require(head.contentType == head.firstValue(named: "content-type", in: bytes), "another type")
    require(head.origin == head.firstValue(named: "origin", in: bytes), "another Origin")
    require(head.authorization == head.firstValue(named: "authorization", in: bytes), "another Authorization")
}

/// Reads a head from its first byte on.
private struct SentHead: ~Escapable {
    let bytes: RawSpan
    var offset = 0

    @_lifetime(copy bytes)
    init(bytes: RawSpan) {
        self.bytes = bytes
    }

    /// Goes past the text if it stands here.
    mutating func skips(_ text: StaticString) -> Bool {
        let end = offset + text.utf8CodeUnitCount
        guard end <= bytes.byteCount, bytes.extracting(offset..<end).equals(text) else { return false }
        offset = end
        return true
    }

    mutating func take(_ text: StaticString) {
        require(skips(text), "no \(text.debugDescription) at \(offset)")
    }

    /// Whether the last byte passed was a blank inside a field.
    var stoodAtBlank: Bool {
        let last = bytes.extracting(offset - 1..<offset)
        return last.equals(" ") || last.equals("\t")
    }

    /// Takes a range that the parser named: it begins here and holds such bytes only.
    mutating func take(_ range: ByteRange, _ allows: (UInt8) -> Bool) {
        require(range.offset == offset, "a range at \(range.offset), not \(offset)")
        unsafe bytes.extracting(range).withUnsafeBytes { part in
            require(unsafe part.allSatisfy(allows), "a byte that has no place at \(offset)...")
        }
        offset = range.upperBound
    }
}

extension ByteRange {
    fileprivate func contains(_ part: ByteRange) -> Bool {
        offset <= part.offset && part.upperBound <= upperBound
    }
}
