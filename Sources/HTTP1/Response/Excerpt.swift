/// The beginning of something that a client sent, kept to be shown to it.
///
/// Harmless wherever it is read: in a JSON string, on a terminal, in a browser that takes text for HTML. Every
/// byte that could be more than a letter there is a question mark.
public struct Excerpt: Sendable {
    /// The most bytes that are kept.
    public static let byteCount = 32

    fileprivate var text = InlineArray<32, UInt8>(repeating: 0)
    fileprivate let count: UInt8
    fileprivate let isCut: Bool

    /// - Parameters:
    ///   - bytes: what came.
    ///   - continues: whether more of it came, or may come, that is not looked at.
    public init(_ bytes: RawSpan, continues: Bool = false) {
        let shown = min(bytes.byteCount, Self.byteCount)
        count = UInt8(shown)
        isCut = continues || shown < bytes.byteCount
        for offset in 0..<shown {
            let byte = bytes.byte(at: offset)
            text[offset] = ASCII.isHarmless(byte) ? byte : ASCII.question
        }
    }
}

extension Excerpt: Equatable {
    /// Whether both show the same.
    public static func == (one: Excerpt, other: Excerpt) -> Bool {
        one.count == other.count && one.isCut == other.isCut
            && one.text.indices.allSatisfy { one.text[$0] == other.text[$0] }
    }
}

extension ResponseWriter {
    /// Writes it between apostrophes; dots behind them say that more came.
    public mutating func write(_ excerpt: Excerpt) {
        write("'")
        write(excerpt.text.span.rawBytes.extracting(0..<Int(excerpt.count)))
        write(excerpt.isCut ? "'..." : "'")
    }
}
