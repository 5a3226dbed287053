/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* What expressions ask of the machine. */
#include <errno.h>
#include <string.h>

#include "assure.h"
#include "player.h"

const struct np_scenario_value *np_player_attributes(const struct np_player *player, int object)
{
	int declaration = player->scenario->objects[object].declaration;

	return declaration < 0 ? NULL : player->scenario->declarations[declaration].value;
}

struct mem_cgroup *np_player_memcg(const struct np_player *player, int object)
{
	if (object == NP_OBJECT_ROOT)
		return root_mem_cgroup(player->machine);
	return np_memcg_find(player->machine, player->objects[object].memcg_id);
}

struct page_pool *np_player_pool(const struct np_player *player, int object)
{
	return np_page_pool_find(player->machine, player->scenario->objects[object].name);
}

static int64_t ask_page(const struct np_player *player, enum np_query query, struct page *page)
{
	switch (query) {
	case NP_QUERY_REFS:
		return page_ref_count(page);
	case NP_QUERY_MAPS:
		return page_has_type(page) ? 0 : page_mapcount(page);
	case NP_QUERY_MAPPED:
		return !page_has_type(page) && page_mapcount(page) > 0;
	case NP_QUERY_CHARGED:
		return READ_ONCE(page->memcg_data) != 0;
	case NP_QUERY_FREE:
		return np_page_is_free(player->machine, page);
	case NP_QUERY_POOLED:
		return page_is_page_pool(page);
	case NP_QUERY_NODE:
		return page_to_nid(page);
	default:
		np_assure(query == NP_QUERY_NETWORK);
		return PageNetwork(page);
	}
}

/* A group that is gone has nothing left. */
static int64_t ask_memcg(const struct np_player *player, enum np_query query, int object)
{
	struct mem_cgroup *memcg = np_player_memcg(player, object);

	if (query == NP_QUERY_RELEASED)
		return !memcg;
	if (!memcg)
		return 0;
	switch (query) {
	case NP_QUERY_USAGE:
		return (int64_t)np_memcg_usage(memcg);
	case NP_QUERY_CURRENT:
		return (int64_t)page_counter_read(&memcg->memory);
	case NP_QUERY_STOCK:
		return (int64_t)np_memcg_stock(memcg);
	case NP_QUERY_SOCKMEM:
		return memcg_page_state(memcg, MEMCG_SOCK);
	case NP_QUERY_FAILCNT:
		return (int64_t)READ_ONCE(memcg->memory.failcnt);
	case NP_QUERY_WATERMARK:
		return (int64_t)READ_ONCE(memcg->memory.watermark);
	case NP_QUERY_CSS_REFS:
		return atomic_long_read(&memcg->css.refcnt);
	default:
		np_assure(query == NP_QUERY_ONLINE);
		return READ_ONCE(memcg->online);
	}
}

static int64_t ask_pool(const struct np_player *player, enum np_query query, int object)
{
	struct page_pool *pool = np_player_pool(player, object);

	if (!pool)
		return 0;
	switch (query) {
	case NP_QUERY_INFLIGHT:
		return (s32)(READ_ONCE(pool->pages_state_hold_cnt) -
			     (u32)atomic_read(&pool->pages_state_release_cnt));
	case NP_QUERY_HOLD:
		return READ_ONCE(pool->pages_state_hold_cnt);
	case NP_QUERY_RELEASE:
		return (u32)atomic_read(&pool->pages_state_release_cnt);
	case NP_QUERY_CACHED:
		return pool->alloc.count;
	default: {
		int64_t used = 0;

		np_assure(query == NP_QUERY_RING);
		for (int i = 0; i < pool->ring.size; i++)
			used += READ_ONCE(pool->ring.queue[i]) != NULL;
		return used;
	}
	}
}

static int64_t queue_length(const struct sock *sk)
{
	const struct list_head *list;
	int64_t length = 0;

	for (list = sk->sk_receive_queue.next; list != &sk->sk_receive_queue; list = list->next)
		length++;
	return length;
}

