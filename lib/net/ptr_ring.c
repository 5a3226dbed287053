/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * A ring whose slots say by themselves whether they are full.
 *
 * Models: include/linux/ptr_ring.h, 6.1: batch size, order of clearing, what is full.
 */
#include <net/net.h>

int ptr_ring_init(struct np_machine *machine, struct ptr_ring *r, int size)
{
	if (!machine || !r || size < 0 || (size_t)size > SIZE_MAX / sizeof(void *))
		return -EINVAL;
	*r = (struct ptr_ring){ .size = size };
	/* Slots that fill two cache lines; one where that is more than half of the ring. */
	r->batch = (int)(2 * SMP_CACHE_BYTES / sizeof(void *));
	if (r->batch > size / 2)
		r->batch = 1;
	r->queue = np_alloc(machine, (size_t)size * sizeof(void *));
	return r->queue || !size ? 0 : -ENOMEM;
}

void ptr_ring_cleanup(struct np_machine *machine, struct ptr_ring *r, void (*destroy)(void *))
{
	void *ptr;

	while (destroy && (ptr = ptr_ring_consume(r)))
		destroy(ptr);
	np_free(machine, r->queue, (size_t)r->size * sizeof(void *));
	r->queue = NULL;
	r->size = 0;
}

int __ptr_ring_produce(struct ptr_ring *r, void *ptr)
{
	struct np_machine *machine = np_this_machine();

	/* The slot was cleared by the consumer, who had read it before: nothing to order. */
	if (unlikely(!r->size) || READ_ONCE(r->queue[r->producer]))
		return -ENOSPC;
	if (machine && np_fault_armed(machine, NP_FAULT_PTR_RING_PRODUCE))
		return -ENOSPC;
	/* Pairs with the acquire in __ptr_ring_consume(): first the object, then its pointer. */
	smp_store_release(&r->queue[r->producer], ptr);
	if (unlikely(++r->producer >= r->size))
		r->producer = 0;
	return 0;
}

/* Steps over the slot that was read; a batch of such slots is cleared, the last one first. */
static void __ptr_ring_discard_one(struct ptr_ring *r)
{
	int head = r->consumer_head, next = head + 1;

	if (unlikely(next - r->consumer_tail >= r->batch || next >= r->size)) {
		/* The producer waits at the first of them: it is written when all are free. */
		while (head >= r->consumer_tail)
			WRITE_ONCE(r->queue[head--], NULL);
		r->consumer_tail = next;
	}
	if (unlikely(next >= r->size)) {
		next = 0;
		r->consumer_tail = 0;
	}
	/* __ptr_ring_empty() reads it without a lock: never a number out of range. */
	WRITE_ONCE(r->consumer_head, next);
}

void *__ptr_ring_consume(struct ptr_ring *r)
{
	void *ptr;

	if (unlikely(!r->size))
		return NULL;
	ptr = smp_load_acquire(&r->queue[r->consumer_head]);
	if (ptr)
		__ptr_ring_discard_one(r);
	return ptr;
}

int ptr_ring_produce(struct ptr_ring *r, void *ptr)
{
	int err;

	spin_lock(&r->producer_lock);
	err = __ptr_ring_produce(r, ptr);
	spin_unlock(&r->producer_lock);
	return err;
}

int ptr_ring_produce_bh(struct ptr_ring *r, void *ptr)
{
	int err;

	spin_lock_bh(&r->producer_lock);
	err = __ptr_ring_produce(r, ptr);
	spin_unlock_bh(&r->producer_lock);
	return err;
}

void *ptr_ring_consume(struct ptr_ring *r)
{
	void *ptr;

	spin_lock(&r->consumer_lock);
	ptr = __ptr_ring_consume(r);
	spin_unlock(&r->consumer_lock);
	return ptr;
}

void *ptr_ring_consume_bh(struct ptr_ring *r)
{
	void *ptr;

	spin_lock_bh(&r->consumer_lock);
	ptr = __ptr_ring_consume(r);
	spin_unlock_bh(&r->consumer_lock);
	return ptr;
}
