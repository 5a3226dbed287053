/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/ethtool.h - statistics' names
 *
 * Provenance: custom: only the length of a name.
 */
#ifndef NETPAGE_COMPAT_LINUX_ETHTOOL_H
#define NETPAGE_COMPAT_LINUX_ETHTOOL_H

#include <linux/types.h>

#define ETH_GSTRING_LEN 32

#endif /* NETPAGE_COMPAT_LINUX_ETHTOOL_H */
