/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Words of struct page that are read before their owner has written them.
 *
 * The model's allocator clears what the kernel's leaves as it was; the kernel decides.
 */
#include <stdio.h>

#include <explore/detect.h>
#include <machine.h>

/* A copy of a whole struct page uses nothing of what it copies: dump_page() makes one. */
static bool is_copied(const struct np_detector *d, const struct np_page_access *a)
{
	return d->last.pc == a->access->pc && d->last.end == a->access->ptr;
}

bool np_detect_undefined(struct np_detector *d, struct np_page_access *a)
{
	const struct np_page_note *note = d->notes ? &d->notes[a->page - d->memmap] : NULL;
	char name[48], text[768];
	size_t len = 0;

	if (a->life->state != NP_PAGE_USED || !(a->life->undefined & BIT(a->word)) ||
	    (a->access->how & NP_WRITES))
		return false;
	if (a->access->how == NP_READ_PLAIN && is_copied(d, a))
		return false;
	if (np_code_of(d, a->access->pc) & (NP_CODE_ALLOCATOR | NP_CODE_OBSERVER | NP_CODE_UNKNOWN))
		return false;
	a->life->undefined &= (u8)~BIT(a->word);
	text[0] = 0;
	len = np_add_stack(d, text, sizeof(text), len, "allocated", a->life->actor,
			   &a->life->stack);
	np_add_where(text, sizeof(text), len, "allocated", note ? note->allocated : NULL);
	np_explorer_violate(d->x, NP_UNINITIALISED,
			    np_detect_page_name(d, a->page, name, sizeof(name)),
			    "%s of %s, which nobody has written since the page was allocated%s",
			    np_access_name(a->access->how), np_page_word_name(a->word), text);
	return true;
}
