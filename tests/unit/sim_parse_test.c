/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "sim_parse_fixture.h"

static const char example[] =
	"netpage 1  bias_ref_outlives_munmap\n"
	"# A driver that keeps a reference bias keeps the charge alive after\n"
	"# munmap: refcount never reaches zero, so nobody uncharges.\n"
	"model   6.1 scheme=network_at_zero\n"
	"memcg   A max=64\n"
	"nic     eth0 driver=page_bias ring=4\n"
	"proc    P memcg=A\n"
	"sock    s nic=eth0 owner=P\n"
	"actor   napi cpu=0 softirq\n"
	"actor   app  cpu=1 task=P\n"
	"\n"
	"napi:   rx(eth0, s)                  => frag=p refs(p)=65535\n"
	"app:    zerocopy_receive(s)          => mapped=1 maps(p)=1\n"
	"check   usage(A) == 1\n"
	"app:    munmap(P)                    => maps(p)=0\n"
	"check   refs(p) == 65534 && usage(A) == 1\n"
	"\n"
	"never   mapped(p) && writable_by(eth0, p)\n"
	"rest    usage(A) == 0\n"
	"result  fail charge_conserved\n"
	"end\n";

static char *printed(const struct np_scenario *scenario)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	np_scenario_print(out, scenario);
	fclose(out);
	return text;
}

static const struct np_scenario_declaration *declared(const struct np_scenario *scenario,
						      const char *name)
{
	size_t i;

	for (i = 0; i < scenario->nr_objects; i++) {
		if (!strcmp(scenario->objects[i].name, name))
			return &scenario->declarations[scenario->objects[i].declaration];
	}
	fail_msg("no %s", name);
	return NULL;
}

/* What is asked about is 7; results are 5. */
static int answer(void *context, const struct np_scenario_expression *leaf, int64_t *value)
{
	int *asked = context;

	(*asked)++;
	*value = leaf->op == NP_OPERATOR_QUERY ? 7 : 5;
	return 0;
}

static int64_t value_of(const char *expression)
{
	struct np_scenario *scenario;
	char line[1024];
	int64_t value;
	int asked = 0;

	snprintf(line, sizeof(line), "check %s", expression);
	scenario = with(line);
	assert_int_equal(np_scenario_evaluate(scenario, scenario->claims[0].expression, answer,
					      &asked, &value),
			 0);
	np_scenario_free(scenario);
	return value;
}

/* What is read */

static void the_example_is_read(void **state)
{
	struct np_scenario *scenario = parsed(example);

	(void)state;
	assert_string_equal(scenario->name, "bias_ref_outlives_munmap");
	assert_int_equal(scenario->nr_declarations, 7);
	assert_int_equal(scenario->nr_steps, 3);
	assert_int_equal(scenario->nr_claims, 4);
	assert_int_equal(scenario->verdict, NP_VERDICT_FAIL);
	assert_int_equal(scenario->rule, NP_RULE_CHARGE_CONSERVED);
	assert_int_equal(scenario->explore, -1);
	np_scenario_free(scenario);
}

static void the_example_prints_as_it_is_written(void **state)
{
	struct np_scenario *scenario = parsed(example), *again;
	char *text = printed(scenario);

	(void)state;
	again = parsed(text);
	assert_true(again->hash == scenario->hash);
	np_scenario_free(again);
	np_scenario_free(scenario);
	free(text);
}

static void statements_keep_their_order_line_and_text(void **state)
{
	struct np_scenario *scenario = parsed(example);
	const struct np_scenario_statement *step = &scenario->statements[9];

	(void)state;
	assert_int_equal(scenario->statements[0].kind, NP_STATEMENT_COMMENT);
	assert_int_equal(step->kind, NP_STATEMENT_STEP);
	assert_int_equal(step->index, 0);
	assert_int_equal(step->line, 12);
	assert_non_null(strstr(step->text, "rx(eth0, s)"));
	np_scenario_free(scenario);
}

static void root_is_a_memcg_that_nobody_declares(void **state)
{
	struct np_scenario *scenario = with("check usage(root) == 0");

	(void)state;
	assert_string_equal(scenario->objects[NP_OBJECT_ROOT].name, "root");
	assert_int_equal(scenario->expressions[0].argument[0].object, NP_OBJECT_ROOT);
	assert_int_equal(declared(scenario, "A")->value[NP_MEMCG_ATTR_PARENT].object,
			 NP_OBJECT_ROOT);
	np_scenario_free(scenario);
}

