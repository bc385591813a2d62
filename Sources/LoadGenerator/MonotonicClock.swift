internal import Glibc

/// Nanoseconds of `CLOCK_MONOTONIC`: one call into the vDSO, no system call, no generic clock in the loop.
public func monotonicNanoseconds() -> UInt64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}

extension Duration {
    /// The duration in whole nanoseconds: none when it is negative, `Int64.max` when it is as long or longer,
    /// which can be added to any time of the clock.
    public var nanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds < Int64.max / 1_000_000_000 else { return UInt64(Int64.max) }
        return UInt64(max(0, seconds)) * 1_000_000_000 + UInt64(max(0, attoseconds / 1_000_000_000))
    }
}
