#define _GNU_SOURCE
#include "sluice_affinity.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>

// A fixed cpu_set_t ends at CPU 1023 and sched_getaffinity answers EINVAL where Linux was built for more:
// the set is allocated, and this is the most CPUs x86-64 can be built for.
enum { MOST_CPUS = 8192 };

int sluice_get_affinity(int *cpus, int capacity) {
    cpu_set_t *set = CPU_ALLOC(MOST_CPUS);
    if (set == NULL) return -ENOMEM;
    const size_t size = CPU_ALLOC_SIZE(MOST_CPUS);
    CPU_ZERO_S(size, set);
    int found = 0;
    if (sched_getaffinity(0, size, set) == 0) {
        for (int cpu = 0; cpu < MOST_CPUS; cpu++) {
            if (!CPU_ISSET_S(cpu, size, set)) continue;
            if (found < capacity) cpus[found] = cpu;
            found++;
        }
    } else {
        found = -errno;
    }
    CPU_FREE(set);
    return found;
}

int sluice_available_cpus(void) {
    const int found = sluice_get_affinity(NULL, 0);
    return found > 0 ? found : 1;
}

int sluice_current_cpu(void) { return sched_getcpu(); }

int sluice_move_to_cpu(int cpu, const int *allowed, int count) {
    cpu_set_t target[MOST_CPUS / CPU_SETSIZE], home[MOST_CPUS / CPU_SETSIZE];
    const size_t size = sizeof home;
    if (cpu < 0 || cpu >= MOST_CPUS) return -EINVAL;
    CPU_ZERO_S(size, target);
    CPU_SET_S(cpu, size, target);
    CPU_ZERO_S(size, home);
    for (int i = 0; i < count; i++) {
        if (allowed[i] < 0 || allowed[i] >= MOST_CPUS) return -EINVAL;
        CPU_SET_S(allowed[i], size, home);
    }
    if (!CPU_ISSET_S(cpu, size, home)) return -EINVAL;
    // Confined to one CPU the thread is there when the call returns.
    const int there = sched_setaffinity(0, size, target) == 0 ? 0 : -errno;
    // Also if it is not there: Linux cuts the set to what the process may use by now.
    const int free = sched_setaffinity(0, size, home) == 0 ? 0 : -errno;
    return there != 0 ? there : free;
}

int sluice_set_affinity(const int *cpus, int count) {
    cpu_set_t *set = CPU_ALLOC(MOST_CPUS);
    if (set == NULL) return -ENOMEM;
    const size_t size = CPU_ALLOC_SIZE(MOST_CPUS);
    CPU_ZERO_S(size, set);
    int result = 0;
    for (int i = 0; i < count; i++) {
        if (cpus[i] < 0 || cpus[i] >= MOST_CPUS) {
            result = -EINVAL;
            break;
        }
        CPU_SET_S(cpus[i], size, set);
    }
    if (result == 0 && sched_setaffinity(0, size, set) != 0) result = -errno;
    CPU_FREE(set);
    return result;
}
