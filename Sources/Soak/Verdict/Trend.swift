/// The straight line through points that leaves the least sum of squares.
struct Trend {
    /// How much the values grow in one unit of the places.
    let slope: Double

    /// Nil for fewer than two places.
    init?(_ points: [(place: Double, value: Double)]) {
        let count = Double(points.count)
        let meanPlace = points.reduce(0) { $0 + $1.place } / count
        let meanValue = points.reduce(0) { $0 + $1.value } / count
        let spread = points.reduce(0) { $0 + ($1.place - meanPlace) * ($1.place - meanPlace) }
        guard points.count > 1, spread > 0 else { return nil }
        slope = points.reduce(0) { $0 + ($1.place - meanPlace) * ($1.value - meanValue) } / spread
    }
}