static void attributes_that_are_not_given_have_their_default(void **state)
{
	struct np_scenario *scenario = with("memcg B");
	const struct np_scenario_declaration *nic = declared(scenario, "eth0");

	(void)state;
	assert_int_equal(nic->value[NP_NIC_ATTR_RING].number, 4);
	assert_false(nic->value[NP_NIC_ATTR_RING].given);
	assert_int_equal(nic->value[NP_NIC_ATTR_DRIVER].number, NP_DRIVER_WORD_PAGE_POOL);
	assert_int_equal(declared(scenario, "B")->value[NP_MEMCG_ATTR_MAX].number, -1);
	np_scenario_free(scenario);
}

static void sizes_are_pages_or_bytes_with_a_letter(void **state)
{
	struct np_scenario *scenario = with("memcg B max=1M high=8K\nmemcg C max=0x10 high=0");

	(void)state;
	assert_int_equal(declared(scenario, "B")->value[NP_MEMCG_ATTR_MAX].number, 256);
	assert_int_equal(declared(scenario, "B")->value[NP_MEMCG_ATTR_HIGH].number, 2);
	assert_int_equal(declared(scenario, "C")->value[NP_MEMCG_ATTR_MAX].number, 16);
	assert_int_equal(declared(scenario, "C")->value[NP_MEMCG_ATTR_HIGH].number, 0);
	np_scenario_free(scenario);
}

static void sets_flags_and_constants_are_read(void **state)
{
	struct np_scenario *scenario = with("page c kind=compound order=2 flag=pfmemalloc,checked\n"
					    "nic e driver=page_bias bias=INT_MAX half");

	(void)state;
	assert_int_equal(declared(scenario, "c")->value[NP_PAGE_ATTR_FLAG].number, 3);
	assert_int_equal(declared(scenario, "e")->value[NP_NIC_ATTR_BIAS].number, INT_MAX);
	assert_int_equal(declared(scenario, "e")->value[NP_NIC_ATTR_HALF].number, 1);
	np_scenario_free(scenario);
}

static void a_result_can_name_a_page(void **state)
{
	struct np_scenario *scenario = with("napi: rx(eth0, s, 2) => frag=a frag=b\n"
					    "app: put_page(b)");
	const struct np_scenario_expectation *second = &scenario->expectations[1];

	(void)state;
	assert_int_equal(second->result, NP_RESULT_FRAG);
	assert_int_equal(second->ordinal, 1);
	assert_string_equal(scenario->objects[second->object].name, "b");
	assert_int_equal(scenario->objects[second->object].step, 0);
	assert_int_equal(scenario->steps[1].argument[0].object, second->object);
	np_scenario_free(scenario);
}

static void fork_names_a_process_that_actors_may_run(void **state)
{
	struct np_scenario *scenario = with("app: fork(P, C)\nactor child cpu=0 task=C\n"
					    "child: munmap(C)");
	const struct np_scenario_object *child =
		&scenario->objects[scenario->steps[0].argument[1].object];

	(void)state;
	assert_string_equal(child->name, "C");
	assert_int_equal(child->kind, NP_OBJECT_PROC);
	assert_int_equal(child->ordinal, 1);
	np_scenario_free(scenario);
}

static void numbers_of_arguments_may_be_sums(void **state)
{
	struct np_scenario *scenario = with("app: set_page_count(q, INT_MAX - 1)");

	(void)state;
	assert_int_equal(scenario->steps[0].argument[1].number, INT_MAX - 1);
	assert_int_equal(scenario->steps[0].argument[1].object, -1);
	np_scenario_free(scenario);
}

static void an_errno_is_expected_with_and_without_its_sign(void **state)
{
	static const char *const lines[] = { "app: rmdir(A) => error=EBUSY",
					     "app: rmdir(A) => error=-EBUSY",
					     "app: rmdir(A) => error=16" };
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		struct np_scenario *scenario = with(lines[i]);
		const struct np_scenario_expression *root =
			&scenario->expressions[scenario->expectations[0].expression];
		int64_t value;

		assert_int_equal(np_scenario_evaluate(scenario, root->right, NULL, NULL, &value),
				 0);
		assert_int_equal(value, -EBUSY);
		np_scenario_free(scenario);
	}
}

static void at_plays_a_step_inside_another(void **state)
{
	struct np_scenario *scenario =
		with("at page_ref_mod_and_test(q) nth=2 napi: get_page(q)\napp: put_page(q)");
	const struct np_scenario_step *step = &scenario->steps[0];

	(void)state;
	assert_true(step->nested);
	assert_int_equal(step->point, NP_POINT_PAGE_REF_MOD_AND_TEST);
	assert_string_equal(scenario->objects[step->point_object].name, "q");
	assert_int_equal(step->nth, 2);
	assert_false(scenario->steps[1].nested);
	np_scenario_free(scenario);
}

