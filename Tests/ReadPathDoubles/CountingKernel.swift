internal import Reduction

/// Looks at no byte: what is left is the cost of reading.
struct CountingKernel: ReductionKernel {
    static let name = "count"
    private var bytes = 0

    var needsCount: Bool { false }
    func scratchBytes(count: Int) -> Int { 0 }
    func accepts(count: Int) -> Bool { true }
    mutating func begin(count: Int?, scratch: UnsafeMutableRawBufferPointer) { bytes = 0 }
    mutating func consume(_ bytes: RawSpan) { self.bytes += bytes.byteCount }
    mutating func finish() -> Float { Float(bytes) }
}
