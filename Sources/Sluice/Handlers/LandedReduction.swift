/// A kernel, a whole body and its scratch, on their way to the compute pool: used there by one thread, once.
@safe
final class LandedReduction: @unchecked Sendable {
    private let runner: KernelRunner
    private let columns: Int
    private let body: LandedBody
    /// In the memory that the body leases.
    private let scratch: UnsafeMutableRawBufferPointer

    init(_ runner: KernelRunner, columns: Int, body: LandedBody, scratch: UnsafeMutableRawBufferPointer) {
        self.runner = runner
        self.columns = columns
        self.body = body
        unsafe self.scratch = scratch
    }

    func run() -> Float {
        body.withBytes { bytes in
            unsafe runner.begin(columns: columns, count: bytes.byteCount / 4, scratch: scratch)
            runner.consume(bytes)
            return runner.finish()
        }
    }
}
