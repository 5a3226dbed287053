/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/atomic.h - atomic_t, atomic_long_t, atomic64_t, barriers, xchg() and cmpxchg()
 *
 * Provenance: real (netpage/atomic.h), with the further operations that kernel code uses,
 * in the orders of Documentation/atomic_t.txt.
 */
#ifndef NETPAGE_COMPAT_LINUX_ATOMIC_H
#define NETPAGE_COMPAT_LINUX_ATOMIC_H

#include <linux/types.h>

#include <netpage/atomic.h>

#define atomic64_t atomic_long_t
#define ATOMIC64_INIT(i) ATOMIC_INIT(i)
#define ATOMIC_LONG_INIT(i) ATOMIC_INIT(i)

/* Sums are made without signs: a count that wraps is no mistake. */
#define NP_ATOMIC_MORE(name, type, word)                                                           \
	static inline word name##_inc_return(type *v)                                              \
	{                                                                                          \
		return name##_add_return(1, v);                                                    \
	}                                                                                          \
	static inline word name##_dec_return(type *v)                                              \
	{                                                                                          \
		return name##_sub_return(1, v);                                                    \
	}                                                                                          \
	static inline bool name##_inc_and_test(type *v)                                            \
	{                                                                                          \
		return name##_add_return(1, v) == 0;                                               \
	}                                                                                          \
	static inline word name##_fetch_add(word i, type *v)                                       \
	{                                                                                          \
		return __atomic_fetch_add(&v->counter, i, __ATOMIC_SEQ_CST);                       \
	}                                                                                          \
	static inline word name##_fetch_sub(word i, type *v)                                       \
	{                                                                                          \
		return __atomic_fetch_sub(&v->counter, i, __ATOMIC_SEQ_CST);                       \
	}                                                                                          \
	static inline word name##_fetch_inc(type *v)                                               \
	{                                                                                          \
		return name##_fetch_add(1, v);                                                     \
	}                                                                                          \
	static inline word name##_fetch_dec(type *v)                                               \
	{                                                                                          \
		return name##_fetch_sub(1, v);                                                     \
	}                                                                                          \
	static inline word name##_fetch_or(word i, type *v)                                        \
	{                                                                                          \
		return __atomic_fetch_or(&v->counter, i, __ATOMIC_SEQ_CST);                        \
	}                                                                                          \
	static inline word name##_fetch_and(word i, type *v)                                       \
	{                                                                                          \
		return __atomic_fetch_and(&v->counter, i, __ATOMIC_SEQ_CST);                       \
	}                                                                                          \
	static inline void name##_or(word i, type *v)                                              \
	{                                                                                          \
		(void)__atomic_fetch_or(&v->counter, i, __ATOMIC_RELAXED);                         \
	}                                                                                          \
	static inline void name##_and(word i, type *v)                                             \
	{                                                                                          \
		(void)__atomic_fetch_and(&v->counter, i, __ATOMIC_RELAXED);                        \
	}                                                                                          \
	static inline bool name##_inc_not_zero(type *v)                                            \
	{                                                                                          \
		return name##_add_unless(v, 1, 0);                                                 \
	}                                                                                          \
	static inline word name##_fetch_add_unless(type *v, word i, word unless)                   \
	{                                                                                          \
		word found = name##_read(v);                                                       \
		while (found != unless && !__atomic_compare_exchange_n(                            \
						  &v->counter, &found,                             \
						  (word)((unsigned long)found + (unsigned long)i), \
						  false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED))      \
			;                                                                          \
		return found;                                                                      \
	}                                                                                          \
	static inline word name##_dec_if_positive(type *v)                                         \
	{                                                                                          \
		word found = name##_read(v);                                                       \
		while (found > 0 &&                                                                \
		       !__atomic_compare_exchange_n(&v->counter, &found, found - 1, false,         \
						    __ATOMIC_SEQ_CST, __ATOMIC_RELAXED))           \
			;                                                                          \
		return found - 1;                                                                  \
	}                                                                                          \
	static inline bool name##_try_cmpxchg(type *v, word *old, word i)                          \
	{                                                                                          \
		return __atomic_compare_exchange_n(&v->counter, old, i, false, __ATOMIC_SEQ_CST,   \
						   __ATOMIC_RELAXED);                              \
	}

NP_ATOMIC_MORE(atomic, atomic_t, int)
NP_ATOMIC_MORE(atomic_long, atomic_long_t, long)

#define atomic64_read atomic_long_read
#define atomic64_set atomic_long_set
#define atomic64_add atomic_long_add
#define atomic64_sub atomic_long_sub
#define atomic64_inc atomic_long_inc
#define atomic64_dec atomic_long_dec
#define atomic64_add_return atomic_long_add_return
#define atomic64_inc_return atomic_long_inc_return
#define atomic64_dec_and_test atomic_long_dec_and_test
#define atomic64_cmpxchg atomic_long_cmpxchg
#define atomic64_xchg atomic_long_xchg

#define cmpxchg(p, old, value) np_cmpxchg(p, old, value)
#define try_cmpxchg(p, old, value)                                                                 \
	__atomic_compare_exchange_n((p), (old), (value), false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED)

#define smp_rmb() __atomic_thread_fence(__ATOMIC_ACQUIRE)
#define smp_wmb() __atomic_thread_fence(__ATOMIC_RELEASE)
#define mb() smp_mb()
#define rmb() smp_rmb()
#define wmb() smp_wmb()
#define smp_mb__before_atomic() smp_mb()
#define smp_mb__after_atomic() smp_mb()
/* Whoever depends on an address reads it after it was published. */
#define smp_read_barrier_depends() ((void)0)
#define smp_store_mb(var, value)                                                                   \
	do {                                                                                       \
		WRITE_ONCE(var, value);                                                            \
		smp_mb();                                                                          \
	} while (0)
#define cpu_relax() barrier()

#endif /* NETPAGE_COMPAT_LINUX_ATOMIC_H */
