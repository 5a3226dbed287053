/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * What the library's ring lacks, on the library's struct.
 *
 * Models: include/linux/ptr_ring.h, 6.1: unconsume, resize.
 */
#include <linux/ptr_ring.h>

#include <netpage/scheme.h>

/* The largest block that kmalloc() would give: 4 MiB. */
#define SLOTS_MAX ((4UL << 20) / sizeof(void *))

int np_compat_ptr_ring_init(struct ptr_ring *r, int size, gfp_t gfp)
{
	(void)gfp;
	if (size < 0 || (size_t)size > SLOTS_MAX)
		return -ENOMEM;
	/* In brackets, here and below: the library's function, not the macro. */
	return NP_FLAVOUR_SYMBOL(ptr_ring_init)(np_this_machine(), r, size);
}

void np_compat_ptr_ring_cleanup(struct ptr_ring *r, void (*destroy)(void *))
{
	NP_FLAVOUR_SYMBOL(ptr_ring_cleanup)(np_this_machine(), r, destroy);
}

/* Slots that were consumed and wait to be cleared: there may be room in them. */
static void clear_consumed(struct ptr_ring *r)
{
	for (int slot = r->consumer_head - 1; slot >= r->consumer_tail; slot--)
		WRITE_ONCE(r->queue[slot], NULL);
	r->consumer_tail = r->consumer_head;
}

void np_compat_ptr_ring_unconsume(struct ptr_ring *r, void **batch, int n, void (*destroy)(void *))
{
	unsigned long flags;

	/* The consumer's lock outside, as everywhere. */
	spin_lock_irqsave(&r->consumer_lock, flags);
	spin_lock(&r->producer_lock);
	if (r->size)
		clear_consumed(r);
	while (n && r->size) {
		int slot = r->consumer_head ? r->consumer_head - 1 : r->size - 1;

		/* The producer has come round. */
		if (r->queue[slot])
			break;
		WRITE_ONCE(r->queue[slot], batch[--n]);
		r->consumer_tail = slot;
		WRITE_ONCE(r->consumer_head, slot);
	}
	while (n)
		destroy(batch[--n]);
	spin_unlock(&r->producer_lock);
	spin_unlock_irqrestore(&r->consumer_lock, flags);
}

/* Into @fresh's slots, which are those of @r from then on; its old ones are then @fresh's. */
static void swap_queue(struct ptr_ring *r, struct ptr_ring *fresh, void (*destroy)(void *))
{
	struct ptr_ring old;
	int n = 0;
	void *ptr;

	while ((ptr = __ptr_ring_consume(r))) {
		if (n < fresh->size)
			fresh->queue[n++] = ptr;
		else if (destroy)
			destroy(ptr);
	}
	old = *r;
	r->producer = n < fresh->size ? n : 0;
	r->size = fresh->size;
	r->batch = fresh->batch;
	r->queue = fresh->queue;
	WRITE_ONCE(r->consumer_head, 0);
	r->consumer_tail = 0;
	fresh->queue = old.queue;
	fresh->size = old.size;
}

int np_compat_ptr_ring_resize(struct ptr_ring *r, int size, gfp_t gfp, void (*destroy)(void *))
{
	return np_compat_ptr_ring_resize_multiple(&r, 1, size, gfp, destroy);
}

int np_compat_ptr_ring_resize_multiple(struct ptr_ring **rings, unsigned int nrings, int size,
				       gfp_t gfp, void (*destroy)(void *))
{
	struct ptr_ring *fresh = kcalloc(nrings, sizeof(*fresh), gfp);
	unsigned long flags;
	unsigned int i;
	int err = fresh ? 0 : -ENOMEM;

	for (i = 0; !err && i < nrings; i++)
		err = ptr_ring_init(&fresh[i], size, gfp);
	for (i = 0; !err && i < nrings; i++) {
		spin_lock_irqsave(&rings[i]->consumer_lock, flags);
		spin_lock(&rings[i]->producer_lock);
		swap_queue(rings[i], &fresh[i], destroy);
		spin_unlock(&rings[i]->producer_lock);
		spin_unlock_irqrestore(&rings[i]->consumer_lock, flags);
	}
	for (i = 0; fresh && i < nrings; i++)
		ptr_ring_cleanup(&fresh[i], NULL);
	kfree(fresh);
	return err;
}
