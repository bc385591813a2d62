internal import CLiburing
internal import Glibc

/// The memory shared with the kernel in which free buffers of one group are listed.
///
/// liburing 2.3 has no `io_uring_setup_buf_ring` (that came with 2.4), so the memory is mapped here.
/// Owned by ``Ring``, which frees it after the ring itself is gone.
@unsafe
struct BufferRing {
    let group: BufferGroup
    private let list: UnsafeMutablePointer<io_uring_buf_ring>
    private let mappedBytes: Int
    private let mask: Int32
    private let base: UnsafeMutableRawPointer
    private let size: Int
    private let count: Int

    init(
        group: BufferGroup, base: UnsafeMutableRawPointer, size: Int, count: Int,
        in ring: UnsafeMutablePointer<io_uring>
    ) throws(RingError) {
        precondition(count > 0 && count <= 32768 && size > 0 && size <= Int(UInt32.max))
        let entries = UInt32(count).roundedUpToPowerOfTwo
        let bytes = Int(entries) * MemoryLayout<io_uring_buf>.stride
        let mapped = unsafe mmap(
            nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let mapped = unsafe mapped, unsafe mapped != MAP_FAILED else {
            throw RingError(step: .memory, errorNumber: errno)
        }
        var registration = io_uring_buf_reg()
        registration.ring_addr = UInt64(UInt(bitPattern: mapped))
        registration.ring_entries = entries
        registration.bgid = group.id
        let outcome = unsafe io_uring_register_buf_ring(ring, &registration, 0)
        guard outcome == 0 else {
            _ = unsafe munmap(mapped, bytes)
            throw RingError(step: .registerBuffers, errorNumber: -outcome)
        }
        unsafe self.group = group
        unsafe self.list = mapped.assumingMemoryBound(to: io_uring_buf_ring.self)
        unsafe self.mappedBytes = bytes
        unsafe self.mask = io_uring_buf_ring_mask(entries)
        unsafe self.base = base
        unsafe self.size = size
        unsafe self.count = count
        unsafe io_uring_buf_ring_init(list)
        for buffer in 0..<count {
            unsafe io_uring_buf_ring_add(
                list, base + buffer * size, UInt32(size), UInt16(buffer), mask, Int32(buffer))
        }
        unsafe io_uring_buf_ring_advance(list, Int32(count))
    }

    func provide(_ buffer: UInt16) {
        unsafe precondition(Int(buffer) < count, "Linux would write past the group's memory")
        unsafe io_uring_buf_ring_add(list, base + Int(buffer) * size, UInt32(size), buffer, mask, 0)
        unsafe io_uring_buf_ring_advance(list, 1)
    }

    func unmap() {
        _ = unsafe munmap(list, mappedBytes)
    }
}

extension UInt32 {
    var roundedUpToPowerOfTwo: UInt32 {
        self <= 1 ? 1 : 1 << (32 - (self - 1).leadingZeroBitCount)
    }
}
