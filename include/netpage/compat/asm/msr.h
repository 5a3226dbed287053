/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: asm/msr.h - registers of the processor
 *
 * Provenance: stub: none can be read (-EIO).
 */
#ifndef NETPAGE_COMPAT_ASM_MSR_H
#define NETPAGE_COMPAT_ASM_MSR_H

#include <linux/errno.h>
#include <linux/types.h>

#define rdmsrl_safe(msr, value) ((void)(msr), (void)(value), -EIO)
#define rdmsrq_safe(msr, value) rdmsrl_safe(msr, value)

#endif /* NETPAGE_COMPAT_ASM_MSR_H */
