/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/math.h - see linux/kernel.h
 *
 * Provenance: real.
 */
#ifndef NETPAGE_COMPAT_LINUX_MATH_H
#define NETPAGE_COMPAT_LINUX_MATH_H
#include <linux/kernel.h>
#endif
