#ifndef SLUICE_DESCRIPTORS_H
#define SLUICE_DESCRIPTORS_H

/// Has Linux make the process's table of descriptors large enough for `count` of them, or for as many as
/// RLIMIT_NOFILE allows. Returns 0 or a negative errno; the table is then as it was.
///
/// The table doubles as descriptors are opened, and in a process of several threads Linux waits an RCU grace period each
/// time, 8 to 20 ms, in which nobody gets a descriptor. So it is done before anybody waits for one. It takes 8 bytes
/// of kernel memory for each, and never shrinks.
int sluice_reserve_descriptors(int count);

#endif