static void never_may_name_what_a_later_step_makes(void **state)
{
	(void)state;
	assert_accepted("never free(p)\nnapi: rx(eth0, s) => frag=p");
	assert_refused("check !free(p)\nnapi: rx(eth0, s) => frag=p", 1, 13, "no page is named `p`",
		       "");
}

static void schedules_of_several_lines_are_one(void **state)
{
	struct np_scenario *scenario = with("explore\nschedule app*2 napi\nschedule app");

	(void)state;
	assert_int_equal(scenario->nr_schedule, 3);
	assert_string_equal(scenario->schedule[0], "app*2");
	assert_string_equal(scenario->schedule[2], "app");
	np_scenario_free(scenario);
}

static void explore_has_verdicts_of_its_own(void **state)
{
	struct np_scenario *scenario = with("result sometimes\nexplore preemptions=2");

	(void)state;
	assert_int_equal(scenario->verdict, NP_VERDICT_SOMETIMES);
	assert_true(scenario->explore >= 0);
	np_scenario_free(scenario);
}

static void verdicts_of_explore_may_be_about_one_rule(void **state)
{
	struct np_scenario *scenario = with("result never charge_conserved\nexplore memory=lkmm "
					    "commute strategy=pos");
	const struct np_scenario_value *value;

	(void)state;
	assert_int_equal(scenario->verdict, NP_VERDICT_NEVER);
	assert_true(scenario->has_rule);
	assert_int_equal(scenario->rule, NP_RULE_CHARGE_CONSERVED);
	value = scenario->declarations[scenario->explore].value;
	assert_int_equal(value[NP_EXPLORE_ATTR_MEMORY].number, NP_MEMORY_WORD_LKMM);
	assert_int_equal(value[NP_EXPLORE_ATTR_STRATEGY].number, NP_STRATEGY_WORD_POS);
	assert_int_equal(value[NP_EXPLORE_ATTR_COMMUTE].number, 1);
	np_scenario_free(scenario);
	scenario = with("result always\nexplore");
	assert_false(scenario->has_rule);
	np_scenario_free(scenario);
}

static void schedules_name_places(void **state)
{
	static const char line[] =
		"explore\nschedule @tso app>q._refcount:2 napi>pfn:3.lru.next:1~2 "
		"kworker/0>cpu1+64:1 app";
	struct np_scenario *scenario = with(line);

	(void)state;
	assert_int_equal(scenario->nr_schedule, 5);
	assert_string_equal(scenario->schedule[0], "@tso");
	assert_string_equal(scenario->schedule[2], "napi>pfn:3.lru.next:1~2");
	np_scenario_free(scenario);
}

static void a_scenario_without_a_result_must_pass(void **state)
{
	struct np_scenario *scenario = with("app: exit(P)");

	(void)state;
	assert_int_equal(scenario->verdict, NP_VERDICT_PASS);
	assert_false(scenario->has_result);
	np_scenario_free(scenario);
}

/* Expressions */

static void operators_bind_as_in_c(void **state)
{
	(void)state;
	assert_int_equal(value_of("1 || 0 && 0"), 1);
	assert_int_equal(value_of("(1 || 0) && 0"), 0);
	assert_int_equal(value_of("1 + 2 == 3"), 1);
	assert_int_equal(value_of("10 - 3 - 2"), 5);
	assert_int_equal(value_of("10 - (3 - 2)"), 9);
	assert_int_equal(value_of("!0 == 1"), 1);
	assert_int_equal(value_of("-2 < -1"), 1);
	assert_int_equal(value_of("refs(q) >= 7 && refs(q) <= 7"), 1);
	assert_int_equal(value_of("refs(q) != 7 || refs(q) > 7"), 0);
	assert_int_equal(value_of("-EINVAL"), -EINVAL);
	assert_int_equal(value_of("PAGE_SIZE"), 4096);
	assert_int_equal(value_of("INT_MIN + 1 + INT_MAX"), 0);
}

static void logic_asks_no_more_than_it_needs(void **state)
{
	struct np_scenario *scenario = with("check 0 && refs(q)\ncheck 1 || refs(q)");
	int64_t value;
	int asked = 0;

	(void)state;
	assert_int_equal(np_scenario_evaluate(scenario, scenario->claims[0].expression, answer,
					      &asked, &value),
			 0);
	assert_int_equal(value, 0);
	assert_int_equal(np_scenario_evaluate(scenario, scenario->claims[1].expression, answer,
					      &asked, &value),
			 0);
	assert_int_equal(value, 1);
	assert_int_equal(asked, 0);
	np_scenario_free(scenario);
}

