/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* A scenario in C: what stands around its steps. */
#include "generate.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "assure.h"

static bool must_fail(const struct np_scenario *scenario)
{
	return scenario->has_result && scenario->verdict == NP_VERDICT_FAIL;
}

static int refuse(char *why, size_t size, const char *what)
{
	snprintf(why, size, "%s", what);
	return -ENOTSUP;
}

/* What cannot be said in C, or not honestly. */
static int check(const struct np_scenario *scenario, char *why, size_t size)
{
	const struct np_scenario_value *model = scenario->declarations[scenario->model].value;
	const char *scheme = model[NP_MODEL_ATTR_SCHEME].word;

	if (scenario->explore >= 0 || scenario->nr_schedule)
		return refuse(why, size, "it explores interleavings, and a test plays only one");
	if (scenario->verdict != NP_VERDICT_PASS && scenario->verdict != NP_VERDICT_FAIL)
		return refuse(why, size, "its result is about many executions");
	if (must_fail(scenario) && scenario->rule >= NP_RULE_CHECK)
		return refuse(why, size,
			      "it is to fail by a rule of its own, which a test asserts");
	if (scheme && strchr(scheme, '/'))
		return refuse(why, size, "its scheme is a file, which the test may not find");
	if (model[NP_MODEL_ATTR_DMA].number == NP_DMA_WORD_32_BROKEN)
		return refuse(why, size, "with dma=32_broken a walk may lead out of the machine");
	return 0;
}

static void upper(FILE *out, const char *prefix, const char *name)
{
	fputs(prefix, out);
	for (; *name; name++)
		fputc(toupper((unsigned char)*name), out);
}

/* --- the head --- */

/* The scenario itself, so that the file needs no other. */
static int print_source(FILE *out, const struct np_scenario *scenario)
{
	char *text = NULL, *line, *end;
	size_t size;
	FILE *memory = open_memstream(&text, &size);

	if (!memory)
		return -ENOMEM;
	np_scenario_print(memory, scenario);
	if (fclose(memory)) {
		free(text);
		return -ENOMEM;
	}
	fputs("/* SPDX-License-Identifier: MIT OR GPL-2.0-only */\n"
	      "/*\n * Written by `netpage-sim run --emit-c` from\n *\n",
	      out);
	for (line = text; *line; line = end + 1) {
		end = strchr(line, '\n');
		/* A comment in the scenario may not end this one. */
		for (char *at = strstr(line, "*/"); at && at < end; at = strstr(at, "*/"))
			at[1] = '|';
		fprintf(out, " *%s%.*s\n", end > line ? " " : "", (int)(end - line), line);
	}
	fputs(" */\n", out);
	free(text);
	return 0;
}

static void print_members(const struct np_generate *generate)
{
	static const char *const types[NP_OBJECT_KINDS] = {
		[NP_OBJECT_MEMCG] = "u32 ",
		[NP_OBJECT_PAGE] = "struct page *",
		[NP_OBJECT_NIC] = "struct net_device *",
		[NP_OBJECT_PROC] = "struct task_struct *",
		[NP_OBJECT_SOCK] = "struct sock *",
	};
	const struct np_scenario *scenario = generate->scenario;
	char name[NP_GENERATE_NAME_MAX];

	for (size_t i = 1; i < scenario->nr_objects; i++) {
		const struct np_scenario_object *object = &scenario->objects[i];
		const struct np_scenario_value *value =
			object->declaration < 0 ? NULL :
						  scenario->declarations[object->declaration].value;

		if (!types[object->kind])
			continue;
		np_generate_name(generate, (int)i, name, sizeof(name));
		fprintf(generate->out, "\t%s%s;\n", types[object->kind], name);
		if (object->kind != NP_OBJECT_PAGE || !value)
			continue;
		if (value[NP_PAGE_ATTR_KIND].number == NP_PAGE_WORD_FILE)
			fprintf(generate->out, "\tstruct address_space %s_backing;\n", name);
		if (value[NP_PAGE_ATTR_KIND].number == NP_PAGE_WORD_ZONE_DEVICE)
			fprintf(generate->out, "\tstruct dev_pagemap %s_backing;\n", name);
	}
}

