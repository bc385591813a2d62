internal import CPlatform

/// numpy's `a.min()` on float32: NaN if any value is NaN; of the two zeros, -0.0 is the smaller.
public struct Minimum: ReductionKernel {
    /// `minimum`
    public static let name = "minimum"

    private var stream: StreamedExtremum

    /// A kernel on the best path of this CPU.
    public init() { self.init(path: .selected) }

    /// The same on a path of one's choice, which this CPU must support: for tests and measurements.
    public init(path: VectorPath) { stream = StreamedExtremum(path: path) }

    /// False: the order of comparing does not matter.
    public var needsCount: Bool { false }

    /// None.
    public func scratchBytes(count: Int) -> Int { 0 }

    /// Any but none.
    public func accepts(count: Int) -> Bool { count > 0 }

    /// Begins a reduction. Scratch is not used.
    public mutating func begin(count: Int?, scratch: UnsafeMutableRawBufferPointer) {
        stream.begin(count: count, extremum: sluice_extremum(value: .infinity, bits: 0, nans: 0))
    }

    /// Takes the next bytes of the body, cut anywhere.
    public mutating func consume(_ bytes: RawSpan) { unsafe stream.consume(bytes, loop: sluice_minimum) }

    /// The answer, when all bytes were consumed.
    public mutating func finish() -> Float { stream.finish() }
}

/// numpy's `a.max()` on float32: NaN if any value is NaN; of the two zeros, +0.0 is the larger.
public struct Maximum: ReductionKernel {
    /// `maximum`
    public static let name = "maximum"

    private var stream: StreamedExtremum

    /// A kernel on the best path of this CPU.
    public init() { self.init(path: .selected) }

    /// The same on a path of one's choice, which this CPU must support: for tests and measurements.
    public init(path: VectorPath) { stream = StreamedExtremum(path: path) }

    /// False: the order of comparing does not matter.
    public var needsCount: Bool { false }

    /// None.
    public func scratchBytes(count: Int) -> Int { 0 }

    /// Any but none.
    public func accepts(count: Int) -> Bool { count > 0 }

    /// Begins a reduction. Scratch is not used.
    public mutating func begin(count: Int?, scratch: UnsafeMutableRawBufferPointer) {
        stream.begin(count: count, extremum: sluice_extremum(value: -.infinity, bits: .max, nans: 0))
    }

    /// Takes the next bytes of the body, cut anywhere.
    public mutating func consume(_ bytes: RawSpan) { unsafe stream.consume(bytes, loop: sluice_maximum) }

    /// The answer, when all bytes were consumed.
    public mutating func finish() -> Float { stream.finish() }
}

/// The smallest or the largest value of a body, however its bytes are cut.
private struct StreamedExtremum {
    private let path: VectorPath
    private var extremum = sluice_extremum()
    private var split = SplitFloat()
    private var expectedCount: Int?
    private var count = 0

    init(path: VectorPath) {
        precondition(path.isSupported)
        self.path = path
    }

    mutating func begin(count: Int?, extremum: sluice_extremum) {
        self = StreamedExtremum(path: path)
        self.extremum = extremum
        expectedCount = count
    }

    @inline(__always)
    mutating func consume(
        _ bytes: RawSpan,
        loop: (sluice_vector_path, UnsafeRawPointer, Int, UnsafeMutablePointer<sluice_extremum>) -> Void
    ) {
        unsafe bytes.withUnsafeBytes {
            unsafe split.values($0).forEachRun { values, count in
                self.count += count
                unsafe loop(path.code, values, count, &extremum)
            }
        }
        precondition(count <= expectedCount ?? .max, "more values than announced")
    }

    func finish() -> Float {
        precondition(split.isEmpty && count > 0, "the body is empty or ends inside a float")
        precondition(expectedCount == nil || expectedCount == count, "fewer values than announced")
        if extremum.nans != 0 { return Float.nan.withCanonicalNaN }
        // The loops do not tell the zeros apart; the bits they joined do.
        if extremum.value == 0 { return extremum.bits >> 31 == 1 ? -0.0 : 0.0 }
        return extremum.value
    }
}
