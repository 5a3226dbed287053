/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/printk.h - messages go to standard output, one line each
 *
 * Provenance: custom: no ring buffer, no levels, no timestamps. KERN_* are empty; debug
 * messages are compiled and not printed. Of the kernel's own pointer formats only %p is
 * known: %px prints an address and an x.
 */
#ifndef NETPAGE_COMPAT_LINUX_PRINTK_H
#define NETPAGE_COMPAT_LINUX_PRINTK_H

#include <linux/compiler.h>

#define KERN_EMERG ""
#define KERN_ALERT ""
#define KERN_CRIT ""
#define KERN_ERR ""
#define KERN_WARNING ""
#define KERN_NOTICE ""
#define KERN_INFO ""
#define KERN_DEBUG ""
#define KERN_CONT ""
#define KERN_DEFAULT ""

#ifndef pr_fmt
#define pr_fmt(fmt) fmt
#endif

/* Context: any. Ends the line if @fmt does not. */
int np_compat_printk(const char *fmt, ...) __printf(1, 2);

#define printk(...) np_compat_printk(__VA_ARGS__)
#define _printk(...) np_compat_printk(__VA_ARGS__)
#define no_printk(...) ((void)(0 && np_compat_printk(__VA_ARGS__)))

#define pr_emerg(fmt, ...) printk(KERN_EMERG pr_fmt(fmt), ##__VA_ARGS__)
#define pr_alert(fmt, ...) printk(KERN_ALERT pr_fmt(fmt), ##__VA_ARGS__)
#define pr_crit(fmt, ...) printk(KERN_CRIT pr_fmt(fmt), ##__VA_ARGS__)
#define pr_err(fmt, ...) printk(KERN_ERR pr_fmt(fmt), ##__VA_ARGS__)
#define pr_warn(fmt, ...) printk(KERN_WARNING pr_fmt(fmt), ##__VA_ARGS__)
#define pr_notice(fmt, ...) printk(KERN_NOTICE pr_fmt(fmt), ##__VA_ARGS__)
#define pr_info(fmt, ...) printk(KERN_INFO pr_fmt(fmt), ##__VA_ARGS__)
#define pr_cont(fmt, ...) printk(KERN_CONT pr_fmt(fmt), ##__VA_ARGS__)
#define pr_debug(fmt, ...) no_printk(KERN_DEBUG pr_fmt(fmt), ##__VA_ARGS__)

/* Each place once in a program's life; in a search always, as linux/bug.h says. */
#ifdef NP_FLAVOUR_EXPLORE
#define NP_ONCE_(statement) statement
#else
#define NP_ONCE_(statement)                                                                        \
	do {                                                                                       \
		static unsigned char np_done;                                                      \
		if (!__atomic_exchange_n(&np_done, 1, __ATOMIC_RELAXED))                           \
			statement;                                                                 \
	} while (0)
#endif
#define printk_once(...) NP_ONCE_(printk(__VA_ARGS__))
#define pr_err_once(fmt, ...) NP_ONCE_(pr_err(fmt, ##__VA_ARGS__))
#define pr_warn_once(fmt, ...) NP_ONCE_(pr_warn(fmt, ##__VA_ARGS__))
#define pr_info_once(fmt, ...) NP_ONCE_(pr_info(fmt, ##__VA_ARGS__))
#define printk_ratelimited(...) printk(__VA_ARGS__)
#define pr_err_ratelimited pr_err
#define pr_warn_ratelimited pr_warn
#define pr_info_ratelimited pr_info

static inline void dump_stack(void)
{
}

#endif /* NETPAGE_COMPAT_LINUX_PRINTK_H */
