/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "sim_parse_fixture.h"

static void an_unknown_function_is_refused(void **state)
{
	(void)state;
	assert_refused("app: zerocopy_recieve(s)", 1, 6, "no function `zerocopy_recieve`",
		       "zerocopy_receive");
}

static void an_unknown_actor_is_refused(void **state)
{
	(void)state;
	assert_refused("ap: munmap(P)", 1, 1, "no actor is named `ap`", "app");
}

static void an_unknown_object_is_refused(void **state)
{
	(void)state;
	assert_refused("nic other driver=page_pool\nnapi: rx(eth1, s)", 2, 10,
		       "no nic is named `eth1`", "eth0");
}

static void an_unknown_query_is_refused(void **state)
{
	(void)state;
	assert_refused("check usag(A)", 1, 7, "no query `usag`", "usage");
}

static void an_unknown_result_is_refused(void **state)
{
	(void)state;
	assert_refused("app: zerocopy_receive(s) => maped=1", 1, 29, "has no result `maped`",
		       "mapped");
	assert_refused("app: put_page(q) => mapped=1", 1, 21, "has no result `mapped`", "");
}

static void an_unknown_trace_point_is_refused(void **state)
{
	(void)state;
	assert_refused("at rmap_ad app: exit(P)", 1, 4, "no trace point `rmap_ad`", "rmap_add");
}

static void an_unknown_rule_is_refused(void **state)
{
	(void)state;
	assert_refused("result fail charge_conserve", 1, 13, "no rule", "charge_conserved");
}

static void an_unknown_verdict_is_refused(void **state)
{
	(void)state;
	assert_refused("result fial", 1, 8, "a result is", "fail");
	assert_refused("result", 1, 7, "a result is", "");
}

static void an_unknown_attribute_is_refused(void **state)
{
	(void)state;
	assert_refused("memcg B maxx=1", 1, 9, "no attribute `maxx`", "max");
}

static void an_unknown_word_of_an_attribute_is_refused(void **state)
{
	(void)state;
	assert_refused("nic e driver=page_poll", 1, 14, "is one of page_pool, page_bias",
		       "page_pool");
	assert_refused("page c flag=checked,fast", 1, 21, "is one of checked, pfmemalloc", "");
	assert_refused("fault alloc_page nth=1", 1, 7, "is one of alloc_pages", "alloc_pages");
	assert_refused("sysctl tcp_zerocopy_policy=deny", 1, 28, "allow, copy, refuse", "");
}

static void an_unknown_name_in_an_expression_is_refused(void **state)
{
	(void)state;
	assert_refused("check usage(A) == EINVALID", 1, 19, "no constant", "");
	assert_refused("check usage == 1", 1, 7, "`usage` is a query", "");
}

static void too_few_and_too_many_arguments_are_refused(void **state)
{
	(void)state;
	assert_refused("app: munmap()", 1, 13, "munmap() takes 1 to 2 arguments", "");
	assert_refused("app: exit(P, P)", 1, 14, "exit() takes 1 argument", "");
	assert_refused("app: cpu_work(1)", 1, 15, "takes no arguments", "");
	assert_refused("check refs()", 1, 12, "refs() takes 1 argument", "");
	assert_refused("check refs(q, q)", 1, 13, "refs() takes 1 argument", "");
	assert_refused("check freelist(q)", 1, 16, "freelist() takes 0 arguments", "");
	assert_refused("app: release_pages(q,q,q,q,q,q,q,q,q)", 1, 36, "takes 1 to 8 arguments",
		       "");
}

static void objects_of_the_wrong_kind_are_refused(void **state)
{
	(void)state;
	assert_refused("app: munmap(A)", 1, 13, "is a proc, and `A` is a memcg", "");
	assert_refused("check usage(q)", 1, 13, "is a memcg, and `q` is a page", "");
	assert_refused("proc R memcg=q", 1, 14, "is a memcg, and `q` is a page", "");
	assert_refused("A: munmap(P)", 1, 1, "is a actor, and `A` is a memcg", "");
	assert_refused("at rmap_add(A) app: exit(P)", 1, 13, "is a page, and `A` is a memcg", "");
	assert_refused("app: page_pool_destroy(eth0)", 1, 24, "is a pool, and `eth0` is a nic", "");
}

