internal import CLiburing
internal import Glibc

/// An io_uring operation that the server uses.
public enum Opcode: String, CaseIterable, Sendable {
    case accept = "ACCEPT"
    case receive = "RECV"
    case send = "SEND"
    case cancel = "ASYNC_CANCEL"
    case close = "CLOSE"
    case read = "READ"

    var number: UInt32 {
        switch self {
        case .accept: IORING_OP_ACCEPT.rawValue
        case .receive: IORING_OP_RECV.rawValue
        case .send: IORING_OP_SEND.rawValue
        case .cancel: IORING_OP_ASYNC_CANCEL.rawValue
        case .close: IORING_OP_CLOSE.rawValue
        case .read: IORING_OP_READ.rawValue
        }
    }
}

/// What this machine's io_uring can do, found by trying it.
public struct Probe: Sendable {
    /// Set-up flags that were refused; the server does without them.
    public let refusedFlags: [String]
    /// Operations that the server needs and this Linux lacks.
    public let missingOpcodes: [Opcode]
    /// A provided-buffer ring can be registered and a receive takes its buffer from it.
    public let buffersAreProvided: Bool

    /// Whether the server would run.
    public var suffices: Bool { missingOpcodes.isEmpty && buffersAreProvided }

    /// Sets a ring up, asks for its opcodes, and receives eight bytes through a socket pair.
    public static func run() throws(RingError) -> Probe {
        let ring = try Ring(RingSetUp(submissionEntries: 8, completionEntries: 16))
        let missing = try ring.missingOpcodes()
        guard missing.isEmpty else {
            return Probe(
                refusedFlags: ring.refusedFlags, missingOpcodes: missing, buffersAreProvided: false)
        }
        return Probe(
            refusedFlags: ring.refusedFlags, missingOpcodes: [],
            buffersAreProvided: try receivesThroughGroup(ring))
    }

    private static func receivesThroughGroup(_ ring: borrowing Ring) throws(RingError) -> Bool {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 16)
        defer { unsafe memory.deallocate() }
        var pair: [Int32] = [0, 0]
        guard unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pair) == 0 else {
            throw RingError(step: .probe, errorNumber: errno)
        }
        defer { for descriptor in pair { _ = close(descriptor) } }
        let group = BufferGroup(id: 0)
        do {
            try unsafe ring.register(group, base: memory, size: 64, count: 1)
        } catch {
            return false
        }
        try ring.enable()
        var message: UInt64 = 0x1122_3344_5566_7788
        guard unsafe write(pair[1], &message, 8) == 8,
            ring.receive(on: Socket(descriptor: pair[0]), from: group, limit: 8, token: 1)
        else { return false }
        try ring.submitAndWait(until: ring.now.advanced(by: .seconds(1)))
        guard let completion = ring.nextCompletion() else { return false }
        return unsafe completion.result == 8 && completion.bufferID == 0
            && memory.loadUnaligned(as: UInt64.self) == message
    }
}

extension Ring {
    /// Which of the operations we use this Linux lacks.
    public func missingOpcodes() throws(RingError) -> [Opcode] {
        guard let probe = unsafe io_uring_get_probe_ring(&state.pointee.ring) else {
            throw RingError(step: .probe, errorNumber: ENOMEM)
        }
        defer { unsafe io_uring_free_probe(probe) }
        return Opcode.allCases.filter {
            unsafe io_uring_opcode_supported(probe, Int32($0.number)) == 0
        }
    }
}
