internal import Glibc

/// Values on a plain scale, laid along a line of the picture.
public struct LinearAxis {
    /// The least and the greatest value it shows.
    public let domain: ClosedRange<Double>
    /// Where these two lie.
    public let ends: (Double, Double)

    /// An axis for the values of a domain, laid between two places.
    public init(domain: ClosedRange<Double>, ends: (Double, Double)) {
        self.domain = domain
        self.ends = ends
    }

    /// An axis from zero to a round number above all values.
    public init(toInclude values: [Double], ends: (Double, Double)) {
        let greatest = values.filter(\.isFinite).max() ?? 0
        // A line along the very top would look cut off.
        let step = Self.step(over: max(greatest, 1) * 1.05, atMost: 4)
        self.init(domain: 0...(max(greatest, 1) * 1.05 / step).rounded(.up) * step, ends: ends)
    }

    /// Where a value lies; one beyond the domain at its end.
    public func position(_ value: Double) -> Double {
        let value = min(max(value, domain.lowerBound), domain.upperBound)
        let length = domain.upperBound - domain.lowerBound
        let share = length > 0 ? (value - domain.lowerBound) / length : 0
        return ends.0 + share * (ends.1 - ends.0)
    }

    /// Round values within the domain, 1, 2 or 5 times a power of ten apart: at most one more than `count`.
    public func ticks(atMost count: Int) -> [Double] {
        let step = Self.step(over: domain.upperBound - domain.lowerBound, atMost: count)
        let first = Int((domain.lowerBound / step).rounded(.up))
        let last = Int((domain.upperBound / step + 1e-9).rounded(.down))
        return first <= last ? (first...last).map { Double($0) * step } : []
    }

    /// The least of 1, 2, 5, 10 … that divides a length into no more than `count` parts.
    private static func step(over length: Double, atMost count: Int) -> Double {
        let least = max(length, 1e-9) / Double(max(1, count))
        let power = pow(10, floor(log10(least)))
        return [1, 2, 5, 10].map { $0 * power }.first { $0 >= least * (1 - 1e-9) } ?? 10 * power
    }
}
