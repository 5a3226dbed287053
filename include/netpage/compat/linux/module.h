/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/module.h - a module is linked into the program that uses it
 *
 * Provenance: custom: module_init() and module_exit() are called by np_module_run() only;
 * a parameter is an integer. stub: MODULE_* and EXPORT_SYMBOL() do nothing.
 */
#ifndef NETPAGE_COMPAT_LINUX_MODULE_H
#define NETPAGE_COMPAT_LINUX_MODULE_H

#include <linux/export.h>
#include <linux/init.h>
#include <linux/kernel.h>

#ifndef KBUILD_MODNAME
#define KBUILD_MODNAME "module"
#endif

/* A declaration that may be repeated: something for the semicolon to end. */
#define NP_NOTHING_ _Static_assert(1, "")
#define MODULE_LICENSE(text) NP_NOTHING_
#define MODULE_AUTHOR(text) NP_NOTHING_
#define MODULE_DESCRIPTION(text) NP_NOTHING_
#define MODULE_VERSION(text) NP_NOTHING_
#define MODULE_ALIAS(text) NP_NOTHING_
#define MODULE_IMPORT_NS(text) NP_NOTHING_
#define MODULE_PARM_DESC(name, text) NP_NOTHING_

struct np_module_param {
	const char *name;
	void *value;
	size_t size;
};

#define module_param_named(name, value, type, perm)                                                \
	static const struct np_module_param NP_PASTE(np_param_, __COUNTER__) __used __aligned(8)   \
		__section("np_params") = { #name, &(value), sizeof(value) }
#define module_param(name, type, perm) module_param_named(name, name, type, perm)
#define module_init(fn) NP_INITCALL_(fn)
#define module_exit(fn) NP_EXITCALL_(fn)

/**
 * np_module_run - what insmod and rmmod do, for all modules of the program
 * @argv: "name=value" for parameters
 * Context: as the modules want it.
 * Return: what an init function returned, if not 0; -EINVAL for a parameter that is not there.
 */
int np_module_run(int argc, char **argv);

struct module;
#define THIS_MODULE ((struct module *)NULL)

#endif /* NETPAGE_COMPAT_LINUX_MODULE_H */
