/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/preempt.h - which context this is
 *
 * Provenance: real (netpage/machine.h, spinlock.h).
 */
#ifndef NETPAGE_COMPAT_LINUX_PREEMPT_H
#define NETPAGE_COMPAT_LINUX_PREEMPT_H

#include <linux/compiler.h>

#include <netpage/machine.h>
#include <netpage/spinlock.h>

/* Serving a softirq, or a task that keeps them out. */
static inline bool np_compat_in_softirq(void)
{
	return in_serving_softirq() || np_here()->bh_disabled > 0;
}

static inline bool np_compat_in_hardirq(void)
{
	return np_here()->kind == NP_HARDIRQ;
}

/* Macros, as in the kernel: a variable may have the same name. */
#define in_softirq() np_compat_in_softirq()
#define in_hardirq() np_compat_in_hardirq()
#define in_interrupt() (in_hardirq() || in_softirq())
#define in_irq() in_hardirq()
#define in_nmi() false
#define preemptible() (in_task() && !np_here()->preempt_disabled && !np_here()->irq_disabled)

#endif /* NETPAGE_COMPAT_LINUX_PREEMPT_H */
