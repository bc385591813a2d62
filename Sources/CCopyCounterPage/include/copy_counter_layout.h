// How the page is laid out. The counter and the reader share a file, named to the counter by
// COPY_COUNTER_FILE. Each thread has a slot of its own that it alone writes, so counting takes no lock and no
// atomic read-modify-write; a slot is not used again when its thread ends, so what was counted stays.
#ifndef SLUICE_COPY_COUNTER_LAYOUT_H
#define SLUICE_COPY_COUNTER_LAYOUT_H

#include "CCopyCounterPage.h"

// "copycnt" and the layout's version: what the counter writes, last, when it is loaded.
#define COPY_COUNTER_MAGIC UINT64_C(0x636f7079636e7401)

// The last slot is shared (with atomic additions) by all threads that come after the others are taken.
#define COPY_COUNTER_SLOTS 1024

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

#endif
