/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/errno.h - the system's numbers, and those that no user ever sees
 *
 * Provenance: real.
 */
#ifndef NETPAGE_COMPAT_LINUX_ERRNO_H
#define NETPAGE_COMPAT_LINUX_ERRNO_H

#include_next <linux/errno.h>

#define ERESTARTSYS 512
#define EPROBE_DEFER 517
#define ENOTSUPP 524

#endif /* NETPAGE_COMPAT_LINUX_ERRNO_H */
