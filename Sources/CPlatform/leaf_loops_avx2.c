#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#define SLUICE_LOOP(name) sluice_##name##_avx2
#include "sum_loops.h"
#include "extremum_loops.h"
#pragma clang attribute pop
#endif
