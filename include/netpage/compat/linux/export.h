/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/export.h - exports
 *
 * Provenance: stub: EXPORT_SYMBOL() does nothing.
 */
#ifndef NETPAGE_COMPAT_LINUX_EXPORT_H
#define NETPAGE_COMPAT_LINUX_EXPORT_H

#define EXPORT_SYMBOL(name)
#define EXPORT_SYMBOL_GPL(name)
#define EXPORT_SYMBOL_NS_GPL(name, ns)

#endif /* NETPAGE_COMPAT_LINUX_EXPORT_H */