static void print_types(const struct np_generate *generate)
{
	const struct np_scenario *scenario = generate->scenario;
	FILE *out = generate->out;

	fputs("#include <errno.h>\n#include <string.h>\n\n"
	      "#include <netpage/cmocka.h>\n#include <netpage/netpage.h>\n\n"
	      "/* Who holds the first reference of a page that is there from the beginning. */\n"
	      "#define OWNER \"scenario\"\n\n"
	      "struct test {\n\tstruct np_machine *machine;\n\tstruct np_recorder recorder;\n",
	      out);
	print_members(generate);
	for (size_t i = 0; i < scenario->nr_steps; i++)
		if (scenario->steps[i].nested)
			fprintf(out, "\tunsigned long passed_%zu;\n\tbool played_%zu;\n", i + 1,
				i + 1);
	fputs("};\n\n", out);
}

static const char results[] =
	"/* What a step gave back. */\n"
	"struct got {\n"
	"\tlong error, ret, frags, dropped, mapped, copied, hint, pinned, offset;\n"
	"\tstruct sk_buff *skb;\n"
	"\tstruct page *page;\n"
	"};\n\n";

/* --- trace points --- */

static void print_point_object(struct np_generate *generate, const struct np_scenario_step *step)
{
	const struct np_scenario_object *object;
	char name[NP_GENERATE_NAME_MAX];

	if (step->point_object < 0)
		return;
	object = &generate->scenario->objects[step->point_object];
	np_generate_name(generate, step->point_object, name, sizeof(name));
	if (object->kind == NP_OBJECT_PAGE) {
		fprintf(generate->out, " && t->%s && event->page == t->%s", name, name);
	} else if (step->point_object == NP_OBJECT_ROOT) {
		fputs(" && event->memcg == root_mem_cgroup(machine)", generate->out);
	} else if (object->kind == NP_OBJECT_MEMCG) {
		generate->helpers |= 1u << NP_HELPER_GROUP;
		fprintf(generate->out, " && event->memcg == group(t, t->%s)", name);
	} else {
		generate->helpers |= 1u << NP_HELPER_POOL;
		fprintf(generate->out, " && event->pool == pool(t, \"%s\")", object->name);
	}
}

/* Steps that run inside others, where those pass a point. */
static bool print_on_trace(struct np_generate *generate)
{
	const struct np_scenario *scenario = generate->scenario;
	FILE *out = generate->out;
	bool any = false;

	for (size_t i = 0; i < scenario->nr_steps; i++) {
		const struct np_scenario_step *step = &scenario->steps[i];

		if (!step->nested)
			continue;
		if (!any)
			fputs("static void on_trace(void *arg, struct np_machine *machine,\n"
			      "\t\t     const struct np_trace_event *event)\n"
			      "{\n\tstruct test *t = arg;\n\n\t(void)machine;\n",
			      out);
		any = true;
		fprintf(out, "\tif (!t->played_%zu && event->id == ", i + 1);
		upper(out, "NP_TRACE_", np_vocabulary_points[step->point].name);
		print_point_object(generate, step);
		fprintf(out,
			" &&\n\t    ++t->passed_%zu == %" PRId64
			") {\n\t\tt->played_%zu = true;\n\t\tstep_%zu(t);\n\t}\n",
			i + 1, step->nth, i + 1, i + 1);
	}
	if (any)
		fputs("}\n\n", out);
	return any;
}

/* --- claims --- */

