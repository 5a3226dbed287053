/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Lockless hierarchical accounting; the protocol is in the header.
 */
#include <machine.h>

/* The part of @usage that min (or low) protects has changed: tell the parent the difference. */
static void propagate_one(unsigned long usage, unsigned long limit, atomic_long_t *mine,
			  atomic_long_t *parents)
{
	long protected = (long)(usage < limit ? usage : limit);
	long old;

	if (!protected && !atomic_long_read(mine))
		return;
	/* xchg: of two racing updates each hands up exactly its own step. */
	old = atomic_long_xchg(mine, protected);
	if (protected != old)
		atomic_long_add(protected - old, parents);
}

static void propagate_protected_usage(struct page_counter *c, unsigned long usage)
{
	if (!c->parent)
		return;
	propagate_one(usage, READ_ONCE(c->min), &c->min_usage, &c->parent->children_min_usage);
	propagate_one(usage, READ_ONCE(c->low), &c->low_usage, &c->parent->children_low_usage);
}

static void raise_watermark(struct page_counter *c, unsigned long usage)
{
	/* Racy on purpose: a lost maximum costs a statistic, a cmpxchg would cost every charge. */
	if (usage > READ_ONCE(c->watermark))
		WRITE_ONCE(c->watermark, usage);
}

void page_counter_cancel(struct page_counter *counter, unsigned long nr_pages)
{
	long usage = atomic_long_sub_return((long)nr_pages, &counter->usage);

	if (unlikely(usage < 0)) {
		if (np_this_machine())
			np_violate(np_this_machine(), NP_COUNTER_NOT_NEGATIVE, "page_counter",
				   "page_counter underflow: %ld nr_pages=%lu", usage, nr_pages);
		usage = 0;
		atomic_long_set(&counter->usage, usage);
	}
	propagate_protected_usage(counter, (unsigned long)usage);
}

void page_counter_charge(struct page_counter *counter, unsigned long nr_pages)
{
	for (struct page_counter *c = counter; c; c = c->parent) {
		unsigned long usage =
			(unsigned long)atomic_long_add_return((long)nr_pages, &c->usage);

		propagate_protected_usage(c, usage);
		raise_watermark(c, usage);
	}
}

bool page_counter_try_charge(struct page_counter *counter, unsigned long nr_pages,
			     struct page_counter **fail)
{
	struct page_counter *c;

	for (c = counter; c; c = c->parent) {
		/*
		 * Add first, look afterwards.  Two charges that race for the last room may
		 * both fail; the error is as large as the charges in flight.  The full
		 * barrier orders our usage before our look at max: either we see a new,
		 * lower max, or page_counter_set_max() sees our usage.
		 */
		unsigned long usage =
			(unsigned long)atomic_long_add_return((long)nr_pages, &c->usage);

		if (usage > READ_ONCE(c->max)) {
			atomic_long_sub((long)nr_pages, &c->usage);
			/* A statistic: lost counts do no harm. */
			WRITE_ONCE(c->failcnt, READ_ONCE(c->failcnt) + 1);
			*fail = c;
			goto undo;
		}
		propagate_protected_usage(c, usage);
		raise_watermark(c, usage);
	}
	return true;
undo:
	for (struct page_counter *done = counter; done != c; done = done->parent)
		page_counter_cancel(done, nr_pages);
	return false;
}

void page_counter_uncharge(struct page_counter *counter, unsigned long nr_pages)
{
	for (struct page_counter *c = counter; c; c = c->parent)
		page_counter_cancel(c, nr_pages);
}

int page_counter_set_max(struct page_counter *counter, unsigned long nr_pages)
{
	for (;;) {
		unsigned long usage = page_counter_read(counter), old;

		if (usage > nr_pages)
			return -EBUSY;
		/*
		 * The other half of page_counter_try_charge(): the exchange is a full
		 * barrier, so a charge that did not see the new max shows in usage now.
		 */
		old = xchg(&counter->max, nr_pages);
		if (page_counter_read(counter) <= usage || nr_pages >= old)
			return 0;
		WRITE_ONCE(counter->max, old);
		cond_resched();
	}
}

static void propagate_all_levels(struct page_counter *counter)
{
	for (struct page_counter *c = counter; c; c = c->parent)
		propagate_protected_usage(c, page_counter_read(c));
}

void page_counter_set_min(struct page_counter *counter, unsigned long nr_pages)
{
	WRITE_ONCE(counter->min, nr_pages);
	propagate_all_levels(counter);
}

void page_counter_set_low(struct page_counter *counter, unsigned long nr_pages)
{
	WRITE_ONCE(counter->low, nr_pages);
	propagate_all_levels(counter);
}
