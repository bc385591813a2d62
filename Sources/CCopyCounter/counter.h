// Where the counted functions leave their counts. Private to the library.
#ifndef SLUICE_COUNTER_H
#define SLUICE_COUNTER_H

#include "copy_counter_layout.h"

#define HIDDEN __attribute__((visibility("hidden")))

// This thread's counts, or NULL when nothing is to be counted: the page is not mapped (yet).
HIDDEN struct copy_counter_counts *counts_of_thread(void);

// Adds to a count of this thread. The shared last slot has many writers, the others one.
HIDDEN void count(uint64_t *where, uint64_t amount);

#endif