static void print_claim(struct np_generate *generate, size_t index)
{
	const struct np_scenario_claim *claim = &generate->scenario->claims[index];
	const struct np_scenario_statement *statement =
		&generate->scenario->statements[claim->statement];

	fputs("/* ", generate->out);
	np_generate_text(generate->out, statement->text, statement->len);
	fprintf(generate->out,
		" */\nstatic void claim_%zu(struct test *t)\n{\n"
		"\tstruct np_context context;\n\n"
		"\tassert_int_equal(np_enter(&context, t->machine, 0, NP_KTHREAD, NULL), 0);\n",
		index + 1);
	np_generate_claim(generate, claim);
	fputs("\tnp_leave(&context);\n}\n\n", generate->out);
}

static void call_claims(const struct np_generate *generate, enum np_rule rule)
{
	for (size_t i = 0; i < generate->scenario->nr_claims; i++)
		if (generate->scenario->claims[i].rule == rule)
			fprintf(generate->out, "\tclaim_%zu(t);\n", i + 1);
}

static void print_look(const struct np_generate *generate)
{
	bool fails = must_fail(generate->scenario);
	FILE *out = generate->out;

	fprintf(out,
		"/* What must hold between any two steps.%s */\n"
		"static %s look(struct test *t)\n{\n"
		"\tnp_machine_settle(t->machine);\n\tnp_check(t->machine, NP_CHECK_STEP);\n",
		fails ? " Return: whether it is broken." : "", fails ? "bool" : "void");
	fputs(fails ? "\tif (np_violations(t->machine))\n\t\treturn true;\n" :
		      "\tassert_no_violations(t->machine);\n",
	      out);
	call_claims(generate, NP_RULE_ALWAYS);
	call_claims(generate, NP_RULE_NEVER);
	fputs(fails ? "\treturn false;\n}\n\n" : "}\n\n", out);
}

/* --- the course --- */

static void print_look_call(const struct np_generate *generate)
{
	fputs(must_fail(generate->scenario) ? "\tif (look(t))\n\t\treturn true;\n" : "\tlook(t);\n",
	      generate->out);
}

static void print_fault(FILE *out, const struct np_scenario_value *value)
{
	static const char *const points[] = {
		"NP_FAULT_ALLOC_PAGES",	 "NP_FAULT_TRY_CHARGE",	      "NP_FAULT_VM_INSERT_PAGE",
		"NP_FAULT_DMA_MAP_PAGE", "NP_FAULT_PTR_RING_PRODUCE", "NP_FAULT_PFMEMALLOC",
	};

	fprintf(out, "\tnp_fault_set(t->machine, %s, %" PRId64 ", %" PRId64 ");\n",
		points[value[NP_FAULT_ATTR_FUNCTION].number], value[NP_FAULT_ATTR_NTH].number,
		value[NP_FAULT_ATTR_TIMES].number);
}

static void print_play(const struct np_generate *generate)
{
	const struct np_scenario *scenario = generate->scenario;

	fprintf(generate->out, "static %s play(struct test *t)\n{\n",
		must_fail(scenario) ? "bool" : "void");
	print_look_call(generate);
	for (size_t i = 0; i < scenario->nr_statements; i++) {
		size_t index = scenario->statements[i].index;

		if (scenario->statements[i].kind == NP_STATEMENT_DECLARATION &&
		    scenario->declarations[index].kind == NP_DECLARE_FAULT)
			print_fault(generate->out, scenario->declarations[index].value);
		if (scenario->statements[i].kind == NP_STATEMENT_CLAIM &&
		    scenario->claims[index].rule == NP_RULE_CHECK)
			fprintf(generate->out, "\tclaim_%zu(t);\n", index + 1);
		if (scenario->statements[i].kind != NP_STATEMENT_STEP ||
		    scenario->steps[index].nested)
			continue;
		fprintf(generate->out, "\tstep_%zu(t);\n", index + 1);
		print_look_call(generate);
	}
	/* A point that nobody passes proves nothing. */
	for (size_t i = 0; i < scenario->nr_steps; i++)
		if (scenario->steps[i].nested)
			fprintf(generate->out, "\tassert_true(t->played_%zu);\n", i + 1);
	fputs(must_fail(scenario) ? "\treturn false;\n}\n\n" : "}\n\n", generate->out);
}

