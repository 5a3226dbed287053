/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/bug.h - WARN_ON() and BUG_ON()
 *
 * Provenance: custom: a warning is a line of printk() and, inside a search, the invariant
 * `assertion` (np_violate()); BUG() prints and aborts the program. VM_BUG_ON() checks, as
 * under CONFIG_DEBUG_VM, and warns.
 */
#ifndef NETPAGE_COMPAT_LINUX_BUG_H
#define NETPAGE_COMPAT_LINUX_BUG_H

#include <linux/compiler.h>
#include <linux/printk.h>

void np_compat_warn(const char *file, int line, const char *fmt, ...) __printf(3, 4) __cold;
void np_compat_bug(const char *file, int line) __noreturn __cold;

#define BUG() np_compat_bug(__FILE__, __LINE__)
#define BUG_ON(condition)                                                                          \
	do {                                                                                       \
		if (unlikely(condition))                                                           \
			BUG();                                                                     \
	} while (0)

#define WARN(condition, fmt, ...)                                                                  \
	({                                                                                         \
		bool np_warned = !!(condition);                                                    \
		if (unlikely(np_warned))                                                           \
			np_compat_warn(__FILE__, __LINE__, fmt, ##__VA_ARGS__);                    \
		unlikely(np_warned);                                                               \
	})
#define WARN_ON(condition) WARN(condition, "%s", #condition)

/*
 * Says it once; whether the condition held is told every time.  In a search each execution
 * is a life of its own, and what is said once in one would be missing from all others.
 */
#ifdef NP_FLAVOUR_EXPLORE
#define WARN_ONCE(condition, fmt, ...) WARN(condition, fmt, ##__VA_ARGS__)
#else
#define WARN_ONCE(condition, fmt, ...)                                                             \
	({                                                                                         \
		static unsigned char np_said;                                                      \
		bool np_warned = !!(condition);                                                    \
		if (unlikely(np_warned) && !__atomic_exchange_n(&np_said, 1, __ATOMIC_RELAXED))    \
			np_compat_warn(__FILE__, __LINE__, fmt, ##__VA_ARGS__);                    \
		unlikely(np_warned);                                                               \
	})
#endif
#define WARN_ON_ONCE(condition) WARN_ONCE(condition, "%s", #condition)
#define WARN_TAINT(condition, taint, ...) WARN(condition, __VA_ARGS__)

/* Must not be reached by what the compiler leaves over. */
#define BUILD_BUG() unreachable()
#ifndef BUILD_BUG_ON
#define BUILD_BUG_ON(condition) _Static_assert(!(condition), #condition)
#define BUILD_BUG_ON_MSG(condition, msg) _Static_assert(!(condition), msg)
#endif
#ifndef static_assert
#define static_assert _Static_assert
#endif

#define VM_BUG_ON(condition) ((void)WARN_ON(condition))
#define VM_BUG_ON_PAGE(condition, page) ((void)(page), VM_BUG_ON(condition))
#define VM_BUG_ON_FOLIO(condition, folio) ((void)(folio), VM_BUG_ON(condition))
#define VM_WARN_ON(condition) ((void)WARN_ON(condition))
#define VM_WARN_ON_ONCE(condition) ((void)WARN_ON_ONCE(condition))
#define VM_WARN_ON_ONCE_PAGE(condition, page) ((void)(page), WARN_ON_ONCE(condition))

#endif /* NETPAGE_COMPAT_LINUX_BUG_H */
