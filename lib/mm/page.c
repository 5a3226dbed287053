/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * struct page itself: where its words lie, which page is which, what it is called.
 */
#include <stdio.h>
#include <string.h>

#include <machine.h>

/* Offsets in words of the first union word: the layout of 6.1, on both word sizes. */
#define ASSERT_WORD(field, word)                                                                   \
	_Static_assert(offsetof(struct page, field) == (word) * sizeof(long),                      \
		       #field " is not where Linux 6.1 has it")

ASSERT_WORD(flags, 0);
ASSERT_WORD(lru, 1);
ASSERT_WORD(mlock_count, 2);
ASSERT_WORD(mapping, 3);
ASSERT_WORD(index, 4);
ASSERT_WORD(private, 5);
ASSERT_WORD(pp_magic, 1);
ASSERT_WORD(pp, 2);
ASSERT_WORD(_pp_mapping_pad, 3);
ASSERT_WORD(dma_addr, 4);
ASSERT_WORD(pp_frag_count, 5);
ASSERT_WORD(network_dma_addr, 1);
ASSERT_WORD(network_owner, 2);
ASSERT_WORD(_network_mapping_pad, 3);
ASSERT_WORD(network_private, 4);
ASSERT_WORD(compound_head, 1);
ASSERT_WORD(compound_dtor, 2);
ASSERT_WORD(deferred_list, 3);
ASSERT_WORD(pgmap, 1);
ASSERT_WORD(zone_device_data, 2);
ASSERT_WORD(_mapcount, 6);
#if ULONG_MAX > 0xffffffffUL
_Static_assert(sizeof(struct page) == 64, "struct page is one cache line");
_Static_assert(offsetof(struct page, _refcount) == 52, "_refcount follows _mapcount");
_Static_assert(offsetof(struct page, memcg_data) == 56, "memcg_data is the last word");
_Static_assert(offsetof(struct page, compound_nr) == 28, "compound_nr as in 6.1");
#else
_Static_assert(offsetof(struct page, _refcount) == 28, "_refcount follows _mapcount");
_Static_assert(offsetof(struct page, memcg_data) == 32, "memcg_data is the last word");
#endif

unsigned long page_to_pfn(const struct np_machine *machine, const struct page *page)
{
	return np_pfn(machine, page);
}

struct page *pfn_to_page(const struct np_machine *machine, unsigned long pfn)
{
	return pfn < machine->nr_pfns ? &machine->memmap[pfn] : NULL;
}

bool np_page_valid(const struct np_machine *machine, const struct page *page)
{
	uintptr_t offset = (uintptr_t)page - (uintptr_t)machine->memmap;

	return page && offset / sizeof(*page) < machine->nr_pfns && offset % sizeof(*page) == 0;
}

bool np_compound_head_valid(const struct np_machine *machine, const struct page *page)
{
	const struct page *head;

	if (!np_page_valid(machine, page))
		return false;
	if (!PageTail(page))
		return true;
	head = compound_head(page);
	return np_page_valid(machine, head) && PageHead(head) && head < page &&
	       compound_order_of(head) < MAX_ORDER &&
	       page < head + (1UL << compound_order_of(head));
}

int np_page_set_name(struct np_machine *machine, struct page *page, const char *name)
{
	struct np_page_note *note;

	if (!np_page_valid(machine, page) || !name)
		return -EINVAL;
	note = np_note(machine, page);
	if (note)
		snprintf(note->name, sizeof(note->name), "%s", name);
	return 0;
}

const char *np_page_name(const struct np_machine *machine, const struct page *page, char *buf,
			 size_t size)
{
	struct np_page_note *note;

	if (!np_page_valid(machine, page)) {
		snprintf(buf, size, "(no page)");
		return buf;
	}
	note = np_note(machine, page);
	if (note && note->name[0])
		snprintf(buf, size, "%s", note->name);
	else
		snprintf(buf, size, "pfn:%lu", np_pfn(machine, page));
	return buf;
}