static bool has_kind(const struct np_scenario *scenario, enum np_object_kind kind)
{
	for (size_t i = 0; i < scenario->nr_objects; i++)
		if (scenario->objects[i].kind == kind)
			return true;
	return false;
}

static bool print_let_go(const struct np_generate *generate)
{
	const struct np_scenario *scenario = generate->scenario;
	FILE *out = generate->out;
	char name[NP_GENERATE_NAME_MAX];

	if (!has_kind(scenario, NP_OBJECT_PAGE))
		return false;
	fputs("/* What actors and the test itself still hold goes back. */\n"
	      "static void let_go(struct test *t)\n{\n"
	      "\tstatic const char *const holders[] = { ",
	      out);
	for (size_t i = 0; i < scenario->nr_objects; i++)
		if (scenario->objects[i].kind == NP_OBJECT_ACTOR)
			fprintf(out, "\"%s\", ", scenario->objects[i].name);
	fputs("OWNER };\n\tstruct page *pages[] = { ", out);
	for (size_t i = 0; i < scenario->nr_objects; i++)
		if (scenario->objects[i].kind == NP_OBJECT_PAGE)
			fprintf(out, "t->%s, ",
				np_generate_name(generate, (int)i, name, sizeof(name)));
	fputs("};\n\tstruct np_context context;\n\n"
	      "\tassert_int_equal(np_enter(&context, t->machine, 0, NP_KTHREAD, NULL), 0);\n"
	      "\tnp_set_where(\"rest\");\n"
	      "\tfor (size_t i = 0; i < ARRAY_SIZE(pages); i++)\n"
	      "\t\tfor (size_t j = 0; pages[i] && j < ARRAY_SIZE(holders); j++)\n"
	      "\t\t\twhile (!np_claim(t->machine, pages[i], holders[j], -1))\n"
	      "\t\t\t\tput_page(pages[i]);\n"
	      "\tnp_leave(&context);\n}\n\n",
	      out);
	return true;
}

static void print_end(const struct np_generate *generate)
{
	bool fails = must_fail(generate->scenario), lets_go = print_let_go(generate);
	const char *verdict = fails ? "\tif (np_violations(t->machine))\n\t\treturn true;\n" :
				      "\tassert_no_violations(t->machine);\n";
	FILE *out = generate->out;

	fprintf(out,
		"/* Everybody lets go, then the network is taken down. */\n"
		"static %s end(struct test *t)\n{\n%s"
		"\tnp_machine_rest(t->machine);\n\tnp_check(t->machine, NP_CHECK_REST);\n%s",
		fails ? "bool" : "void", lets_go ? "\tlet_go(t);\n" : "", verdict);
	call_claims(generate, NP_RULE_REST);
	fprintf(out,
		"\tnp_machine_teardown(t->machine);\n"
		"\tnp_check(t->machine, NP_CHECK_TEARDOWN);\n%s%s}\n\n",
		verdict, fails ? "\treturn false;\n" : "");
}

/* Where the scheme lacks what the scenario needs, it is skipped. */
static void print_needs(const struct np_generate *generate)
{
	const struct np_scenario *scenario = generate->scenario;
	uint64_t needs =
		(uint64_t)scenario->declarations[scenario->model].value[NP_MODEL_ATTR_NEEDS].number;

	needs &= (1u << NP_NEEDS_PAGE_POOL) - 1;
	if (needs)
		fprintf(generate->out,
			"\tif (~np_machine_options_of(t.machine)->scheme->features & 0x%" PRIx64
			") {\n\t\tnp_machine_abandon(t.machine);\n\t\tskip();\n\t}\n",
			needs);
}

