/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/vmalloc.h - memory that need not be contiguous
 *
 * Provenance: custom: the same as kmalloc().
 */
#ifndef NETPAGE_COMPAT_LINUX_VMALLOC_H
#define NETPAGE_COMPAT_LINUX_VMALLOC_H

#include <linux/slab.h>

#define vmalloc(size) kmalloc(size, GFP_KERNEL)
#define vzalloc(size) kzalloc(size, GFP_KERNEL)
#define vfree(ptr) kfree(ptr)

#endif /* NETPAGE_COMPAT_LINUX_VMALLOC_H */
