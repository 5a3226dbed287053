/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/ptr_ring.h - a bounded queue of pointers
 *
 * Provenance: real (netpage/ptr_ring.h): struct, produce, consume, empty; the rest is
 * lib/compat/ptr_ring.c on the same struct.
 */
#ifndef NETPAGE_COMPAT_LINUX_PTR_RING_H
#define NETPAGE_COMPAT_LINUX_PTR_RING_H

#include <linux/cache.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include <netpage/ptr_ring.h>

int np_compat_ptr_ring_init(struct ptr_ring *r, int size, gfp_t gfp);
void np_compat_ptr_ring_cleanup(struct ptr_ring *r, void (*destroy)(void *));
/* Puts back what was consumed last, so that it is consumed next; the rest is destroyed. */
void np_compat_ptr_ring_unconsume(struct ptr_ring *r, void **batch, int n, void (*destroy)(void *));
/* Return: 0, -ENOMEM. What does not fit any more is destroyed. */
int np_compat_ptr_ring_resize(struct ptr_ring *r, int size, gfp_t gfp, void (*destroy)(void *));
/* All or none. */
int np_compat_ptr_ring_resize_multiple(struct ptr_ring **rings, unsigned int nrings, int size,
				       gfp_t gfp, void (*destroy)(void *));

#undef ptr_ring_init
#undef ptr_ring_cleanup
#define ptr_ring_init(r, size, gfp) np_compat_ptr_ring_init(r, size, gfp)
#define ptr_ring_cleanup(r, destroy) np_compat_ptr_ring_cleanup(r, destroy)
#define ptr_ring_unconsume(r, batch, n, destroy) np_compat_ptr_ring_unconsume(r, batch, n, destroy)
#define ptr_ring_resize(r, size, gfp, destroy) np_compat_ptr_ring_resize(r, size, gfp, destroy)
#define ptr_ring_resize_multiple(rings, nrings, size, gfp, destroy)                                \
	np_compat_ptr_ring_resize_multiple(rings, nrings, size, gfp, destroy)

/* Context: producer. */
static inline bool __ptr_ring_full(struct ptr_ring *r)
{
	return r->queue[r->producer];
}

/* Context: consumer. */
static inline void *__ptr_ring_peek(struct ptr_ring *r)
{
	return r->size ? READ_ONCE(r->queue[r->consumer_head]) : NULL;
}

static inline int __ptr_ring_consume_batched(struct ptr_ring *r, void **array, int n)
{
	int i;

	for (i = 0; i < n; i++) {
		array[i] = __ptr_ring_consume(r);
		if (!array[i])
			break;
	}
	return i;
}

/* @f of what is consumed next, or of NULL. Context: consumer; below: under its lock. */
#define __PTR_RING_PEEK_CALL(r, f) ((f)(__ptr_ring_peek(r)))
#define NP_PEEK_CALL_(r, f, lock, unlock)                                                          \
	({                                                                                         \
		typeof((f)(NULL)) np_peeked;                                                       \
		lock(&(r)->consumer_lock);                                                         \
		np_peeked = __PTR_RING_PEEK_CALL(r, f);                                            \
		unlock(&(r)->consumer_lock);                                                       \
		np_peeked;                                                                         \
	})
#define PTR_RING_PEEK_CALL(r, f) NP_PEEK_CALL_(r, f, spin_lock, spin_unlock)
#define PTR_RING_PEEK_CALL_BH(r, f) NP_PEEK_CALL_(r, f, spin_lock_bh, spin_unlock_bh)
#define PTR_RING_PEEK_CALL_IRQ(r, f) NP_PEEK_CALL_(r, f, spin_lock_irq, spin_unlock_irq)

#define NP_UNDER_LOCK_(type, lock, unlock, which, expr)                                            \
	{                                                                                          \
		unsigned long flags __maybe_unused;                                                \
		type ret;                                                                          \
		lock;                                                                              \
		ret = expr;                                                                        \
		unlock;                                                                            \
		return ret;                                                                        \
	}
/* The forms that differ in what they keep out; plain and _bh of two are the library's own. */
#define NP_PTR_RING_FORM_(suffix, lock, unlock)                                                    \
	static inline bool ptr_ring_full##suffix(struct ptr_ring *r)                               \
		NP_UNDER_LOCK_(bool, lock(producer), unlock(producer), ,                           \
			       __ptr_ring_full(r)) static inline int                               \
			ptr_ring_consume_batched##suffix(struct ptr_ring *r, void **array, int n)  \
				NP_UNDER_LOCK_(int, lock(consumer), unlock(consumer), ,            \
					       __ptr_ring_consume_batched(r, array, n))
#define NP_PTR_RING_FORM_MORE_(suffix, lock, unlock)                                               \
	static inline int ptr_ring_produce##suffix(struct ptr_ring *r, void *ptr) NP_UNDER_LOCK_(  \
		int, lock(producer), unlock(producer), ,                                           \
		__ptr_ring_produce(                                                                \
			r, ptr)) static inline void *ptr_ring_consume##suffix(struct ptr_ring *r)  \
		NP_UNDER_LOCK_(void *, lock(consumer), unlock(consumer), , __ptr_ring_consume(r))

#define NP_LOCK_(side) spin_lock(&r->side##_lock)
#define NP_UNLOCK_(side) spin_unlock(&r->side##_lock)
#define NP_LOCK_BH_(side) spin_lock_bh(&r->side##_lock)
#define NP_UNLOCK_BH_(side) spin_unlock_bh(&r->side##_lock)
#define NP_LOCK_IRQ_(side) spin_lock_irq(&r->side##_lock)
#define NP_UNLOCK_IRQ_(side) spin_unlock_irq(&r->side##_lock)
#define NP_LOCK_ANY_(side) spin_lock_irqsave(&r->side##_lock, flags)
#define NP_UNLOCK_ANY_(side) spin_unlock_irqrestore(&r->side##_lock, flags)

NP_PTR_RING_FORM_(, NP_LOCK_, NP_UNLOCK_)
NP_PTR_RING_FORM_(_bh, NP_LOCK_BH_, NP_UNLOCK_BH_)
NP_PTR_RING_FORM_(_irq, NP_LOCK_IRQ_, NP_UNLOCK_IRQ_)
NP_PTR_RING_FORM_(_any, NP_LOCK_ANY_, NP_UNLOCK_ANY_)
NP_PTR_RING_FORM_MORE_(_irq, NP_LOCK_IRQ_, NP_UNLOCK_IRQ_)
NP_PTR_RING_FORM_MORE_(_any, NP_LOCK_ANY_, NP_UNLOCK_ANY_)

static inline bool ptr_ring_empty_bh(struct ptr_ring *r) NP_UNDER_LOCK_(
	bool, NP_LOCK_BH_(consumer), NP_UNLOCK_BH_(consumer), ,
	__ptr_ring_empty(r)) static inline bool ptr_ring_empty_irq(struct ptr_ring *r)
	NP_UNDER_LOCK_(
		bool, NP_LOCK_IRQ_(consumer), NP_UNLOCK_IRQ_(consumer), ,
		__ptr_ring_empty(r)) static inline bool ptr_ring_empty_any(struct ptr_ring *r)
		NP_UNDER_LOCK_(bool, NP_LOCK_ANY_(consumer), NP_UNLOCK_ANY_(consumer), ,
			       __ptr_ring_empty(r))

#endif /* NETPAGE_COMPAT_LINUX_PTR_RING_H */
