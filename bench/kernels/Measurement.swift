/// Bytes a second over several rounds.
struct Measurement {
    private var rates: [Double] = []

    /// Runs `pass` until about `enough` bytes were read, and notes the rate of the whole.
    mutating func round(byteCount: Int, enough: Int, _ pass: () -> Void) {
        let passes = max(1, enough / byteCount)
        let time = ContinuousClock().measure { for _ in 0..<passes { pass() } }
        rates.append(Double(passes * byteCount) / (time / .seconds(1)))
    }

    /// The median in GB/s, and the distance from the slowest to the fastest round as a share of it.
    var summary: String {
        let sorted = rates.sorted()
        let median = sorted[sorted.count / 2]
        let spread = (sorted[sorted.count - 1] - sorted[0]) / median
        return "\(fixed(median / 1e9, width: 7)) ±\(fixed(50 * spread, width: 5))%"
    }
}

/// One digit behind the point, right-aligned: Foundation's formats are not worth linking it here.
func fixed(_ value: Double, width: Int) -> String {
    let tenths = Int((value * 10).rounded())
    return padded("\(tenths / 10).\(tenths % 10)", width: width, right: true)
}

func padded(_ text: String, width: Int, right: Bool = false) -> String {
    let space = String(repeating: " ", count: max(0, width - text.count))
    return right ? space + text : text + space
}
