/// A name that was found.
public struct Entity: Sendable {
    /// Its bytes as they stand in the text.
    public internal(set) var text: [UInt8] = []
    /// What it names.
    public let label: Label
    /// Its first byte's offset in the text.
    public let start: Int
    /// The offset after its last byte.
    public internal(set) var end: Int

    init(label: Label, start: Int, end: Int) {
        self.label = label
        self.start = start
        self.end = end
    }
}

/// How many tokens a text has, and the names in it.
public struct TaggedText: Sendable {
    /// Words, numbers and marks.
    public let tokens: Int
    /// In the order of the text.
    public let entities: [Entity]

    /// The answer of `/cpu`, the same bytes from every implementation: the keys in this order, no spaces between.
    public func json() -> [UInt8] {
        var json = Array("{\"tokens\":\(tokens),\"entities\":[".utf8)
        for (index, entity) in entities.enumerated() {
            json += Array((index > 0 ? ",{\"text\":\"" : "{\"text\":\"").utf8)
            for byte in entity.text { Self.appendEscaped(byte, to: &json) }
            json += Array(
                "\",\"label\":\"\(entity.label.name)\",\"start\":\(entity.start),\"end\":\(entity.end)}".utf8)
        }
        json += Array("]}".utf8)
        return json
    }

    private static func appendEscaped(_ byte: UInt8, to json: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): json += [UInt8(ascii: "\\"), byte]
        case 0x08: json += Array("\\b".utf8)
        case 0x09: json += Array("\\t".utf8)
        case 0x0A: json += Array("\\n".utf8)
        case 0x0C: json += Array("\\f".utf8)
        case 0x0D: json += Array("\\r".utf8)
        case ..<0x20:
            let digits = String(byte, radix: 16)
            json += Array((byte < 0x10 ? "\\u000" : "\\u00").utf8) + Array(digits.utf8)
        default: json.append(byte)
        }
    }
}
