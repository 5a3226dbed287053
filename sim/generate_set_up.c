/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The machine of a scenario and its objects, in C: what play_setup.c does at run time. */
#include "generate.h"

#include <inttypes.h>

static void set_up_memcg(const struct np_generate *generate, const char *name, const char *member,
			 const struct np_scenario_value *value)
{
	int parent = value[NP_MEMCG_ATTR_PARENT].object;
	FILE *out = generate->out;
	char above[NP_GENERATE_NAME_MAX];

	fprintf(out, "\tassert_int_equal(np_memcg_create(t->machine, \"%s\", ", name);
	if (parent == NP_OBJECT_ROOT)
		fputs("NULL", out);
	else
		fprintf(out, "np_memcg_find(t->machine, t->%s)",
			np_generate_name(generate, parent, above, sizeof(above)));
	fprintf(out, ", &memcg), 0);\n\tt->%s = memcg->id;\n", member);
	if (value[NP_MEMCG_ATTR_MAX].number >= 0)
		fprintf(out, "\tnp_memcg_set_max(memcg, %" PRId64 ");\n",
			value[NP_MEMCG_ATTR_MAX].number);
	if (value[NP_MEMCG_ATTR_HIGH].number >= 0)
		fprintf(out, "\tpage_counter_set_high(&memcg->memory, %" PRId64 ");\n",
			value[NP_MEMCG_ATTR_HIGH].number);
}

static void print_memcg(const struct np_generate *generate, int object)
{
	char name[NP_GENERATE_NAME_MAX];

	if (object <= NP_OBJECT_ROOT)
		fputs("NULL", generate->out);
	else
		fprintf(generate->out, "np_memcg_find(t->machine, t->%s)",
			np_generate_name(generate, object, name, sizeof(name)));
}

static void print_alloc(const struct np_generate *generate, const char *member,
			const struct np_scenario_value *value)
{
	int64_t order = value[NP_PAGE_ATTR_ORDER].number, kind = value[NP_PAGE_ATTR_KIND].number;
	bool reserves = value[NP_PAGE_ATTR_FLAG].number & 1 << NP_PAGE_FLAG_WORD_PFMEMALLOC;
	FILE *out = generate->out;

	if (kind == NP_PAGE_WORD_FILE) {
		fprintf(out, "np_add_to_page_cache(&t->%s_backing, ", member);
		print_memcg(generate, value[NP_PAGE_ATTR_MEMCG].object);
		fputs(")", out);
		return;
	}
	if (kind == NP_PAGE_WORD_ZONE_DEVICE) {
		fprintf(out, "np_alloc_zone_device_page(&t->%s_backing)", member);
		return;
	}
	if (kind == NP_PAGE_WORD_COMPOUND && !order)
		order = 1;
	fprintf(out, "alloc_pages_node(%" PRId64 ", GFP_KERNEL%s%s, %" PRId64 ")",
		value[NP_PAGE_ATTR_NODE].number,
		kind == NP_PAGE_WORD_COMPOUND ? " | __GFP_COMP" : "",
		reserves ? " | __GFP_MEMALLOC" : "", order);
}

static void set_up_page(const struct np_generate *generate, const char *name, const char *member,
			const struct np_scenario_value *value)
{
	FILE *out = generate->out;

	fprintf(out, "\tt->%s = ", member);
	print_alloc(generate, member, value);
	fprintf(out,
		";\n\tassert_non_null(t->%s);\n\tnp_page_set_name(t->machine, t->%s, \"%s\");\n",
		member, member, name);
	if (value[NP_PAGE_ATTR_FLAG].number & 1 << NP_PAGE_FLAG_WORD_CHECKED)
		fprintf(out, "\tSetPageChecked(t->%s);\n", member);
	/* A file's page is held by its cache. */
	if (value[NP_PAGE_ATTR_KIND].number != NP_PAGE_WORD_FILE)
		fprintf(out, "\tassert_int_equal(np_claim(t->machine, t->%s, OWNER, 1), 0);\n",
			member);
}

