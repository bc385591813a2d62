/// A range of bytes inside the head buffer, kept in four bytes so that 64 fields fit beside each other.
///
/// Offsets and counts end at 65,535, which ``HeadLimits`` guarantees for heads; a larger number traps.
public struct ByteRange: Sendable, Equatable {
    private var compactOffset: UInt16
    private var compactCount: UInt16

    /// `count` bytes from `offset`.
    public init(offset: Int, count: Int) {
        compactOffset = UInt16(offset)
        compactCount = UInt16(count)
    }

    init(_ range: Range<Int>) {
        self.init(offset: range.lowerBound, count: range.count)
    }

    /// Where the range begins, in bytes from the buffer's first.
    public var offset: Int {
        get { Int(compactOffset) }
        set { compactOffset = UInt16(newValue) }
    }

    /// How many bytes it holds.
    public var count: Int {
        get { Int(compactCount) }
        set { compactCount = UInt16(newValue) }
    }

    /// Whether it holds no byte.
    public var isEmpty: Bool { compactCount == 0 }

    /// The offset just past its last byte.
    public var upperBound: Int { offset + count }

    static let empty = ByteRange(offset: 0, count: 0)
}
