#ifndef SLUICE_THREAD_H
#define SLUICE_THREAD_H

/// Names the calling thread as `top -H` and /proc show it; at most 15 bytes are kept.
/// pthread_setname_np stands behind _GNU_SOURCE, which Swift's Glibc does not set.
void sluice_set_thread_name(const char *name);

#endif
