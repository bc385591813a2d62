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
    public static let distantFuture = MonotonicInstant(nanoseconds: .max)

    /// Whether `left` is the earlier one.
    public static func < (left: Self, right: Self) -> Bool { left.nanoseconds < right.nanoseconds }

    /// The instant `duration` later; never wraps.
    public func advanced(by duration: Duration) -> MonotonicInstant {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(duration.wholeNanoseconds)
        return overflow ? .distantFuture : MonotonicInstant(nanoseconds: sum)
    }

    /// How long until `other`; zero if it has passed.
    public func duration(until other: MonotonicInstant) -> Duration {
        guard other > self else { return .zero }
        let difference = other.nanoseconds - nanoseconds
        return .nanoseconds(Int64(clamping: difference))
    }
}

extension Duration {
    /// The duration in nanoseconds, clamped to what 64 bits hold; a negative one is zero.
    public var wholeNanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        let (whole, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        if overflow { return .max }
        let (sum, carried) = whole.addingReportingOverflow(UInt64(attoseconds / 1_000_000_000))
        return carried ? .max : sum
    }
}
