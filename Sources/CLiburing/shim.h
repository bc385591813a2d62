// The system's liburing (2.3 on Debian 12), as Swift sees it.
//
// The order of these includes matters:
// - <features.h> first, or debug builds meet two definitions of `fd_set`;
// - <linux/io_uring.h> before <liburing.h>, or a target that also sees another
//   package's import of the kernel header meets two definitions of `io_uring_sqe`.
#ifndef SLUICE_CLIBURING_SHIM_H
#define SLUICE_CLIBURING_SHIM_H

#include <features.h>
#include <linux/io_uring.h>
#include <liburing.h>
#include <sys/eventfd.h>

#include <sys/syscall.h>
#include <unistd.h>

// liburing.so 2.3 exports neither io_uring_register nor what enables a ring that was made disabled.
static inline int sluice_io_uring_register(unsigned int fd, unsigned int opcode, const void *arg,
                                           unsigned int nr_args) {
    return (int)syscall(__NR_io_uring_register, fd, opcode, arg, nr_args);
}

// Whether Linux has work for this thread that only its next call will do. IO_URING_READ_ONCE is a macro of C's.
static inline int sluice_io_uring_has_task_work(const struct io_uring *ring) {
    return (IO_URING_READ_ONCE(*ring->sq.kflags) & IORING_SQ_TASKRUN) != 0;
}

// Tells the processor that the thread only waits for another to write.
static inline void sluice_spin_hint(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

#endif
