/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/bottom_half.h - softirqs of this CPU off and on
 *
 * Provenance: real (netpage/spinlock.h).
 */
#ifndef NETPAGE_COMPAT_LINUX_BOTTOM_HALF_H
#define NETPAGE_COMPAT_LINUX_BOTTOM_HALF_H

#include <linux/compiler.h>

#include <netpage/spinlock.h>

#endif /* NETPAGE_COMPAT_LINUX_BOTTOM_HALF_H */
