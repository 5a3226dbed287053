/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* A scenario as a program that is searched: what interleaves, and what is judged when. */
#include "sim_explore_fixture.h"

/* --- the set-up --- */

static void steps_above_explore_come_first(void **state)
{
	struct searched searched = search(PAGES "two: get_page(a) => refs(a)=2\n"
						"explore\n"
						"one: put_page(a) => refs(a)=1\n");

	(void)state;
	assert_verdict(&searched, "never");
	assert_int_equal(searched.outcome.executions, 1);
	end(&searched);
}

static void violation_in_the_set_up_is_one_of_all_executions(void **state)
{
	struct searched searched = search(PAGES "one: get_page(a) => refs(a)=7\n"
						"explore\n"
						"one: put_page(a)\n"
						"result always expect\n");

	(void)state;
	assert_true(searched.outcome.before);
	assert_verdict(&searched, "always");
	assert_found(&searched, NP_RULE_EXPECT, "got 2");
	assert_judged(&searched, NP_SEARCH_AS_EXPECTED);
	end(&searched);
}

static void witness_of_the_set_up_needs_no_schedule(void **state)
{
	struct searched searched = search(PAGES "one: get_page(a) => refs(a)=7\n"
						"explore\n"
						"one: put_page(a)\n");
	char *text = witness(&searched, 0);

	(void)state;
	assert_null(strstr(text, "schedule"));
	assert_non_null(strstr(text, "result  fail expect"));
	free(text);
	end(&searched);
}

static void explore_without_steps_is_one_execution(void **state)
{
	struct searched searched = search(PAGES "explore\ncheck refs(a) == 1\n");

	(void)state;
	assert_verdict(&searched, "never");
	assert_int_equal(searched.outcome.executions, 1);
	end(&searched);
}

static void scheme_that_lacks_a_feature_skips_it(void **state)
{
	struct searched searched = search("model 6.1 needs=callback\npage a\n"
					  "actor one cpu=0 kernel\nexplore\none: get_page(a)\n");

	(void)state;
	assert_verdict(&searched, "n/a");
	assert_judged(&searched, NP_SEARCH_SKIPPED);
	end(&searched);
}

/* --- what interleaves --- */

static void first_execution_is_the_order_of_the_file(void **state)
{
	struct np_search_options options = { .bounds = NP_SEARCH_BOUNDS, .first_only = true };
	struct searched searched = search_with(PAGES "explore\n"
						     "one: get_page(a) => refs(a)=2\n"
						     "two: get_page(a) => refs(a)=3\n"
						     "one: put_page(a) => refs(a)=2\n"
						     "two: put_page(a) => refs(a)=1\n",
					       options);

	(void)state;
	assert_verdict(&searched, "pass");
	end(&searched);
}

static void steps_of_two_actors_come_in_any_order(void **state)
{
	struct searched searched = search(PAGES "explore\n"
						"one: get_page(a) => refs(a)=2\n"
						"two: get_page(a)\n"
						"result sometimes expect\n");

	(void)state;
	assert_verdict(&searched, "sometimes");
	assert_found(&searched, NP_RULE_EXPECT, "got 3");
	assert_judged(&searched, NP_SEARCH_AS_EXPECTED);
	end(&searched);
}

static void steps_of_one_actor_keep_their_order(void **state)
{
	struct searched searched = search(PAGES "explore\n"
						"one: get_page(a)\n"
						"one: put_page(a)\n"
						"two: get_page(b)\n"
						"never refs(a) < 1\n");

	(void)state;
	assert_verdict(&searched, "never");
	end(&searched);
}

static void steps_on_different_pages_are_one_execution(void **state)
{
	struct searched searched = search(PAGES "explore\n"
						"one: get_page(a)\n"
						"two: get_page(b)\n");

	(void)state;
	assert_verdict(&searched, "never");
	assert_int_equal(searched.outcome.executions, 1);
	end(&searched);
}

static void step_waits_for_the_name_it_uses(void **state)
{
	struct searched searched = search(PAGES "explore\n"
						"one: alloc_pages() => page=p\n"
						"two: get_page(p) => refs(p)=2\n"
						"result never\n");

	(void)state;
	assert_verdict(&searched, "never");
	assert_judged(&searched, NP_SEARCH_AS_EXPECTED);
	end(&searched);
}

