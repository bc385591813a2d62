#include "sluice_leaf_loops.h"

// The choice among the paths: one predictable branch for each call, and a call is kilobytes of values.

#define DECLARE(path)                                                                                      \
    float sluice_sum_octet_##path(const void *, uint32_t, uint32_t);                                       \
    void sluice_mean_rows_##path(const void *, uint64_t, size_t, void *);                                  \
    void sluice_square_deviations_##path(void *, size_t, float);                                           \
    void sluice_minimum_##path(const void *, size_t, sluice_extremum *);                                   \
    void sluice_maximum_##path(const void *, size_t, sluice_extremum *)

DECLARE(baseline);

#if defined(__x86_64__)
DECLARE(avx2);
#define CALL(path, function, ...)                                                                          \
    ((path) == SLUICE_PATH_AVX2 ? function##_avx2(__VA_ARGS__) : function##_baseline(__VA_ARGS__))
#else
#define CALL(path, function, ...) ((void)(path), function##_baseline(__VA_ARGS__))
#endif

bool sluice_vector_path_supported(sluice_vector_path path) {
    switch (path) {
    case SLUICE_PATH_BASELINE: return true;
#if defined(__x86_64__)
    case SLUICE_PATH_AVX2: return __builtin_cpu_supports("avx2");
#endif
    default: return false;
    }
}

uint32_t sluice_rows_per_step(uint64_t columns) {
    for (uint32_t depth = 0; depth <= 3; depth++)
        if (columns / 8 >> depth <= 16) return 8u >> depth;
    return 1;
}

float sluice_sum_octet(sluice_vector_path path, const void *values, uint32_t blocks, uint32_t tail) {
    return CALL(path, sluice_sum_octet, values, blocks, tail);
}

void sluice_mean_rows(sluice_vector_path path, const void *values, uint64_t columns, size_t rows,
                      void *means) {
    CALL(path, sluice_mean_rows, values, columns, rows, means);
}

void sluice_square_deviations(sluice_vector_path path, void *values, size_t count, float mean) {
    CALL(path, sluice_square_deviations, values, count, mean);
}

void sluice_minimum(sluice_vector_path path, const void *values, size_t count, sluice_extremum *extremum) {
    CALL(path, sluice_minimum, values, count, extremum);
}

void sluice_maximum(sluice_vector_path path, const void *values, size_t count, sluice_extremum *extremum) {
    CALL(path, sluice_maximum, values, count, extremum);
}
