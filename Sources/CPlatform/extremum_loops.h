// Minimum and maximum, included once for each set of instructions.
//
// The vector comparison knows neither which zero is smaller nor what to do with a NaN, and both would cost
// it dearly. So the loop keeps two more words beside the value. A minimum of zero means that no value was
// below zero: then only a -0.0 can have had its sign bit set, and the OR of all bits tells. A maximum of
// zero means that none was above: then +0.0 was there if the AND of all bits has lost the sign.

#include "float_vectors.h"

#define SELECT(mask, a, b) ((f8)(((i8)(a) & (mask)) | ((i8)(b) & ~(mask))))

#define EXTREMUM(name, is_better, join)                                                                    \
    void SLUICE_LOOP(name)(const void *bytes, size_t count, sluice_extremum *extremum) {                   \
        const loose_float *values = bytes;                                                                 \
        const float v = extremum->value;                                                                   \
        const int32_t b = (int32_t)extremum->bits;                                                         \
        f8 best0 = {v, v, v, v, v, v, v, v}, best1 = best0, best2 = best0, best3 = best0;                  \
        i8 bits8 = {b, b, b, b, b, b, b, b}, nans8 = {0};                                                  \
        size_t i = 0;                                                                                      \
        for (; i + 32 <= count; i += 32) {                                                                 \
            const f8 x0 = LOAD8(values + i), x1 = LOAD8(values + i + 8);                                   \
            best0 = SELECT(x0 is_better best0, x0, best0);                                                 \
            best1 = SELECT(x1 is_better best1, x1, best1);                                                 \
            bits8 = bits8 join ((i8)x0 join (i8)x1);                                                       \
            nans8 |= (x0 != x0) | (x1 != x1);                                                              \
            const f8 x2 = LOAD8(values + i + 16), x3 = LOAD8(values + i + 24);                             \
            best2 = SELECT(x2 is_better best2, x2, best2);                                                 \
            best3 = SELECT(x3 is_better best3, x3, best3);                                                 \
            bits8 = bits8 join ((i8)x2 join (i8)x3);                                                       \
            nans8 |= (x2 != x2) | (x3 != x3);                                                              \
        }                                                                                                  \
        best0 = SELECT(best1 is_better best0, best1, best0);                                               \
        best2 = SELECT(best3 is_better best2, best3, best2);                                               \
        best0 = SELECT(best2 is_better best0, best2, best0);                                               \
        float best = v;                                                                                    \
        int32_t bits = b, nans = (int32_t)extremum->nans;                                                  \
        for (uint32_t lane = 0; lane < 8; lane++) {                                                        \
            best = best0[lane] is_better best ? best0[lane] : best;                                        \
            bits = bits join bits8[lane];                                                                  \
            nans |= nans8[lane];                                                                           \
        }                                                                                                  \
        for (; i < count; i++) {                                                                           \
            const float x = values[i];                                                                     \
            const union { float value; int32_t bits; } same = {x};                                         \
            best = x is_better best ? x : best;                                                            \
            bits = bits join same.bits;                                                                    \
            nans |= x != x;                                                                                \
        }                                                                                                  \
        *extremum = (sluice_extremum){best, (uint32_t)bits, (uint32_t)nans};                               \
    }

EXTREMUM(minimum, <, |)
EXTREMUM(maximum, >, &)
