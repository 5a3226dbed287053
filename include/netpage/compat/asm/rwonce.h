/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: asm/rwonce.h - see linux/compiler.h
 *
 * Provenance: real (netpage/types.h).
 */
#ifndef NETPAGE_COMPAT_ASM_RWONCE_H
#define NETPAGE_COMPAT_ASM_RWONCE_H

#include <linux/compiler.h>

#endif /* NETPAGE_COMPAT_ASM_RWONCE_H */
