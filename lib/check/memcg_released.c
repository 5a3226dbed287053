/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * What pins a group is what its css count says, and a group that was removed goes
 * away when nothing does.
 */
#include <check/check.h>

/* Kernel pages are no pins: they point at an objcg, which finds another group. */
static long pins(const struct np_memcg_fact *fact)
{
	return (long)READ_ONCE(fact->memcg->online) + fact->page_pins + fact->stock_pins +
	       fact->sock_pins + fact->child_pins;
}

static void check_pins(struct np_census *census, struct np_memcg_fact *fact)
{
	long refs = atomic_long_read(&fact->memcg->css.refcnt);

	if (refs != pins(fact))
		np_report(census, NP_MEMCG_RELEASED, fact->memcg->name,
			  "has a css count of %ld, wanted %ld: %d online, %ld charged pages, "
			  "%ld stocks, %ld sockets, %ld children",
			  refs, pins(fact), (int)READ_ONCE(fact->memcg->online), fact->page_pins,
			  fact->stock_pins, fact->sock_pins, fact->child_pins);
}

static void describe_stocks(const struct np_census *census, const struct mem_cgroup *memcg,
			    struct np_text *text)
{
	for (unsigned int cpu = 0; cpu < census->machine->options.nr_cpus; cpu++)
		if (census->machine->cpus[cpu].stock.cached == memcg)
			np_text_add(text, "\n  the stock of CPU %u (%u pages)", cpu,
				    census->machine->cpus[cpu].stock.nr_pages);
}

static void describe_sockets(const struct np_census *census, const struct mem_cgroup *memcg,
			     struct np_text *text)
{
	struct sock *sk;

	list_for_each_entry(sk, &census->machine->socks, all)
		if (sk->sk_memcg == memcg)
			np_text_add(text, "\n  socket %s", sk->name);
}

static void describe_children(const struct np_census *census, const struct mem_cgroup *memcg,
			      struct np_text *text)
{
	for (unsigned long i = 0; i < census->nr_memcgs; i++)
		if (census->memcgs[i].memcg->parent == memcg)
			np_text_add(text, "\n  child %s", census->memcgs[i].memcg->name);
}

static void check_released(struct np_census *census, struct np_memcg_fact *fact)
{
	struct mem_cgroup *memcg = fact->memcg;
	char pinned_by[1024] = "";
	struct np_text text = { pinned_by, sizeof(pinned_by), 0 };

	if (memcg == census->machine->root)
		return;
	if (READ_ONCE(memcg->online))
		np_text_add(&text, "\n  not removed");
	if (fact->page_pins)
		np_text_add(&text, "\n  %ld charged pages", fact->page_pins);
	describe_stocks(census, memcg, &text);
	describe_sockets(census, memcg, &text);
	describe_children(census, memcg, &text);
	np_report(census, NP_MEMCG_RELEASED, memcg->name,
		  "is still there, with a css count of %ld and %ld pages charged%s",
		  atomic_long_read(&memcg->css.refcnt), (long)page_counter_read(&memcg->memory),
		  *pinned_by ? pinned_by : "\n  pinned by nothing that is known");
}

void np_check_memcg_released(struct np_census *census)
{
	np_census_each_memcg(census, check_pins);
	if (census->when == NP_CHECK_TEARDOWN)
		np_census_each_memcg(census, check_released);
}
