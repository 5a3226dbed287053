/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/sched/mm.h - see linux/memcontrol.h for set_active_memcg()
 *
 * Provenance: custom: as linux/memcontrol.h.
 */
#ifndef NETPAGE_COMPAT_LINUX_SCHED_MM_H
#define NETPAGE_COMPAT_LINUX_SCHED_MM_H

#include <linux/memcontrol.h>
#include <linux/sched.h>

#endif /* NETPAGE_COMPAT_LINUX_SCHED_MM_H */