static void a_number_is_no_object_and_an_object_no_number(void **state)
{
	(void)state;
	assert_refused("app: put_page(1)", 1, 15, "must stand here, not `1`", "");
	assert_refused("app: set_max(A, P)", 1, 17, "`P` is no constant", "");
	assert_refused("app: set_max(A, usage(A))", 1, 17, "which no query can give", "");
}

static void numbers_out_of_range_are_refused(void **state)
{
	(void)state;
	assert_refused("napi: rx(eth0, s, 0)", 1, 19, "is a number from 1 to", "");
	assert_refused("app: advance(-1)", 1, 14, "is a number from 0 to", "");
	assert_refused("pool p2 size=0", 1, 14, "is a number from 1 to", "");
	assert_refused("pool p2 size=x", 1, 14, "is a number from 1 to", "");
	assert_refused("fault try_charge nth=99999999999999999999", 1, 22, "is a number from", "");
	assert_refused("check 9223372036854775808", 1, 7, "number too large", "");
	assert_refused("check 12x", 1, 7, "is no number", "");
	assert_refused("app: set_max(A, INT_MAX + 1)", 1, 17, "is a number from", "");
}

static void sizes_that_are_no_pages_are_refused(void **state)
{
	(void)state;
	assert_refused("memcg B max=3K", 1, 13, "a whole number of pages", "");
	assert_refused("memcg B max=99999999999G", 1, 13, "is a number of pages", "");
	assert_refused("memcg B max=K", 1, 13, "is a number of pages", "");
	assert_refused("memcg B max=-1", 1, 13, "is a number of pages", "");
}

static void a_name_that_is_taken_is_refused(void **state)
{
	(void)state;
	assert_refused("page A", 1, 6, "`A` is already a memcg, of line 3", "");
	assert_refused("app: alloc_pages() => page=q", 1, 28, "`q` is already a page", "");
	assert_refused("app: fork(P, P)", 1, 14, "`P` is already a proc", "");
	assert_refused("memcg root", 1, 7, "`root` is there already", "");
}

static void a_name_that_is_none_is_refused(void **state)
{
	(void)state;
	assert_refused("page 1a", 1, 6, "a name has letters", "");
	assert_refused("page a-b", 1, 6, "a name has letters", "");
	assert_refused("page never", 1, 6, "is a word of the language", "");
	assert_refused("page EINVAL", 1, 6, "is a constant", "");
	assert_refused("page a2345678901234567890123456789012", 1, 6, "at most 31", "");
	assert_refused("page", 1, 5, "has no name", "");
}

static void a_name_that_is_declared_below_is_refused(void **state)
{
	(void)state;
	assert_refused("proc R memcg=Z\nmemcg Z", 1, 14, "declared below, on line 12", "");
}

static void attributes_that_are_missing_are_refused(void **state)
{
	(void)state;
	assert_refused("nic e", 1, 1, "needs `driver=`", "");
	assert_refused("sock t nic=eth0", 1, 1, "needs `owner=`", "");
	assert_refused("fault alloc_pages", 1, 1, "needs `nth=`", "");
	assert_refused("fault", 1, 6, "the function is missing", "");
	assert_refused("sysctl", 1, 1, "needs a name and a value", "");
}

static void attributes_that_are_there_twice_are_refused(void **state)
{
	(void)state;
	assert_refused("memcg B max=1 max=2", 1, 15, "`max` stands here twice", "");
	assert_refused("page c flag=checked,checked", 1, 21, "`checked` stands here twice", "");
}

static void attributes_need_a_value_or_stand_alone(void **state)
{
	(void)state;
	assert_refused("memcg B max", 1, 9, "`max` needs a value", "");
	assert_refused("memcg B max= 1", 1, 9, "`max` needs a value", "");
	assert_refused("pool p2 frag=1", 1, 9, "`frag` stands alone", "");
}

