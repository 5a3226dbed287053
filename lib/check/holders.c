/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Who holds references: every room is asked about its own objects.  There are no
 * books; only claims, which nobody else could know of, are kept here.
 */
#include <stdio.h>
#include <string.h>

#include <check/check.h>

static const char *const kind_names[] = {
	[NP_HOLDER_CLAIM] = "claim",	 [NP_HOLDER_MAPPING] = "mapping",
	[NP_HOLDER_PIN] = "pin",	 [NP_HOLDER_SKB] = "skb",
	[NP_HOLDER_RX_RING] = "rx ring", [NP_HOLDER_DRIVER] = "driver",
	[NP_HOLDER_POOL] = "page_pool",	 [NP_HOLDER_PAGE_CACHE] = "page cache",
	[NP_HOLDER_SCHEME] = "scheme",
};

const char *np_holder_kind_name(enum np_holder_kind kind)
{
	return (unsigned int)kind < ARRAY_SIZE(kind_names) ? kind_names[kind] : NULL;
}

static void claims_for_each_holder(struct np_machine *machine, np_holder_fn *fn, void *arg)
{
	struct np_claimed *claim;

	list_for_each_entry(claim, &machine->claims, list) {
		struct np_holder holder = { .kind = NP_HOLDER_CLAIM,
					    .name = claim->holder,
					    .where = claim->where,
					    .page = claim->page,
					    .refs = claim->refs };

		if (claim->page)
			fn(arg, &holder);
	}
}

void np_for_each_holder(struct np_machine *machine, np_holder_fn *fn, void *arg)
{
	const struct np_scheme *scheme = machine->scheme;

	np_mm_for_each_holder(machine, fn, arg);
	np_net_for_each_holder(machine, fn, arg);
	/* Between its exit and the end of the machine a scheme has no state, and no pages. */
	if (scheme->for_each_holder && (machine->scheme_private || !scheme->init))
		scheme->for_each_holder(machine, machine->scheme_private, fn, arg);
	claims_for_each_holder(machine, fn, arg);
}

static struct np_claimed *find_claim(struct np_machine *machine, const struct np_claimed *wanted)
{
	struct np_claimed *claim;

	list_for_each_entry(claim, &machine->claims, list)
		if (claim->page == wanted->page && claim->memcg_id == wanted->memcg_id &&
		    !strcmp(claim->holder, wanted->holder))
			return claim;
	return NULL;
}

/*
 * Adds to a claim that is there, or links @fresh; what is not in use afterwards
 * is returned in @spare.  Context: objects_lock.
 */
static int change_claim(struct np_machine *machine, struct np_claimed *fresh,
			struct np_claimed *spare[2])
{
	struct np_claimed *old = find_claim(machine, fresh);

	if (!old && fresh->refs > 0) {
		list_add_tail(&fresh->list, &machine->claims);
		return 0;
	}
	spare[0] = fresh;
	if (!old || old->refs < -fresh->refs)
		return -EINVAL;
	old->refs += fresh->refs;
	if (!old->refs) {
		list_del(&old->list);
		spare[1] = old;
	}
	return 0;
}

static int claim(struct np_machine *machine, struct page *page, u32 memcg_id, const char *holder,
		 long refs)
{
	/* Before the lock: it is never held while memory is asked for or given back. */
	struct np_claimed *fresh = np_alloc(machine, sizeof(*fresh)), *spare[2] = { NULL, NULL };
	int err;

	if (!fresh)
		return -ENOMEM;
	fresh->page = page;
	fresh->memcg_id = memcg_id;
	fresh->refs = refs;
	fresh->where = np_where();
	snprintf(fresh->holder, sizeof(fresh->holder), "%s", holder);
	spin_lock_irqsave(&machine->objects_lock);
	err = change_claim(machine, fresh, spare);
	spin_unlock_irqrestore(&machine->objects_lock);
	np_free(machine, spare[0], sizeof(*fresh));
	np_free(machine, spare[1], sizeof(*fresh));
	return err;
}

int np_claim(struct np_machine *machine, struct page *page, const char *holder, long refs)
{
	if (!np_page_valid(machine, page) || !holder || refs == LONG_MIN)
		return -EINVAL;
	return refs ? claim(machine, page, 0, holder, refs) : 0;
}

int np_claim_charge(struct np_machine *machine, struct mem_cgroup *memcg, const char *holder,
		    long nr_pages)
{
	if (!memcg || !holder || nr_pages == LONG_MIN)
		return -EINVAL;
	return nr_pages ? claim(machine, NULL, memcg->id, holder, nr_pages) : 0;
}

/* --- one page --- */

struct asked {
	struct np_machine *machine;
	const struct page *head;
	struct np_text *text;
};

static void describe_holder(void *arg, const struct np_holder *holder)
{
	const struct asked *asked = arg;

	if (np_page_valid(asked->machine, holder->page) &&
	    np_compound_head_valid(asked->machine, holder->page) &&
	    compound_head(holder->page) == asked->head)
		np_text_holder(asked->text, holder);
}

static const char *type_name(const struct page *page)
{
	static const struct {
		unsigned int type;
		const char *name;
	} types[] = {
		{ PG_buddy, "buddy" }, { PG_offline, "offline" },      { PG_table, "table" },
		{ PG_guard, "guard" }, { PG_network_type, "network" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (PageType(page, types[i].type))
			return types[i].name;
	return NULL;
}

/* The name of the group that memcg_data points at: only of one that is there. */
static const char *memcg_name(struct np_machine *machine, const struct page *page)
{
	const struct mem_cgroup *memcg, *wanted;
	const struct obj_cgroup *objcg;
	unsigned long data = page->memcg_data;

	wanted = (const struct mem_cgroup *)(data & ~MEMCG_DATA_FLAGS_MASK);
	if (data & MEMCG_DATA_KMEM) {
		list_for_each_entry(objcg, &machine->objcgs, all)
			if ((const void *)objcg == (const void *)wanted)
				return objcg->memcg->name;
		return "(gone)";
	}
	list_for_each_entry(memcg, &machine->memcgs, all)
		if (memcg == wanted)
			return memcg->name;
	return "(gone)";
}

static void describe_words(struct np_machine *machine, const struct page *page,
			   struct np_text *text)
{
	const char *type = type_name(page);
	char name[48];

	np_text_add(text, "%s: pfn=0x%lx count=%d ",
		    np_page_name(machine, page, name, sizeof(name)), np_pfn(machine, page),
		    page_ref_count(page));
	if (type)
		np_text_add(text, "type=%s", type);
	else
		np_text_add(text, "mapcount=%d", page_mapcount(page));
	np_text_add(text, " flags=");
	np_text_page_flags(text, page->flags);
	if (page->memcg_data)
		np_text_add(text, " memcg=%s", memcg_name(machine, page));
	if (PageTail(page))
		np_text_add(text, " tail of %s",
			    np_page_name(machine, compound_head(page), name, sizeof(name)));
	else if (np_page_is_free(machine, page))
		np_text_add(text, " free");
}

int np_describe_page(struct np_machine *machine, struct page *page, char *buf, size_t size)
{
	struct np_text text = { buf, size, 0 };
	struct asked asked = { machine, page, &text };

	if (size)
		*buf = '\0';
	if (!np_page_valid(machine, page)) {
		np_text_add(&text, "(no page)");
		return (int)text.len;
	}
	describe_words(machine, page, &text);
	if (np_compound_head_valid(machine, page))
		asked.head = compound_head(page);
	np_for_each_holder(machine, describe_holder, &asked);
	np_text_history(&text, np_note(machine, page));
	return (int)text.len;
}
