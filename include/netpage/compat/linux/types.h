/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/types.h - integers, and the types that everything else is made of
 *
 * Provenance: real (netpage/types.h, atomic.h, list.h); the __u32 family is the system's.
 */
#ifndef NETPAGE_COMPAT_LINUX_TYPES_H
#define NETPAGE_COMPAT_LINUX_TYPES_H

#include <linux/compiler.h>
#include_next <linux/types.h>
#include <sys/types.h>

#include <netpage/atomic.h>
#include <netpage/list.h>

typedef int8_t s8;
typedef int16_t s16;
typedef u64 phys_addr_t;
typedef u64 resource_size_t;
typedef unsigned long pgoff_t;
typedef unsigned int slab_flags_t;
typedef unsigned int fgf_t;
typedef unsigned int vm_fault_t;

struct hlist_node {
	struct hlist_node *next, **pprev;
};

struct hlist_head {
	struct hlist_node *first;
};

/* Freed after a grace period; linux/rcupdate.h. */
struct callback_head {
	struct callback_head *next;
	void (*func)(struct callback_head *head);
};
#define rcu_head callback_head

#endif /* NETPAGE_COMPAT_LINUX_TYPES_H */