static void actors_are_in_one_context_of_a_cpu_that_is_there(void **state)
{
	(void)state;
	assert_refused("actor x cpu=0", 1, 1, "exactly one of", "");
	assert_refused("actor x cpu=0 softirq kernel", 1, 1, "exactly one of", "");
	assert_refused("actor x cpu=2 kernel", 1, 1, "the model has cpus=2", "");
}

static void nodes_that_are_not_there_are_refused(void **state)
{
	(void)state;
	assert_refused("page c node=1", 1, 1, "the model has nodes=1", "");
	assert_refused("pool p2 node=1", 1, 1, "the model has nodes=1", "");
	assert_refused("nic e driver=page_alloc node=1", 1, 1, "the model has nodes=1", "");
	assert_accepted("pool p2 node=-1");
}

static void a_compound_page_without_an_order_is_refused(void **state)
{
	(void)state;
	assert_refused("page c kind=compound", 1, 1, "order of 1 or more", "");
}

static void what_may_sleep_is_refused_in_softirq(void **state)
{
	(void)state;
	assert_refused("napi: munmap(P)", 1, 7, "may sleep, and `napi` is in softirq", "");
	assert_refused("actor irq cpu=0 hardirq\nirq: close(s)", 2, 6, "is in hardirq", "");
}

static void a_scenario_without_a_model_is_refused(void **state)
{
	struct np_scenario_error error;
	struct np_scenario *scenario;

	(void)state;
	assert_int_equal(parse("netpage 1 a\n# x\nmemcg A\nend\n", &scenario, &error), -EINVAL);
	assert_int_equal(error.line, 3);
	assert_non_null(strstr(error.message, "begins with the model"));
	assert_int_equal(parse("netpage 1 a\nend\n", &scenario, &error), -EINVAL);
	assert_int_equal(error.line, 1);
	assert_int_equal(parse("netpage 1 a\nmodel\nend\n", &scenario, &error), -EINVAL);
	assert_int_equal(parse("netpage 1 a\nmodel 6.2\nend\n", &scenario, &error), -EINVAL);
	assert_non_null(strstr(error.message, "6.1, 5.12"));
}

static void what_can_be_said_once_is_refused_the_second_time(void **state)
{
	(void)state;
	assert_refused("model 5.12", 1, 1, "a second `model`", "");
	assert_refused("explore\nexplore", 2, 1, "a second `explore`", "");
	assert_refused("result pass\nresult pass", 2, 1, "a second `result`", "");
	assert_refused("app: alloc_pages() => page=a page=b", 1, 30, "`page` stands here twice",
		       "");
}

static void declarations_below_the_first_step_are_refused(void **state)
{
	(void)state;
	assert_refused("app: exit(P)\nmemcg Z", 2, 1, "stands above the first step", "");
	assert_accepted("app: exit(P)\nfault alloc_pages nth=1\nactor y cpu=0 kernel");
}

static void verdicts_of_explore_need_an_explore(void **state)
{
	(void)state;
	assert_refused("result never", 1, 1, "needs an `explore`", "");
}

static void comparisons_in_a_row_are_refused(void **state)
{
	(void)state;
	assert_refused("check 1 == 2 == 3", 1, 14, "joined by && and ||", "");
}

static void a_single_equals_in_an_expression_is_refused(void **state)
{
	(void)state;
	assert_refused("check usage(A) = 1", 1, 16, "here it is `==`", "");
}

static void expressions_that_stop_short_are_refused(void **state)
{
	(void)state;
	assert_refused("check", 1, 6, "is missing at the end", "");
	assert_refused("check usage(A) &&", 1, 18, "is missing at the end", "");
	assert_refused("check (1", 1, 9, "`)` is missing", "");
	assert_refused("check 1 2", 1, 9, "an operator or the end", "");
	assert_refused("check refs(q", 1, 13, "is missing at the end", "");
}

