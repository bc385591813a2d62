internal import Glibc

/// Pages of their own, touched before they are used unless that is the fault.
@safe
struct ReaderMemory: ~Copyable {
    let bytes: UnsafeMutableRawBufferPointer

    init(byteCount: Int, touched: Bool = true) {
        guard byteCount > 0 else {
            unsafe bytes = UnsafeMutableRawBufferPointer(start: nil, count: 0)
            return
        }
        let pages = unsafe mmap(
            nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        unsafe bytes = UnsafeMutableRawBufferPointer(start: pages, count: byteCount)
        if touched { unsafe bytes.initializeMemory(as: UInt8.self, repeating: 0) }
    }

    deinit {
        if unsafe bytes.count > 0 { unsafe munmap(bytes.baseAddress, bytes.count) }
    }
}
