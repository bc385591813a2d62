internal import CLiburing
internal import Glibc

/// What a ring may still be asked once it runs.
///
/// Whoever gets to write to our submission queue, or hold of our ring's descriptor, finds no operation that opens
/// a file, connects, or moves a descriptor: Linux answers `EACCES`.
struct RingRestrictions {
    /// `IORING_OP_*`.
    var operations = Opcode.allCases.map(\.number)
    /// `IOSQE_*` bits. None but the choice of a buffer: no links, no fixed files, nothing forced to a worker thread.
    var entryFlags = UInt8(1 << IOSQE_BUFFER_SELECT_BIT)
    /// `IORING_REGISTER_*`. Buffer rings are registered and the ring is enabled before the restrictions hold, and
    /// so is the ring's own descriptor; letting go of that one is all that is left to do.
    var registrations = [IORING_UNREGISTER_RING_FDS]

    /// Binds a ring that is still disabled; from its enabling on, for as long as it lives.
    /// - Returns: whether this Linux knows restrictions (5.10). One that does not has changed nothing.
    @unsafe
    func apply(to ring: UnsafeMutablePointer<io_uring>) throws(RingError) -> Bool {
        // liburing.so 2.3 does not export io_uring_register_restrictions.
        let entries = entries
        let outcome = unsafe sluice_io_uring_register(
            UInt32(ring.pointee.ring_fd), UInt32(IORING_REGISTER_RESTRICTIONS), entries,
            UInt32(entries.count))
        if outcome >= 0 { return true }
        guard errno == EINVAL else { throw RingError(step: .restrict, errorNumber: errno) }
        return false
    }

    private var entries: [io_uring_restriction] {
        var entries: [io_uring_restriction] = []
        func allow(_ kind: Int, _ set: (inout io_uring_restriction) -> Void) {
            var entry = io_uring_restriction()
            entry.opcode = UInt16(kind)
            set(&entry)
            entries.append(entry)
        }
        for operation in operations {
            allow(IORING_RESTRICTION_SQE_OP) { $0.sqe_op = UInt8(operation) }
        }
        allow(IORING_RESTRICTION_SQE_FLAGS_ALLOWED) { $0.sqe_flags = entryFlags }
        for registration in registrations {
            allow(IORING_RESTRICTION_REGISTER_OP) { $0.register_op = UInt8(registration) }
        }
        return entries
    }
}