static void print_verdict_of_failure(FILE *out, const char *rule)
{
	fputs("\tif (play(&t) || end(&t))\n"
	      "\t\tassert_int_equal(np_machine_abandon(t.machine), 0);\n"
	      "\telse\n"
	      "\t\tassert_int_equal(np_machine_destroy(t.machine), 0);\n"
	      "\tif (!np_recorder_find(&t.recorder, ",
	      out);
	upper(out, "NP_", rule);
	fprintf(out, ")) {\n\t\tnp_recorder_print(&t.recorder);\n\t\tfail_msg(\"want %s\");\n\t}\n",
		rule);
}

static void print_test(const struct np_generate *generate, bool traced)
{
	const struct np_scenario *scenario = generate->scenario;
	const char *rule = must_fail(scenario) ? np_vocabulary_rules[scenario->rule].name : NULL;
	FILE *out = generate->out;
	char name[2 * NP_SCENARIO_NAME_MAX];

	snprintf(name, sizeof(name), "%s_%s%s", scenario->name, rule ? "breaks_" : "holds",
		 rule ? rule : "");
	fprintf(out,
		"static void %s(void **state)\n{\n\tstruct test t = { 0 };\n\n"
		"\t(void)state;\n\tset_up(&t);\n",
		name);
	print_needs(generate);
	if (rule)
		print_verdict_of_failure(out, rule);
	else
		fprintf(out,
			"\tplay(&t);\n\tend(&t);\n%s"
			"\tassert_int_equal(np_machine_destroy(t.machine), 0);\n"
			"\tassert_null(np_recorder_find(&t.recorder, NP_INVARIANTS));\n",
			traced ? "\tnp_trace_unsubscribe(t.machine, on_trace, &t);\n" : "");
	fprintf(out,
		"}\n\nint main(void)\n{\n\tconst struct CMUnitTest tests[] = {\n"
		"\t\tcmocka_unit_test(%s),\n\t};\n\n"
		"\treturn cmocka_run_group_tests(tests, NULL, NULL);\n}\n",
		name);
}

/* --- all of it --- */

/* What helpers there are is known when all that may need one has been written. */
static void print_body(struct np_generate *generate)
{
	const struct np_scenario *scenario = generate->scenario;
	bool traced;

	for (size_t i = 0; i < scenario->nr_steps; i++)
		np_generate_step(generate, i);
	for (size_t i = 0; i < scenario->nr_claims; i++)
		print_claim(generate, i);
	traced = print_on_trace(generate);
	np_generate_set_up(generate, traced);
	print_look(generate);
	print_play(generate);
	print_end(generate);
	print_test(generate, traced);
}

static int write_all(FILE *out, struct np_generate *generate)
{
	char *body = NULL;
	size_t size;
	int err;

	generate->out = open_memstream(&body, &size);
	if (!generate->out)
		return -ENOMEM;
	print_body(generate);
	err = fclose(generate->out) ? -ENOMEM : 0;
	generate->out = out;
	if (!err)
		err = print_source(out, generate->scenario);
	if (!err) {
		print_types(generate);
		if (strstr(body, "got"))
			fputs(results, out);
		for (int i = 0; i < NP_HELPERS; i++)
			if (generate->helpers & 1u << i)
				fprintf(out, "%s\n", np_generate_helpers[i]);
		fputs(body, out);
	}
	free(body);
	return err;
}

int np_generate_c(FILE *out, const struct np_scenario *scenario, char *why, size_t size)
{
	struct np_generate generate = { .scenario = scenario };
	int err = check(scenario, why, size);

	if (err)
		return err;
	generate.gone = calloc(scenario->nr_objects + 1, sizeof(*generate.gone));
	if (!generate.gone)
		return -ENOMEM;
	err = write_all(out, &generate);
	free(generate.gone);
	return err;
}
