// malloc and its kin, counted and handed on to glibc's own. Not for programs under a sanitizer, which bring
// their own allocator.
#define _GNU_SOURCE
#include "counter.h"

#include <errno.h>
#include <stddef.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);
extern void __libc_free(void *);

static inline void count_allocation(size_t size)
{
    struct copy_counter_counts *counts = counts_of_thread();
    if (!counts)
        return;
    count(&counts->allocations, 1);
    count(&counts->allocated_bytes, size);
}

void *malloc(size_t size)
{
    count_allocation(size);
    return __libc_malloc(size);
}

void *calloc(size_t many, size_t size)
{
    count_allocation(many * size);
    return __libc_calloc(many, size);
}

void *realloc(void *old, size_t size)
{
    count_allocation(size);
    return __libc_realloc(old, size);
}

void *memalign(size_t alignment, size_t size)
{
    count_allocation(size);
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return memalign(alignment, size);
}

int posix_memalign(void **into, size_t alignment, size_t size)
{
    if (alignment % sizeof(void *) != 0 || alignment == 0 || (alignment & (alignment - 1)) != 0)
        return EINVAL;
    int before = errno;
    void *memory = memalign(alignment, size);
    errno = before;
    if (!memory)
        return ENOMEM;
    *into = memory;
    return 0;
}

void free(void *memory)
{
    if (memory) {
        struct copy_counter_counts *counts = counts_of_thread();
        if (counts)
            count(&counts->frees, 1);
    }
    __libc_free(memory);
}
