/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* work - internal: what waits to be run on one CPU */
#ifndef NP_PLAT_WORK_H
#define NP_PLAT_WORK_H

#include <machine.h>

/* A hint unless the caller keeps others from queueing. */
bool np_work_pending(struct np_cpu *cpu);
/* Runs all of it. Context: the CPU has been entered, as a kernel thread. */
void np_work_run(struct np_cpu *cpu);

#endif /* NP_PLAT_WORK_H */
