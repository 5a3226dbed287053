/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/sizes.h - sizes
 *
 * Provenance: real.
 */
#ifndef NETPAGE_COMPAT_LINUX_SIZES_H
#define NETPAGE_COMPAT_LINUX_SIZES_H

#define SZ_1K 0x400
#define SZ_2K 0x800
#define SZ_4K 0x1000
#define SZ_64K 0x10000
#define SZ_1M 0x100000

#endif /* NETPAGE_COMPAT_LINUX_SIZES_H */
