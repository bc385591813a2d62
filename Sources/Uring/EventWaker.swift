internal import CLiburing
internal import Glibc

/// Wakes a ring through an `eventfd` that the ring reads.
final class EventWaker: Waker {
    let descriptor: Int32

    init() throws(RingError) {
        // Blocking on purpose: the ring polls a blocking descriptor, but answers EAGAIN for one that is not.
        descriptor = eventfd(0, Int32(EFD_CLOEXEC))
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

    deinit { _ = close(descriptor) }
}
