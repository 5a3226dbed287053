/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/interrupt.h - contexts
 *
 * Provenance: real (netpage/machine.h, spinlock.h); no handlers can be registered.
 */
#ifndef NETPAGE_COMPAT_LINUX_INTERRUPT_H
#define NETPAGE_COMPAT_LINUX_INTERRUPT_H

#include <asm/msr.h>
#include <linux/bottom_half.h>
#include <linux/completion.h>
#include <linux/irqflags.h>
#include <linux/preempt.h>
#include <linux/smp.h>
#include <linux/time.h>

typedef int irqreturn_t;
#define IRQ_NONE 0
#define IRQ_HANDLED 1

#endif /* NETPAGE_COMPAT_LINUX_INTERRUPT_H */
