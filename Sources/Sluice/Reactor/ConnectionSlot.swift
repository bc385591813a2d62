internal import Uring

/// What a reactor keeps for a connection beside its state: the descriptor and everything that is on loan.
@safe
struct ConnectionSlot: ~Copyable {
    /// What a receive in flight was queued for, and so where its bytes are.
    enum ReceiveTarget {
        case headGroup
        case restOfHead
        case window
        case inPlace
        case discard

        /// What its token says.
        var operation: Operation {
            switch self {
            case .headGroup: .receiveFromHeads
            case .window: .receiveFromWindows
            case .restOfHead, .inPlace, .discard: .receive
            }
        }
    }

    var connection: Connection
    var generation: UInt32 = 0
    var socket = Socket(descriptor: -1)
    /// False for a connection over the limit, which is only told so.
    var countsAsPlaced = true
    var receiveTarget = ReceiveTarget.headGroup
    /// Whether the head buffer is kept by a chunked body.
    var headBufferIsBodys = false
    // Of 32 bits, here, where there is room for them.
    private var bytesAllowed = Int32(SocketTuning.closedWindow)
    /// As it is set on the socket; 1 on a new one.
    var lowWaterMark = 1
    /// Of the bytes of a body that a wait is or was for, those that are not received yet. When it is over they are here; 0 and
    /// less: none for certain.
    var bytesAwaited = 0
    /// As it was set on the socket; nil: Linux chooses.
    var receiveBuffer: Int?
    /// Whether the client is allowed nothing new beyond ``SocketTuning/closedWindow``, towards the end of a body that the buffer is lent for.
    var isWindowClosed = false
    /// Whether the client is a short round trip away; nil until that matters.
    var isNear: Bool?
    // Linux counts it in as much, and every slot has one.
    private var receiveBytes: Int32 = 0
    /// What that counts against what all may have; 0 where nothing was granted yet.
    var receiveBytesGranted: Int {
        get { Int(receiveBytes) }
        set { receiveBytes = Int32(clamping: newValue) }
    }
    /// What the client may still send at most: what TCP has allowed is not taken back, whatever its buffer is by now.
    var allowance: Int {
        get { Int(bytesAllowed) }
        set { bytesAllowed = Int32(clamping: newValue) }
    }
    var pace = BodyPace()
    var returns = BodyReturns()
    /// Whether this connection counts among the bodies in flight.
    var holdsBody = false
    /// On loan from the head-buffer group.
    var headBuffer: UInt16?
    /// Since when, or since the head began that is in it.
    var headBufferSince = MonotonicInstant(nanoseconds: 0)
    /// Its place among those who wait for a head buffer, kept until it has one.
    var headBufferTicket: UInt64?
    /// On loan from the arena, if anything is: ``lend(_:)``.
    private var lease: MemoryLease?
    /// The leased memory. Beside the lease, because looking into an optional that cannot be copied
    /// moves the whole slot.
    private(set) var leased = unsafe UnsafeMutableRawBufferPointer(start: nil, count: 0)
    /// On loan from the reactor's runners of this route and kernel.
    var runner: KernelRunner?
    /// For the route's handler, made while the head was there.
    var handlerRequest: Request?
    /// A handler that will answer, or a stream's writer.
    var call: HandlerCall?
    /// A response that is written while it is sent.
    var stream: OutgoingStream?
    /// A response too long for the slot's own response memory.
    var longResponse: LongResponse?
    /// Bytes of the response, wherever it is, but for ``responseBody``.
    var responseCount = 0
    /// Sent after them from where it is.
    var responseBody: [UInt8] = []

    init(limits: SharedLimits) { connection = Connection(limits: limits) }

    /// Takes a lease, to be held until ``endLease()``.
    mutating func lend(_ lease: consuming MemoryLease) {
        unsafe leased = lease.bytes
        self.lease = consume lease
    }

    /// The memory is whoever's has the body.
    /// - Parameter keepsScratch: whether what lies behind the body is used too; else it goes back now.
    mutating func takeLandedBody(byteCount: Int, keepsScratch: Bool = false) -> LandedBody {
        if !keepsScratch { lease?.shrink(to: byteCount) }
        let memory = unsafe UnsafeRawBufferPointer(leasedBytes(from: 0, count: byteCount))
        unsafe leased = UnsafeMutableRawBufferPointer(start: nil, count: 0)
        return unsafe LandedBody(lease.take(), memory: memory)
    }

    /// The memory goes back. Nothing may be in flight into it.
    mutating func endLease() {
        unsafe leased = UnsafeMutableRawBufferPointer(start: nil, count: 0)
        lease = nil
    }

    /// A part of the leased memory; an empty one may be asked for without a lease.
    func leasedBytes(from offset: Int, count: Int) -> UnsafeMutableRawBufferPointer {
        guard count > 0 else { return unsafe UnsafeMutableRawBufferPointer(start: nil, count: 0) }
        return unsafe UnsafeMutableRawBufferPointer(rebasing: leased[offset..<(offset + count)])
    }

    /// What its tokens carry.
    func id(slot: Int) -> ConnectionID { ConnectionID(slot: slot, generation: generation) }
}

/// The bytes of a long response, kept until they are sent.
@safe
final class LongResponse {
    let bytes: UnsafeMutableRawBufferPointer

    init(byteCount: Int) {
        unsafe bytes = .allocate(byteCount: byteCount, alignment: 16)
    }

    deinit { unsafe bytes.deallocate() }
}
