/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * No NIC may write bytes that somebody still reads; and where one has done so
 * already, the reader's stamp is not the content's any more.
 */
#include <check/check.h>

/* Bytes from the start of memory, so that slices of one compound page compare. */
static u64 first_byte(const struct np_census *census, const struct np_holder *holder)
{
	return ((u64)np_pfn(census->machine, holder->page) << PAGE_SHIFT) + holder->offset;
}

static bool overlap(const struct np_census *census, const struct np_holder *a,
		    const struct np_holder *b)
{
	return first_byte(census, a) < first_byte(census, b) + b->len &&
	       first_byte(census, b) < first_byte(census, a) + a->len;
}

static bool reads(const struct np_holder *holder)
{
	return holder->len && (holder->kind == NP_HOLDER_MAPPING || holder->kind == NP_HOLDER_PIN ||
			       holder->kind == NP_HOLDER_SKB || holder->kind == NP_HOLDER_CLAIM);
}

static void check_against_ring(struct np_census *census, const struct np_page_fact *fact,
			       const struct np_held *ring)
{
	for (const struct np_held *held = fact->held; held; held = held->next)
		if (reads(&held->holder) && overlap(census, &ring->holder, &held->holder))
			np_report_page(census, NP_NO_WRITE_TO_USED_PAGE, fact,
				       "may be written by %s while %s (%s) reads it",
				       ring->holder.name, held->holder.name,
				       np_holder_kind_name(held->holder.kind));
	/* Two descriptors for the same bytes: two packets end up in one place. */
	for (const struct np_held *held = ring->next; held; held = held->next)
		if (held->holder.kind == NP_HOLDER_RX_RING &&
		    overlap(census, &ring->holder, &held->holder))
			np_report_page(census, NP_NO_WRITE_TO_USED_PAGE, fact,
				       "is posted to %s and to %s", ring->holder.name,
				       held->holder.name);
}

static void check_stamp(struct np_census *census, const struct np_page_fact *fact,
			const struct np_holder *holder)
{
	u64 now;

	if (!holder->stamp)
		return;
	now = np_page_stamp(census->machine, holder->page, holder->offset, holder->len);
	if (now != holder->stamp)
		np_report_page(census, NP_NO_WRITE_TO_USED_PAGE, fact,
			       "was written while %s (%s) reads it: content %llu, wanted %llu",
			       holder->name, np_holder_kind_name(holder->kind),
			       (unsigned long long)now, (unsigned long long)holder->stamp);
}

static void check_page(struct np_census *census, struct np_page_fact *fact)
{
	for (const struct np_held *held = fact->held; held; held = held->next) {
		if (held->holder.kind == NP_HOLDER_RX_RING)
			check_against_ring(census, fact, held);
		check_stamp(census, fact, &held->holder);
	}
}

void np_check_no_write_to_used_page(struct np_census *census)
{
	np_census_each_page(census, check_page);
}
