/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/irqflags.h - interrupts of this CPU off and on
 *
 * Provenance: real (netpage/spinlock.h); custom: the flags are written and not read.
 */
#ifndef NETPAGE_COMPAT_LINUX_IRQFLAGS_H
#define NETPAGE_COMPAT_LINUX_IRQFLAGS_H

#include <linux/compiler.h>

#include <netpage/machine.h>
#include <netpage/spinlock.h>

static inline void np_compat_irq_save(void)
{
	local_irq_save();
}

static inline void np_compat_irq_restore(void)
{
	local_irq_restore();
}

#undef local_irq_save
#undef local_irq_restore
#define local_irq_save(flags)                                                                      \
	do {                                                                                       \
		(flags) = 0;                                                                       \
		np_compat_irq_save();                                                              \
	} while (0)
#define local_irq_restore(flags)                                                                   \
	do {                                                                                       \
		(void)(flags);                                                                     \
		np_compat_irq_restore();                                                           \
	} while (0)
#define local_irq_disable() np_compat_irq_save()
#define local_irq_enable() np_compat_irq_restore()
#define irqs_disabled() (np_here() && np_here()->irq_disabled > 0)

#endif /* NETPAGE_COMPAT_LINUX_IRQFLAGS_H */
