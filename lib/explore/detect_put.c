/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Use after the last put.
 *
 * A page whose count is 0 belongs to whoever dropped the last reference, then to the
 * allocator and what that calls, until it is given out again.  Nobody else may touch it,
 * but for the few words that a speculative reader looks at before he has a reference.
 *
 * Only accesses that conflict are tried in both orders.  A read of a word that freeing does not
 * write does not; so what is asked at the last put is whether all accesses are ordered before
 * it: if not, there is a schedule in which the access comes later, and it need not be run
 * to know that.
 */
#include <stdio.h>

#include <explore/dependence.h>
#include <explore/detect.h>
#include <machine.h>

/* Whether the compare-and-swap that is about to be made finds something else than it expects. */
static bool will_fail(const struct np_detector *d, const struct np_page_access *a)
{
	const struct np_explorer *x = d->x;
	const struct np_location *l;

	if (a->access->how != NP_COMPARE)
		return false;
	l = &x->image.locations[np_location_of(&x->image, a->access->ptr)];
	/* Of an access that nobody shares it is not known what it expects. */
	if (l->epoch != x->hot.execution || x->events[l->last].actor != x->running)
		return true;
	return !np_writes(&x->events[l->last]);
}

bool np_is_speculative(const struct np_detector *d, const struct np_page_access *a)
{
	if (a->word == NP_WORD_REFCOUNT && will_fail(d, a))
		return true;
	return a->access->how == NP_READ_MARKED &&
	       (a->word == NP_WORD_FLAGS || a->word == NP_WORD_1 || a->word == NP_WORD_MAPCOUNT ||
		a->word == NP_WORD_REFCOUNT);
}

static size_t add_history(struct np_detector *d, const struct np_page_access *a, char *buf,
			  size_t size, size_t len)
{
	const struct np_page_note *note = d->notes ? &d->notes[a->page - d->memmap] : NULL;

	if (a->life->state == NP_PAGE_FREE)
		len = np_add_stack(d, buf, size, len, "freed", a->life->actor, &a->life->stack);
	if (!note)
		return len;
	len = np_add_where(buf, size, len, "allocated", note->allocated);
	len = np_add_where(buf, size, len, "last put", note->last_put);
	if (a->life->state == NP_PAGE_FREE)
		len = np_add_where(buf, size, len, "freed", note->freed);
	return len;
}

static NP_COLD bool report(struct np_detector *d, const struct np_page_access *a, const char *why,
			   u32 put)
{
	char name[48], text[1024];
	size_t len = 0;

	text[0] = 0;
	if (put != NP_NO_EVENT)
		len = np_add_place(d, text, sizeof(text), len, "put", d->x->events[put].actor,
				   d->x->events[put].pc);
	add_history(d, a, text, sizeof(text), len);
	np_explorer_violate(d->x, NP_USE_AFTER_PUT,
			    np_detect_page_name(d, a->page, name, sizeof(name)), "%s of %s: %s%s",
			    np_access_name(a->access->how), np_page_word_name(a->word), why, text);
	return true;
}

static bool use_of_dying(struct np_detector *d, const struct np_page_access *a)
{
	u32 put;
	u8 putter;

	/* The others of a block have no count: that of the first is theirs. */
	if (a->life->part != NP_PART_FIRST)
		return false;
	if (a->word == NP_WORD_REFCOUNT && a->access->how == NP_READ_WRITE)
		return report(d, a, "the count is 0 already", NP_NO_EVENT);
	putter = np_page_last_count(d, a->page, &put);
	if (putter == NP_NOBODY || putter == d->x->running)
		return false;
	if (np_code_of(d, a->access->pc) & (NP_CODE_OBSERVER | NP_CODE_UNKNOWN))
		return false;
	return report(d, a, "the last reference is gone", put);
}

static bool use_of_free(struct np_detector *d, const struct np_page_access *a)
{
	const u8 may = NP_CODE_ALLOCATOR | NP_CODE_OBSERVER | NP_CODE_UNKNOWN;

	/* The allocator has memcg uncharge the page, on its way in and, after a failure, out. */
	if ((np_code_of(d, a->access->pc) & may) ||
	    np_code_called_by(d, a->access, NP_CODE_ALLOCATOR))
		return false;
	return report(d, a, "the page is free", NP_NO_EVENT);
}

bool np_detect_put(struct np_detector *d, struct np_page_access *a)
{
	int count = a->page->_refcount.counter;

	if (np_is_speculative(d, a))
		return false;
	/* Above 0 it has an owner, if only for the moment before the allocator says so. */
	if (a->life->state == NP_PAGE_FREE)
		return count <= 0 && use_of_free(d, a);
	/* Below, it has overflown. */
	return a->life->state == NP_PAGE_USED && !count && use_of_dying(d, a);
}

static NP_COLD void report_unordered(struct np_detector *d, struct page *page,
				     const struct np_page_use *use, u8 user)
{
	char name[48], text[768];

	if (np_code_of(d, use->pc) & (NP_CODE_ALLOCATOR | NP_CODE_OBSERVER | NP_CODE_UNKNOWN))
		return;
	text[0] = 0;
	np_add_place(d, text, sizeof(text), 0, "used", user, use->pc);
	np_explorer_violate(d->x, NP_USE_AFTER_PUT,
			    np_detect_page_name(d, page, name, sizeof(name)),
			    "freed, and nothing orders the %s of %s by %s before that%s",
			    np_access_name(use->how), np_page_word_name(use->word),
			    np_actor_name(d, user), text);
}

void np_detect_last_put(struct np_detector *d, struct page *page, struct np_page_life *life)
{
	const struct np_explorer *x = d->x;
	u32 now = x->actors[x->running].last;

	for (u8 a = 0; a < x->nr_actors; a++) {
		const struct np_page_use *use = &life->uses[a];

		if (a != x->running && use->life == life->number &&
		    !np_comes_after(x, now, a, use->ordered_at))
			report_unordered(d, page, use, a);
	}
}
