internal import CLiburing

/// What the kernel says of one finished operation.
public struct Completion: Sendable, Equatable {
    /// The token given when the operation was queued.
    public let token: UInt64
    /// Bytes moved, an accepted descriptor, or a negated `errno`.
    public let result: Int32
    /// `IORING_CQE_F_*`.
    public let flags: UInt32

    /// Makes a completion: for rings that are not the kernel's.
    public init(token: UInt64, result: Int32, flags: UInt32 = 0) {
        self.token = token
        self.result = result
        self.flags = flags
    }

    /// The buffer that the kernel took from a ``BufferGroup``, also when the operation failed after taking it.
    public var bufferID: UInt16? {
        flags & UInt32(IORING_CQE_F_BUFFER) == 0 ? nil : UInt16(truncatingIfNeeded: flags >> 16)
    }

    /// False when a multishot operation has ended and must be armed again.
    public var hasMore: Bool { flags & UInt32(IORING_CQE_F_MORE) != 0 }

    /// The error number, positive, or nil for success.
    public var errorNumber: Int32? { result < 0 ? 0 &- result : nil }

    /// Flags for a completion that carries a buffer; for rings that are not the kernel's.
    public static func flags(buffer: UInt16?, more: Bool = false) -> UInt32 {
        var flags: UInt32 = more ? UInt32(IORING_CQE_F_MORE) : 0
        if let buffer { flags |= UInt32(IORING_CQE_F_BUFFER) | UInt32(buffer) << 16 }
        return flags
    }
}
