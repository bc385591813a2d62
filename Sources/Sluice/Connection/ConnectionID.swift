/// A connection's slot and which of the slot's connections it is. The slot is used again, the pair is not
/// (until the generation wraps after four billion connections on one slot).
struct ConnectionID: Sendable, Hashable {
    let slot: Int
    let generation: UInt32
}

/// What an operation was queued for; with the connection it makes the ring's token.
enum Operation: UInt8, Sendable {
    case accept = 1
    case cancelAccept
    case wake
    /// Into memory that the connection holds.
    case receive
    /// Into a buffer that the ring picks from a group: which one, so that the buffer of a completion that nobody
    /// expects can go back.
    case receiveFromHeads
    case receiveFromWindows
    case send
    case cancelReceive
    case cancelSend
    case close
    case watch
    case cancelWatch
    /// A handler's wait for a descriptor.
    case poll
    case cancelPoll
}

/// The ring's 64-bit token: operation (8 bits), slot (24), generation (32). Never a retained object, so that
/// a completion that comes late or twice cannot touch freed memory.
struct Token {
    static let slotLimit = 1 << 24

    let rawValue: UInt64

    init(rawValue: UInt64) { self.rawValue = rawValue }

    init(_ operation: Operation, _ connection: ConnectionID = ConnectionID(slot: 0, generation: 0)) {
        rawValue =
            UInt64(operation.rawValue) << 56 | UInt64(connection.slot) << 32
            | UInt64(connection.generation)
    }

    /// Of a handler's wait, which is no connection's: a number (56 bits) in place of slot and generation.
    init(_ operation: Operation, wait number: UInt64) {
        rawValue = UInt64(operation.rawValue) << 56 | number & Token.waitMask
    }

    private static let waitMask: UInt64 = 1 << 56 - 1

    var wait: UInt64 { rawValue & Token.waitMask }

    var operation: Operation? { Operation(rawValue: UInt8(rawValue >> 56)) }

    var connection: ConnectionID {
        ConnectionID(
            slot: Int(rawValue >> 32 & UInt64(Token.slotLimit - 1)),
            generation: UInt32(truncatingIfNeeded: rawValue))
    }
}
