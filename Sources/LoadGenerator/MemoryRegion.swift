internal import Glibc

/// Memory of one's own from the kernel: aligned to 2 MiB, in huge pages where the system gives them, and
/// touched, so that no page fault is left for the measurement.
///
/// Whoever holds a region is alone in writing to it; readers may be many once it is written.
@safe final class MemoryRegion: @unchecked Sendable {
    /// Where it begins.
    let base: UnsafeMutableRawPointer
    /// Its size as asked for.
    let count: Int

    private let mapping: UnsafeMutableRawPointer
    private let mappingSize: Int

    private static let hugePage = 2 << 20

    /// Maps and touches `count` bytes, all zero.
    init(count: Int) throws(SystemError) {
        let isHuge = count >= Self.hugePage
        // Room to begin at a multiple of 2 MiB: the kernel aligns mappings to 4 KiB only.
        let size = isHuge ? (count + 2 * Self.hugePage - 1) & ~(Self.hugePage - 1) : max(count, 1)
        let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
        guard let mapping = unsafe mmap(nil, size, PROT_READ | PROT_WRITE, flags, -1, 0),
            unsafe mapping != UnsafeMutableRawPointer(bitPattern: -1)
        else { throw SystemError("mmap of \(count) bytes") }
        let base =
            unsafe isHuge ? mapping.alignedUp(toMultipleOf: Self.hugePage) : mapping
        if isHuge { unsafe madvise(base, count, MADV_HUGEPAGE) }
        unsafe memset(base, 0, count)
        unsafe self.mapping = mapping
        self.mappingSize = size
        unsafe self.base = base
        self.count = count
    }

    deinit {
        unsafe munmap(mapping, mappingSize)
    }

    /// The whole region.
    var bytes: Span<UInt8> {
        @_lifetime(borrow self)
        borrowing get {
            let start = unsafe base.assumingMemoryBound(to: UInt8.self)
            let span = unsafe Span(_unsafeStart: start, count: count)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }
}

extension UnsafeMutableRawPointer {
    fileprivate func alignedUp(toMultipleOf alignment: Int) -> UnsafeMutableRawPointer {
        let address = UInt(bitPattern: self)
        let padding = (UInt(alignment) - address % UInt(alignment)) % UInt(alignment)
        return unsafe self + Int(padding)
    }
}

extension Array {
    /// The elements of a span, in memory of their own.
    init(copying span: Span<Element>) {
        self.init(capacity: span.count) { output in
            for index in span.indices { output.append(span[index]) }
        }
    }
}
