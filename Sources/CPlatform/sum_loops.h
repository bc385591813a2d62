// The pairwise sums, included once for each set of instructions.
//
// Speed comes from eight leaves in flight. One leaf is a chain of dependent additions, and its end, where
// eight accumulators become one number, costs as much as ten blocks; eight leaves side by side hide the
// chain and fold together in 24 instructions.
//
// The including file defines SLUICE_LOOP(name).

#include "float_vectors.h"

#define EVEN(a, b) __builtin_shufflevector(a, b, 0, 2, 8, 10, 4, 6, 12, 14)
#define ODD(a, b) __builtin_shufflevector(a, b, 1, 3, 9, 11, 5, 7, 13, 15)
#define LOW(a, b) __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11)
#define HIGH(a, b) __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15)
#define MIX_LOW(a, b) __builtin_shufflevector(a, b, 0, 8, 1, 9, 4, 12, 5, 13)
#define MIX_HIGH(a, b) __builtin_shufflevector(a, b, 2, 10, 3, 11, 6, 14, 7, 15)
#define FIRST_TWO(a, b) __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13)
#define LAST_TWO(a, b) __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15)
#define PAIRS(a, b) (EVEN(a, b) + ODD(a, b))

enum { LEAF_BLOCKS = 16 };

// Sums with the leaf's own parentheses: ((r0+r1)+(r2+r3)) + ((r4+r5)+(r6+r7)).
#define FOLD(r) ((((r)[0] + (r)[1]) + ((r)[2] + (r)[3])) + (((r)[4] + (r)[5]) + ((r)[6] + (r)[7])))

INLINE float add_tail(float sum, const loose_float *values, uint32_t tail) {
    for (uint32_t i = 0; i < tail; i++) sum += values[i];
    return sum;
}

INLINE float leaf_sum(const loose_float *values, uint32_t blocks, uint32_t tail) {
    f8 r = LOAD8(values);
    for (uint32_t i = 1; i < blocks; i++) r += LOAD8(values + 8 * i);
    return add_tail(FOLD(r), values + 8 * blocks, tail);
}

INLINE int splits(uint32_t blocks, uint32_t tail) { return 8 * blocks + tail > 8 * LEAF_BLOCKS; }

// A leaf, or the two leaves of a node of 129 ... 143 floats.
static float node_sum(const loose_float *values, uint32_t blocks, uint32_t tail) {
    if (!splits(blocks, tail)) return leaf_sum(values, blocks, tail);
    const uint32_t left = blocks / 2;
    return leaf_sum(values, left, 0) + leaf_sum(values + 8 * left, blocks - left, tail);
}

// Eight nodes side by side: one or more whole rows, or a part of one.
struct eight {
    uint32_t start[8];   // where each begins, in floats
    uint32_t blocks;     // how many blocks each has
    uint32_t longer;     // bit j: node j has one block more
    uint32_t last;       // bit j: node j is the last of its row, and has the tail behind its blocks
    uint32_t tail;
    int splitting;       // some node is two leaves: the rare shapes, not in lock step
};

// Node i of a tree of `blocks` blocks and 2^depth nodes has (blocks + i's bits reversed) >> depth of them.
INLINE struct eight eight_nodes(uint32_t blocks, uint32_t tail, uint32_t depth) {
    static const uint8_t reversed[4][8] = {
        {0, 0, 0, 0, 0, 0, 0, 0}, {0, 1, 0, 1, 0, 1, 0, 1}, {0, 2, 1, 3, 0, 2, 1, 3}, {0, 4, 2, 6, 1, 5, 3, 7}};
    static const uint8_t lasts[4] = {0xFF, 0xAA, 0x88, 0x80};
    struct eight e = {.blocks = blocks >> depth, .last = lasts[depth], .tail = tail};
    uint32_t start = 0;
    for (uint32_t j = 0; j < 8; j++) {
        const uint32_t has = (blocks + reversed[depth][j]) >> depth;
        const uint32_t ends = (e.last >> j) & 1 ? tail : 0;
        e.start[j] = start;
        e.longer |= (has - e.blocks) << j;
        e.splitting |= splits(has, ends);
        start += 8 * has + ends;
    }
    return e;
}

// The same for depth 3, from a table: it is asked for every few kilobytes, where the loop above is once a window.
INLINE struct eight eight_siblings(uint32_t blocks, uint32_t tail) {
    // By blocks % 8: how many of the nodes before node j are the longer ones, and which are longer.
    static const struct { uint8_t before[8], longer; } pattern[8] = {
        {{0, 0, 0, 0, 0, 0, 0, 0}, 0x00}, {{0, 0, 0, 0, 0, 0, 0, 0}, 0x80}, {{0, 0, 0, 0, 1, 1, 1, 1}, 0x88},
        {{0, 0, 0, 0, 1, 1, 2, 2}, 0xA8}, {{0, 0, 1, 1, 2, 2, 3, 3}, 0xAA}, {{0, 0, 1, 1, 2, 2, 3, 4}, 0xEA},
        {{0, 0, 1, 2, 3, 3, 4, 5}, 0xEE}, {{0, 0, 1, 2, 3, 4, 5, 6}, 0xFE}};
    const uint32_t least = blocks / 8, rest = blocks % 8;
    struct eight e = {.blocks = least, .longer = pattern[rest].longer, .last = 0x80, .tail = tail};
    for (uint32_t j = 0; j < 8; j++) e.start[j] = 8 * (j * least + pattern[rest].before[j]);
    e.splitting = splits(least + (rest > 0), tail);
    return e;
}

