/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: atomic - atomic_t and atomic_long_t with the kernel's ordering
 *
 * One rule gives every ordering (Documentation/atomic_t.txt, 6.1):
 *
 *  - reads, sets and operations that return nothing: relaxed;
 *  - read-modify-writes that return a value: full barrier;
 *  - conditional read-modify-writes: full on success, relaxed on failure;
 *  - _acquire, _release, _relaxed: as named.
 *
 * Context: any.  Errors: none; overflow wraps, as in the kernel.
 */
#ifndef NETPAGE_ATOMIC_H
#define NETPAGE_ATOMIC_H

#include <netpage/types.h>

NP_BEGIN_DECLS

typedef struct {
	int counter;
} atomic_t;

typedef struct {
	long counter;
} atomic_long_t;

#define ATOMIC_INIT(i)                                                                             \
	{                                                                                          \
		(i)                                                                                \
	}

/* A full barrier that pairs with any other full barrier. */
static inline void smp_mb(void)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

/*
 * The same sixteen operations for both widths.  "unless" and "try_cmpxchg" are
 * the conditional ones.
 */
#define NP_ATOMIC_OPS(name, type, word)                                                            \
	static inline word name##_read(const type *v)                                              \
	{                                                                                          \
		return __atomic_load_n(&v->counter, __ATOMIC_RELAXED);                             \
	}                                                                                          \
	static inline word name##_read_acquire(const type *v)                                      \
	{                                                                                          \
		return __atomic_load_n(&v->counter, __ATOMIC_ACQUIRE);                             \
	}                                                                                          \
	static inline void name##_set(type *v, word i)                                             \
	{                                                                                          \
		__atomic_store_n(&v->counter, i, __ATOMIC_RELAXED);                                \
	}                                                                                          \
	static inline void name##_set_release(type *v, word i)                                     \
	{                                                                                          \
		__atomic_store_n(&v->counter, i, __ATOMIC_RELEASE);                                \
	}                                                                                          \
	static inline void name##_add(word i, type *v)                                             \
	{                                                                                          \
		(void)__atomic_fetch_add(&v->counter, i, __ATOMIC_RELAXED);                        \
	}                                                                                          \
	static inline void name##_sub(word i, type *v)                                             \
	{                                                                                          \
		(void)__atomic_fetch_sub(&v->counter, i, __ATOMIC_RELAXED);                        \
	}                                                                                          \
	static inline void name##_inc(type *v)                                                     \
	{                                                                                          \
		name##_add(1, v);                                                                  \
	}                                                                                          \
	static inline void name##_dec(type *v)                                                     \
	{                                                                                          \
		name##_sub(1, v);                                                                  \
	}                                                                                          \
	static inline word name##_add_return(word i, type *v)                                      \
	{                                                                                          \
		return __atomic_add_fetch(&v->counter, i, __ATOMIC_SEQ_CST);                       \
	}                                                                                          \
	static inline word name##_sub_return(word i, type *v)                                      \
	{                                                                                          \
		return __atomic_sub_fetch(&v->counter, i, __ATOMIC_SEQ_CST);                       \
	}                                                                                          \
	static inline word name##_inc_return_relaxed(type *v)                                      \
	{                                                                                          \
		return __atomic_add_fetch(&v->counter, (word)1, __ATOMIC_RELAXED);                 \
	}                                                                                          \
	static inline bool name##_sub_and_test(word i, type *v)                                    \
	{                                                                                          \
		return __atomic_sub_fetch(&v->counter, i, __ATOMIC_SEQ_CST) == 0;                  \
	}                                                                                          \
	static inline bool name##_dec_and_test(type *v)                                            \
	{                                                                                          \
		return name##_sub_and_test(1, v);                                                  \
	}                                                                                          \
	static inline bool name##_add_negative(word i, type *v)                                    \
	{                                                                                          \
		return name##_add_return(i, v) < 0;                                                \
	}                                                                                          \
	static inline word name##_xchg(type *v, word i)                                            \
	{                                                                                          \
		return __atomic_exchange_n(&v->counter, i, __ATOMIC_SEQ_CST);                      \
	}                                                                                          \
	static inline word name##_cmpxchg(type *v, word old, word i)                               \
	{                                                                                          \
		__atomic_compare_exchange_n(&v->counter, &old, i, false, __ATOMIC_SEQ_CST,         \
					    __ATOMIC_RELAXED);                                     \
		return old;                                                                        \
	}                                                                                          \
	static inline bool name##_add_unless(type *v, word i, word unless)                         \
	{                                                                                          \
		word found = name##_read(v), sum;                                                  \
		do {                                                                               \
			if (found == unless)                                                       \
				return false;                                                      \
			/* Wraps, as it does there. */                                             \
			__builtin_add_overflow(found, i, &sum);                                    \
		} while (!__atomic_compare_exchange_n(&v->counter, &found, sum, false,             \
						      __ATOMIC_SEQ_CST, __ATOMIC_RELAXED));        \
		return true;                                                                       \
	}

NP_ATOMIC_OPS(atomic, atomic_t, int)
NP_ATOMIC_OPS(atomic_long, atomic_long_t, long)

NP_END_DECLS

#endif /* NETPAGE_ATOMIC_H */