/* What the scheme keeps for itself, by the name of its statistic. */
static int64_t freelist_length(const struct np_player *player)
{
	const struct np_scheme *scheme = player->scheme;
	const char *name;
	unsigned long value;

	for (unsigned int i = 0; scheme->statistic; i++) {
		if (!scheme->statistic(player->machine, np_scheme_private(player->machine), i,
				       &name, &value))
			break;
		if (!strcmp(name, "nr_network_free"))
			return (int64_t)value;
	}
	return 0;
}

static int ask_two(const struct np_player *player, const struct np_scenario_expression *leaf,
		   int64_t *answer)
{
	const struct np_player_object *first = &player->objects[leaf->argument[0].object];
	const struct np_player_object *second = &player->objects[leaf->argument[1].object];

	switch (leaf->query) {
	case NP_QUERY_CHARGED_TO: {
		struct mem_cgroup *memcg = np_player_memcg(player, leaf->argument[1].object);

		*answer = np_player_is_alive(first) && memcg && page_memcg(first->page) == memcg;
		return np_player_is_alive(first) ? 0 : -ENOENT;
	}
	case NP_QUERY_WRITABLE_BY:
		*answer = np_player_is_alive(first) && np_player_is_alive(second) &&
			  np_nic_can_write(first->nic, second->page);
		return np_player_is_alive(second) ? 0 : -ENOENT;
	default:
		np_assure(leaf->query == NP_QUERY_SAME);
		*answer = np_player_is_alive(first) && np_player_is_alive(second) &&
			  first->page == second->page;
		return np_player_is_alive(first) && np_player_is_alive(second) ? 0 : -ENOENT;
	}
}

static int ask_one(const struct np_player *player, const struct np_scenario_expression *leaf,
		   int64_t *answer)
{
	int object = leaf->argument[0].object;
	const struct np_player_object *state = &player->objects[object];

	switch (player->scenario->objects[object].kind) {
	case NP_OBJECT_MEMCG:
		*answer = ask_memcg(player, leaf->query, object);
		return 0;
	case NP_OBJECT_POOL:
		*answer = ask_pool(player, leaf->query, object);
		return 0;
	case NP_OBJECT_NIC:
		if (leaf->query != NP_QUERY_RECYCLED)
			*answer = ask_pool(player, leaf->query, object);
		else if (np_player_is_alive(state))
			*answer = atomic_long_read(&state->nic->nr_reused);
		return 0;
	default:
		break;
	}
	if (!np_player_is_alive(state))
		return -ENOENT;
	if (player->scenario->objects[object].kind == NP_OBJECT_PAGE)
		*answer = ask_page(player, leaf->query, state->page);
	else if (leaf->query == NP_QUERY_QUEUE)
		*answer = queue_length(state->sock);
	else
		*answer = atomic_long_read(&state->proc->mm->rss_filepages);
	return 0;
}

static int ask_query(const struct np_player *player, const struct np_scenario_expression *leaf,
		     int64_t *answer)
{
	unsigned int arguments = np_vocabulary_queries[leaf->query].arguments;

	*answer = 0;
	if (!arguments) {
		*answer = freelist_length(player);
		return 0;
	}
	return arguments == 2 ? ask_two(player, leaf, answer) : ask_one(player, leaf, answer);
}

int np_player_ask(void *context, const struct np_scenario_expression *leaf, int64_t *answer)
{
	struct np_player *player = context;
	struct np_context here;
	int err;

	if (leaf->op == NP_OPERATOR_RESULT) {
		*answer = player->results ? player->results->value[leaf->result] : 0;
		return 0;
	}
	/* Some answers are the machine's to give, and it is found through a context. */
	if (np_this_machine() == player->machine)
		return ask_query(player, leaf, answer);
	err = np_enter(&here, player->machine, 0, NP_KTHREAD, NULL);
	if (err)
		return err;
	err = ask_query(player, leaf, answer);
	np_leave(&here);
	return err;
}
