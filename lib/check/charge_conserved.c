/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Charges are conserved: at each level, pages that carry the charge, socket memory
 * and stocks add up to the counter.  At rest nothing stays charged that only the
 * network holds.
 */
#include <check/check.h>

static void check_memcg(struct np_census *census, struct np_memcg_fact *fact)
{
	struct mem_cgroup *memcg = fact->memcg;
	long usage = (long)page_counter_read(&memcg->memory);

	if (usage == fact->explained)
		return;
	/* What its kernel pages had raised stays when they have become the parent's. */
	if (!READ_ONCE(memcg->online) && usage > fact->explained)
		return;
	np_report(census, NP_CHARGE_CONSERVED, memcg->name,
		  "has %ld pages charged, wanted %ld: %ld carry it, %ld of sockets, %ld claimed, "
		  "%ld in stocks, %ld of children",
		  usage, fact->explained, fact->pages, fact->socks, fact->claimed, fact->stock,
		  fact->children);
}

/* Whether drivers, pools and schemes are all who hold it. */
static bool only_network_holds(const struct np_page_fact *fact)
{
	return fact->held && !np_held_by_user(fact) && !np_held_by(fact, NP_HOLDER_CLAIM) &&
	       !np_held_by(fact, NP_HOLDER_PAGE_CACHE);
}

static void check_at_rest(struct np_census *census, struct np_page_fact *fact)
{
	const struct np_memcg_fact *memcg = np_census_charged(census, fact->page);

	if (!memcg)
		return;
	if (only_network_holds(fact))
		np_report_page(census, NP_CHARGE_CONSERVED, fact,
			       "is charged to %s but only %s holds it", memcg->memcg->name,
			       fact->held->holder.name);
	else if (!fact->held && !fact->nr_free)
		np_report_page(census, NP_CHARGE_CONSERVED, fact,
			       "is charged to %s but nobody holds it", memcg->memcg->name);
}

void np_check_charge_conserved(struct np_census *census)
{
	np_census_each_memcg(census, check_memcg);
	if (census->when != NP_CHECK_STEP)
		np_census_each_page(census, check_at_rest);
}
