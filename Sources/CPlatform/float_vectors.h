#ifndef SLUICE_FLOAT_VECTORS_H
#define SLUICE_FLOAT_VECTORS_H

// The loops are written on vectors of eight floats: one AVX register, or two of SSE2, in either case the
// eight accumulators of numpy's leaf.

#include "sluice_leaf_loops.h"

// Every rounding is the rule's: no fused multiply-add, whatever the target has.
#pragma STDC FP_CONTRACT OFF

typedef float f8 __attribute__((vector_size(32)));
typedef double d8 __attribute__((vector_size(64)));
typedef int32_t i8 __attribute__((vector_size(32)));

// Bodies begin at any byte: these are what is read from them. A cast, not memcpy: the tests on the read
// path count the calls of memcpy, and a debug build would make one for each.
typedef float loose_float __attribute__((aligned(1), may_alias));
typedef float loose_f8 __attribute__((vector_size(32), aligned(1), may_alias));

#define INLINE static inline __attribute__((always_inline))
#define LOAD8(pointer) ((f8) * (const loose_f8 *)(pointer))

#endif
