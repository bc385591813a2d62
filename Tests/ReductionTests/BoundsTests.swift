import Fixtures
import Glibc
import Reduction
import Testing

/// Vector loads must not read past the body: here an unreadable page stands behind its last byte, and
/// before its first.
struct BoundsTests {
    @Test func readsNothingBeforeOrBehindTheBody() {
        let guarded = GuardedPages(byteCount: 16384)
        var generator = SeededGenerator(seed: seed)
        for columns in [
            1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 31, 100, 128, 129, 143, 250, 600, 1000, 1087, 1304, 2500,
        ] {
            for rows in 1...max(1, min(20, 4096 / columns)) {
                let values = (0..<rows * columns).map { _ in Float.random(in: 0..<1, using: &generator) }
                for kernel in TestedKernel.all(columns: columns) {
                    let wanted = kernel.twin(values.span).bitPattern
                    for atEnd in [true, false] {
                        let body = guarded.place(Fixture.bytes(of: values), atEnd: atEnd)
                        #expect(
                            kernel.answer(body) == wanted,
                            "\(kernel), \(rows) rows of \(columns), seed \(seed)")
                    }
                }
            }
        }
    }
}

/// Memory between two unreadable pages.
@safe
private final class GuardedPages {
    private let mapping: UnsafeMutableRawPointer
    private let byteCount: Int

    init(byteCount: Int) {
        self.byteCount = byteCount
        unsafe mapping = mmap(
            nil, byteCount + 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)!
        unsafe mprotect(mapping, 4096, PROT_NONE)
        unsafe mprotect(mapping + 4096 + byteCount, 4096, PROT_NONE)
    }

    deinit { unsafe munmap(mapping, byteCount + 8192) }

    @_lifetime(borrow self)
    func place(_ bytes: [UInt8], atEnd: Bool) -> RawSpan {
        precondition(bytes.count <= byteCount)
        let start = unsafe mapping + 4096 + (atEnd ? byteCount - bytes.count : 0)
        unsafe start.copyMemory(from: bytes, byteCount: bytes.count)
        return unsafe _overrideLifetime(
            RawSpan(_unsafeStart: start, byteCount: bytes.count), borrowing: self)
    }
}
