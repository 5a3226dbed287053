/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/compiler.h - attributes, annotations, READ_ONCE() and its kin
 *
 * Provenance: real (netpage/types.h) for READ_ONCE, WRITE_ONCE, likely; custom: what only
 * sparse reads is empty, and data_race() is not looked at in a search.
 */
#ifndef NETPAGE_COMPAT_LINUX_COMPILER_H
#define NETPAGE_COMPAT_LINUX_COMPILER_H

#include <linux/kconfig.h>
#include <netpage/compat/np/base.h>

#ifndef typeof
#define typeof __typeof__
#endif
#undef asm
#define asm __asm__

#undef __always_inline
#define __always_inline inline __attribute__((always_inline))
#ifndef noinline
#define noinline __attribute__((noinline))
#endif
#define __pure __attribute__((pure))
#undef __attribute_const__
#define __attribute_const__ __attribute__((const))
#define __used __attribute__((used))
#define __maybe_unused __attribute__((unused))
#define __always_unused __attribute__((unused))
#define __must_check __attribute__((warn_unused_result))
#define __cold __attribute__((cold))
#define __weak __attribute__((weak))
#define __packed __attribute__((packed))
#define __aligned(n) __attribute__((aligned(n)))
#define __section(name) __attribute__((section(name)))
#define __printf(fmt, args) __attribute__((format(printf, fmt, args)))
#define __noreturn __attribute__((noreturn))
#define fallthrough __attribute__((fallthrough))
#define __init
#define __exit
#define __initdata
#define __exitdata
#define __initconst
#define __ro_after_init
#define __read_mostly
#define __percpu
#define __rcu
#define __user
#define __force
#define __iomem
#define __kernel
#define __nocast
#define __private
#define __acquires(lock)
#define __releases(lock)
#define __must_hold(lock)
#define __acquire(lock) ((void)0)
#define __release(lock) ((void)0)
#define __no_kcsan
#define __no_sanitize_address
#define notrace
#define asmlinkage

#define ____cacheline_aligned_in_smp ____cacheline_aligned
#define ____cacheline_internodealigned_in_smp ____cacheline_aligned
#define __cacheline_aligned ____cacheline_aligned
#define __cacheline_aligned_in_smp ____cacheline_aligned
#ifndef L1_CACHE_BYTES
#define L1_CACHE_BYTES SMP_CACHE_BYTES
#endif

#define barrier() __asm__ volatile("" ::: "memory")
/* A race that is meant: the explorer does not report it, and switches to nobody in it. */
#ifdef NP_FLAVOUR_EXPLORE
bool np_quiet(bool quiet);
#define data_race(expr)                                                                            \
	({                                                                                         \
		bool np_was_quiet = np_quiet(true);                                                \
		__auto_type np_raced = (expr);                                                     \
		np_quiet(np_was_quiet);                                                            \
		np_raced;                                                                          \
	})
#else
#define data_race(expr) (expr)
#endif
#define OPTIMIZER_HIDE_VAR(var) __asm__("" : "=r"(var) : "0"(var))
#define unreachable() __builtin_unreachable()

#define NP_PASTE_(a, b) a##b
#define NP_PASTE(a, b) NP_PASTE_(a, b)
#define __UNIQUE_ID(prefix) NP_PASTE(NP_PASTE(__UNIQUE_ID_, prefix), __COUNTER__)
#define CONCATENATE(a, b) NP_PASTE(a, b)
#define __stringify_1(...) #__VA_ARGS__
#define __stringify(...) __stringify_1(__VA_ARGS__)

#define __same_type(a, b) __builtin_types_compatible_p(typeof(a), typeof(b))
#define BUILD_BUG_ON_ZERO(e) ((int)sizeof(struct { int : (-!!(e)); }))
#define __must_be_array(a) BUILD_BUG_ON_ZERO(__same_type((a), &(a)[0]))

#endif /* NETPAGE_COMPAT_LINUX_COMPILER_H */
