internal import Histogram

/// The times requests took, to three digits, in an HdrHistogram.
public struct Latencies: Sendable {
    // An hour in nanoseconds: what takes longer is counted as that.
    private static let highest: UInt64 = 3_600_000_000_000

    // From one nanosecond on: 135 KB. From a microsecond on it would be 98 KB, in steps of half of one: as
    // much as small requests on one machine differ by.
    private var histogram = Histogram<UInt32>(
        lowestDiscernibleValue: 1, highestTrackableValue: highest, numberOfSignificantValueDigits: .three)

    /// No request yet.
    public init() {}

    /// How many requests.
    public var count: Int { Int(histogram.totalCount) }

    /// Adds one request's time.
    public mutating func record(nanoseconds: UInt64) {
        histogram.record(min(nanoseconds, Self.highest))
    }

    /// Adds another worker's or round's.
    public mutating func add(_ other: Latencies) {
        histogram.add(other.histogram)
    }

    /// The time, in seconds, within which this share of the requests (0 to 100) was answered; nil if none was.
    public func percentile(_ percent: Double) -> Double? {
        count == 0 ? nil : Double(histogram.valueAtPercentile(percent)) / 1e9
    }

    /// The longest time in seconds, to the histogram's digits.
    public var longest: Double? {
        count == 0 ? nil : Double(histogram.max) / 1e9
    }
}
