/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/init.h - initcalls
 *
 * Provenance: custom: there is no boot; np_module_run() calls them, in the order of the
 * link, in a program that wants them called.
 */
#ifndef NETPAGE_COMPAT_LINUX_INIT_H
#define NETPAGE_COMPAT_LINUX_INIT_H

#include <linux/compiler.h>

typedef int (*np_initcall_t)(void);
typedef void (*np_exitcall_t)(void);

#define NP_INITCALL_(fn)                                                                           \
	static const np_initcall_t NP_PASTE(np_initcall_, __COUNTER__)                             \
	__used __section("np_initcalls") = (fn)
#define NP_EXITCALL_(fn)                                                                           \
	static const np_exitcall_t NP_PASTE(np_exitcall_, __COUNTER__)                             \
	__used __section("np_exitcalls") = (fn)
#define early_initcall(fn) NP_INITCALL_(fn)
#define subsys_initcall(fn) NP_INITCALL_(fn)
#define device_initcall(fn) NP_INITCALL_(fn)
#define late_initcall(fn) NP_INITCALL_(fn)

#endif /* NETPAGE_COMPAT_LINUX_INIT_H */
