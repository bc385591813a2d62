internal import CLiburing
internal import Glibc

/// A ring for one connection, one operation at a time: the same calls of Linux that Sluice is measured by.
@safe
struct ReaderRing: ~Copyable {
    private let ring: UnsafeMutablePointer<io_uring>
    private let socket: Int32

    init(socket: Int32) {
        self.socket = socket
        unsafe ring = .allocate(capacity: 1)
        let outcome = unsafe io_uring_queue_init(8, ring, 0)
        precondition(outcome == 0, "no ring: errno \(-outcome)")
    }

    deinit {
        unsafe io_uring_queue_exit(ring)
        unsafe ring.deallocate()
    }

    /// - Returns: the bytes received; 0 at the end of the stream.
    func receive(into place: UnsafeMutableRawBufferPointer, flags: Int32 = 0) -> Int {
        let entry = unsafe io_uring_get_sqe(ring)
        unsafe io_uring_prep_recv(entry, socket, place.baseAddress, place.count, flags)
        // IORING_RECVSEND_POLL_FIRST, a macro that is not imported.
        unsafe entry!.pointee.ioprio = 1
        return submit()
    }

    func send(_ bytes: UnsafeRawBufferPointer) -> Int {
        let entry = unsafe io_uring_get_sqe(ring)
        unsafe io_uring_prep_send(
            entry, socket, UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count,
            Int32(MSG_NOSIGNAL))
        return submit()
    }

    private func submit() -> Int {
        let submitted = unsafe io_uring_submit_and_wait(ring, 1)
        precondition(submitted >= 0, "io_uring_enter: errno \(-submitted)")
        var completion: UnsafeMutablePointer<io_uring_cqe>?
        let outcome = unsafe io_uring_wait_cqe(ring, &completion)
        precondition(outcome == 0, "io_uring_wait_cqe: errno \(-outcome)")
        let result = unsafe completion!.pointee.res
        unsafe io_uring_cqe_seen(ring, completion)
        return max(0, Int(result))
    }
}
