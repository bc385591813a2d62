internal import Uring

/// A descriptor that a handler wanted to wait for cannot be waited for.
public struct DescriptorError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The descriptor.
    public let descriptor: Int32
    /// What Linux says, positive: `EBADF` for one that is not open.
    public let errorNumber: Int32

    /// The descriptor, and the system's own words.
    public var description: String {
        "descriptor \(descriptor) cannot be waited for: \(RingError.message(for: errorNumber))"
    }
}
