internal import HTTPTypes
internal import Sluice

/// What ``TensorRows`` computes, as one writes it who is handed a whole body.
///
/// - Throws: a 422 for what is no whole number of float32 values, or none.
func deviationOfRowMeans(_ body: RawSpan) throws -> Float {
    let values = body.byteCount / 4
    guard values > 0, values * 4 == body.byteCount else {
        throw HandlerError(.unprocessableContent, "send float32 values")
    }
    let columns = values % TensorRows.columns == 0 ? TensorRows.columns : values
    // Welford's way.
    var (rows, mean, squares) = (0.0, 0.0, 0.0)
    for start in stride(from: 0, to: values, by: columns) {
        let rowMean = sum(body.extracting(4 * start..<4 * (start + columns))) / Double(columns)
        let delta = rowMean - mean
        rows += 1
        mean += delta / rows
        squares += delta * (rowMean - mean)
    }
    return Float((squares / rows).squareRoot())
}

/// Sixteen sums that do not wait for one another.
private func sum(_ row: RawSpan) -> Double {
    var lanes = SIMD16<Double>.zero
    var offset = 0
    while offset + 64 <= row.byteCount {
        let values = unsafe row.unsafeLoadUnaligned(fromByteOffset: offset, as: SIMD16<Float>.self)
        lanes += SIMD16<Double>(values)
        offset += 64
    }
    var total = lanes.sum()
    while offset < row.byteCount {
        total += Double(unsafe row.unsafeLoadUnaligned(fromByteOffset: offset, as: Float.self))
        offset += 4
    }
    return total
}
