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

extension [UInt8] {
    /// These bytes, borrowed.
    var rawSpan: RawSpan {
        @_lifetime(borrow self)
        borrowing get { unsafe span.bytes }
    }
}