static void node_sums(const loose_float *values, const struct eight *e, float sums[8]) {
    for (uint32_t j = 0; j < 8; j++)
        sums[j] = node_sum(values + e->start[j], e->blocks + ((e->longer >> j) & 1),
                           (e->last >> j) & 1 ? e->tail : 0);
}

// The sums of eight leaves, without their tails; sum j in lane j.
INLINE void eight_leaves(f8 *sums, const loose_float *values, const struct eight *e) {
    const loose_float *p0 = values + e->start[0], *p1 = values + e->start[1];
    const loose_float *p2 = values + e->start[2], *p3 = values + e->start[3];
    const loose_float *p4 = values + e->start[4], *p5 = values + e->start[5];
    const loose_float *p6 = values + e->start[6], *p7 = values + e->start[7];
    f8 r0 = LOAD8(p0), r1 = LOAD8(p1), r2 = LOAD8(p2), r3 = LOAD8(p3);
    f8 r4 = LOAD8(p4), r5 = LOAD8(p5), r6 = LOAD8(p6), r7 = LOAD8(p7);
    const size_t end = 8 * (size_t)e->blocks;
    for (size_t i = 8; i < end; i += 8) {
        r0 += LOAD8(p0 + i), r1 += LOAD8(p1 + i), r2 += LOAD8(p2 + i), r3 += LOAD8(p3 + i);
        r4 += LOAD8(p4 + i), r5 += LOAD8(p5 + i), r6 += LOAD8(p6 + i), r7 += LOAD8(p7 + i);
    }
    const uint32_t longer = e->longer;
    if (longer) {
        if (longer & 1) r0 += LOAD8(p0 + end);
        if (longer & 2) r1 += LOAD8(p1 + end);
        if (longer & 4) r2 += LOAD8(p2 + end);
        if (longer & 8) r3 += LOAD8(p3 + end);
        if (longer & 16) r4 += LOAD8(p4 + end);
        if (longer & 32) r5 += LOAD8(p5 + end);
        if (longer & 64) r6 += LOAD8(p6 + end);
        if (longer & 128) r7 += LOAD8(p7 + end);
    }
    const f8 s01 = PAIRS(r0, r1), s23 = PAIRS(r2, r3), s45 = PAIRS(r4, r5), s67 = PAIRS(r6, r7);
    const f8 low = PAIRS(s01, s23), high = PAIRS(s45, s67);
    *sums = LOW(low, high) + HIGH(low, high);
}

// The tails of eight rows, added in order to the rows' sums, a column at a time: the last eight floats of
// each row, turned on their side. A row that has a tail and a block is long enough for that.
INLINE void add_eight_tails(f8 *sums, const loose_float *values, size_t columns, uint32_t tail) {
    const loose_float *ends = values + columns - 8;
    const f8 a = LOAD8(ends), b = LOAD8(ends + columns);
    const f8 c = LOAD8(ends + 2 * columns), d = LOAD8(ends + 3 * columns);
    const f8 e = LOAD8(ends + 4 * columns), f = LOAD8(ends + 5 * columns);
    const f8 g = LOAD8(ends + 6 * columns), h = LOAD8(ends + 7 * columns);
    const f8 ab0 = MIX_LOW(a, b), ab2 = MIX_HIGH(a, b), cd0 = MIX_LOW(c, d), cd2 = MIX_HIGH(c, d);
    const f8 ef0 = MIX_LOW(e, f), ef2 = MIX_HIGH(e, f), gh0 = MIX_LOW(g, h), gh2 = MIX_HIGH(g, h);
    const f8 left0 = FIRST_TWO(ab0, cd0), left1 = LAST_TWO(ab0, cd0);
    const f8 left2 = FIRST_TWO(ab2, cd2), left3 = LAST_TWO(ab2, cd2);
    const f8 right0 = FIRST_TWO(ef0, gh0), right1 = LAST_TWO(ef0, gh0);
    const f8 right2 = FIRST_TWO(ef2, gh2), right3 = LAST_TWO(ef2, gh2);
    switch (tail) {
    case 7: *sums += LOW(left1, right1); __attribute__((fallthrough));
    case 6: *sums += LOW(left2, right2); __attribute__((fallthrough));
    case 5: *sums += LOW(left3, right3); __attribute__((fallthrough));
    case 4: *sums += HIGH(left0, right0); __attribute__((fallthrough));
    case 3: *sums += HIGH(left1, right1); __attribute__((fallthrough));
    case 2: *sums += HIGH(left2, right2); __attribute__((fallthrough));
    case 1: *sums += HIGH(left3, right3); __attribute__((fallthrough));
    default: break;
    }
}

