/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* runtime - internal: where instrumented code meets the engine */
#ifndef NP_EXPLORE_RUNTIME_H
#define NP_EXPLORE_RUNTIME_H

#include <explore/engine.h>

/* Names that the compilers call; no header declares them. */
#define NP_ENTRY __attribute__((visibility("default"))) __attribute__((no_sanitize("thread")))

/* This thread's search from now on; NULL: none. */
void np_explorer_set_here(struct np_explorer *x);

/* Accesses by code without instrumentation that is to be seen: memset() and its like. */
void np_explore_range(const void *addr, size_t size, bool write, const void *pc);

#endif /* NP_EXPLORE_RUNTIME_H */
