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

#endif
