/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/smp.h - CPUs
 *
 * Provenance: real (netpage/machine.h).
 */
#ifndef NETPAGE_COMPAT_LINUX_SMP_H
#define NETPAGE_COMPAT_LINUX_SMP_H

#include <linux/preempt.h>
#include <linux/cpumask.h>

#define raw_smp_processor_id() smp_processor_id()
#define get_cpu()                                                                                  \
	({                                                                                         \
		preempt_disable();                                                                 \
		smp_processor_id();                                                                \
	})
#define put_cpu() preempt_enable()

#endif /* NETPAGE_COMPAT_LINUX_SMP_H */
