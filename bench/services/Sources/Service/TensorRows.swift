internal import Reduction

/// numpy's `a.reshape(-1, 2500).mean(axis=1).std(axis=0)`; a tensor of no whole number of rows is one row.
struct TensorRows: ReductionKernel {
    static let name = "tensor-rows"
    static let columns = 2500

    private var rows = RowMeanStd(columns: columns)

    /// It has to know whether there are whole rows before the first.
    var needsCount: Bool { true }

    /// Of the rows; one row of all values wants that of one.
    func scratchBytes(count: Int) -> Int {
        max(
            RowMeanStd(columns: Self.columns).scratchBytes(count: count),
            RowMeanStd(columns: 1).scratchBytes(count: 1))
    }

    func accepts(count: Int) -> Bool { count > 0 }

    mutating func begin(count: Int?, scratch: UnsafeMutableRawBufferPointer) {
        guard let count else { preconditionFailure("begun without the count it needs") }
        rows = RowMeanStd(columns: count % Self.columns == 0 ? Self.columns : count)
        unsafe rows.begin(count: count, scratch: scratch)
    }

    mutating func consume(_ bytes: RawSpan) { rows.consume(bytes) }

    mutating func finish() -> Float { rows.finish() }
}
