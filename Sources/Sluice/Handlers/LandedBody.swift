/// A whole body, handed over to the handler that takes it: whichever thread ends with it last gives the memory back.
@safe
final class LandedBody: @unchecked Sendable {
    private let lease: MemoryLease?
    /// Not to be used after this object's end.
    let memory: UnsafeRawBufferPointer

    /// - Parameters:
    ///   - lease: to be ended with this object; nil for an empty body.
    ///   - memory: the body, in the leased memory.
    init(_ lease: consuming MemoryLease?, memory: UnsafeRawBufferPointer) {
        self.lease = lease
        unsafe self.memory = memory
    }

    func withBytes<Result>(_ body: (RawSpan) throws -> Result) rethrows -> Result {
        defer { withExtendedLifetime(self) {} }
        return try unsafe body(RawSpan(_unsafeBytes: memory))
    }
}
