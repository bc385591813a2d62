/// A figure's values over the rounds of a measurement: their middle and how far apart they lie.
public struct Spread: Sendable, Equatable {
    /// One value a round, in order.
    public let values: [Double]

    /// Nil when there is no value.
    public init?(_ values: [Double]) {
        guard !values.isEmpty else { return nil }
        self.values = values
    }

    /// The middle value; of an even number of rounds the mean of the two in the middle.
    public var median: Double {
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    /// The least value.
    public var minimum: Double { values.min()! }
    /// The greatest value.
    public var maximum: Double { values.max()! }

    /// Round for round this figure divided by the other. Rounds are paired, for what disturbs the machine
    /// disturbs both; nil when there are not as many of each, or a divisor is zero.
    public func ratios(to other: Spread) -> Spread? {
        guard values.count == other.values.count, !other.values.contains(0) else { return nil }
        return Spread(zip(values, other.values).map { $0 / $1 })
    }
}
