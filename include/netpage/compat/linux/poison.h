/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/poison.h - values that mean nothing
 *
 * Provenance: real (netpage/page_pool.h) for PP_SIGNATURE; custom: lists are not poisoned.
 */
#ifndef NETPAGE_COMPAT_LINUX_POISON_H
#define NETPAGE_COMPAT_LINUX_POISON_H

#ifndef PP_SIGNATURE
#define PP_SIGNATURE 0x40UL
#endif
#define LIST_POISON1 ((void *)0x100)
#define LIST_POISON2 ((void *)0x122)
#define POISON_POINTER_DELTA 0
#define TAIL_MAPPING ((void *)0x400)

#endif /* NETPAGE_COMPAT_LINUX_POISON_H */
