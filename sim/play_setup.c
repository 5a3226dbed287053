/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The machine of a scenario, and every object it declares. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "player.h"

int np_player_refuse(struct np_player *player, enum np_play_end end, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(player->outcome->reason, sizeof(player->outcome->reason), fmt, args);
	va_end(args);
	player->outcome->end = end;
	return -EINVAL;
}

/* The scheme asked for from outside, else the scenario's own, else the kernel's. */
static int choose_scheme(struct np_player *player, const char *word)
{
	const char *own = word ? word : np_scheme_at(0)->name;
	char error[120] = "";

	if (player->options->scheme)
		player->scheme = player->options->scheme;
	else if (!word)
		player->scheme = np_scheme_at(0);
	else if (!strchr(word, '/'))
		player->scheme = np_scheme_find(word);
	else if (np_scheme_load(word, &player->scheme, &player->scheme_handle, error,
				sizeof(error)))
		return np_player_refuse(player, NP_PLAY_ERROR, "scheme %s: %s", word, error);
	if (!player->scheme)
		return np_player_refuse(player, NP_PLAY_ERROR,
					"no scheme is called %s: see netpage-sim list", word);
	snprintf(player->outcome->scheme, sizeof(player->outcome->scheme), "%s",
		 player->scheme->name);
	player->own_scheme = !player->options->scheme || !strcmp(player->scheme->name, own);
	return 0;
}

/* Features are numbered alike here and there; the last, page_pool, every model has. */
static int check_needs(struct np_player *player, uint64_t needs)
{
	for (unsigned int i = 0; i < NP_FEATURES; i++)
		if (needs & BIT(i) && !(player->scheme->features & BIT(i)))
			return np_player_refuse(player, NP_PLAY_SKIPPED, "%s lacks %s: %s",
						player->scheme->name,
						np_vocabulary_features[i].name,
						np_vocabulary_features[i].help);
	return 0;
}

static enum np_zerocopy_policy declared_policy(const struct np_scenario *scenario)
{
	for (size_t i = 0; i < scenario->nr_declarations; i++)
		if (scenario->declarations[i].kind == NP_DECLARE_SYSCTL)
			return (enum np_zerocopy_policy)scenario->declarations[i]
				.value[NP_SYSCTL_ATTR_TCP_ZEROCOPY_POLICY]
				.number;
	return NP_POLICY_ALLOW;
}

static struct np_machine_options describe_machine(const struct np_player *player,
						  const struct np_scenario_value *model)
{
	return (struct np_machine_options){
		.nr_cpus = (unsigned int)model[NP_MODEL_ATTR_CPUS].number,
		.nr_nodes = (unsigned int)model[NP_MODEL_ATTR_NODES].number,
		.nr_pages = (unsigned long)model[NP_MODEL_ATTR_PAGES].number,
		.model = model[NP_MODEL_ATTR_RELEASE].number == NP_RELEASE_WORD_5_12 ?
				 NP_MODEL_5_12 :
				 NP_MODEL_6_1,
		.dma_layout = (enum np_dma_layout)model[NP_MODEL_ATTR_DMA].number,
		.map_any_frag = model[NP_MODEL_ATTR_CAN_MAP_FRAG].number == NP_RELEASE_WORD_5_12,
		.policy = declared_policy(player->scenario),
		.scheme = player->scheme,
	};
}

/* --- objects --- */

static int create_memcg(struct np_player *player, const char *name,
			const struct np_scenario_value *value, struct np_player_object *object)
{
	int err = np_memcg_create(player->machine, name,
				  player->objects[value[NP_MEMCG_ATTR_PARENT].object].memcg,
				  &object->memcg);

	if (err)
		return err;
	object->memcg_id = object->memcg->id;
	if (value[NP_MEMCG_ATTR_MAX].number >= 0)
		np_memcg_set_max(object->memcg, (unsigned long)value[NP_MEMCG_ATTR_MAX].number);
	if (value[NP_MEMCG_ATTR_HIGH].number >= 0)
		page_counter_set_high(&object->memcg->memory,
				      (unsigned long)value[NP_MEMCG_ATTR_HIGH].number);
	return 0;
}