static void characters_that_mean_nothing_are_refused(void **state)
{
	(void)state;
	assert_refused("check usage(A) == $", 1, 19, "`$` means nothing here", "");
	assert_refused("app: exit(P) ; exit(P)", 1, 14, "`;` means nothing here", "");
}

static void nesting_without_end_is_refused(void **state)
{
	char line[256] = "check ";

	(void)state;
	memset(line + 6, '(', 40);
	assert_refused(line, 1, 6 + NP_NESTING_MAX + 1, "within each other", "");
	memset(line + 6, '!', 40);
	assert_refused(line, 1, 6 + NP_NESTING_MAX + 1, "within each other", "");
}

static void steps_that_stop_short_are_refused(void **state)
{
	(void)state;
	assert_refused("app:", 1, 5, "a function is missing", "");
	assert_refused("app: exit", 1, 10, "`(` behind the function is missing", "");
	assert_refused("app: exit(P", 1, 12, "`,` or `)` is missing", "");
	assert_refused("app: exit(P) =>", 1, 16, "what is expected is missing", "");
	assert_refused("app: exit(P) => error", 1, 22, "is missing at the end", "");
	assert_refused("app: exit(P) => error=", 1, 23, "is missing at the end", "");
	assert_refused("app: exit(P) => maps(q)", 1, 24, "is missing at the end", "");
	assert_refused("app: alloc_pages() => page", 1, 27, "`page=NAME`", "");
	assert_refused("app: alloc_pages() => page=1", 1, 28, "a new name must stand here", "");
}

static void at_without_its_step_is_refused(void **state)
{
	(void)state;
	assert_refused("at", 1, 3, "a trace point is missing", "");
	assert_refused("at skb_free", 1, 1, "needs the step", "");
	assert_refused("at skb_free(s) app: exit(P)", 1, 12, "about no object", "");
	assert_refused("at skb_free times=2 app: exit(P)", 1, 13, "no attribute but `nth=`", "");
	assert_refused("at skb_free nth=0 app: exit(P)", 1, 17, "is a number from 1", "");
}

static void words_that_are_no_schedule_are_refused(void **state)
{
	(void)state;
	assert_refused("schedule", 1, 9, "a schedule has words", "");
	assert_refused("schedule app: napi", 1, 10, "is no word of a schedule", "");
	assert_refused("schedule app check", 1, 14, "is no word of a schedule", "");
	assert_refused("schedule app:1", 1, 10, "is no word of a schedule", "");
	assert_refused("schedule app >a", 1, 14, "is no word of a schedule", "");
	assert_refused("schedule app app,b", 1, 14, "is no word of a schedule", "");
}

static void words_behind_the_result_are_refused(void **state)
{
	(void)state;
	assert_refused("result pass now", 1, 13, "nothing stands behind", "");
	assert_refused("result fail", 1, 12, "names the rule", "");
}

static void a_misspelt_keyword_is_found_in_the_line_above(void **state)
{
	(void)state;
	assert_refused("app: exit(P)\nchek usage(A) == 1", 2, 1, "belongs to the one above",
		       "check");
}

static void too_many_objects_are_refused(void **state)
{
	struct np_scenario_error error;
	struct np_scenario *scenario;
	char *text = NULL;
	size_t len = 0, i;
	FILE *out = open_memstream(&text, &len);

	(void)state;
	fputs("netpage 1 a\nmodel 6.1\n", out);
	for (i = 0; i < NP_OBJECTS_MAX; i++)
		fprintf(out, "memcg m%zu\n", i);
	fputs("end\n", out);
	fclose(out);
	assert_int_equal(parse(text, &scenario, &error), -EINVAL);
	assert_non_null(strstr(error.message, "more than 1024 objects"));
	free(text);
}

