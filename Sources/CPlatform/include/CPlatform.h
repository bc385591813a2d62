#ifndef SLUICE_CPLATFORM_H
#define SLUICE_CPLATFORM_H

#include "sluice_affinity.h"
#include "sluice_leaf_loops.h"

#endif
