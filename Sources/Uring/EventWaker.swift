internal import CLiburing
internal import Glibc

/// Wakes a ring through an `eventfd` that the ring reads.
@safe
final class EventWaker: Waker, @unchecked Sendable {
    let descriptor: Int32
    /// Where the ring reads the eight bytes to. Here and not with the ring: Linux ends a closed ring's operations
    /// when it finds the time, and whoever can still wake holds this object.
    let count: UnsafeMutablePointer<UInt64>

    init() throws(RingError) {
        // Blocking on purpose: the ring polls a blocking descriptor, but answers EAGAIN for one that is not.
        descriptor = eventfd(0, Int32(EFD_CLOEXEC))
        unsafe count = .allocate(capacity: 1)
        unsafe count.initialize(to: 0)
        if descriptor < 0 { throw RingError(step: .wakeUp, errorNumber: errno) }
    }

    func wake() {
        // A signal handler may come between a system call and the look at its errno.
        let interrupted = errno
        var one: UInt64 = 1
        // The counter would have to reach 2^64-2 for this to fail or wait.
        _ = unsafe write(descriptor, &one, MemoryLayout<UInt64>.size)
        errno = interrupted
    }

    deinit {
        _ = close(descriptor)
        unsafe count.deallocate()
    }
}
