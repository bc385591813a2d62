// The page, and a slot in it for each thread.
//
// This code runs inside memcpy and malloc, from the first call the dynamic loader lets through: it must call
// neither, take no lock, and do nothing before the page is mapped.
#define _GNU_SOURCE
#include "counter.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct copy_counter_page *page;

// Initial-exec: the general model may call malloc for a thread's first access.
static __thread struct copy_counter_slot *slot __attribute__((tls_model("initial-exec")));

static struct copy_counter_slot *take_slot(struct copy_counter_page *from)
{
    uint64_t index = __atomic_fetch_add(&from->slots_taken, 1, __ATOMIC_ACQ_REL);
    if (index >= COPY_COUNTER_SLOTS)
        index = COPY_COUNTER_SLOTS - 1;
    slot = &from->slots[index];
    int64_t none = 0;
    __atomic_compare_exchange_n(&slot->thread, &none, syscall(SYS_gettid), 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
    return slot;
}

struct copy_counter_counts *counts_of_thread(void)
{
    struct copy_counter_page *mapped = __atomic_load_n(&page, __ATOMIC_ACQUIRE);
    if (!mapped)
        return NULL;
    return &(slot ? slot : take_slot(mapped))->counts;
}

void count(uint64_t *where, uint64_t amount)
{
    if (__builtin_expect(slot == &page->slots[COPY_COUNTER_SLOTS - 1], 0))
        __atomic_fetch_add(where, amount, __ATOMIC_RELAXED);
    else
        __atomic_store_n(where, *where + amount, __ATOMIC_RELAXED);
}

// A forked child would write into its parent's slots: it counts no more.
static void stop_counting(void)
{
    page = NULL;
    slot = NULL;
}

extern int __register_atfork(void (*)(void), void (*)(void), void (*)(void), void *);

__attribute__((constructor)) static void map_page(void)
{
    const char *path = getenv("COPY_COUNTER_FILE");
    if (!path || !*path)
        return;
    int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return;
    if (ftruncate(fd, sizeof *page) == 0) {
        void *at = mmap(NULL, sizeof *page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        if (at != MAP_FAILED) {
            struct copy_counter_page *mapped = at;
            __register_atfork(NULL, NULL, stop_counting, NULL);
            mapped->process = getpid();
            __atomic_store_n(&mapped->magic, COPY_COUNTER_MAGIC, __ATOMIC_RELEASE);
            __atomic_store_n(&page, mapped, __ATOMIC_RELEASE);
        }
    }
    close(fd);
}
