/// Reads a number made of decimal digits and nothing else: no sign, no blank, no underscore.
///
/// Leading zeros are allowed and mean nothing.
///
/// - Parameter digits: the text, all of it.
/// - Returns: the number, or nil when the text is empty, holds another byte, or exceeds `Int.max`.
public func parseDecimal(_ digits: RawSpan) -> Int? {
    guard digits.byteCount > 0 else { return nil }
    var value = 0
    for offset in 0..<digits.byteCount {
        let byte = digits.byte(at: offset)
        guard ASCII.isDigit(byte) else { return nil }
        let (tenfold, overflowed) = value.multipliedReportingOverflow(by: 10)
        let (sum, carried) = tenfold.addingReportingOverflow(Int(byte &- ASCII.zero))
        if overflowed || carried { return nil }
        value = sum
    }
    return value
}
