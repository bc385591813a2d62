internal import Uring

/// How much of a body Linux may keep for a connection before we take it, and how much must be there before we are
/// woken for it. Chosen from the load: what Linux keeps counts in no process's memory, but it is memory.
///
/// A small receive buffer also keeps the bytes on their way in the processor's cache, where copying them is
/// cheap. But it is all that can be on its way in one round trip, so it is only small by choice where round trips are
/// short; and it makes a client wait for us sooner, so a client who is alone, with a core to itself, is left to Linux.
struct SocketTuning {
    /// What the receive buffers of one reactor may hold together, as Linux counts it.
    let memoryBytes: Int
    /// For a near client; nil: Linux's choice for all.
    let nearBufferBytes: Int?
    let windowBytes: Int
    /// Nil: a window.
    let lowWaterMark: Int?
    /// The longest round trip of a near client.
    static let nearRoundTrip: Duration = .microseconds(500)
    /// Enough for one segment of the largest size and the next one's beginning.
    static let smallestBuffer = 64 << 10
    /// A share from here on is no limit worth a system call.
    static let largestBuffer = 4 << 20

    init(_ limits: Limits, reactors: Int) {
        memoryBytes = limits.socketMemoryBytes / max(1, reactors)
        nearBufferBytes = limits.receiveBufferBytes
        windowBytes = limits.windowBytes
        lowWaterMark = limits.lowWaterMark
    }

    /// What to set `SO_RCVBUF` to while so many bodies are in flight; nil: leave it as it is.
    /// - Parameter isAlone: whether this body is the only one of the whole server.
    func receiveBuffer(bodies: Int, isNear: Bool, isAlone: Bool = false) -> Int? {
        // Linux counts twice of what is set, for its own bookkeeping.
        let share = memoryBytes / 2 / max(1, bodies)
        // In powers of two, so that a body more or less seldom changes anything.
        let step = max(
            Self.smallestBuffer, share < 2 ? 1 : 1 << (Int.bitWidth - 1 - share.leadingZeroBitCount))
        if isNear, !isAlone, let nearBufferBytes { return min(step, nearBufferBytes) }
        return step < Self.largestBuffer ? step : nil
    }

    /// How much to wait for, at most, with such a receive buffer: no more than fits it with its bookkeeping.
    func lowWaterMark(receiveBuffer: Int?) -> Int {
        min(lowWaterMark ?? windowBytes, receiveBuffer ?? .max)
    }
}

extension RingProtocol where Self: ~Copyable {
    /// Whether the client is so near that a small buffer holds all that can be on its way.
    func isNear(_ socket: Socket) -> Bool {
        guard let roundTrip = roundTripTime(of: socket) else { return false }
        return roundTrip <= SocketTuning.nearRoundTrip
    }
}