static void name_that_nothing_was_bound_to_is_waited_for_no_longer(void **state)
{
	struct searched searched = search(PAGES "explore\n"
						"fault alloc_pages nth=1\n"
						"one: alloc_pages() => page=p error=ENOMEM\n"
						"two: get_page(p) => error=ENOENT\n"
						"result never\n");

	(void)state;
	assert_verdict(&searched, "never");
	end(&searched);
}

static void process_that_is_forked_is_waited_for(void **state)
{
	struct searched searched = search_some(HOST "napi: rx(eth0, s) => frag=p\n"
						    "app: zerocopy_receive(s)\n"
						    "explore\n"
						    "app: fork(P, C)\n"
						    "adm: munmap(C) => error=0\n");

	(void)state;
	assert_int_equal(searched.outcome.end, NP_PLAY_HELD);
	assert_true(searched.outcome.executions > 0);
	end(&searched);
}

static void softirq_lets_its_cpu_go_on_between_two_steps(void **state)
{
	struct searched searched = search_some(HOST "explore\n"
						    "napi: rx(eth0, s) => frag=p\n"
						    "adm: get_page(p)\n"
						    "napi: napi_poll(eth0)\n"
						    "adm: put_page(p)\n");

	(void)state;
	assert_true(searched.outcome.executions > 1);
	assert_false(found(&searched, NP_RULE_DEADLOCK, ""));
	end(&searched);
}

static void reader_waits_for_the_reader_of_the_same_socket(void **state)
{
	struct searched searched = search_some(HOST "napi: rx(eth0, s, 2)\n"
						    "explore\n"
						    "app: zerocopy_receive(s)\n"
						    "thr: recvmsg(s)\n"
						    "result never\n");

	(void)state;
	assert_verdict(&searched, "never");
	assert_true(searched.outcome.executions > 1);
	end(&searched);
}

static void card_goes_when_nobody_is_inside_it(void **state)
{
	struct searched searched = search_some(HOST "explore\n"
						    "napi: rx(eth0, s)\n"
						    "adm: unregister_netdev(eth0)\n");

	(void)state;
	assert_int_equal(searched.outcome.end, NP_PLAY_HELD);
	assert_true(searched.outcome.executions > 1);
	end(&searched);
}

static void threads_of_a_process_that_is_gone_do_nothing(void **state)
{
	struct searched searched = search_some(HOST "napi: rx(eth0, s)\n"
						    "explore\n"
						    "adm: exit(P)\n"
						    "app: zerocopy_receive(s) => error=ESRCH\n"
						    "result sometimes expect\n");

	(void)state;
	assert_verdict(&searched, "sometimes");
	end(&searched);
}

static void at_step_is_a_step_like_any_other(void **state)
{
	struct searched searched = search(PAGES "at page_ref_mod(a)  two: get_page(b)\n"
						"one: get_page(a)\n"
						"never refs(b) == 2\n");

	(void)state;
	assert_verdict(&searched, "always");
	end(&searched);
}

static void at_step_of_the_set_up_is_played_at_its_point(void **state)
{
	struct searched searched = search(PAGES "at page_ref_mod(a)  two: get_page(b)\n"
						"one: get_page(a)\n"
						"check refs(b) == 2\n"
						"explore\n"
						"one: put_page(a)\n"
						"two: put_page(b)\n");

	(void)state;
	assert_verdict(&searched, "never");
	end(&searched);
}

/* --- what is judged --- */

static void without_explore_the_order_of_the_file_is_not_judged(void **state)
{
	struct searched searched = search(PAGES "one: get_page(a) => refs(a)=7\n"
						"check refs(a) == 9\n"
						"two: get_page(b)\n");

	(void)state;
	assert_verdict(&searched, "never");
	end(&searched);
}

static void without_explore_names_are_bound(void **state)
{
	struct searched searched = search(PAGES "one: alloc_pages() => page=p\n"
						"two: get_page(p)\n"
						"always refs(p) >= 1\n");

	(void)state;
	assert_verdict(&searched, "never");
	end(&searched);
}

static void never_is_judged_after_each_step(void **state)
{
	struct searched searched = search(PAGES "one: get_page(a)\n"
						"explore\n"
						"one: get_page(a)\n"
						"one: put_page(a)\n"
						"two: put_page(a)\n"
						"never refs(a) == 3\n"
						"result sometimes never\n");

	(void)state;
	assert_verdict(&searched, "sometimes");
	assert_found(&searched, NP_RULE_NEVER, "refs(a) == 3");
	assert_judged(&searched, NP_SEARCH_AS_EXPECTED);
	end(&searched);
}

