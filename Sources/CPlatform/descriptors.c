#define _GNU_SOURCE
#include "sluice_descriptors.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

int sluice_reserve_descriptors(int count) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return -errno;
    if (count > 0 && (rlim_t)count > limit.rlim_cur) count = (int)limit.rlim_cur;
    if (count <= 0) return -EINVAL;
    // Something to duplicate: a service may have been started without standard streams.
    const int some = eventfd(0, EFD_CLOEXEC);
    if (some < 0) return -errno;
    // The lowest free number from here on; the table then reaches to it.
    const int last = fcntl(some, F_DUPFD_CLOEXEC, count - 1);
    const int result = last < 0 ? -errno : 0;
    if (last >= 0) close(last);
    close(some);
    return result;
}
