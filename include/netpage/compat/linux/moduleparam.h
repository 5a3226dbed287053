/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/moduleparam.h - see linux/module.h
 *
 * Provenance: stub.
 */
#ifndef NETPAGE_COMPAT_LINUX_MODULEPARAM_H
#define NETPAGE_COMPAT_LINUX_MODULEPARAM_H

#include <linux/module.h>

#endif /* NETPAGE_COMPAT_LINUX_MODULEPARAM_H */
