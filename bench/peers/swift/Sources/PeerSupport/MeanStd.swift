/// The mean of each row of 2,500 float32, and the standard deviation of the means (Welford). A body that is no whole
/// number of rows is one row.
public func meanStd(_ body: UnsafeRawBufferPointer) -> Float {
    let values = body.count / 4
    guard values > 0 else { return .nan }
    let row = values.isMultiple(of: 2500) ? 2500 : values
    var rows = 0.0
    var mean = 0.0
    var squares = 0.0
    for start in stride(from: 0, to: values, by: row) {
        let value = sum(UnsafeRawBufferPointer(rebasing: body[start * 4..<(start + row) * 4])) / Double(row)
        rows += 1
        let delta = value - mean
        mean += delta / rows
        squares += delta * (value - mean)
    }
    return Float((squares / rows).squareRoot())
}

private func sum(_ bytes: UnsafeRawBufferPointer) -> Double {
    var lanes = (SIMD8<Double>(), SIMD8<Double>())
    var offset = 0
    while offset + 64 <= bytes.count {
        lanes.0 += SIMD8<Double>(bytes.loadUnaligned(fromByteOffset: offset, as: SIMD8<Float>.self))
        lanes.1 += SIMD8<Double>(bytes.loadUnaligned(fromByteOffset: offset + 32, as: SIMD8<Float>.self))
        offset += 64
    }
    var total = (lanes.0 + lanes.1).sum()
    while offset + 4 <= bytes.count {
        total += Double(bytes.loadUnaligned(fromByteOffset: offset, as: Float.self))
        offset += 4
    }
    return total
}
