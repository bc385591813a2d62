// memcpy, memmove, mempcpy and the forms that -D_FORTIFY_SOURCE calls, counted and handed on.
#define _GNU_SOURCE
#include "counter.h"

#include <dlfcn.h>
#include <stddef.h>

// Without this clang sees that the loops below are memcpy and calls it: for ever.
#define NO_BUILTIN __attribute__((no_builtin("memcpy", "memmove", "memset", "mempcpy")))

typedef void *copy_function(void *, const void *, size_t);

static copy_function *next_memcpy, *next_memmove, *next_mempcpy;

__attribute__((constructor)) static void find_next(void)
{
    next_memmove = (copy_function *)dlsym(RTLD_NEXT, "memmove");
    next_mempcpy = (copy_function *)dlsym(RTLD_NEXT, "mempcpy");
    next_memcpy = (copy_function *)dlsym(RTLD_NEXT, "memcpy");
}

// For the calls before the constructor ran, the loader's and dlsym's own among them. Overlap is minded, so
// that one loop serves all forms; volatile keeps it a loop.
NO_BUILTIN static void copy_slowly(void *to, const void *from, size_t size)
{
    volatile unsigned char *out = to;
    const volatile unsigned char *in = from;
    if ((uintptr_t)out <= (uintptr_t)in)
        for (size_t i = 0; i < size; i++)
            out[i] = in[i];
    else
        for (size_t i = size; i-- > 0;)
            out[i] = in[i];
}

// For counting, calls of 2^(b-1)+1 ... 2^b bytes are alike.
static inline unsigned bucket_of(size_t size)
{
    unsigned bucket = size <= 1 ? 0 : 64 - (unsigned)__builtin_clzl(size - 1);
    return bucket < COPY_COUNTER_BUCKETS ? bucket : COPY_COUNTER_BUCKETS - 1;
}

static inline void count_copy(size_t calls_at, size_t bytes_at, size_t size)
{
    struct copy_counter_counts *counts = counts_of_thread();
    if (!counts)
        return;
    count((uint64_t *)((char *)counts + calls_at), 1);
    count((uint64_t *)((char *)counts + bytes_at), size);
    count(&counts->bucket_calls[bucket_of(size)], 1);
    count(&counts->bucket_bytes[bucket_of(size)], size);
}

#define COUNT(form, size)                                                                                     \
    count_copy(offsetof(struct copy_counter_counts, form##_calls),                                            \
               offsetof(struct copy_counter_counts, form##_bytes), size)

NO_BUILTIN void *memcpy(void *restrict to, const void *restrict from, size_t size)
{
    COUNT(memcpy, size);
    if (__builtin_expect(next_memcpy != NULL, 1))
        return next_memcpy(to, from, size);
    copy_slowly(to, from, size);
    return to;
}

NO_BUILTIN void *memmove(void *to, const void *from, size_t size)
{
    COUNT(memmove, size);
    if (__builtin_expect(next_memmove != NULL, 1))
        return next_memmove(to, from, size);
    copy_slowly(to, from, size);
    return to;
}

NO_BUILTIN void *mempcpy(void *restrict to, const void *restrict from, size_t size)
{
    COUNT(mempcpy, size);
    if (__builtin_expect(next_mempcpy != NULL, 1))
        return next_mempcpy(to, from, size);
    copy_slowly(to, from, size);
    return (char *)to + size;
}

__attribute__((noreturn)) extern void __chk_fail(void);

NO_BUILTIN void *__memcpy_chk(void *to, const void *from, size_t size, size_t room)
{
    if (room < size)
        __chk_fail();
    return memcpy(to, from, size);
}

NO_BUILTIN void *__memmove_chk(void *to, const void *from, size_t size, size_t room)
{
    if (room < size)
        __chk_fail();
    return memmove(to, from, size);
}

NO_BUILTIN void *__mempcpy_chk(void *to, const void *from, size_t size, size_t room)
{
    if (room < size)
        __chk_fail();
    return mempcpy(to, from, size);
}
