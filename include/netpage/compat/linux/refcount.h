/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/refcount.h - reference counts that saturate
 *
 * Provenance: custom: an increment from 0, a count below 0 and an overflow are reported by
 * WARN_ONCE() and saturate the count, as in the kernel; the text is shorter.
 */
#ifndef NETPAGE_COMPAT_LINUX_REFCOUNT_H
#define NETPAGE_COMPAT_LINUX_REFCOUNT_H

#include <linux/atomic.h>
#include <linux/bug.h>
#include <linux/limits.h>

typedef struct {
	atomic_t refs;
} refcount_t;

#define REFCOUNT_INIT(n)                                                                           \
	{                                                                                          \
		.refs = ATOMIC_INIT(n)                                                             \
	}
#define REFCOUNT_MAX INT_MAX
#define REFCOUNT_SATURATED (INT_MIN / 2)

static inline void refcount_set(refcount_t *r, int n)
{
	atomic_set(&r->refs, n);
}

static inline unsigned int refcount_read(const refcount_t *r)
{
	return (unsigned int)atomic_read(&r->refs);
}

/* Each kind says so once. */
#define np_refcount_saturate(r, what)                                                              \
	do {                                                                                       \
		refcount_set(r, REFCOUNT_SATURATED);                                               \
		WARN_ONCE(1, "refcount_t: %s", what);                                              \
	} while (0)

static inline void refcount_add(int i, refcount_t *r)
{
	int old = __atomic_fetch_add(&r->refs.counter, i, __ATOMIC_RELAXED);

	if (unlikely(!old))
		np_refcount_saturate(r, "addition on 0; use-after-free");
	else if (unlikely(old < 0 || old > INT_MAX - i))
		np_refcount_saturate(r, "saturated; leaking memory");
}

static inline void refcount_inc(refcount_t *r)
{
	refcount_add(1, r);
}

static inline bool refcount_add_not_zero(int i, refcount_t *r)
{
	int old = atomic_fetch_add_unless(&r->refs, i, 0);

	if (unlikely(old < 0 || old > INT_MAX - i))
		np_refcount_saturate(r, "saturated; leaking memory");
	return old;
}

static inline bool refcount_inc_not_zero(refcount_t *r)
{
	return refcount_add_not_zero(1, r);
}

/* Order: release, and acquire when it was the last. */
static inline bool refcount_sub_and_test(int i, refcount_t *r)
{
	int old = __atomic_fetch_sub(&r->refs.counter, i, __ATOMIC_RELEASE);

	if (old == i) {
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		return true;
	}
	if (unlikely(old <= 0 || old < i))
		np_refcount_saturate(r, "underflow; use-after-free");
	return false;
}

static inline bool refcount_dec_and_test(refcount_t *r)
{
	return refcount_sub_and_test(1, r);
}

static inline void refcount_dec(refcount_t *r)
{
	if (unlikely(__atomic_fetch_sub(&r->refs.counter, 1, __ATOMIC_RELEASE) <= 1))
		np_refcount_saturate(r, "decrement hit 0; leaking memory");
}

#endif /* NETPAGE_COMPAT_LINUX_REFCOUNT_H */
