internal import CLiburing
internal import Glibc

/// What this machine's io_uring can do, found by trying it.
public struct Probe: Sendable {
    /// Set-up flags that were refused; the server does without them.
    public let refusedFlags: [String]
    /// Operations that the server needs and this Linux lacks.
    public let missingOpcodes: [Opcode]
    /// A provided-buffer ring can be registered and a receive takes its buffer from it.
    public let buffersAreProvided: Bool
    /// The ring took its restrictions: it refuses every operation but ``Opcode``'s.
    public let isRestricted: Bool

    /// Whether the server would run.
    public var suffices: Bool { missingOpcodes.isEmpty && buffersAreProvided }

    /// Sets a ring up, asks for its opcodes, and receives eight bytes through a socket pair.
    public static func run() throws(RingError) -> Probe {
        let ring = try Ring(RingSetUp(submissionEntries: 8, completionEntries: 16))
        let missing = try ring.missingOpcodes()
        guard missing.isEmpty else {
            return Probe(
                refusedFlags: ring.refusedFlags, missingOpcodes: missing, buffersAreProvided: false,
                isRestricted: false)
        }
        let buffersAreProvided = try receivesThroughGroup(ring)
        return Probe(
            refusedFlags: ring.refusedFlags, missingOpcodes: [], buffersAreProvided: buffersAreProvided,
            isRestricted: ring.isRestricted)
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
            // An older Linux does not know the call; whatever else is wrong is no matter of its age.
            guard error.errorNumber == EINVAL else { throw error }
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
        // Not io_uring_get_probe_ring: it does not say what is wrong.
        let count = 256
        let size = MemoryLayout<io_uring_probe>.size + count * MemoryLayout<io_uring_probe_op>.size
        let memory = UnsafeMutableRawPointer.allocate(
            byteCount: size, alignment: MemoryLayout<io_uring_probe>.alignment)
        defer { unsafe memory.deallocate() }
        unsafe memory.initializeMemory(as: UInt8.self, repeating: 0, count: size)
        let probe = unsafe memory.assumingMemoryBound(to: io_uring_probe.self)
        let outcome = unsafe io_uring_register_probe(&state.pointee.ring, probe, UInt32(count))
        guard outcome >= 0 else { throw RingError(step: .probe, errorNumber: -outcome) }
        return Opcode.allCases.filter {
            unsafe io_uring_opcode_supported(probe, Int32($0.number)) == 0
        }
    }
}
