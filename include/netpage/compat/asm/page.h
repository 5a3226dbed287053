/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: asm/page.h - PAGE_SIZE and its kin
 *
 * Provenance: real (netpage/types.h).
 */
#ifndef NETPAGE_COMPAT_ASM_PAGE_H
#define NETPAGE_COMPAT_ASM_PAGE_H

#include <linux/types.h>

#define PAGE_ALIGN(addr) (((addr) + PAGE_SIZE - 1) & PAGE_MASK)
#define PAGE_ALIGNED(addr) (((unsigned long)(addr) & ~PAGE_MASK) == 0)

#endif /* NETPAGE_COMPAT_ASM_PAGE_H */
