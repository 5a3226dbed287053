/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: asm/barrier.h - see linux/atomic.h
 *
 * Provenance: real (netpage/atomic.h).
 */
#ifndef NETPAGE_COMPAT_ASM_BARRIER_H
#define NETPAGE_COMPAT_ASM_BARRIER_H

#include <linux/atomic.h>

#endif /* NETPAGE_COMPAT_ASM_BARRIER_H */
