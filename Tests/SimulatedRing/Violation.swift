/// Something that a server must never do to a ring, or a simulation that can never end.
package struct Violation: Sendable, Equatable, CustomStringConvertible {
    package enum Kind: String, Sendable, CaseIterable {
        /// Two receives (or discards) in flight on one socket: the bytes' order is lost.
        case secondReceive
        /// Two sends in flight on one socket.
        case secondSend
        /// Two watches in flight on one socket: one of them would be waited for twice.
        case secondWatch
        /// Memory being sent was written to before the completion.
        case sendMemoryAltered
        /// Memory being received into was written to before the completion.
        case receiveMemoryAltered
        /// A free buffer of a group, the kernel's, was written to.
        case freeBufferAltered
        /// A buffer was given back that the kernel already had.
        case bufferProvidedTwice
        /// A buffer was given back before the completion that carries it was taken.
        case bufferProvidedTooEarly
        /// A buffer or a group that was never registered.
        case unknownBuffer
        /// Two receives in flight into the same memory, or one into memory that belongs to a free buffer.
        case memoryOverlap
        /// An operation on a descriptor that is closed or about to be.
        case closedDescriptor
        /// A close while an operation is in flight on the descriptor.
        case closeInFlight
        /// A descriptor closed twice.
        case closedTwice
        /// A low-water mark above what the client will still send: the receive would wait for ever.
        case lowWaterMarkTooHigh
        /// A token that is in flight was given to another operation.
        case tokenReused
        /// A ring used before it was enabled.
        case usedBeforeEnable
        /// An operation of no bytes: it makes no progress, or looks like the end.
        case emptyOperation
        /// A ring let go while the kernel had memory of its operations.
        case ringGoneInFlight
        /// Nothing is due and no ring has a deadline: this would hang for ever.
        case stall
    }

    package let kind: Kind
    /// Virtual time, in nanoseconds since the simulation began.
    package let nanoseconds: UInt64
    package let detail: String

    package var description: String {
        "\(kind.rawValue) at \(Double(nanoseconds) / 1e6) ms: \(detail)"
    }
}
