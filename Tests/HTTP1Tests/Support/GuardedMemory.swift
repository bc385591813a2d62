import Glibc

/// Memory that ends at an unreadable page: a read one byte past an input is a crash, not luck.
@safe
final class GuardedMemory {
    private let base: UnsafeMutableRawPointer
    private let capacity: Int
    private let pageSize = Int(getpagesize())

    init(capacity wanted: Int) {
        capacity = (wanted + pageSize - 1) / pageSize * pageSize
        let mapped = unsafe mmap(
            nil, capacity + pageSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let mapped = unsafe mapped, unsafe mapped != MAP_FAILED else {
            preconditionFailure("mmap failed")
        }
        unsafe base = unsafe mapped
        precondition(unsafe mprotect(base + capacity, pageSize, PROT_NONE) == 0, "mprotect failed")
    }

    deinit {
        unsafe munmap(base, capacity + pageSize)
    }

    /// Copies bytes so that the last of them stands before the unreadable page, and hands them out.
    @discardableResult
    func with<Result>(_ bytes: ArraySlice<UInt8>, _ body: (RawSpan) -> Result) -> Result {
        precondition(bytes.count <= capacity)
        let start = unsafe base + (capacity - bytes.count)
        unsafe bytes.withUnsafeBytes {
            unsafe UnsafeMutableRawBufferPointer(start: start, count: $0.count).copyMemory(from: $0)
        }
        return body(unsafe RawSpan(_unsafeStart: start, byteCount: bytes.count))
    }

    @discardableResult
    func with<Result>(_ bytes: [UInt8], _ body: (RawSpan) -> Result) -> Result {
        with(bytes[...], body)
    }
}

extension RawSpan {
    var text: String {
        unsafe withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
    }
}
