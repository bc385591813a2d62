/// A socket's descriptor number. A name, not an owner: who closes it is said where it is kept.
public struct Socket: Sendable, Hashable {
    public let descriptor: Int32
    public init(descriptor: Int32) { self.descriptor = descriptor }
}

/// A set of equally large buffers from which the kernel picks one when data is there.
public struct BufferGroup: Sendable, Hashable {
    public let id: UInt16
    public init(id: UInt16) { self.id = id }
}