float SLUICE_LOOP(sum_octet)(const void *bytes, uint32_t blocks, uint32_t tail) {
    const loose_float *values = bytes;
    const struct eight e = eight_siblings(blocks, tail);
    f8 sums;
    if (__builtin_expect(e.splitting, 0)) {
        float stored[8];
        node_sums(values, &e, stored);
        sums = LOAD8(stored);
    } else {
        eight_leaves(&sums, values, &e);
        if (tail) sums[7] = add_tail(sums[7], values + 8 * blocks, tail);
    }
    return FOLD(sums);
}

// Rows of 1 ... 7 floats, eight at a time; `columns` is a constant where this is inlined.
INLINE void mean_narrow_rows(const loose_float *values, const uint32_t columns, size_t rows,
                             loose_float *means) {
    for (size_t row = 0; row < rows; row += 8, values += 8 * columns, means += 8) {
        f8 sums = {values[0],           values[columns],     values[2 * columns], values[3 * columns],
                   values[4 * columns], values[5 * columns], values[6 * columns], values[7 * columns]};
        for (uint32_t i = 1; i < columns; i++) {
            const loose_float *v = values + i;
            const f8 next = {v[0],           v[columns],     v[2 * columns], v[3 * columns],
                             v[4 * columns], v[5 * columns], v[6 * columns], v[7 * columns]};
            sums += next;
        }
        sums += 0.0f;
        *(loose_f8 *)means =
            columns == 1 ? sums : __builtin_convertvector(__builtin_convertvector(sums, d8) / (double)columns, f8);
    }
}

void SLUICE_LOOP(mean_rows)(const void *bytes, uint64_t columns, size_t rows, void *results) {
    const loose_float *values = bytes;
    loose_float *means = results;
    switch (columns) {
    case 1: return mean_narrow_rows(values, 1, rows, means);
    case 2: return mean_narrow_rows(values, 2, rows, means);
    case 3: return mean_narrow_rows(values, 3, rows, means);
    case 4: return mean_narrow_rows(values, 4, rows, means);
    case 5: return mean_narrow_rows(values, 5, rows, means);
    case 6: return mean_narrow_rows(values, 6, rows, means);
    case 7: return mean_narrow_rows(values, 7, rows, means);
    default: break;
    }
    const uint32_t per_step = sluice_rows_per_step(columns);
    const uint32_t depth = (uint32_t)__builtin_ctz(8 / per_step);
    const struct eight e = eight_nodes((uint32_t)columns / 8, (uint32_t)columns % 8, depth);
    for (size_t row = 0; row < rows; row += per_step, values += per_step * columns, means += per_step) {
        f8 sums;
        if (__builtin_expect(e.splitting, 0)) {
            float nodes[8];
            node_sums(values, &e, nodes);
            sums = LOAD8(nodes);
        } else {
            eight_leaves(&sums, values, &e);
            if (e.tail) {
                switch (depth) {
                case 0: add_eight_tails(&sums, values, columns, e.tail); break;
                case 1:
                    sums[1] = add_tail(sums[1], values + columns - e.tail, e.tail);
                    sums[3] = add_tail(sums[3], values + 2 * columns - e.tail, e.tail);
                    sums[5] = add_tail(sums[5], values + 3 * columns - e.tail, e.tail);
                    sums[7] = add_tail(sums[7], values + 4 * columns - e.tail, e.tail);
                    break;
                case 2:
                    sums[3] = add_tail(sums[3], values + columns - e.tail, e.tail);
                    sums[7] = add_tail(sums[7], values + 2 * columns - e.tail, e.tail);
                    break;
                default: sums[7] = add_tail(sums[7], values + columns - e.tail, e.tail);
                }
            }
        }
        // The rule's 0.0 + sum makes +0.0 of rows of -0.0; the division is numpy's, in float64.
        if (depth == 0) {
            *(loose_f8 *)means =
                __builtin_convertvector(__builtin_convertvector(sums + 0.0f, d8) / (double)columns, f8);
            continue;
        }
        float row_sums[4];
        for (uint32_t j = 0; j < 4; j++) row_sums[j] = sums[2 * j] + sums[2 * j + 1];
        if (depth >= 2)
            for (uint32_t j = 0; j < 2; j++) row_sums[j] = row_sums[2 * j] + row_sums[2 * j + 1];
        if (depth == 3) row_sums[0] += row_sums[1];
        for (uint32_t r = 0; r < per_step; r++)
            means[r] = (float)((double)(row_sums[r] + 0.0f) / (double)columns);
    }
}

void SLUICE_LOOP(square_deviations)(void *bytes, size_t count, float mean) {
    loose_float *values = bytes;
    for (size_t i = 0; i < count; i++) {
        const float deviation = values[i] - mean;
        values[i] = deviation * deviation;
    }
}
