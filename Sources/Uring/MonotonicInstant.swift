/// A point in time on the monotonic clock, in nanoseconds since an arbitrary origin.
///
/// The ring tells the time (``RingProtocol/now``), so that a simulated ring may tell another.
/// Arithmetic saturates: a limit of "for ever" is a legal limit.
public struct MonotonicInstant: Sendable, Hashable, Comparable {
    /// Nanoseconds since the clock's origin.
    public let nanoseconds: UInt64

    /// The instant so many nanoseconds after the clock's origin.
    public init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

    /// Later than anything the clock will show.
    public static var distantFuture: MonotonicInstant { MonotonicInstant(nanoseconds: .max) }

    /// Whether `left` is the earlier one.
    public static func < (left: Self, right: Self) -> Bool { left.nanoseconds < right.nanoseconds }

    /// The instant `duration` later; never wraps.
    public func advanced(by duration: Duration) -> MonotonicInstant {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(duration.wholeNanoseconds)
        return overflow ? .distantFuture : MonotonicInstant(nanoseconds: sum)
    }

    /// How long until `other`; zero if it has passed.
    public func duration(until other: MonotonicInstant) -> Duration {
        .nanoseconds(Int64(clamping: nanoseconds(until: other)))
    }

    func nanoseconds(until other: MonotonicInstant) -> UInt64 {
        other > self ? other.nanoseconds - nanoseconds : 0
    }
}

extension Duration {
    /// The duration in nanoseconds, clamped to what 64 bits hold; a negative one is zero.
    public var wholeNanoseconds: UInt64 {
        // Not by `components`, which divides 128 bits twice: several deadlines are set for each request.
        guard attoseconds >= 0 else { return 0 }
        let perNanosecond: UInt64 = 1_000_000_000
        let high = UInt64(truncatingIfNeeded: attoseconds >> 64)
        guard high < perNanosecond else { return .max }
        return perNanosecond.dividingFullWidth((high, UInt64(truncatingIfNeeded: attoseconds))).quotient
    }
}
