/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/align.h - see linux/kernel.h
 *
 * Provenance: real.
 */
#ifndef NETPAGE_COMPAT_LINUX_ALIGN_H
#define NETPAGE_COMPAT_LINUX_ALIGN_H
#include <linux/kernel.h>
#endif