static void set_up_pool(FILE *out, const char *name, const struct np_scenario_value *value)
{
	fprintf(out,
		"\tpool_params = (struct page_pool_params){ .flags = %s, .pool_size = %" PRId64
		", .nid = %" PRId64 " };\n"
		"\tassert_int_equal(\n"
		"\t\tpage_pool_create(t->machine, \"%s\", &pool_params, &pool), 0);\n",
		value[NP_POOL_ATTR_FRAG].number ? "PP_FLAG_PAGE_FRAG" : "0",
		value[NP_POOL_ATTR_SIZE].number, value[NP_POOL_ATTR_NODE].number, name);
}

static void set_up_nic(FILE *out, const char *name, const char *member,
		       const struct np_scenario_value *value)
{
	static const char *const drivers[] = { "page_pool", "page_bias", "page_cache",
					       "page_alloc" };

	fprintf(out,
		"\tnic = (struct np_nic_options){ .name = \"%s\",\n"
		"\t\t\t\t\t.driver = np_driver_find(\"%s\"),\n"
		"\t\t\t\t\t.ring_size = %" PRId64 ",\n"
		"\t\t\t\t\t.node = %" PRId64 ",\n"
		"\t\t\t\t\t.no_optin = %s,\n"
		"\t\t\t\t\t.half_page = %s,\n"
		"\t\t\t\t\t.keeps_reference = %s,\n"
		"\t\t\t\t\t.bias = %" PRId64 ",\n"
		"\t\t\t\t\t.pool_size = %" PRId64 ",\n"
		"\t\t\t\t\t.compound_order = %" PRId64 " };\n"
		"\tassert_int_equal(np_nic_create(t->machine, &nic, &t->%s), 0);\n",
		name, drivers[value[NP_NIC_ATTR_DRIVER].number], value[NP_NIC_ATTR_RING].number,
		value[NP_NIC_ATTR_NODE].number, value[NP_NIC_ATTR_OPTIN].number ? "false" : "true",
		value[NP_NIC_ATTR_HALF].number ? "true" : "false",
		value[NP_NIC_ATTR_KEEP].number ? "true" : "false", value[NP_NIC_ATTR_BIAS].number,
		value[NP_NIC_ATTR_POOL_SIZE].number, value[NP_NIC_ATTR_COMPOUND].number, member);
}

static void set_up_object(const struct np_generate *generate, int object)
{
	const struct np_scenario_object *what = &generate->scenario->objects[object];
	const struct np_scenario_value *value =
		generate->scenario->declarations[what->declaration].value;
	char member[NP_GENERATE_NAME_MAX], owner[NP_GENERATE_NAME_MAX];
	FILE *out = generate->out;

	np_generate_name(generate, object, member, sizeof(member));
	switch (what->kind) {
	case NP_OBJECT_MEMCG:
		set_up_memcg(generate, what->name, member, value);
		break;
	case NP_OBJECT_PAGE:
		set_up_page(generate, what->name, member, value);
		break;
	case NP_OBJECT_POOL:
		set_up_pool(out, what->name, value);
		break;
	case NP_OBJECT_NIC:
		set_up_nic(out, what->name, member, value);
		break;
	case NP_OBJECT_PROC:
		fprintf(out, "\tassert_int_equal(np_task_create(t->machine, \"%s\", ", what->name);
		print_memcg(generate, value[NP_PROC_ATTR_MEMCG].object);
		fprintf(out, ", &t->%s), 0);\n", member);
		break;
	case NP_OBJECT_SOCK:
		np_generate_name(generate, value[NP_SOCK_ATTR_OWNER].object, owner, sizeof(owner));
		fprintf(out,
			"\tassert_int_equal(np_sock_create(t->machine, \"%s\", t->%s, &t->%s),\n"
			"\t\t\t 0);\n",
			what->name, owner, member);
		break;
	default:
		break;
	}
}

