/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/container_of.h - see linux/kernel.h
 *
 * Provenance: real.
 */
#ifndef NETPAGE_COMPAT_LINUX_CONTAINER_OF_H
#define NETPAGE_COMPAT_LINUX_CONTAINER_OF_H
#include <linux/kernel.h>
#endif
