internal import Glibc

/// Why memory could not be had at start-up.
public struct MemoryError: Error, Sendable, CustomStringConvertible {
    /// What was asked for.
    public let byteCount: Int
    /// Positive.
    public let errorNumber: Int32

    /// What was asked for, and the system's own words.
    public var description: String {
        "cannot map \(byteCount) bytes: \(unsafe String(cString: strerror(errorNumber)))"
    }
}

/// Pages from the system, aligned to 2 MiB and offered huge pages. Owned: unmapped at the end of its life.
///
/// May be known to several threads: who may touch which page is for leases and reactors to say.
@safe
struct PageMemory: ~Copyable, @unchecked Sendable {
    static let hugePageBytes = 2 << 20
    static let pageBytes = 4 << 10

    let bytes: UnsafeMutableRawBufferPointer
    private let mapping: UnsafeMutableRawBufferPointer

    /// - Parameter touchedBytes: how much of the beginning is faulted in now, so that none of it is later.
    init(byteCount: Int, touchedBytes: Int) throws(MemoryError) {
        let wanted = max(byteCount, Self.pageBytes)
        // Room to align: mmap gives 4 KiB alignment only.
        let mappedBytes = wanted + Self.hugePageBytes
        let address = unsafe mmap(
            nil, mappedBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
        guard let address = unsafe address, unsafe address != MAP_FAILED else {
            throw MemoryError(byteCount: byteCount, errorNumber: errno)
        }
        unsafe mapping = UnsafeMutableRawBufferPointer(start: address, count: mappedBytes)
        let aligned = unsafe address.alignedUp(toMultipleOf: Self.hugePageBytes)
        unsafe bytes = UnsafeMutableRawBufferPointer(start: aligned, count: wanted)
        // Refused where transparent huge pages are off: small pages then, and `sluice doctor` says so.
        _ = unsafe madvise(aligned, wanted, MADV_HUGEPAGE)
        if touchedBytes > 0 {
            unsafe Self.touch(UnsafeMutableRawBufferPointer(rebasing: bytes[..<touchedBytes]))
        }
    }

    private static func touch(_ bytes: UnsafeMutableRawBufferPointer) {
        // MADV_POPULATE_WRITE (Linux 5.14) is not in Debian 12's Glibc module.
        let populateWrite: Int32 = 23
        if unsafe madvise(bytes.baseAddress, bytes.count, populateWrite) == 0 { return }
        for offset in stride(from: 0, to: bytes.count, by: pageBytes) {
            unsafe bytes.storeBytes(of: 0, toByteOffset: offset, as: UInt8.self)
        }
    }

    deinit { _ = unsafe munmap(mapping.baseAddress, mapping.count) }
}
