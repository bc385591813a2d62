// For every x86-64, and for whatever else the compiler knows.
#define SLUICE_LOOP(name) sluice_##name##_baseline
#include "sum_loops.h"
#include "extremum_loops.h"
