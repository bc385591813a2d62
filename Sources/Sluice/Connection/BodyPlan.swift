internal import HTTP1

/// Where a body goes, decided from the head alone.
struct BodyPlan {
    /// What is done with the bytes.
    enum Sink: Equatable {
        /// Read and forgotten; the answer is known already.
        case discard
        /// Through a window into a kernel.
        case reduce
        /// To its place in a slot, and into the kernel piece by piece while it is hot.
        case landAndReduce
        /// To its place in a slot; the kernel starts when the count is known, on the compute pool.
        case landThenReduce
        /// To its place in a slot, for a handler.
        case land
    }

    var sink: Sink
    var framing: BodyFraming
    /// Index of the route, of its kernel, and the columns asked for.
    var route = 0
    var kernel = 0
    var columns = 1
    /// Bytes of the arena this body needs before it is read: the landing place first, then scratch.
    var landingBytes = 0
    var scratchBytes = 0
    /// The largest body this plan may take.
    var bodyLimit: Int

    var arenaBytes: Int {
        // The landing place is padded so that the scratch after it is aligned. Saturates: a sum beyond
        // every arena is refused by the arena.
        let (sum, overflow) = paddedLandingBytes.addingReportingOverflow(scratchBytes)
        return overflow ? .max : sum
    }

    var paddedLandingBytes: Int {
        let (padded, overflow) = landingBytes.addingReportingOverflow(63)
        return overflow ? .max : padded & ~63
    }

    /// Whether its memory is for the largest body, and a handler, or a thread that reduces it, will have what it has come to.
    var mayShrink: Bool {
        framing == .chunked && (sink == .land || sink == .landThenReduce && scratchBytes == 0)
    }

    var lands: Bool { sink == .landAndReduce || sink == .landThenReduce || sink == .land }
}
