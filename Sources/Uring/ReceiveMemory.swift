/// What a socket's receive buffer holds and what it may hold, in bytes as ``RingProtocol/setReceiveBuffer(of:to:)`` takes them:
/// Linux counts twice of it, for its own bookkeeping.
public struct ReceiveMemory: Sendable, Equatable {
    /// What waits to be received, its bookkeeping in it.
    public var held: Int
    /// As it was set or, where it was not, as Linux has it by now.
    public var most: Int

    /// A socket that holds so much of what it may.
    public init(held: Int, most: Int) {
        self.held = held
        self.most = most
    }
}
