// The pairwise sums, included once for each set of instructions.
//
// Speed comes from eight leaves in flight. One leaf is a chain of dependent additions, and its end, where
// eight accumulators become one number, costs as much as ten blocks; eight leaves side by side hide the
// chain and fold together.
//
// The including file defines SLUICE_LOOP(name).

#include "float_vectors.h"

#define EVEN(a, b) __builtin_shufflevector(a, b, 0, 2, 8, 10, 4, 6, 12, 14)
#define ODD(a, b) __builtin_shufflevector(a, b, 1, 3, 9, 11, 5, 7, 13, 15)
#define LOW(a, b) __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11)
#define HIGH(a, b) __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15)
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

// Asks for the eight blocks that lie a little way ahead. Eight leaves side by side look to the CPU like eight
// streams, each of them over after a few lines: its own prefetching gives up, and from memory the sum
// ran at half the speed of one straight pass. Asking for memory that is not there does no harm.
INLINE void prefetch_blocks(const loose_float *values) {
    enum { AHEAD = 8192, LINE = 64 };
    const char *ahead = (const char *)values + AHEAD;
    __builtin_prefetch(ahead), __builtin_prefetch(ahead + LINE);
    __builtin_prefetch(ahead + 2 * LINE), __builtin_prefetch(ahead + 3 * LINE);
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
    prefetch_blocks(values);
    for (size_t i = 8; i < end; i += 8) {
        prefetch_blocks(values + 8 * i);
        r0 += LOAD8(p0 + i), r1 += LOAD8(p1 + i), r2 += LOAD8(p2 + i), r3 += LOAD8(p3 + i);
        r4 += LOAD8(p4 + i), r5 += LOAD8(p5 + i), r6 += LOAD8(p6 + i), r7 += LOAD8(p7 + i);
    }
    const uint32_t longer = e->longer;
    if (longer) {
        prefetch_blocks(values + 8 * end);
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

// `blocks` is how many the octet has in all.
INLINE float octet_sum(const loose_float *values, const struct eight *e, uint64_t blocks) {
    f8 sums;
    if (__builtin_expect(e->splitting, 0)) {
        float stored[8];
        node_sums(values, e, stored);
        sums = LOAD8(stored);
    } else {
        eight_leaves(&sums, values, e);
        if (e->tail) sums[7] = add_tail(sums[7], values + 8 * blocks, e->tail);
    }
    return FOLD(sums);
}

float SLUICE_LOOP(sum_octet)(const void *values, uint32_t blocks, uint32_t tail) {
    const struct eight e = eight_siblings(blocks, tail);
    return octet_sum(values, &e, blocks);
}
