/// The kernels once more, as plainly as their rule can be written: one value after another, with recursion
/// for the pairwise tree. Tests hold the fast loops against these, and `ingest-bench` has its expected
/// answers from here. About 1 GB/s.
///
/// Each takes a whole body, at least one value, and answers what its kernel does: bit for bit numpy, with
/// NaN as 0x7FC00000.
public enum ScalarTwin {
    /// Twin of ``RowMeanStd``: `a.reshape(-1, columns).mean(axis=1).std(axis=0)`. Whole rows, or one value.
    public static func rowMeanStd(_ values: Span<Float>, columns: Int) -> Float {
        if values.count == 1 { return values[0].isFinite ? 0 : Float.nan.withCanonicalNaN }
        precondition(columns > 0 && values.count > 0 && values.count.isMultiple(of: columns))
        let means = (0..<values.count / columns).map { row in
            mean(values.extracting(row * columns..<(row + 1) * columns))
        }
        let meanOfMeans = mean(means.span)
        let squares = means.map { value in
            let deviation = value - meanOfMeans
            return deviation * deviation
        }
        return mean(squares.span).squareRoot().withCanonicalNaN
    }

    /// Twin of ``Sum``: `a.sum()`.
    public static func sum(_ values: Span<Float>) -> Float {
        (0.0 + pairwise(values)).withCanonicalNaN
    }

    /// Twin of ``Mean``: `a.mean()`.
    public static func mean(_ values: Span<Float>) -> Float {
        Float(Double(sum(values)) / Double(values.count)).withCanonicalNaN
    }

    /// Twin of ``Minimum``: `a.min()`, with -0.0 below +0.0.
    public static func minimum(_ values: Span<Float>) -> Float {
        extremum(values) { $0 < $1 || ($0 == $1 && $0.sign == .minus) }
    }

    /// Twin of ``Maximum``: `a.max()`, with +0.0 above -0.0.
    public static func maximum(_ values: Span<Float>) -> Float {
        extremum(values) { $0 > $1 || ($0 == $1 && $0.sign == .plus) }
    }

    private static func pairwise(_ values: Span<Float>) -> Float {
        if values.count < 8 {
            var sum: Float = -0.0
            for index in values.indices { sum += values[index] }
            return sum
        }
        if values.count > 128 {
            var half = values.count / 2
            half -= half % 8
            return pairwise(values.extracting(..<half)) + pairwise(values.extracting(half...))
        }
        var r = SIMD8<Float>(repeating: 0)
        for lane in 0..<8 { r[lane] = values[lane] }
        var index = 8
        while index + 8 <= values.count {
            for lane in 0..<8 { r[lane] += values[index + lane] }
            index += 8
        }
        var sum = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]))
        while index < values.count {
            sum += values[index]
            index += 1
        }
        return sum
    }

    private static func extremum(_ values: Span<Float>, isBetter: (Float, Float) -> Bool) -> Float {
        var best = values[0]
        for index in values.indices {
            if values[index].isNaN { return Float.nan.withCanonicalNaN }
            if isBetter(values[index], best) { best = values[index] }
        }
        return best
    }
}
