internal import CLiburing
internal import Glibc

/// How a ring is made, and what the running Linux let us have.
public struct RingSetUp: Sendable {
    /// Entries of the submission queue; rounded up to a power of two, clamped by the system.
    public var submissionEntries: UInt32
    /// Entries of the completion queue. When it overflows the system keeps completions for us, at a price.
    public var completionEntries: UInt32
    /// What to ask for at first. The tests add a flag that no Linux knows.
    var flags: [OptionalFlag] = Self.optionalFlags
    /// What the ring is held to once it runs. The tests add what no Linux knows.
    var restrictions = RingRestrictions()

    /// Makes a set-up; the completion queue is never smaller than the submission queue.
    public init(submissionEntries: UInt32 = 1024, completionEntries: UInt32 = 8192) {
        self.submissionEntries = submissionEntries
        self.completionEntries = max(completionEntries, submissionEntries)
    }

    /// A set-up flag that can be done without, and the release of Linux that brought it.
    struct OptionalFlag {
        let bit: UInt32
        let name: String
    }

    /// In the order in which they are given up when the system answers `EINVAL`: newest first.
    /// DEFER_TASKRUN is only legal with SINGLE_ISSUER, so it goes before it, and TASKRUN_FLAG only with that.
    static let optionalFlags: [OptionalFlag] = [
        OptionalFlag(bit: UInt32(IORING_SETUP_TASKRUN_FLAG), name: "TASKRUN_FLAG"),  // 5.19
        OptionalFlag(bit: UInt32(IORING_SETUP_DEFER_TASKRUN), name: "DEFER_TASKRUN"),  // 6.1
        OptionalFlag(bit: UInt32(IORING_SETUP_SINGLE_ISSUER), name: "SINGLE_ISSUER"),  // 6.0
        OptionalFlag(bit: UInt32(IORING_SETUP_SUBMIT_ALL), name: "SUBMIT_ALL"),  // 5.18
        OptionalFlag(bit: UInt32(IORING_SETUP_CLAMP), name: "CLAMP"),  // 5.6
        OptionalFlag(bit: UInt32(IORING_SETUP_CQSIZE), name: "CQSIZE"),  // 5.5
    ]

    /// Sets a ring up in `ring`, giving up optional flags one by one.
    /// - Returns: the names of the flags that the system refused.
    @unsafe
    func initialise(_ ring: UnsafeMutablePointer<io_uring>) throws(RingError) -> [String] {
        var wanted = flags[...]
        while true {
            var parameters = io_uring_params()
            parameters.flags = UInt32(IORING_SETUP_R_DISABLED)
            for flag in wanted { parameters.flags |= flag.bit }
            parameters.cq_entries = completionEntries
            let outcome = unsafe io_uring_queue_init_params(submissionEntries, ring, &parameters)
            if outcome == 0 {
                return flags.dropLast(wanted.count).map(\.name)
            }
            guard outcome == -EINVAL, !wanted.isEmpty else {
                throw RingError(step: .setUp, errorNumber: -outcome)
            }
            wanted = wanted.dropFirst()
        }
    }
}
