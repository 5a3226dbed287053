/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/numa.h - nodes
 *
 * Provenance: real (netpage/types.h).
 */
#ifndef NETPAGE_COMPAT_LINUX_NUMA_H
#define NETPAGE_COMPAT_LINUX_NUMA_H

#include <linux/types.h>

#endif /* NETPAGE_COMPAT_LINUX_NUMA_H */
