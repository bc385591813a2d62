/// How large a request head may be.
public struct HeadLimits: Sendable, Equatable {
    /// The longest request target, in bytes. A longer one is refused with 414.
    public let targetBytes: Int
    /// The longest head, in bytes, from the first byte of the buffer to the empty line that ends it: the
    /// size of the head buffer. A longer one is refused with 431.
    public let headBytes: Int
    /// The most fields. One more is refused with 431.
    public let fields: Int

    /// The most fields a ``RequestHead`` has room for.
    public static let fieldCapacity = 64

    /// Makes limits; the defaults are what Sluice has.
    ///
    /// Traps on values the operator cannot have meant: more than 65,535 bytes (offsets are kept in 16 bits)
    /// or more fields than ``fieldCapacity``.
    public init(targetBytes: Int = 8192, headBytes: Int = 16384, fields: Int = fieldCapacity) {
        precondition((1...Int(UInt16.max)).contains(headBytes), "A head has 1 to 65,535 bytes.")
        precondition(
            (1...headBytes).contains(targetBytes), "A target has at least 1 byte and fits into the head.")
        precondition((1...Self.fieldCapacity).contains(fields), "A head has 1 to 64 fields.")
        self.targetBytes = targetBytes
        self.headBytes = headBytes
        self.fields = fields
    }
}
