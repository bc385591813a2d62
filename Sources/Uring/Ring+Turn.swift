internal import CLiburing
internal import Glibc

extension Ring {
    /// 36 years, in nanoseconds.
    private static let longestWait: UInt64 = 1 << 60

    /// See ``RingProtocol/submitAndWait(until:busyFor:)``.
    public func submitAndWait(
        until deadline: MonotonicInstant, busyFor busyTime: Duration
    ) throws(RingError) {
        // Left over from the turn before. Whoever has completions to take is not made to do anything else by liburing, and Linux
        // has operations to go on with.
        if hasCompletion { try doTaskWork() }
        // liburing makes no call then, so none is counted.
        if hasCompletion, unsafe io_uring_sq_ready(&state.pointee.ring) == 0 { return }
        if busyTime > .zero, try submitAndLook(until: min(deadline, now.advanced(by: busyTime))) { return }
        var completion: UnsafeMutablePointer<io_uring_cqe>?
        let outcome: Int32
        if deadline == .distantFuture {
            outcome = unsafe io_uring_submit_and_wait_timeout(
                &state.pointee.ring, &completion, 1, nil, nil)
        } else {
            // Linux adds the time it is now to this without a look at overflow, and would not wait at all.
            let left = min(now.nanoseconds(until: deadline), Self.longestWait)
            var timeout = __kernel_timespec(
                tv_sec: Int64(left / 1_000_000_000), tv_nsec: Int64(left % 1_000_000_000))
            outcome = unsafe io_uring_submit_and_wait_timeout(
                &state.pointee.ring, &completion, 1, &timeout, nil)
        }
        countEnter()
        try check(outcome)
    }

    /// Looks for a completion without sleeping. Linux says in the ring when it has work for this thread, which only a call
    /// of it does.
    /// - Returns: whether something has completed.
    private func submitAndLook(until end: MonotonicInstant) throws(RingError) -> Bool {
        guard saysWhenItHasWork else { return false }
        if unsafe io_uring_sq_ready(&state.pointee.ring) > 0 {
            let outcome = unsafe io_uring_submit(&state.pointee.ring)
            countEnter()
            try check(outcome)
        }
        repeat {
            // Looking is some nanoseconds, and the clock many times as much.
            for _ in 0..<Self.looksBetweenClocks {
                try doTaskWork()
                if hasCompletion { return true }
                sluice_spin_hint()
            }
        } while now < end
        return false
    }

    private static let looksBetweenClocks = 16

    /// Has Linux go on with operations that it would go on with in a wait.
    private func doTaskWork() throws(RingError) {
        guard saysWhenItHasWork, unsafe sluice_io_uring_has_task_work(&state.pointee.ring) != 0 else {
            return
        }
        let outcome = unsafe io_uring_get_events(&state.pointee.ring)
        countEnter()
        try check(outcome)
    }

    /// What `io_uring_enter` has answered.
    private func check(_ outcome: Int32) throws(RingError) {
        switch -outcome {
        // EBUSY, EAGAIN: the completion queue has overflowed or memory is short: take completions first.
        case ETIME, EINTR, EAGAIN, EBUSY: return
        case let number where number > 0: throw RingError(step: .enter, errorNumber: number)
        default: return
        }
    }

    /// See ``RingProtocol/nextCompletion()``.
    public func nextCompletion() -> Completion? {
        var entry: UnsafeMutablePointer<io_uring_cqe>?
        if !hasCompletion {
            // Else liburing would have Linux do what it has for us, in the midst of a turn.
            guard unsafe io_uring_cq_has_overflow(&state.pointee.ring) else { return nil }
            // Looking makes Linux hand over what did not fit.
            countEnter()
            unsafe state.pointee.counters.overflows &+= 1
        }
        guard unsafe io_uring_peek_cqe(&state.pointee.ring, &entry) == 0, let entry = unsafe entry else {
            return nil
        }
        let completion = unsafe Completion(
            token: entry.pointee.user_data, result: entry.pointee.res, flags: entry.pointee.flags)
        unsafe io_uring_cqe_seen(&state.pointee.ring, entry)
        unsafe state.pointee.counters.completions &+= 1
        return completion
    }

    /// See ``RingProtocol/hasCompletion``.
    public var hasCompletion: Bool { unsafe io_uring_cq_ready(&state.pointee.ring) > 0 }

    func countEnter() {
        unsafe state.pointee.counters.enters &+= 1
        unsafe state.pointee.counters.systemCalls &+= 1
    }

    func countSystemCall() {
        unsafe state.pointee.counters.systemCalls &+= 1
    }
}
