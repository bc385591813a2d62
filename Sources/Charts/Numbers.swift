/// A number with four digits or all before the point.
public func decimal(_ value: Double) -> String {
    let magnitude = abs(value)
    let places =
        switch magnitude {
        case 1000...: 0
        case 100..<1000: 1
        case 10..<100: 2
        case 0.1..<10, 0: 3
        default: 6
        }
    guard magnitude < 1e15 else { return "\(value)" }
    let power = (0..<places).reduce(1) { result, _ in result * 10 }
    let scaled = Int((magnitude * Double(power)).rounded())
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard places > 0 else { return "\(sign)\(scaled)" }
    if scaled == 0 { return "0" }
    let fraction = "\(scaled % power)"
    return "\(sign)\(scaled / power)." + String(repeating: "0", count: places - fraction.count) + fraction
}

/// A time as wrk writes it: µs, ms or s.
public func duration(_ seconds: Double?) -> String {
    guard let seconds else { return "–" }
    if seconds < 1e-3 { return decimal(seconds * 1e6) + "us" }
    if seconds < 1 { return decimal(seconds * 1e3) + "ms" }
    return decimal(seconds) + "s"
}

/// A number of bytes in powers of 1000.
public func bytesText(_ bytes: Double) -> String {
    let unit = [("GB", 1e9), ("MB", 1e6), ("KB", 1e3)].first { bytes >= $0.1 } ?? ("B", 1)
    return decimal(bytes / unit.1) + unit.0
}

/// Bytes as two digits each.
public func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.prefix(16).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
}

extension String {
    /// With spaces after it.
    public func padded(to width: Int) -> String {
        self + String(repeating: " ", count: Swift.max(0, width - count))
    }

    /// With spaces before it.
    public func aligned(to width: Int) -> String {
        String(repeating: " ", count: Swift.max(0, width - count)) + self
    }
}
