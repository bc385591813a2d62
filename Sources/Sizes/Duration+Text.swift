extension Duration {
    /// Reads a time as people write it: `10s`, `500ms`, `2m`; a number alone is seconds. Nil for anything
    /// else, for none at all, and for more than can be meant.
    public init?(written text: String) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let units: [String: Int] = ["": 1000, "s": 1000, "ms": 1, "m": 60_000]
        guard let number = Int(digits), let unit = units[String(text.dropFirst(digits.count))],
            1...1_000_000_000 ~= number
        else { return nil }
        self = .milliseconds(number * unit)
    }
}
