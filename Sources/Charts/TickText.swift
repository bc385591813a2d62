/// A round number on an axis, as people write it: `0.05`, `20`, `10,000`.
public func tickText(_ value: Double) -> String {
    if value == 0 { return "0" }
    return abs(value) >= 1 && value == value.rounded() ? grouped(Int(value)) : trimmed(decimal(value))
}

/// `1000`, `10,000`: four digits need no comma.
public func grouped(_ value: Int) -> String {
    let digits = "\(value.magnitude)"
    let sign = value < 0 ? "-" : ""
    guard value.magnitude >= 10_000 else { return sign + digits }
    return sign
        + digits.enumerated().map { index, digit in
            let isBehindGroup = index > 0 && (digits.count - index) % 3 == 0
            return (isBehindGroup ? "," : "") + String(digit)
        }.joined()
}

/// Without the zeros that end a fraction.
private func trimmed(_ text: String) -> String {
    guard text.contains(".") else { return text }
    let digits = text.reversed().drop { $0 == "0" }
    return String((digits.first == "." ? digits.dropFirst() : digits).reversed())
}
