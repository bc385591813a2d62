#ifndef SLUICE_AFFINITY_H
#define SLUICE_AFFINITY_H

// CPU affinity of the calling thread. CPU_SET is a macro that Swift does not import, and
// sched_setaffinity stands behind _GNU_SOURCE: this is all the C that takes.

/// The number of CPUs the calling thread may run on, from sched_getaffinity: a container's cpuset
/// counts, the CPUs of the host do not. At least 1; 1 too where Linux does not tell.
int sluice_available_cpus(void);

/// Writes the numbers of the CPUs the calling thread may run on, ascending, to `cpus`, at most
/// `capacity` of them. Returns how many there are in all (it may be more than `capacity`), or a
/// negative errno.
int sluice_get_affinity(int *cpus, int capacity);

/// Lets the calling thread run on these `count` CPUs only. Returns 0 or a negative errno: -EINVAL for
/// a number that is not a CPU or for an empty set, -ESRCH and -EPERM as Linux says them.
int sluice_set_affinity(const int *cpus, int count);

/// The CPU the calling thread runs on; it may be another a moment later.
int sluice_current_cpu(void);

/// Moves the calling thread to `cpu`, one of the `count` CPUs of `allowed`, and lets it run on all of these
/// from then on, so that it stays there no longer than Linux sees fit. What it might run on before is lost:
/// read with each move, what a cpuset or a CPU that is offline takes away once would never come back.
/// Returns 0 or a negative errno: -EINVAL for a CPU that is not allowed, by `allowed` or by Linux. Where the
/// second half fails, which takes a Linux without memory, the thread stays on `cpu`. Allocates nothing.
int sluice_move_to_cpu(int cpu, const int *allowed, int count);

#endif
