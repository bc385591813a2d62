#ifndef SLUICE_LEAF_LOOPS_H
#define SLUICE_LEAF_LOOPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The inner loops of the reductions, once for every x86-64 and once for AVX2. They keep no state, move
// no values, and read them at any alignment. `values` is always raw little-endian float32.
//
// Words, from numpy's pairwise summation: a *block* is eight floats; a *leaf* is a run of at most 128
// floats that is summed in eight accumulators; the *tail* is what is left of the last leaf after its
// blocks, 0 to 7 floats. Module Reduction has the rule and the tree.

/// A set of instructions the loops are compiled for.
typedef enum {
    SLUICE_PATH_BASELINE = 0,
    SLUICE_PATH_AVX2 = 1,
} sluice_vector_path;

/// Whether this CPU, and the kernel's saving of its registers, allows that path (CPUID and XGETBV).
bool sluice_vector_path_supported(sluice_vector_path path);

/// The sum of a subtree that is three levels deep: eight leaves side by side, `blocks` blocks in all and
/// `tail` floats behind the last. `blocks` is 64 ... 136, which is 8 ... 17 a leaf.
float sluice_sum_octet(sluice_vector_path path, const void *values, uint32_t blocks, uint32_t tail);

/// How many rows of `columns` floats `sluice_mean_rows` takes in one step: 8, 4, 2 or 1.
uint32_t sluice_rows_per_step(uint64_t columns);

/// The means of `rows` rows of `columns` floats, to `means` (four bytes each, any alignment).
/// `rows` is a multiple of `sluice_rows_per_step(columns)`.
void sluice_mean_rows(sluice_vector_path path, const void *values, uint64_t columns, size_t rows,
                      void *means);

/// Replaces each of `count` floats by (value - mean) squared, both steps rounded to float32.
void sluice_square_deviations(sluice_vector_path path, void *values, size_t count, float mean);

/// What is known of the smallest or the largest of the values seen so far.
typedef struct {
    /// The extreme value; of the two zeros, either.
    float value;
    /// The bits of all values, joined by OR for the minimum and by AND for the maximum. If the value is
    /// a zero, the sign bit here is the sign of the zero to answer.
    uint32_t bits;
    /// Not 0 once a NaN was seen.
    uint32_t nans;
} sluice_extremum;

/// Takes `count` floats into `extremum`, which begins as { +infinity, 0, 0 }.
void sluice_minimum(sluice_vector_path path, const void *values, size_t count, sluice_extremum *extremum);

/// Takes `count` floats into `extremum`, which begins as { -infinity, 0xFFFFFFFF, 0 }.
void sluice_maximum(sluice_vector_path path, const void *values, size_t count, sluice_extremum *extremum);

#endif
