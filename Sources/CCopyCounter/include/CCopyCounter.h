// Nothing to call: this library is preloaded. What it writes is described in CCopyCounterPage.h.
#ifndef SLUICE_CCOPYCOUNTER_H
#define SLUICE_CCOPYCOUNTER_H
#endif