static void an_error_shows_the_line_and_a_caret(void **state)
{
	struct np_scenario_error error;
	struct np_scenario *scenario;
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	(void)state;
	assert_int_equal(parse(SETTING "app:  exti(P)\nend\n", &scenario, &error), -EINVAL);
	np_scenario_error_print(out, "case.npt", &error);
	fclose(out);
	assert_string_equal(text, "case.npt:11:7: error: no function `exti`; did you mean `exit`?\n"
				  "   11 | app:  exti(P)\n"
				  "      |       ^~~~\n");
	free(text);
}

static void an_error_in_a_long_line_shows_a_window_of_it(void **state)
{
	struct np_scenario_error error;
	char line[1000];

	(void)state;
	memset(line, 'x', sizeof(line));
	line[900] = '!';
	np_scenario_error_set(&error, -EINVAL, "test");
	np_scenario_error_place(&error, 1, line, sizeof(line), 900, 1);
	assert_int_equal(error.text[error.column - 1], '!');
	np_scenario_error_place(&error, 1, line, sizeof(line), sizeof(line), 9);
	assert_int_equal(error.column, strlen(error.text) + 1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_unknown_function_is_refused),
		cmocka_unit_test(an_unknown_actor_is_refused),
		cmocka_unit_test(an_unknown_object_is_refused),
		cmocka_unit_test(an_unknown_query_is_refused),
		cmocka_unit_test(an_unknown_result_is_refused),
		cmocka_unit_test(an_unknown_trace_point_is_refused),
		cmocka_unit_test(an_unknown_rule_is_refused),
		cmocka_unit_test(an_unknown_verdict_is_refused),
		cmocka_unit_test(an_unknown_attribute_is_refused),
		cmocka_unit_test(an_unknown_word_of_an_attribute_is_refused),
		cmocka_unit_test(an_unknown_name_in_an_expression_is_refused),
		cmocka_unit_test(too_few_and_too_many_arguments_are_refused),
		cmocka_unit_test(objects_of_the_wrong_kind_are_refused),
		cmocka_unit_test(a_number_is_no_object_and_an_object_no_number),
		cmocka_unit_test(numbers_out_of_range_are_refused),
		cmocka_unit_test(sizes_that_are_no_pages_are_refused),
		cmocka_unit_test(a_name_that_is_taken_is_refused),
		cmocka_unit_test(a_name_that_is_none_is_refused),
		cmocka_unit_test(a_name_that_is_declared_below_is_refused),
		cmocka_unit_test(attributes_that_are_missing_are_refused),
		cmocka_unit_test(attributes_that_are_there_twice_are_refused),
		cmocka_unit_test(attributes_need_a_value_or_stand_alone),
		cmocka_unit_test(actors_are_in_one_context_of_a_cpu_that_is_there),
		cmocka_unit_test(nodes_that_are_not_there_are_refused),
		cmocka_unit_test(a_compound_page_without_an_order_is_refused),
		cmocka_unit_test(what_may_sleep_is_refused_in_softirq),
		cmocka_unit_test(a_scenario_without_a_model_is_refused),
		cmocka_unit_test(what_can_be_said_once_is_refused_the_second_time),
		cmocka_unit_test(declarations_below_the_first_step_are_refused),
		cmocka_unit_test(verdicts_of_explore_need_an_explore),
		cmocka_unit_test(comparisons_in_a_row_are_refused),
		cmocka_unit_test(a_single_equals_in_an_expression_is_refused),
		cmocka_unit_test(expressions_that_stop_short_are_refused),
		cmocka_unit_test(characters_that_mean_nothing_are_refused),
		cmocka_unit_test(nesting_without_end_is_refused),
		cmocka_unit_test(steps_that_stop_short_are_refused),
		cmocka_unit_test(at_without_its_step_is_refused),
		cmocka_unit_test(words_that_are_no_schedule_are_refused),
		cmocka_unit_test(words_behind_the_result_are_refused),
		cmocka_unit_test(a_misspelt_keyword_is_found_in_the_line_above),
		cmocka_unit_test(too_many_objects_are_refused),
		cmocka_unit_test(an_error_shows_the_line_and_a_caret),
		cmocka_unit_test(an_error_in_a_long_line_shows_a_window_of_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
