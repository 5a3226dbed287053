/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Pages that a NIC writes.
 *
 * Contents are stamps: a write makes a new one, and whoever maps, pins or queues a page keeps
 * the one he saw.  check/no_write_to_used_page.c compares them when everything is at rest, and
 * a reader when he reads.  Here is what is over by then: a write to a page that is mapped at
 * this moment, or free; one that nothing orders after the unmap, or the put; and a look at
 * contents that nothing orders after the write of them.
 */
#include <stdio.h>

#include <explore/detect.h>
#include <machine.h>

/* Somebody else who has mapped or unmapped the page, and could as well do so after the write. */
static u8 unordered_mapper(const struct np_detector *d, const struct np_page_life *life,
			   const struct np_access *access)
{
	const struct np_explorer *x = d->x;
	u32 now = np_event_before(x, access);

	for (u8 a = 0; a < x->nr_actors; a++)
		if (a != x->running && life->mappers[a].life == life->number &&
		    !np_comes_after(x, now, a, life->mappers[a].ordered_at))
			return a;
	return NP_NOBODY;
}

static void written(struct np_detector *d, const struct np_access *access, const struct page *page,
		    const char *name)
{
	struct np_page_life *life = np_page_life(d, (unsigned long)(page - d->memmap));
	int mapcount = page->_mapcount.counter;
	char text[768];
	u8 mapper;

	text[0] = 0;
	if (life->state == NP_PAGE_FREE && page->_refcount.counter <= 0) {
		np_add_stack(d, text, sizeof(text), 0, "freed", life->actor, &life->stack);
		np_explorer_violate(d->x, NP_USE_AFTER_PUT, name,
				    "a NIC writes to it: the page is free%s", text);
		return;
	}
	if (life->state != NP_PAGE_USED)
		return;
	if (mapcount >= 0) {
		np_explorer_violate(d->x, NP_NO_WRITE_TO_USED_PAGE, name,
				    "a NIC writes to it while it is mapped (mapcount %d)",
				    mapcount + 1);
		return;
	}
	mapper = unordered_mapper(d, life, access);
	if (mapper == NP_NOBODY)
		return;
	np_add_place(d, text, sizeof(text), 0, "unmapped", mapper, life->mappers[mapper].pc);
	np_explorer_violate(
		d->x, NP_NO_WRITE_TO_USED_PAGE, name,
		"a NIC writes to it, and nothing orders that %s has unmapped it before%s",
		np_actor_name(d, mapper), text);
}

static void looked_at(struct np_detector *d, const struct np_access *access, const char *name)
{
	u32 write = np_detect_unordered(d, access, BIT(NP_OP_WRITE));
	char text[768];

	if (write == NP_NO_EVENT)
		return;
	text[0] = 0;
	np_add_place(d, text, sizeof(text), 0, "written", d->x->events[write].actor,
		     d->x->events[write].pc);
	np_explorer_violate(d->x, NP_NO_WRITE_TO_USED_PAGE, name,
			    "its contents are read while a NIC writes them: nothing orders the "
			    "write before%s",
			    text);
}

void np_detect_content(struct np_detector *d, const struct np_access *access)
{
	size_t offset = (size_t)(access->ptr - (const char *)d->notes);
	unsigned long pfn = offset / sizeof(*d->notes);
	struct np_page_life *life;
	char name[48];

	if (pfn >= d->nr_pfns)
		return;
	np_detect_page_name(d, &d->memmap[pfn], name, sizeof(name));
	if (access->how & NP_READS)
		looked_at(d, access, name);
	else
		written(d, access, &d->memmap[pfn], name);
	/* Who reads or writes them needs a reference, or a descriptor that has one. */
	life = np_page_life(d, pfn);
	if (life->state == NP_PAGE_USED)
		np_page_used(d, life, access, NP_WORD_CONTENT);
}
