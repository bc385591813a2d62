#include "CLoadPlatform.h"
#include "sluice_affinity.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

// One word that two threads write in turn, alone in its cache line and the neighbour's that is fetched with it.
struct rally {
    _Alignas(256) _Atomic long word;
    _Alignas(256) int partner;
    atomic_int state; // 0: coming, 1: there, -1: not allowed there, 2: over
};

static void *answer(void *argument)
{
    struct rally *rally = argument;
    if (sluice_set_affinity(&rally->partner, 1) != 0) {
        atomic_store(&rally->state, -1);
        return NULL;
    }
    atomic_store(&rally->state, 1);
    // Odd words are ours to make even.
    while (atomic_load_explicit(&rally->state, memory_order_relaxed) == 1) {
        const long word = atomic_load_explicit(&rally->word, memory_order_acquire);
        if (word & 1) atomic_store_explicit(&rally->word, word + 1, memory_order_release);
    }
    return NULL;
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

enum { BATCHES = 15, TRIPS = 256 };

// Where the two have to share a CPU after all, each trip takes a time slice or more.
static const double LONGEST = 0.2;

double load_core_round_trip(int first, int second)
{
    struct rally rally = {.word = 0, .partner = second, .state = 0};
    pthread_t thread;
    if (first < 0 || second < 0 || first == second || sluice_set_affinity(&first, 1) != 0
        || pthread_create(&thread, NULL, answer, &rally) != 0)
        return -1;
    while (atomic_load(&rally.state) == 0) sched_yield();
    double batches[BATCHES];
    const int is_there = atomic_load(&rally.state) == 1;
    const double give_up = now() + LONGEST;
    int done = 0;
    for (; is_there && done < BATCHES && now() < give_up; done++) {
        const double start = now();
        for (int trip = 0; trip < TRIPS; trip++) {
            const long word = atomic_load_explicit(&rally.word, memory_order_relaxed);
            atomic_store_explicit(&rally.word, word + 1, memory_order_release);
            for (long looks = 1; atomic_load_explicit(&rally.word, memory_order_acquire) != word + 2; looks++) {
                if (looks % 100000 == 0 && now() > give_up) goto over;
            }
        }
        batches[done] = (now() - start) / TRIPS;
    }
over:
    if (is_there) atomic_store(&rally.state, 2);
    pthread_join(thread, NULL);
    if (done == 0) return -1;
    qsort(batches, (size_t)done, sizeof batches[0], ascending);
    return batches[done / 2];
}