static void check_is_judged_when_all_have_ended(void **state)
{
	struct searched searched = search(PAGES "explore\n"
						"one: get_page(a)\n"
						"check refs(a) == 3\n"
						"two: get_page(a)\n"
						"result never\n");

	(void)state;
	assert_verdict(&searched, "never");
	end(&searched);
}

static void rest_is_judged_in_each_execution(void **state)
{
	struct searched searched = search(PAGES "explore\n"
						"one: get_page(a)\n"
						"two: get_page(b)\n"
						"rest refs(a) == 4\n"
						"result always rest\n");

	(void)state;
	assert_verdict(&searched, "always");
	assert_judged(&searched, NP_SEARCH_AS_EXPECTED);
	end(&searched);
}

static void what_the_scenario_holds_is_let_go_in_each_execution(void **state)
{
	struct searched searched = search_some(HOST "explore\n"
						    "app: mem_cgroup_charge_skmem(A, 2)\n"
						    "thr: mem_cgroup_charge_skmem(A, 3)\n"
						    "rest usage(A) == 0\n"
						    "result never\n");

	(void)state;
	assert_int_equal(searched.outcome.end, NP_PLAY_HELD);
	assert_true(searched.outcome.executions > 1);
	end(&searched);
}

static void orders_before_the_violation_are_searched_too(void **state)
{
	/* Whoever is second finds nothing; the first execution must not be taken for all. */
	struct searched searched = search(PAGES "explore\n"
						"one: put_page(a)\n"
						"two: get_page_unless_zero(a) => ret=1\n"
						"result sometimes expect\n");

	(void)state;
	assert_verdict(&searched, "sometimes");
	assert_true(searched.outcome.exhausted);
	end(&searched);
}

static void pages_allocated_together_are_freed_together(void **state)
{
	struct searched searched = search(PAGES "explore\n"
						"one: alloc_pages(2) => page=p\n"
						"one: __free_pages(p, 2)\n"
						"two: alloc_pages(1) => page=q\n"
						"result never\n");

	(void)state;
	assert_verdict(&searched, "never");
	end(&searched);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(steps_above_explore_come_first),
		cmocka_unit_test(violation_in_the_set_up_is_one_of_all_executions),
		cmocka_unit_test(witness_of_the_set_up_needs_no_schedule),
		cmocka_unit_test(explore_without_steps_is_one_execution),
		cmocka_unit_test(scheme_that_lacks_a_feature_skips_it),
		cmocka_unit_test(first_execution_is_the_order_of_the_file),
		cmocka_unit_test(steps_of_two_actors_come_in_any_order),
		cmocka_unit_test(steps_of_one_actor_keep_their_order),
		cmocka_unit_test(steps_on_different_pages_are_one_execution),
		cmocka_unit_test(step_waits_for_the_name_it_uses),
		cmocka_unit_test(name_that_nothing_was_bound_to_is_waited_for_no_longer),
		cmocka_unit_test(process_that_is_forked_is_waited_for),
		cmocka_unit_test(softirq_lets_its_cpu_go_on_between_two_steps),
		cmocka_unit_test(reader_waits_for_the_reader_of_the_same_socket),
		cmocka_unit_test(card_goes_when_nobody_is_inside_it),
		cmocka_unit_test(threads_of_a_process_that_is_gone_do_nothing),
		cmocka_unit_test(at_step_is_a_step_like_any_other),
		cmocka_unit_test(at_step_of_the_set_up_is_played_at_its_point),
		cmocka_unit_test(without_explore_the_order_of_the_file_is_not_judged),
		cmocka_unit_test(without_explore_names_are_bound),
		cmocka_unit_test(never_is_judged_after_each_step),
		cmocka_unit_test(check_is_judged_when_all_have_ended),
		cmocka_unit_test(rest_is_judged_in_each_execution),
		cmocka_unit_test(what_the_scenario_holds_is_let_go_in_each_execution),
		cmocka_unit_test(orders_before_the_violation_are_searched_too),
		cmocka_unit_test(pages_allocated_together_are_freed_together),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
