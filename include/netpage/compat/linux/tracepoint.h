/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/tracepoint.h - tracepoints
 *
 * Provenance: custom: the library has its own (netpage/trace.h); those of kernel sources
 * are empty.
 */
#ifndef NETPAGE_COMPAT_LINUX_TRACEPOINT_H
#define NETPAGE_COMPAT_LINUX_TRACEPOINT_H

#include <linux/types.h>

#endif /* NETPAGE_COMPAT_LINUX_TRACEPOINT_H */
