internal import CPlatform

/// The standard deviation of row means: numpy's `a.reshape(-1, columns).mean(axis=1).std(axis=0)` on float32.
///
/// The number of values need not be known before: a row's tree follows from `columns`, and the row means
/// are kept in the scratch, four bytes each, until `finish`.
///
/// A body of one value is a row of its own, whatever `columns` is: +0.0, or NaN where it is not finite.
@safe  // Its one pointer is the scratch that `begin` borrowed.
public struct RowMeanStd: ReductionKernel, @unchecked Sendable {
    /// `row-mean-std`
    public static let name = "row-mean-std"

    /// Values in a row.
    public let columns: Int

    private let path: VectorPath
    /// How many rows at a time C takes.
    private let rowsPerStep: Int
    /// The row that the bytes so far have begun and not ended; in `finish`, the column of row means.
    private var row: PairwiseSum
    private var split = SplitFloat()
    private var expectedCount: Int?
    private var count = 0
    private var firstValue: Float = 0
    private var rows = 0
    private var scratch = unsafe UnsafeMutableRawBufferPointer(start: nil, count: 0)

    /// A kernel for rows of `columns` values, at least 1.
    public init(columns: Int) {
        self.init(columns: columns, path: .selected)
    }

    /// The same on a path of one's choice, which this CPU must support: for tests and measurements.
    public init(columns: Int, path: VectorPath) {
        precondition(columns > 0, "a row has at least one value")
        precondition(path.isSupported)
        self.columns = columns
        self.path = path
        rowsPerStep = Int(sluice_rows_per_step(UInt64(columns)))
        row = PairwiseSum(count: columns, path: path)
    }

    /// False: a row's order of additions follows from `columns`.
    public var needsCount: Bool { false }

    /// Four bytes a row.
    public func scratchBytes(count: Int) -> Int {
        let (bytes, overflow) = (count / columns).multipliedReportingOverflow(by: 4)
        return overflow ? .max : bytes
    }

    /// Whole rows, or one value.
    public func accepts(count: Int) -> Bool {
        count == 1 || (count > 0 && count.isMultiple(of: columns))
    }

    /// Begins a reduction: see ``ReductionKernel/begin(count:scratch:)``.
    public mutating func begin(count: Int?, scratch: UnsafeMutableRawBufferPointer) {
        if let count {
            precondition(accepts(count: count), "a body of this many values is not whole rows")
            precondition(scratch.count >= scratchBytes(count: count), "too little scratch")
        }
        row.begin(count: columns)
        split = SplitFloat()
        expectedCount = count
        self.count = 0
        rows = 0
        unsafe self.scratch = scratch
    }

    /// Takes the next bytes of the body, cut anywhere.
    public mutating func consume(_ bytes: RawSpan) {
        unsafe bytes.withUnsafeBytes {
            unsafe split.values($0).forEachRun { unsafe consume($0, count: $1) }
        }
    }

    private mutating func consume(_ values: UnsafeRawPointer, count: Int) {
        guard count > 0 else { return }
        if self.count == 0 { firstValue = unsafe values.loadUnaligned(as: Float.self) }
        self.count += count
        precondition(self.count <= expectedCount ?? .max, "more values than announced")
        var taken = 0
        while taken < count {
            let next = unsafe values + 4 * taken
            if row.isAtStart {
                let whole = (count - taken) / columns / rowsPerStep * rowsPerStep
                if whole > 0 {
                    let means = unsafe reserveMeans(whole)
                    unsafe sluice_mean_rows(path.code, next, UInt64(columns), whole, means)
                    taken += whole * columns
                    continue
                }
            }
            taken += unsafe row.consume(next, count: count - taken)
            if row.isComplete {
                unsafe reserveMeans(1).storeBytes(
                    of: mean(sum: row.takeSum(), count: columns), as: Float.self)
            }
        }
    }

    /// Where the next means go.
    private mutating func reserveMeans(_ added: Int) -> UnsafeMutableRawPointer {
        let place = 4 * rows
        rows += added
        precondition(unsafe 4 * rows <= scratch.count, "more rows than the scratch was granted for")
        return unsafe scratch.baseAddress! + place
    }

    /// The answer, when all bytes were consumed. Writes over the row means in the scratch.
    public mutating func finish() -> Float {
        precondition(split.isEmpty && accepts(count: count), "the body is not whole rows")
        precondition(expectedCount == nil || expectedCount == count, "fewer values than announced")
        if count == 1 { return firstValue.isFinite ? 0 : Float.nan.withCanonicalNaN }
        let means = unsafe scratch.baseAddress!
        row.begin(count: rows)
        _ = unsafe row.consume(means, count: rows)
        let meanOfMeans = mean(sum: row.takeSum(), count: rows)
        // In pieces, so that the squares are summed while they are in the nearest cache.
        let piece = 4096
        var done = 0
        while done < rows {
            let next = unsafe means + 4 * done
            let count = min(piece, rows - done)
            unsafe sluice_square_deviations(path.code, next, count, meanOfMeans)
            done += unsafe row.consume(next, count: count)
        }
        return mean(sum: row.takeSum(), count: rows).squareRoot().withCanonicalNaN
    }
}
