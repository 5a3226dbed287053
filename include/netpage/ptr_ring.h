/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: ptr_ring - a bounded queue of pointers; NULL in a slot means empty
 *
 * Producer and consumer never read each other's index: a slot says by itself
 * whether it is full.  Consumed slots are cleared in batches, from the end, so
 * that the consumer does not write the line the producer is on: the ring may
 * report full while consumed slots wait to be cleared.
 *
 * Context: produce under producer_lock, consume under consumer_lock, or with
 * one thread on that side.  __ptr_ring_empty() without a lock is a hint.
 * Order: what was written before produce is seen by who consumes the pointer.
 * Models: include/linux/ptr_ring.h, 6.1.
 */
#ifndef NETPAGE_PTR_RING_H
#define NETPAGE_PTR_RING_H

#include <netpage/spinlock.h>

NP_BEGIN_DECLS

struct ptr_ring {
	int producer ____cacheline_aligned;
	spinlock_t producer_lock;
	int consumer_head ____cacheline_aligned; /* next slot to consume */
	int consumer_tail;			 /* next slot to clear */
	spinlock_t consumer_lock;
	int size ____cacheline_aligned;
	int batch; /* how many consumed slots are cleared at once */
	void **queue;
};

/** ptr_ring_init - @size slots from @machine's memory. Return: 0, -EINVAL, -ENOMEM. */
NP_API int ptr_ring_init(struct np_machine *machine, struct ptr_ring *r, int size);
/** ptr_ring_cleanup - give @r's slots back; @destroy is called for what is still inside. */
NP_API void ptr_ring_cleanup(struct np_machine *machine, struct ptr_ring *r,
			     void (*destroy)(void *));

/** __ptr_ring_produce - Context: producer. Return: 0; -ENOSPC when full. */
NP_API int __ptr_ring_produce(struct ptr_ring *r, void *ptr);
/** __ptr_ring_consume - Context: consumer. Return: the oldest pointer, or NULL. */
NP_API void *__ptr_ring_consume(struct ptr_ring *r);
/** ptr_ring_produce, _bh, ptr_ring_consume, _bh - the same with the lock taken. */
NP_API int ptr_ring_produce(struct ptr_ring *r, void *ptr);
NP_API int ptr_ring_produce_bh(struct ptr_ring *r, void *ptr);
NP_API void *ptr_ring_consume(struct ptr_ring *r);
NP_API void *ptr_ring_consume_bh(struct ptr_ring *r);

/** __ptr_ring_empty - whether nothing is to be consumed. Context: any; a hint without a lock. */
static inline bool __ptr_ring_empty(struct ptr_ring *r)
{
	if (unlikely(!r->size))
		return true;
	return !READ_ONCE(r->queue[READ_ONCE(r->consumer_head)]);
}

/** ptr_ring_empty - the same under the consumer's lock. */
static inline bool ptr_ring_empty(struct ptr_ring *r)
{
	bool empty;

	spin_lock(&r->consumer_lock);
	empty = __ptr_ring_empty(r);
	spin_unlock(&r->consumer_lock);
	return empty;
}

NP_END_DECLS

#endif /* NETPAGE_PTR_RING_H */
