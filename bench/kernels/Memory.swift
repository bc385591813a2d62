import Glibc

/// A private mapping on huge pages where Linux has them, filled with everyday values if asked: what
/// the server's windows and scratch lie on.
@safe
final class Memory {
    let bytes: UnsafeMutableRawBufferPointer

    init(byteCount: Int, filled: Bool = true) {
        let hugePage = 2 << 20
        let size = (byteCount + 2 * hugePage) & ~(hugePage - 1)
        let start = unsafe mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)!
        precondition(unsafe start != MAP_FAILED, "no memory")
        let aligned = unsafe start.alignedUp(toMultipleOf: hugePage)
        _ = unsafe madvise(aligned, size - hugePage, MADV_HUGEPAGE)
        unsafe bytes = UnsafeMutableRawBufferPointer(start: aligned, count: byteCount)
        guard filled else { return }
        for index in 0..<byteCount / 4 {
            unsafe bytes.storeBytes(
                of: Float(truncatingHash: index), toByteOffset: 4 * index, as: Float.self)
        }
    }

    /// The bytes of a window; this memory lives until the process ends.
    @_lifetime(borrow self)
    func window(_ range: Range<Int>) -> RawSpan {
        unsafe _overrideLifetime(
            RawSpan(_unsafeBytes: UnsafeRawBufferPointer(rebasing: bytes[range])), borrowing: self)
    }
}

extension Float {
    /// Spread over -1 ..< 1.
    fileprivate init(truncatingHash index: Int) {
        self = Float(UInt32(truncatingIfNeeded: index &* 2_654_435_761) >> 8) / 8_388_608 - 1
    }
}
