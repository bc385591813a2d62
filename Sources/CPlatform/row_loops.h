// The means of whole rows, included once for each set of instructions, after sum_loops.h.
//
// Rows of up to 1087 floats have eight leaves or fewer: as many rows are taken at a time as make eight. Wider rows
// are octets, one after the other.

#define MIX_LOW(a, b) __builtin_shufflevector(a, b, 0, 8, 1, 9, 4, 12, 5, 13)
#define MIX_HIGH(a, b) __builtin_shufflevector(a, b, 2, 10, 3, 11, 6, 14, 7, 15)
#define FIRST_TWO(a, b) __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13)
#define LAST_TWO(a, b) __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15)

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

// The rule's 0.0 + sum makes +0.0 of a row of -0.0; the division is numpy's, in float64.
INLINE float row_mean(float sum, uint64_t columns) { return (float)((double)(sum + 0.0f) / (double)columns); }

// Rows of 1088 floats or more. They differ in nothing but their values, so the shapes of their octets are found once.
static void mean_wide_rows(const loose_float *values, uint64_t columns, size_t rows, loose_float *means) {
    const uint64_t blocks = columns / 8;
    const uint32_t tail = (uint32_t)columns % 8;
    uint32_t depth = 0;  // of the tree of octets
    while (blocks >> (depth + 3) > LEAF_BLOCKS) depth++;
    const uint64_t octets = 1ull << depth, least = blocks >> depth, most = (blocks + octets - 1) >> depth;
    // An octet has `least` blocks or one more; the last has most of all, and the tail.
    const struct eight usual[2] = {eight_siblings((uint32_t)least, 0), eight_siblings((uint32_t)least + 1, 0)};
    const struct eight last = eight_siblings((uint32_t)most, tail);
    for (size_t row = 0; row < rows; row++) {
        float partials[64];  // at height h, the sum of the last complete subtree of 1 << h octets
        uint64_t reversed = 0;  // `octet` with its `depth` bits mirrored
        for (uint64_t octet = 0; octet + 1 < octets; octet++) {
            const uint64_t has = (blocks + reversed) >> depth;
            float sum = octet_sum(values, &usual[has - least], has);
            uint32_t height = 0;
            for (; octet >> height & 1; height++) sum = partials[height] + sum;
            partials[height] = sum;
            // Counting up flips the lowest bits, as many as a carry passes and one; mirrored, the highest.
            reversed ^= ((2ull << height) - 1) << (depth - 1 - height);
            values += 8 * has;
        }
        float sum = octet_sum(values, &last, most);
        for (uint32_t height = 0; height < depth; height++) sum = partials[height] + sum;
        means[row] = row_mean(sum, columns);
        values += 8 * most + tail;
    }
}

void SLUICE_LOOP(mean_rows)(const void *bytes, uint64_t columns, size_t rows, void *results) {
    const loose_float *values = bytes;
    loose_float *means = results;
    switch (columns) {
    case 1: mean_narrow_rows(values, 1, rows, means); return;
    case 2: mean_narrow_rows(values, 2, rows, means); return;
    case 3: mean_narrow_rows(values, 3, rows, means); return;
    case 4: mean_narrow_rows(values, 4, rows, means); return;
    case 5: mean_narrow_rows(values, 5, rows, means); return;
    case 6: mean_narrow_rows(values, 6, rows, means); return;
    case 7: mean_narrow_rows(values, 7, rows, means); return;
    default: break;
    }
    if (columns / 8 > 8 * LEAF_BLOCKS + 7) {
        mean_wide_rows(values, columns, rows, means);
        return;
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
        if (depth == 0) {
            // As row_mean, of eight.
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
            means[r] = row_mean(row_sums[r], columns);
    }
}

void SLUICE_LOOP(square_deviations)(void *bytes, size_t count, float mean) {
    loose_float *values = bytes;
    for (size_t i = 0; i < count; i++) {
        const float deviation = values[i] - mean;
        values[i] = deviation * deviation;
    }
}
