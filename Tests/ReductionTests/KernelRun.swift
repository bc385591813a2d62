import Reduction

/// A kernel, and how to ask the scalar twin and a fixture for what it must answer.
struct TestedKernel: CustomStringConvertible {
    let kernel: any ReductionKernel
    let twin: @Sendable (Span<Float>) -> Float
    let path: VectorPath
    var name: String { type(of: kernel).name }
    var description: String { "\(name) on \(path)" }

    static func all(columns: Int) -> [TestedKernel] {
        VectorPath.supported.flatMap { path in
            [
                TestedKernel(
                    kernel: RowMeanStd(columns: columns, path: path),
                    twin: { ScalarTwin.rowMeanStd($0, columns: columns) }, path: path),
                TestedKernel(kernel: Sum(path: path), twin: { ScalarTwin.sum($0) }, path: path),
                TestedKernel(kernel: Mean(path: path), twin: { ScalarTwin.mean($0) }, path: path),
                TestedKernel(kernel: Minimum(path: path), twin: { ScalarTwin.minimum($0) }, path: path),
                TestedKernel(kernel: Maximum(path: path), twin: { ScalarTwin.maximum($0) }, path: path),
            ]
        }
    }

    /// The bits of the answer to `bytes`, cut at `cuts` (ascending).
    func answer(_ bytes: RawSpan, cuts: [Int] = [], tellCount: Bool = true) -> UInt32 {
        run(kernel, bytes, cuts: cuts, tellCount: tellCount)
    }

    private func run(
        _ kernel: some ReductionKernel, _ bytes: RawSpan, cuts: [Int], tellCount: Bool
    ) -> UInt32 {
        var kernel = kernel
        let count = bytes.byteCount / 4
        // At an odd address, and holding a NaN, which must not reach the answer.
        let size = kernel.scratchBytes(count: count)
        let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: size + 1, alignment: 64)
        defer { unsafe scratch.deallocate() }
        unsafe _ = scratch.initializeMemory(as: UInt8.self, repeating: 0xFF)
        unsafe kernel.begin(
            count: tellCount || kernel.needsCount ? count : nil,
            scratch: UnsafeMutableRawBufferPointer(rebasing: scratch[1...]))
        var start = 0
        for end in cuts + [bytes.byteCount] {
            kernel.consume(bytes.extracting(start..<end))
            start = end
        }
        return kernel.finish().bitPattern
    }
}

/// SplitMix64. The tests print the seed they draw; SLUICE_SEED gives one again.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func cuts(of byteCount: Int, atMost: Int) -> [Int] {
        (0..<Int.random(in: 0...atMost, using: &self)).map { _ in
            Int.random(in: 0...byteCount, using: &self)
        }.sorted()
    }
}

extension [UInt8] {
    /// These bytes, borrowed.
    var rawSpan: RawSpan {
        @_lifetime(borrow self)
        borrowing get { unsafe span.bytes }
    }
}
