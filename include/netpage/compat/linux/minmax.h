/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/minmax.h - see linux/kernel.h
 *
 * Provenance: real.
 */
#ifndef NETPAGE_COMPAT_LINUX_MINMAX_H
#define NETPAGE_COMPAT_LINUX_MINMAX_H
#include <linux/kernel.h>
#endif
