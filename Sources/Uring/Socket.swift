/// A socket's descriptor number. A name, not an owner: who closes it is said where it is kept.
public struct Socket: Sendable, Hashable {
    /// The descriptor, as the system numbers it.
    public let descriptor: Int32
    /// A name for a descriptor.
    public init(descriptor: Int32) { self.descriptor = descriptor }
}

/// A set of equally large buffers from which the kernel picks one when data is there.
public struct BufferGroup: Sendable, Hashable {
    /// The number that operations name the group by.
    public let id: UInt16
    /// A group by its number.
    public init(id: UInt16) { self.id = id }
}
