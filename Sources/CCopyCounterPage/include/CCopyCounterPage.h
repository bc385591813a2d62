// Reading the page that the copy counter (preloaded into a server) writes: how many bytes each thread of that
// server moved by memcpy and its kin, and how much heap memory it asked for.
#ifndef SLUICE_CCOPYCOUNTERPAGE_H
#define SLUICE_CCOPYCOUNTERPAGE_H

#include <stddef.h>
#include <stdint.h>

// Bucket b counts the copies of 2^(b-1)+1 ... 2^b bytes; bucket 0 those of none or one.
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

struct copy_counter_page;

// How large the file must be that the two share.
size_t copy_counter_page_size(void);

// How many slots hold counts; 0 when no counter has been loaded with this page.
uint32_t copy_counter_slot_count(const struct copy_counter_page *page);

// The counts of one slot and the thread they belong to, read while the thread may go on writing.
int64_t copy_counter_read(const struct copy_counter_page *page, uint32_t slot, struct copy_counter_counts *into);

#endif
