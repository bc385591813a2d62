internal import Glibc

/// Values on a logarithmic scale, laid along a line of the picture.
public struct LogAxis {
    /// The least and the greatest value it shows.
    public let domain: ClosedRange<Double>
    /// Where these two lie.
    public let ends: (Double, Double)

    /// An axis for the values of a domain, laid between two places.
    public init(domain: ClosedRange<Double>, ends: (Double, Double)) {
        self.domain = domain
        self.ends = ends
    }

    /// Where a value lies; one beyond the domain at its end.
    public func position(_ value: Double) -> Double {
        let value = min(max(value, domain.lowerBound), domain.upperBound)
        let share = log(value / domain.lowerBound) / log(domain.upperBound / domain.lowerBound)
        return ends.0 + share * (ends.1 - ends.0)
    }

    /// A domain with a little room around the values; nil when there is none above zero.
    public static func domain(of values: [Double], including others: [Double] = []) -> ClosedRange<Double>? {
        let all = (values + others).filter { $0 > 0 && $0.isFinite }
        guard let least = all.min(), let greatest = all.max(), !values.isEmpty else { return nil }
        // A twentieth of the length, and at least half of a doubling: one value alone has a length of none.
        let room = max(pow(greatest / least, 0.05), 1.2)
        return (least / room)...(greatest * room)
    }

    /// Round values within the domain, at most `count` of them: 1, 2, 5, 10 …, or 1, 10, 100 …, or each
    /// second or third power of ten.
    public func ticks(atMost count: Int) -> [Double] {
        let powers = Int(floor(log10(domain.lowerBound)))...Int(ceil(log10(domain.upperBound)))
        let fine = powers.flatMap { power in [1.0, 2, 5].map { $0 * pow(10, Double(power)) } }
        let shown = fine.filter(domain.contains)
        if shown.count <= count { return shown }
        for step in 1... {
            let shown = powers.filter { $0 % step == 0 }.map { pow(10, Double($0)) }.filter(domain.contains)
            if shown.count <= count { return shown }
        }
        return []
    }

    /// The powers of two within the domain: for ratios.
    public var doublings: [Double] {
        let powers = Int(floor(log2(domain.lowerBound)))...Int(ceil(log2(domain.upperBound)))
        return powers.map { pow(2, Double($0)) }.filter(domain.contains)
    }
}