static bool declares(const struct np_scenario *scenario, enum np_declaration kind)
{
	for (size_t i = 0; i < scenario->nr_declarations; i++)
		if (scenario->declarations[i].kind == kind)
			return true;
	return false;
}

static int64_t policy_of(const struct np_scenario *scenario)
{
	for (size_t i = 0; i < scenario->nr_declarations; i++)
		if (scenario->declarations[i].kind == NP_DECLARE_SYSCTL)
			return scenario->declarations[i]
				.value[NP_SYSCTL_ATTR_TCP_ZEROCOPY_POLICY]
				.number;
	return NP_POLICY_WORD_ALLOW;
}

static void print_options(const struct np_generate *generate)
{
	static const char *const layouts[] = { "NP_DMA_64", "NP_DMA_32_FIXED", "NP_DMA_32_BROKEN" };
	static const char *const policies[] = { "NP_POLICY_ALLOW", "NP_POLICY_COPY",
						"NP_POLICY_REFUSE" };
	const struct np_scenario *scenario = generate->scenario;
	const struct np_scenario_value *model = scenario->declarations[scenario->model].value;
	const char *scheme = model[NP_MODEL_ATTR_SCHEME].word;

	fprintf(generate->out,
		"\tstruct np_machine_options options = {\n"
		"\t\t.nr_cpus = %" PRId64 ",\n"
		"\t\t.nr_nodes = %" PRId64 ",\n"
		"\t\t.nr_pages = %" PRId64 ",\n"
		"\t\t.model = %s,\n"
		"\t\t.dma_layout = %s,\n"
		"\t\t.policy = %s,\n"
		"\t\t.map_any_frag = %s,\n"
		"\t\t.scheme = np_scheme_find(\"%s\"),\n"
		"\t};\n",
		model[NP_MODEL_ATTR_CPUS].number, model[NP_MODEL_ATTR_NODES].number,
		model[NP_MODEL_ATTR_PAGES].number,
		model[NP_MODEL_ATTR_RELEASE].number == NP_RELEASE_WORD_5_12 ? "NP_MODEL_5_12" :
									      "NP_MODEL_6_1",
		layouts[model[NP_MODEL_ATTR_DMA].number], policies[policy_of(scenario)],
		model[NP_MODEL_ATTR_CAN_MAP_FRAG].number == NP_RELEASE_WORD_5_12 ? "true" : "false",
		scheme ? scheme : "unaccounted");
}

void np_generate_set_up(const struct np_generate *generate, bool traced)
{
	const struct np_scenario *scenario = generate->scenario;
	FILE *out = generate->out;

	fputs("static void set_up(struct test *t)\n{\n", out);
	print_options(generate);
	if (declares(scenario, NP_DECLARE_MEMCG))
		fputs("\tstruct mem_cgroup *memcg;\n", out);
	if (declares(scenario, NP_DECLARE_NIC))
		fputs("\tstruct np_nic_options nic;\n", out);
	if (declares(scenario, NP_DECLARE_POOL))
		fputs("\tstruct page_pool_params pool_params;\n\tstruct page_pool *pool;\n", out);
	fputs("\tstruct np_context context;\n\n"
	      "\tassert_int_equal(np_machine_create(&t->machine, &options), 0);\n"
	      "\tnp_recorder_attach(&t->recorder, t->machine);\n"
	      "\tassert_int_equal(np_enter(&context, t->machine, 0, NP_KTHREAD, NULL), 0);\n"
	      "\tnp_set_where(\"set-up\");\n",
	      out);
	for (size_t i = 1; i < scenario->nr_objects; i++)
		if (scenario->objects[i].declaration >= 0)
			set_up_object(generate, (int)i);
	fputs("\tnp_leave(&context);\n", out);
	if (traced)
		fputs("\tassert_int_equal(np_trace_subscribe(t->machine, on_trace, t), 0);\n", out);
	fputs("}\n\n", out);
}
