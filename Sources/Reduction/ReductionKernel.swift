/// A reduction of a stream of little-endian float32 values to one float32, exactly as numpy 2.4 answers it.
///
/// A kernel is given the bytes of a body in order, cut anywhere, also inside a float, and reads them where
/// they lie: it keeps no copy of them but the at most three bytes of a float that was cut. It allocates
/// nothing. A value of a kernel is one reduction in progress, and can be begun again and again:
///
/// ```swift
/// var kernel = RowMeanStd(columns: 2500)
/// kernel.begin(count: count, scratch: scratch)   // scratch.count >= kernel.scratchBytes(count: count)
/// while let window = next() { kernel.consume(window) }
/// let answer = kernel.finish()
/// ```
///
/// What does not fit (a number of values that is not accepted, bytes that end inside a float, more bytes
/// than announced) is the caller's to refuse before: a kernel traps on it, in `consume` or `finish`.
public protocol ReductionKernel: Sendable {
    /// The field's spelling in URLs: `row-mean-std`, `sum`, `mean`, `minimum`, `maximum`.
    static var name: String { get }

    /// Whether `begin` must be told the number of values: the order of the additions depends on it.
    var needsCount: Bool { get }

    /// The bytes of scratch memory that a body of up to `count` values needs.
    ///
    /// Never falls as `count` grows, so what is granted for the largest body allowed does for any. Saturates
    /// at `Int.max`, and does not trap for any `count >= 0`.
    func scratchBytes(count: Int) -> Int

    /// Whether a body of `count` values can be reduced: never of none, always of one.
    func accepts(count: Int) -> Bool

    /// Begins a reduction.
    ///
    /// - Parameters:
    ///   - count: the number of values to come, or nil where it is not known, which `needsCount` forbids.
    ///   - scratch: at least `scratchBytes(count:)` bytes, at any alignment, holding anything. Borrowed until
    ///     `finish` has returned, or until the kernel is begun again or dropped.
    mutating func begin(count: Int?, scratch: UnsafeMutableRawBufferPointer)

    /// Takes the next bytes of the body. They may be reused as soon as this returns.
    mutating func consume(_ bytes: RawSpan)

    /// The result, when all bytes were consumed. A NaN is always 0x7FC00000: numpy's payload depends on the
    /// CPU it runs on.
    mutating func finish() -> Float
}

extension Float {
    /// The value, or the one NaN that Sluice answers.
    var withCanonicalNaN: Float { isNaN ? Float(bitPattern: 0x7FC0_0000) : self }
}
