/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The census of groups: what is charged to each, by what carries the charge, and
 * what pins it.
 *
 * Words that should point at a group are looked up, never followed: after a bug
 * they may point at what is gone.
 */
#include <stdlib.h>

#include <check/check.h>

static int compare_memcgs(const void *a, const void *b)
{
	const struct np_memcg_fact *const *x = a, *const *y = b;

	return ((*x)->memcg > (*y)->memcg) - ((*x)->memcg < (*y)->memcg);
}

static int compare_objcgs(const void *a, const void *b)
{
	struct obj_cgroup *const *x = a, *const *y = b;

	return (*x > *y) - (*x < *y);
}

static int list_memcgs(struct np_census *census)
{
	struct np_machine *machine = census->machine;
	struct mem_cgroup *memcg;
	unsigned long n = 0, i = 0;

	list_for_each_entry(memcg, &machine->memcgs, all)
		n++;
	census->nr_memcgs = n;
	census->memcgs = np_alloc(machine, (n + 1) * sizeof(*census->memcgs));
	census->by_address = np_alloc(machine, (n + 1) * sizeof(*census->by_address));
	if (!census->memcgs || !census->by_address)
		return -ENOMEM;
	list_for_each_entry(memcg, &machine->memcgs, all) {
		census->memcgs[i].memcg = memcg;
		census->by_address[i] = &census->memcgs[i];
		i++;
	}
	/* Addresses order the look-up only: nothing is reported in this order. */
	qsort(census->by_address, n, sizeof(*census->by_address), compare_memcgs);
	return 0;
}

static int list_objcgs(struct np_census *census)
{
	struct np_machine *machine = census->machine;
	struct obj_cgroup *objcg;
	unsigned long n = 0, i = 0;

	list_for_each_entry(objcg, &machine->objcgs, all)
		n++;
	census->nr_objcgs = n;
	census->objcgs = np_alloc(machine, (n + 1) * sizeof(*census->objcgs));
	if (!census->objcgs)
		return -ENOMEM;
	list_for_each_entry(objcg, &machine->objcgs, all)
		census->objcgs[i++] = objcg;
	qsort(census->objcgs, n, sizeof(*census->objcgs), compare_objcgs);
	return 0;
}

int np_census_take_memcgs(struct np_census *census)
{
	return list_memcgs(census) || list_objcgs(census) ? -ENOMEM : 0;
}

void np_census_free_memcgs(struct np_census *census)
{
	struct np_machine *machine = census->machine;

	np_free(machine, census->memcgs, (census->nr_memcgs + 1) * sizeof(*census->memcgs));
	np_free(machine, census->by_address, (census->nr_memcgs + 1) * sizeof(*census->by_address));
	np_free(machine, census->objcgs, (census->nr_objcgs + 1) * sizeof(*census->objcgs));
}

struct np_memcg_fact *np_census_memcg(const struct np_census *census, const void *memcg)
{
	struct np_memcg_fact wanted = { .memcg = (struct mem_cgroup *)(uintptr_t)memcg };
	struct np_memcg_fact *key = &wanted, **found;

	found = bsearch(&key, census->by_address, census->nr_memcgs, sizeof(key), compare_memcgs);
	return found ? *found : NULL;
}

bool np_census_objcg(const struct np_census *census, const void *objcg)
{
	struct obj_cgroup *key = (struct obj_cgroup *)(uintptr_t)objcg;

	return bsearch(&key, census->objcgs, census->nr_objcgs, sizeof(key), compare_objcgs);
}

struct np_memcg_fact *np_census_charged(const struct np_census *census, const struct page *page)
{
	unsigned long data = READ_ONCE(page->memcg_data);
	const void *pointer = (const void *)(data & ~MEMCG_DATA_FLAGS_MASK);

	if (!pointer)
		return NULL;
	if (!(data & MEMCG_DATA_KMEM))
		return np_census_memcg(census, pointer);
	return np_census_objcg(census, pointer) ? np_census_memcg(census, page_memcg(page)) : NULL;
}

void np_census_each_memcg(struct np_census *census,
			  void (*fn)(struct np_census *census, struct np_memcg_fact *fact))
{
	for (unsigned long i = 0; i < census->nr_memcgs; i++)
		fn(census, &census->memcgs[i]);
}

/* --- what is charged to a group, and what pins it --- */

static void count_charged_page(struct np_census *census, struct np_page_fact *fact)
{
	struct np_memcg_fact *memcg = np_census_charged(census, fact->page);
	bool kmem = PageMemcgKmem(fact->page);

	if (!memcg)
		return;
	/* Root does not count its own charges, only those that came from a removed child. */
	if (kmem || memcg->memcg != census->machine->root)
		memcg->pages += (long)np_census_nr_pages(fact);
	memcg->page_pins += !kmem;
}

static void count_stocks(struct np_census *census)
{
	struct np_machine *machine = census->machine;

	for (unsigned int cpu = 0; cpu < machine->options.nr_cpus; cpu++) {
		const struct memcg_stock_pcp *stock = &machine->cpus[cpu].stock;
		struct np_memcg_fact *memcg = np_census_memcg(census, stock->cached);

		if (!memcg)
			continue;
		memcg->stock += (long)stock->nr_pages;
		memcg->stock_pins++;
	}
}

static void count_sockets(struct np_census *census)
{
	struct np_memcg_fact *memcg;
	struct sk_buff *skb;
	struct sock *sk;

	list_for_each_entry(sk, &census->machine->socks, all)
		if ((memcg = np_census_memcg(census, sk->sk_memcg)))
			memcg->sock_pins++;
	list_for_each_entry(skb, &census->machine->skbs, all)
		if (skb->sk && (memcg = np_census_memcg(census, skb->sk->sk_memcg)))
			memcg->socks += (long)skb->charged;
}

static void count_claimed_charges(struct np_census *census)
{
	struct np_claimed *claim;

	list_for_each_entry(claim, &census->machine->claims, list)
		for (unsigned long i = 0; i < census->nr_memcgs && !claim->page; i++)
			if (census->memcgs[i].memcg->id == claim->memcg_id)
				census->memcgs[i].claimed += claim->refs;
}

/*
 * Children come after their parents on the machine's list, so from the back every
 * child is complete before its parent is asked.
 */
static void add_up_children(struct np_census *census)
{
	for (unsigned long i = census->nr_memcgs; i-- > 0;) {
		struct np_memcg_fact *fact = &census->memcgs[i], *parent;
		struct mem_cgroup *memcg = fact->memcg;

		fact->explained =
			fact->pages + fact->socks + fact->claimed + fact->stock + fact->children;
		parent = np_census_memcg(census, memcg->parent);
		if (!parent)
			continue;
		/*
		 * The parent must agree with what the child's counter says, or each lost
		 * page would be reported at all levels.  Only a removed child's counter
		 * is stale: its kernel pages are the parent's now, the number stays.
		 */
		parent->children += READ_ONCE(memcg->online) ?
					    (long)page_counter_read(&memcg->memory) :
					    fact->explained;
		parent->child_pins++;
	}
}

void np_census_count_charges(struct np_census *census)
{
	np_census_each_page(census, count_charged_page);
	count_stocks(census);
	count_sockets(census);
	count_claimed_charges(census);
	add_up_children(census);
}
