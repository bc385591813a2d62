#ifndef SLUICE_CPLATFORM_H
#define SLUICE_CPLATFORM_H

#include "sluice_accepted.h"
#include "sluice_affinity.h"
#include "sluice_descriptors.h"
#include "sluice_leaf_loops.h"
#include "sluice_thread.h"

#endif