static struct page *alloc_declared(const struct np_scenario_value *value,
				   struct np_player_object *object)
{
	unsigned int order = (unsigned int)value[NP_PAGE_ATTR_ORDER].number;
	int node = (int)value[NP_PAGE_ATTR_NODE].number;
	gfp_t gfp = GFP_KERNEL;

	switch (value[NP_PAGE_ATTR_KIND].number) {
	case NP_PAGE_WORD_ZONE_DEVICE:
		return np_alloc_zone_device_page(&object->pgmap);
	case NP_PAGE_WORD_COMPOUND:
		gfp |= __GFP_COMP;
		order = order ? order : 1;
		break;
	default:
		break;
	}
	if (value[NP_PAGE_ATTR_FLAG].number & BIT(NP_PAGE_FLAG_WORD_PFMEMALLOC))
		gfp |= __GFP_MEMALLOC;
	return alloc_pages_node(node, gfp, order);
}

static int create_page(struct np_player *player, const char *name,
		       const struct np_scenario_value *value, struct np_player_object *object)
{
	int memcg = value[NP_PAGE_ATTR_MEMCG].object, err;

	if (value[NP_PAGE_ATTR_KIND].number == NP_PAGE_WORD_FILE)
		object->page = np_add_to_page_cache(
			&object->file, memcg < 0 ? NULL : player->objects[memcg].memcg);
	else
		object->page = alloc_declared(value, object);
	if (!object->page)
		return -ENOMEM;
	np_page_set_name(player->machine, object->page, name);
	if (value[NP_PAGE_ATTR_FLAG].number & BIT(NP_PAGE_FLAG_WORD_CHECKED))
		SetPageChecked(object->page);
	/* A file's page is held by its cache; any other by the scenario. */
	if (value[NP_PAGE_ATTR_KIND].number == NP_PAGE_WORD_FILE)
		return 0;
	err = np_player_remember_order(player, object->page,
				       (unsigned int)value[NP_PAGE_ATTR_ORDER].number);
	if (err)
		return err;
	return np_claim(player->machine, object->page, NP_PLAYER_HOLDER, 1);
}

static int create_pool(struct np_player *player, const char *name,
		       const struct np_scenario_value *value, struct np_player_object *object)
{
	struct page_pool_params params = {
		.flags = value[NP_POOL_ATTR_FRAG].number ? PP_FLAG_PAGE_FRAG : 0,
		.pool_size = (unsigned int)value[NP_POOL_ATTR_SIZE].number,
		.nid = (int)value[NP_POOL_ATTR_NODE].number,
	};
	struct page_pool *pool;
	int err = page_pool_create(player->machine, name, &params, &pool);

	/* Looked up by name ever after: a pool may end by itself. */
	object->any = NULL;
	return err;
}

static int create_nic(struct np_player *player, const char *name,
		      const struct np_scenario_value *value, struct np_player_object *object)
{
	static const char *const drivers[] = { "page_pool", "page_bias", "page_cache",
					       "page_alloc" };
	struct np_nic_options options = {
		.name = name,
		.driver = np_driver_find(drivers[value[NP_NIC_ATTR_DRIVER].number]),
		.ring_size = (unsigned int)value[NP_NIC_ATTR_RING].number,
		.node = (int)value[NP_NIC_ATTR_NODE].number,
		.no_optin = !value[NP_NIC_ATTR_OPTIN].number,
		.half_page = value[NP_NIC_ATTR_HALF].number,
		.keeps_reference = value[NP_NIC_ATTR_KEEP].number,
		.bias = (int)value[NP_NIC_ATTR_BIAS].number,
		.pool_size = (unsigned int)value[NP_NIC_ATTR_POOL_SIZE].number,
		.compound_order = (unsigned int)value[NP_NIC_ATTR_COMPOUND].number,
	};

	return np_nic_create(player->machine, &options, &object->nic);
}

