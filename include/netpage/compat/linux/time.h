/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/time.h - see linux/timekeeping.h and linux/math64.h
 *
 * Provenance: custom: as linux/timekeeping.h.
 */
#ifndef NETPAGE_COMPAT_LINUX_TIME_H
#define NETPAGE_COMPAT_LINUX_TIME_H

#include <linux/math64.h>
#include <linux/timekeeping.h>

#endif /* NETPAGE_COMPAT_LINUX_TIME_H */
