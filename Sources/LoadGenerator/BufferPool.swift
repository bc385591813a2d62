internal import Synchronization

/// Buffers made in advance, one for each connection that is expected.
final class BufferPool: Sendable {
    private let free: Mutex<[MemoryRegion]>

    init(count: Int, size: Int) throws(SystemError) {
        var regions: [MemoryRegion] = []
        for _ in 0..<count { regions.append(try MemoryRegion(count: size)) }
        free = Mutex(regions)
    }

    /// A buffer. When there is none, waits for one: a client that opens a connection anew does so before the
    /// old one's thread has seen its end.
    func take() -> MemoryRegion {
        while true {
            if let buffer = free.withLock({ $0.popLast() }) { return buffer }
            sleep(milliseconds: 1)
        }
    }

    func put(_ buffer: MemoryRegion) {
        free.withLock { $0.append(buffer) }
    }
}
