// The page that the copy counter (preloaded into a server) writes and a benchmark or a test reads: how many
// bytes each thread of that server moved by memcpy and its kin, and how much heap memory it asked for.
//
// The two share a file, named to the counter by COPY_COUNTER_FILE. Each thread has a slot of its own that it
// alone writes, so counting takes no lock and no atomic read-modify-write; a slot is not reused when its
// thread ends, so what was counted stays.
#ifndef SLUICE_CCOPYCOUNTERPAGE_H
#define SLUICE_CCOPYCOUNTERPAGE_H

#include <stdint.h>

// "copycnt" and the layout's version: what the counter writes, last, when it is loaded.
#define COPY_COUNTER_MAGIC UINT64_C(0x636f7079636e7402)

// The last slot is shared (with atomic additions) by all threads that come after the others are taken.
#define COPY_COUNTER_SLOTS 1024

// Bucket b counts the calls of 2^(b-1)+1 ... 2^b bytes; bucket 0 those of none or one.
#define COPY_COUNTER_BUCKETS 40

struct copy_counter_counts {
    uint64_t memcpy_calls, memcpy_bytes;
    uint64_t memmove_calls, memmove_bytes;
    uint64_t mempcpy_calls, mempcpy_bytes;
    // malloc, calloc, realloc, the aligned forms; bytes as asked for.
    uint64_t allocations, allocated_bytes;
    uint64_t frees;
    uint64_t bucket_calls[COPY_COUNTER_BUCKETS];
    uint64_t bucket_bytes[COPY_COUNTER_BUCKETS];
};

struct copy_counter_slot {
    // 0: not taken. In the shared last slot: that of the first thread in it. The reader finds the thread's
    // name under /proc/PID/task/TID/comm.
    int64_t thread;
    struct copy_counter_counts counts;
} __attribute__((aligned(64)));

struct copy_counter_page {
    uint64_t magic;
    int64_t process;
    uint64_t slots_taken;
    struct copy_counter_slot slots[COPY_COUNTER_SLOTS];
};

// How many slots hold counts; 0 when no counter has been loaded with this page.
uint32_t copy_counter_slot_count(const struct copy_counter_page *page);

// The counts of one slot and the thread they belong to, read while the thread may go on writing.
int64_t copy_counter_read(const struct copy_counter_page *page, uint32_t slot, struct copy_counter_counts *into);

// The bytes (calls) of the three forms together.
static inline uint64_t copy_counter_bytes(const struct copy_counter_counts *counts)
{
    return counts->memcpy_bytes + counts->memmove_bytes + counts->mempcpy_bytes;
}
static inline uint64_t copy_counter_calls(const struct copy_counter_counts *counts)
{
    return counts->memcpy_calls + counts->memmove_calls + counts->mempcpy_calls;
}

// Adds the second counts to the first.
void copy_counter_add(struct copy_counter_counts *to, const struct copy_counter_counts *counts);

#endif
