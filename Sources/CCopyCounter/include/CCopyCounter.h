// Nothing to call: this library is preloaded. What it writes is described in copy_counter_layout.h.
#ifndef SLUICE_CCOPYCOUNTER_H
#define SLUICE_CCOPYCOUNTER_H
#endif
