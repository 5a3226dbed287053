/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/perf_event.h - counters of the processor
 *
 * Provenance: stub: no event can be made (NULL). The layout of
 * the request is the system's.
 */
#ifndef NETPAGE_COMPAT_LINUX_PERF_EVENT_H
#define NETPAGE_COMPAT_LINUX_PERF_EVENT_H

#include_next <linux/perf_event.h>

#include <linux/errno.h>
#include <linux/types.h>

struct perf_event;

#define perf_event_create_kernel_counter(attr, cpu, task, handler, context)                        \
	((void)(attr), (void)(cpu), (struct perf_event *)NULL)
#define perf_event_enable(event) ((void)(event))

#endif /* NETPAGE_COMPAT_LINUX_PERF_EVENT_H */