static int create_proc(struct np_player *player, const char *name,
		       const struct np_scenario_value *value, struct np_player_object *object)
{
	return np_task_create(player->machine, name,
			      player->objects[value[NP_PROC_ATTR_MEMCG].object].memcg,
			      &object->proc);
}

static int create_sock(struct np_player *player, const char *name,
		       const struct np_scenario_value *value, struct np_player_object *object)
{
	return np_sock_create(player->machine, name,
			      player->objects[value[NP_SOCK_ATTR_OWNER].object].proc,
			      &object->sock);
}

static int create_object(struct np_player *player,
			 const struct np_scenario_declaration *declaration)
{
	const char *name;
	struct np_player_object *object;
	int err = 0;

	if (declaration->object < 0)
		return 0;
	name = player->scenario->objects[declaration->object].name;
	object = &player->objects[declaration->object];
	switch (player->scenario->objects[declaration->object].kind) {
	case NP_OBJECT_MEMCG:
		err = create_memcg(player, name, declaration->value, object);
		break;
	case NP_OBJECT_PAGE:
		err = create_page(player, name, declaration->value, object);
		break;
	case NP_OBJECT_POOL:
		err = create_pool(player, name, declaration->value, object);
		break;
	case NP_OBJECT_NIC:
		err = create_nic(player, name, declaration->value, object);
		break;
	case NP_OBJECT_PROC:
		err = create_proc(player, name, declaration->value, object);
		break;
	case NP_OBJECT_SOCK:
		err = create_sock(player, name, declaration->value, object);
		break;
	default:
		break;
	}
	np_player_set_alive(object, !err);
	object->settled = true;
	if (err)
		return np_player_refuse(player, NP_PLAY_ERROR, "%s cannot be created: %s", name,
					strerror(-err));
	return 0;
}

int np_player_create_objects(struct np_player *player)
{
	const struct np_scenario *scenario = player->scenario;
	struct np_context context;
	int err = np_enter(&context, player->machine, 0, NP_KTHREAD, NULL);

	if (err)
		return np_player_refuse(player, NP_PLAY_ERROR, "CPU 0: %s", strerror(-err));
	np_set_where("set-up");
	player->objects[NP_OBJECT_ROOT].memcg = root_mem_cgroup(player->machine);
	player->objects[NP_OBJECT_ROOT].memcg_id = root_mem_cgroup(player->machine)->id;
	np_player_set_alive(&player->objects[NP_OBJECT_ROOT], true);
	for (size_t i = 0; i < scenario->nr_declarations && !err; i++)
		err = create_object(player, &scenario->declarations[i]);
	np_leave(&context);
	return err;
}

/* An actor on a CPU that the machine does not have could never run. */
static int check_actors(struct np_player *player, int64_t cpus)
{
	for (size_t i = 0; i < player->scenario->nr_objects; i++) {
		const struct np_scenario_value *value;

		if (player->scenario->objects[i].kind != NP_OBJECT_ACTOR)
			continue;
		value = np_player_attributes(player, (int)i);
		if (value[NP_ACTOR_ATTR_CPU].number >= cpus)
			return np_player_refuse(player, NP_PLAY_ERROR,
						"actor %s: cpu %d of a machine with %d CPUs",
						player->scenario->objects[i].name,
						(int)value[NP_ACTOR_ATTR_CPU].number, (int)cpus);
	}
	return 0;
}

int np_player_choose(struct np_player *player, struct np_machine_options *machine)
{
	const struct np_scenario *scenario = player->scenario;
	const struct np_scenario_value *model = scenario->declarations[scenario->model].value;
	int err = choose_scheme(player, model[NP_MODEL_ATTR_SCHEME].word);

	if (!err)
		err = check_needs(player, (uint64_t)model[NP_MODEL_ATTR_NEEDS].number);
	if (!err)
		err = check_actors(player, model[NP_MODEL_ATTR_CPUS].number);
	if (!err)
		*machine = describe_machine(player, model);
	return err;
}
