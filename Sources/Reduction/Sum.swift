/// numpy's `a.sum()` on float32: pairwise, in float32.
public struct Sum: ReductionKernel {
    /// `sum`
    public static let name = "sum"

    private var total: StreamedTotal

    /// A kernel on the best path of this CPU.
    public init() { self.init(path: .selected) }

    /// The same on a path of one's choice, which this CPU must support: for tests and measurements.
    public init(path: VectorPath) { total = StreamedTotal(path: path) }

    /// True: the order of the additions follows from the number of values.
    public var needsCount: Bool { true }

    /// None.
    public func scratchBytes(count: Int) -> Int { 0 }

    /// Any but none.
    public func accepts(count: Int) -> Bool { count > 0 }

    /// Begins a reduction of `count` values, which must be told. Scratch is not used.
    public mutating func begin(count: Int?, scratch: UnsafeMutableRawBufferPointer) {
        total.begin(count: count)
    }

    /// Takes the next bytes of the body, cut anywhere.
    public mutating func consume(_ bytes: RawSpan) { total.consume(bytes) }

    /// The answer, when all bytes were consumed.
    public mutating func finish() -> Float { total.finish().sum.withCanonicalNaN }
}

/// numpy's `a.mean()` on float32: the sum, divided in float64 and rounded to float32.
public struct Mean: ReductionKernel {
    /// `mean`
    public static let name = "mean"

    private var total: StreamedTotal

    /// A kernel on the best path of this CPU.
    public init() { self.init(path: .selected) }

    /// The same on a path of one's choice, which this CPU must support: for tests and measurements.
    public init(path: VectorPath) { total = StreamedTotal(path: path) }

    /// True: the order of the additions follows from the number of values.
    public var needsCount: Bool { true }

    /// None.
    public func scratchBytes(count: Int) -> Int { 0 }

    /// Any but none.
    public func accepts(count: Int) -> Bool { count > 0 }

    /// Begins a reduction of `count` values, which must be told. Scratch is not used.
    public mutating func begin(count: Int?, scratch: UnsafeMutableRawBufferPointer) {
        total.begin(count: count)
    }

    /// Takes the next bytes of the body, cut anywhere.
    public mutating func consume(_ bytes: RawSpan) { total.consume(bytes) }

    /// The answer, when all bytes were consumed.
    public mutating func finish() -> Float {
        let (sum, count) = total.finish()
        return mean(sum: sum, count: count).withCanonicalNaN
    }
}

/// The pairwise sum of a whole body, however its bytes are cut.
private struct StreamedTotal {
    private let path: VectorPath
    private var sum: PairwiseSum?
    private var split = SplitFloat()

    init(path: VectorPath) {
        precondition(path.isSupported)
        self.path = path
    }

    mutating func begin(count: Int?) {
        guard let count, count > 0 else { preconditionFailure("a sum must know how many values are to come") }
        sum = PairwiseSum(count: count, path: path)
        split = SplitFloat()
    }

    mutating func consume(_ bytes: RawSpan) {
        unsafe bytes.withUnsafeBytes {
            unsafe split.values($0).forEachRun { unsafe consume($0, count: $1) }
        }
    }

    private mutating func consume(_ values: UnsafeRawPointer, count: Int) {
        let taken = unsafe sum!.consume(values, count: count)
        precondition(taken == count, "more values than announced")
    }

    mutating func finish() -> (sum: Float, count: Int) {
        precondition(split.isEmpty, "the body ends inside a float")
        return (sum!.takeSum(), sum!.shape.count)
    }
}