static void overflow_has_no_value(void **state)
{
	struct np_scenario *scenario = with("check 9223372036854775807 + 1\n"
					    "check -9223372036854775807 - 2");
	int64_t value;

	(void)state;
	assert_int_equal(np_scenario_evaluate(scenario, scenario->claims[0].expression, answer,
					      NULL, &value),
			 -EOVERFLOW);
	assert_int_equal(np_scenario_evaluate(scenario, scenario->claims[1].expression, answer,
					      NULL, &value),
			 -EOVERFLOW);
	np_scenario_free(scenario);
}

static void parentheses_are_printed_where_they_matter(void **state)
{
	struct np_scenario *scenario = with("check ((1) - (2 - 3) == (4)) && (0 || !(1 && 0))");
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	(void)state;
	np_scenario_print_expression(out, scenario, scenario->claims[0].expression);
	fclose(out);
	assert_string_equal(text, "1 - (2 - 3) == 4 && (0 || !(1 && 0))");
	free(text);
	np_scenario_free(scenario);
}

static void long_chains_are_no_deep_nesting(void **state)
{
	char line[4000] = "check 1";
	size_t i;

	(void)state;
	for (i = 0; i < 900; i++)
		strcat(line, "\n+ 1");
	assert_accepted(line);
}

static void a_scheme_is_a_word(void **state)
{
	struct np_scenario_error error;
	struct np_scenario *scenario =
		parsed("netpage 1 a\nmodel 6.1 scheme=./my-scheme.so\nend\n");

	(void)state;
	assert_string_equal(scenario->declarations[0].value[NP_MODEL_ATTR_SCHEME].word,
			    "./my-scheme.so");
	np_scenario_free(scenario);
	assert_int_equal(parse("netpage 1 a\nmodel 6.1 scheme=a$b\nend\n", &scenario, &error),
			 -EINVAL);
	assert_int_equal(error.column, 19);
}

static void what_is_printed_is_read_again_as_the_same(void **state)
{
	struct np_scenario *scenario = with(
		"page c kind=compound order=2 flag=checked\nnic e driver=page_bias half bias=0x10\n"
		"fault alloc_pages nth=2 times=3\n"
		"napi: rx(eth0, s, 1+1) => frag=f frag=g refs(f)>=INT_MAX-1 error!=ENOMEM\n"
		"at put_page_network(f) nth=3 napi: get_page(f)\n"
		"check !(refs(f) - (1 - 2) > -3) || charged_to(f, A) && same(f, g)\n"
		"explore strategy=pct depth=3 seed=0\nschedule app napi>q.lru.next:2~1 @lkmm\n"
		"result always union_arm\n# bye");
	char *text = printed(scenario), *text_again;
	struct np_scenario *again = parsed(text);

	(void)state;
	text_again = printed(again);
	assert_string_equal(text, text_again);
	assert_int_equal(again->nr_expressions, scenario->nr_expressions);
	assert_int_equal(again->nr_steps, scenario->nr_steps);
	free(text_again);
	free(text);
	np_scenario_free(again);
	np_scenario_free(scenario);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_example_is_read),
		cmocka_unit_test(the_example_prints_as_it_is_written),
		cmocka_unit_test(statements_keep_their_order_line_and_text),
		cmocka_unit_test(root_is_a_memcg_that_nobody_declares),
		cmocka_unit_test(attributes_that_are_not_given_have_their_default),
		cmocka_unit_test(sizes_are_pages_or_bytes_with_a_letter),
		cmocka_unit_test(sets_flags_and_constants_are_read),
		cmocka_unit_test(a_result_can_name_a_page),
		cmocka_unit_test(fork_names_a_process_that_actors_may_run),
		cmocka_unit_test(numbers_of_arguments_may_be_sums),
		cmocka_unit_test(an_errno_is_expected_with_and_without_its_sign),
		cmocka_unit_test(at_plays_a_step_inside_another),
		cmocka_unit_test(never_may_name_what_a_later_step_makes),
		cmocka_unit_test(schedules_of_several_lines_are_one),
		cmocka_unit_test(explore_has_verdicts_of_its_own),
		cmocka_unit_test(verdicts_of_explore_may_be_about_one_rule),
		cmocka_unit_test(schedules_name_places),
		cmocka_unit_test(a_scenario_without_a_result_must_pass),
		cmocka_unit_test(operators_bind_as_in_c),
		cmocka_unit_test(logic_asks_no_more_than_it_needs),
		cmocka_unit_test(overflow_has_no_value),
		cmocka_unit_test(parentheses_are_printed_where_they_matter),
		cmocka_unit_test(long_chains_are_no_deep_nesting),
		cmocka_unit_test(a_scheme_is_a_word),
		cmocka_unit_test(what_is_printed_is_read_again_as_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
