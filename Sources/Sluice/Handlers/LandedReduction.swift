/// A kernel and its scratch, on their way to the compute pool, where one thread uses them once.
@safe
final class LandedReduction: @unchecked Sendable {
    private let runner: KernelRunner
    private let columns: Int
    private let scratch: UnsafeMutableRawBufferPointer

    /// - Parameter scratch: in the memory that the body leases; not used before ``run(on:)``.
    init(_ runner: KernelRunner, columns: Int, scratch: UnsafeMutableRawBufferPointer) {
        self.runner = runner
        self.columns = columns
        unsafe self.scratch = scratch
    }

    func run(on body: LandedBody) -> Float {
        body.withBytes { bytes in
            unsafe runner.begin(columns: columns, count: bytes.byteCount / 4, scratch: scratch)
            runner.consume(bytes)
            return runner.finish()
        }
    }
}
