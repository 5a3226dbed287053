/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* What a scenario itself still holds at the end goes back, as what everybody else holds does. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "player.h"

/* --- pages that were allocated together, and are no compound page: nothing else knows --- */

static struct np_player_pages *find_pages(const struct np_player *player, const struct page *page)
{
	for (size_t i = 0; i < np_player_nr_pages(player->scenario); i++)
		if (player->pages[i].page == page)
			return &player->pages[i];
	return NULL;
}

/* Whether there is a slot for it. */
static bool put_down(struct np_player *player, const struct page *old, struct page *page,
		     unsigned int order)
{
	bool quiet = np_player_quiet(true);
	struct np_player_pages *pages = find_pages(player, old);

	if (pages)
		*pages = (struct np_player_pages){ .page = page, .order = order };
	np_player_quiet(quiet);
	return pages;
}

int np_player_remember_order(struct np_player *player, struct page *page, unsigned int order)
{
	if (!order || PageCompound(page) || is_zone_device_page(page))
		return 0;
	return put_down(player, NULL, page, order) ? 0 : -ENOMEM;
}

void np_player_forget_order(struct np_player *player, const struct page *page)
{
	put_down(player, page, NULL, 0);
}

static unsigned int order_of(const struct np_player *player, const struct page *page)
{
	const struct np_player_pages *pages = find_pages(player, page);

	return pages ? pages->order : 0;
}

/* --- claims --- */

struct first_claim {
	const struct np_player *player;
	struct page *page;
	char holder[48];
};

/* A scheme that is loaded may claim pages too: those are not ours. */
static bool is_of_scenario(const struct np_player *player, const char *holder)
{
	const struct np_scenario *scenario = player->scenario;

	for (size_t i = 0; i < scenario->nr_objects; i++)
		if (scenario->objects[i].kind == NP_OBJECT_ACTOR &&
		    !strcmp(scenario->objects[i].name, holder))
			return true;
	return !strcmp(holder, NP_PLAYER_HOLDER);
}

static void look_for_claim(void *arg, const struct np_holder *holder)
{
	struct first_claim *first = arg;

	if (first->page || holder->kind != NP_HOLDER_CLAIM ||
	    !is_of_scenario(first->player, holder->name))
		return;
	first->page = holder->page;
	snprintf(first->holder, sizeof(first->holder), "%s", holder->name);
}

static void let_go_of_page(const struct np_player *player, struct page *page)
{
	bool last = page_ref_count(page) == 1;
	unsigned int order = order_of(player, page);

	/* A page that is marked finds its way by itself, and its charge with it. */
	if (last && page_is_page_pool(page) && !PageNetwork(page) &&
	    network_page_valid(player->machine, page))
		page_pool_put_full_page(page->pp, page, false);
	else if (last && order)
		__free_pages(page, order);
	else
		put_page(page);
}

static void let_go_of_pages(const struct np_player *player)
{
	for (;;) {
		struct first_claim first = { .player = player };

		np_for_each_holder(player->machine, look_for_claim, &first);
		if (!first.page || np_claim(player->machine, first.page, first.holder, -1))
			return;
		let_go_of_page(player, first.page);
	}
}

static void let_go_of_skmem(const struct np_player *player, struct mem_cgroup *memcg, int64_t pages)
{
	while (memcg && pages) {
		int64_t some = pages < INT_MAX ? pages : INT_MAX;

		np_claim_charge(player->machine, memcg, NP_PLAYER_HOLDER, (long)-some);
		mem_cgroup_uncharge_skmem(memcg, (unsigned int)some);
		pages -= some;
	}
}

void np_player_let_go(struct np_player *player)
{
	const struct np_scenario *scenario = player->scenario;
	struct np_context context;

	if (np_enter(&context, player->machine, 0, NP_KTHREAD, NULL))
		return;
	np_set_where("rest");
	let_go_of_pages(player);
	for (size_t i = 0; i < scenario->nr_objects; i++)
		if (scenario->objects[i].kind == NP_OBJECT_MEMCG)
			let_go_of_skmem(player, np_player_memcg(player, (int)i),
					player->objects[i].skmem);
	np_leave(&context);
}
