/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * What a NIC has filled and a process maps, or has pinned through a mapping, is
 * charged to the group in which one of the processes did that.  Charges do not
 * move with a process, and those of a removed group move to its parent.
 *
 * Root pays for nothing, and the page cache is paid for by whom it belongs to.
 */
#include <check/check.h>

/* np_page_stamp() of what no card has written. */
#define NP_STAMP_UNWRITTEN 1

static bool is_below(const struct mem_cgroup *memcg, const struct mem_cgroup *ancestor)
{
	while (memcg && memcg != ancestor)
		memcg = memcg->parent;
	return memcg;
}

static bool uses(const struct np_holder *holder)
{
	return (holder->kind == NP_HOLDER_MAPPING || holder->kind == NP_HOLDER_PIN) &&
	       holder->task && holder->stamp > NP_STAMP_UNWRITTEN;
}

/* The group that should pay for what @holder uses; NULL when it has been removed since. */
static struct mem_cgroup *payer(const struct np_census *census, const struct np_holder *holder)
{
	struct mem_cgroup *memcg = np_memcg_find(census->machine, holder->memcg_id);

	return memcg && memcg->online ? memcg : NULL;
}

/* Of a group that is gone any ancestor may have taken over, even root; else root does not pay. */
static bool pays_for(const struct mem_cgroup *charged, const struct mem_cgroup *memcg)
{
	if (!charged || !memcg)
		return charged;
	return !mem_cgroup_is_root(charged) &&
	       (is_below(memcg, charged) || is_below(charged, memcg));
}

static void check_page(struct np_census *census, struct np_page_fact *fact)
{
	const struct np_memcg_fact *charged = np_census_charged(census, fact->page);
	const struct np_holder *user = NULL;
	const struct mem_cgroup *memcg;

	if (fact->page->mapping)
		return;
	for (const struct np_held *held = fact->held; held; held = held->next) {
		if (!uses(&held->holder))
			continue;
		memcg = payer(census, &held->holder);
		if (memcg && mem_cgroup_is_root(memcg))
			continue;
		if (pays_for(charged ? charged->memcg : NULL, memcg))
			return;
		user = user ? user : &held->holder;
	}
	if (!user)
		return;
	memcg = payer(census, user);
	np_report_page(census, NP_ZEROCOPY_CHARGED, fact, "is %s by %s of memcg %s, charged to %s",
		       user->kind == NP_HOLDER_PIN ? "pinned" : "mapped", user->name,
		       memcg ? memcg->name : "(removed)",
		       charged ? charged->memcg->name : "nobody");
}

void np_check_zerocopy_charged(struct np_census *census)
{
	np_census_each_page(census, check_page);
}
