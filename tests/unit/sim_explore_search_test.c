/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Searches: bounds, verdicts, schedules, witnesses, processes. */
#include "sim_explore_fixture.h"

#include "course.h"
#include "crew.h"
#include "search_jobs.h"

#define LATE                                                                                       \
	PAGES "explore\n"                                                                          \
	      "one: put_page(a)\n"                                                                 \
	      "two: get_page_unless_zero(a) => ret=1\n"
#define CLEAN                                                                                      \
	PAGES "explore\n"                                                                          \
	      "one: get_page(a)\n"                                                                 \
	      "two: get_page(a)\n"

/* --- verdicts --- */

static void verdicts_tell_what_is_known_of_how_many(void **state)
{
	static const struct {
		unsigned long executions, failed;
		bool exhausted, replay;
		const char *want;
	} cases[] = {
		{ 5, 5, true, false, "always" },     { 5, 2, true, false, "sometimes" },
		{ 5, 2, false, false, "sometimes" }, { 5, 0, true, false, "never" },
		{ 5, 5, false, false, "fail" },	     { 5, 0, false, false, "pass" },
		{ 1, 1, false, true, "fail" },	     { 1, 0, false, true, "pass" },
		{ 0, 0, false, false, "pass" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct np_search_outcome outcome = {
			.end = cases[i].failed ? NP_PLAY_VIOLATED : NP_PLAY_HELD,
			.executions = cases[i].executions,
			.failed = cases[i].failed,
			.exhausted = cases[i].exhausted,
			.replay = cases[i].replay,
		};

		assert_string_equal(np_search_verdict(&outcome), cases[i].want);
	}
}

static void search_that_was_cut_short_answers_only_what_it_has_seen(void **state)
{
	static const struct {
		const char *result;
		unsigned long failed;
		enum np_search_judgement want;
	} cases[] = {
		{ "never", 0, NP_SEARCH_UNDECIDED },
		{ "never", 2, NP_SEARCH_NOT_AS_EXPECTED },
		{ "pass", 0, NP_SEARCH_UNDECIDED },
		{ "pass", 2, NP_SEARCH_NOT_AS_EXPECTED },
		{ "sometimes", 2, NP_SEARCH_AS_EXPECTED },
		{ "sometimes", 0, NP_SEARCH_UNDECIDED },
		{ "sometimes", 5, NP_SEARCH_UNDECIDED },
		{ "always", 5, NP_SEARCH_UNDECIDED },
		{ "always", 2, NP_SEARCH_NOT_AS_EXPECTED },
		{ "fail check", 0, NP_SEARCH_UNDECIDED },
		{ "fail check", 1, NP_SEARCH_AS_EXPECTED },
		{ "always check", 5, NP_SEARCH_UNDECIDED },
		{ "never expect", 5, NP_SEARCH_UNDECIDED },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct searched searched = { .outcome = { .executions = 5,
							  .failed = cases[i].failed } };
		char text[400];

		searched.outcome.violated[NP_RULE_CHECK] = cases[i].failed;
		searched.outcome.end = cases[i].failed ? NP_PLAY_VIOLATED : NP_PLAY_HELD;
		snprintf(text, sizeof(text), "netpage 1 test\n" CLEAN "result %s\nend\n",
			 cases[i].result);
		searched.scenario = parsed(text);
		assert_judged(&searched, cases[i].want);
		end(&searched);
	}
}

static void pass_is_within_the_bounds_of_the_scenario_itself(void **state)
{
	struct np_search_options fewer = { .bounds = NP_SEARCH_BOUNDS };
	const char *lines = PAGES "explore executions=1\n"
				  "one: get_page(a)\n"
				  "two: get_page(a)\n"
				  "result pass\n";
	struct searched searched = search(lines);

	(void)state;
	assert_false(searched.outcome.exhausted);
	assert_judged(&searched, NP_SEARCH_AS_EXPECTED);
	end(&searched);
	fewer.bounds.executions = 1;
	searched = search_with(lines, fewer);
	assert_judged(&searched, NP_SEARCH_UNDECIDED);
	end(&searched);
}

/* --- strategies --- */

static void every_strategy_finds_it(void **state)
{
	(void)state;
	for (int i = 0; i < NP_STRATEGY_WORDS; i++) {
		struct np_search_options options = { .bounds = NP_SEARCH_BOUNDS };
		struct searched searched;

		options.bounds.strategy = i;
		options.bounds.executions = 300;
		searched = search_with(LATE, options);
		if (!found(&searched, NP_RULE_EXPECT, "got 0"))
			fail_msg("%s: got %s", np_vocabulary_strategies[i], message(&searched, 0));
		end(&searched);
	}
}

static void preemptions_ask_for_a_bounded_search(void **state)
{
	struct np_search_bounds bounds = NP_SEARCH_BOUNDS;
	struct np_scenario *scenario = parsed("netpage 1 t\n" CLEAN "end\n");

	(void)state;
	assert_int_equal(np_search_strategy(scenario, &bounds), NP_STRATEGY_WORD_DPOR);
	bounds.preemptions = 2;
	assert_int_equal(np_search_strategy(scenario, &bounds), NP_STRATEGY_WORD_BOUNDED);
	bounds.strategy = NP_STRATEGY_WORD_PCT;
	assert_int_equal(np_search_strategy(scenario, &bounds), NP_STRATEGY_WORD_PCT);
	np_scenario_free(scenario);
	scenario = parsed("netpage 1 t\n" PAGES "explore strategy=pos seed=4\nend\n");
	bounds = (struct np_search_bounds)NP_SEARCH_BOUNDS;
	assert_int_equal(np_search_strategy(scenario, &bounds), NP_STRATEGY_WORD_POS);
	np_scenario_free(scenario);
}

static void no_preemption_at_all_cannot_be_asked_for(void **state)
{
	struct searched searched = search(PAGES "explore strategy=bounded preemptions=0\n"
						"one: get_page(a)\n");

	(void)state;
	assert_verdict(&searched, "error");
	assert_non_null(strstr(searched.outcome.reason, "from 1"));
	end(&searched);
}

static void two_searches_find_the_same(void **state)
{
	struct searched first = search(LATE), second = search(LATE);

	(void)state;
	assert_int_equal(first.outcome.executions, second.outcome.executions);
	assert_int_equal(first.outcome.steps, second.outcome.steps);
	assert_int_equal(first.outcome.nr_findings, second.outcome.nr_findings);
	for (size_t i = 0; i < first.outcome.nr_findings; i++)
		assert_string_equal(first.outcome.finding[i].schedule,
				    second.outcome.finding[i].schedule);
	end(&first);
	end(&second);
}

static void dpor_never_repeats_an_execution(void **state)
{
	struct searched searched = search(LATE);

	(void)state;
	assert_int_equal(searched.outcome.blocked, 0);
	end(&searched);
	searched = search(PAGES "explore\n"
				"one: alloc_pages() => page=p\n"
				"two: get_page(p)\n");
	assert_int_equal(searched.outcome.blocked, 0);
	end(&searched);
}

/* --- schedules and witnesses --- */

static void each_witness_replays_what_it_says(void **state)
{
	struct searched searched = search(LATE);

	(void)state;
	assert_true(searched.outcome.nr_findings > 0);
	for (size_t i = 0; i < searched.outcome.nr_findings; i++) {
		char *text = witness(&searched, i);
		struct searched again = { .scenario = parsed(text) };

		assert_true(np_search_wanted(again.scenario));
		assert_int_equal(np_search(again.scenario, NULL, &again.outcome), 0);
		assert_true(again.outcome.replay);
		assert_int_equal(again.outcome.executions, 1);
		assert_judged(&again, NP_SEARCH_AS_EXPECTED);
		end(&again);
		free(text);
	}
	end(&searched);
}

static void witness_carries_scheme_and_memory_model(void **state)
{
	struct searched searched = search(LATE);
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	searched.outcome.memory = NP_MEMORY_WORD_LKMM;
	np_search_print_witness(out, searched.scenario, "network_callback", &searched.outcome, 0);
	fclose(out);
	assert_non_null(strstr(text, "model   6.1 scheme=network_callback\n"));
	assert_non_null(strstr(text, "schedule @lkmm "));
	free(text);
	end(&searched);
}

static void schedule_without_explore_is_replayed(void **state)
{
	struct searched searched = search(PAGES "one: put_page(a)\n"
						"two: get_page_unless_zero(a) => ret=1\n"
						"never refs(a) == 2\n"
						"schedule two one\n"
						"result fail never\n");

	(void)state;
	assert_verdict(&searched, "fail");
	assert_judged(&searched, NP_SEARCH_AS_EXPECTED);
	end(&searched);
}

static void schedule_that_names_nobody_is_an_error(void **state)
{
	struct searched searched = search(PAGES "one: put_page(a)\n"
						"schedule nobody\n");

	(void)state;
	assert_verdict(&searched, "error");
	end(&searched);
}

/* --- an execution, written down --- */

static void course_has_every_step_in_its_order(void **state)
{
	struct searched searched = search(LATE);
	struct np_course course;
	size_t steps = 0;

	(void)state;
	assert_int_equal(np_course_record(&course, searched.scenario, NULL, NP_MEMORY_WORD_SC, NULL,
					  NULL),
			 0);
	for (size_t i = 0; i < course.nr_entries; i++)
		if (course.entries[i].kind == NP_SEARCH_STEP)
			assert_int_equal(course.entries[i].step, steps++);
	assert_int_equal(steps, 2);
	np_course_free(&course);
	end(&searched);
}

static void course_of_a_finding_shows_the_violation_and_the_counts(void **state)
{
	struct searched searched = search(LATE);
	struct np_course course;
	bool violated = false, zero = false;

	(void)state;
	assert_true(searched.outcome.nr_findings > 0);
	assert_int_equal(np_course_record(&course, searched.scenario, NULL, NP_MEMORY_WORD_SC,
					  searched.outcome.finding[0].schedule, NULL),
			 0);
	for (size_t i = 0; i < course.nr_entries; i++) {
		violated |= course.entries[i].kind == NP_SEARCH_VIOLATION;
		/* Object 1 is the page: 0 is root. */
		zero |= course.entries[i].value[1] == 0;
	}
	assert_true(violated);
	assert_true(zero);
	np_course_free(&course);
	end(&searched);
}

/* --- processes --- */

struct sums {
	size_t done, dead;
	unsigned long sum;
};

static void square(void *arg, size_t task, FILE *out)
{
	(void)arg;
	if (task == 7)
		abort();
	fprintf(out, "%zu", task * task);
}

static int add(void *arg, size_t task, const char *bytes, size_t len)
{
	struct sums *sums = arg;
	char text[32];

	if (!bytes) {
		assert_int_equal(task, 7);
		sums->dead++;
		return 0;
	}
	snprintf(text, sizeof(text), "%.*s", (int)len, bytes);
	assert_int_equal(strtoul(text, NULL, 10), task * task);
	sums->done++;
	sums->sum += task * task;
	return 0;
}

static void crew_does_every_task_once_and_survives_a_death(void **state)
{
	(void)state;
	for (unsigned int jobs = 1; jobs <= 3; jobs++) {
		struct sums sums = { 0 };
		struct np_crew crew = {
			.jobs = jobs, .tasks = 20, .work = square, .take = add, .arg = &sums
		};

		assert_int_equal(np_crew_run(&crew), 0);
		assert_int_equal(sums.done, 19);
		assert_int_equal(sums.dead, 1);
		assert_int_equal(sums.sum, 2470 - 49);
	}
}

static int refuse(void *arg, size_t task, const char *bytes, size_t len)
{
	(void)arg;
	(void)task;
	(void)bytes;
	(void)len;
	return -EPERM;
}

static void crew_ends_when_it_is_told_to(void **state)
{
	struct np_crew crew = { .jobs = 2, .tasks = 1000, .work = square, .take = refuse };

	(void)state;
	assert_int_equal(np_crew_run(&crew), -EPERM);
}

static void outcome_survives_being_bytes(void **state)
{
	struct searched searched = search(LATE);
	struct np_search_outcome copy;
	char *bytes = NULL;
	size_t size;
	FILE *out = open_memstream(&bytes, &size);

	(void)state;
	np_search_outcome_write(out, &searched.outcome);
	fclose(out);
	assert_int_equal(np_search_outcome_read(bytes, size, &copy), 0);
	assert_int_equal(copy.executions, searched.outcome.executions);
	assert_int_equal(copy.nr_findings, searched.outcome.nr_findings);
	assert_string_equal(copy.finding[0].message, searched.outcome.finding[0].message);
	np_search_outcome_free(&copy);
	for (size_t cut = 0; cut < size; cut++)
		assert_int_equal(np_search_outcome_read(bytes, cut, &copy), -EINVAL);
	free(bytes);
	end(&searched);
}

static void random_executions_are_dealt_to_processes(void **state)
{
	struct np_search_options options = { .bounds = NP_SEARCH_BOUNDS };
	struct searched searched = { .scenario = parsed("netpage 1 t\n" LATE "end\n") };

	(void)state;
	options.bounds.strategy = NP_STRATEGY_WORD_POS;
	options.bounds.executions = 100;
	assert_int_equal(np_search_with_jobs(searched.scenario, &options, 3, &searched.outcome), 0);
	assert_int_equal(searched.outcome.executions, 100);
	assert_found(&searched, NP_RULE_EXPECT, "got 0");
	assert_verdict(&searched, "sometimes");
	end(&searched);
}

static void one_tree_is_not_divided(void **state)
{
	struct np_search_options options = { .bounds = NP_SEARCH_BOUNDS };
	struct searched searched = { .scenario = parsed("netpage 1 t\n" LATE "end\n") };

	(void)state;
	assert_int_equal(np_search_with_jobs(searched.scenario, &options, 2, &searched.outcome), 0);
	assert_verdict(&searched, "error");
	end(&searched);
}

static bool stop_at_once(void *arg, const struct np_search_progress *progress)
{
	(void)progress;
	*(bool *)arg = true;
	return true;
}

static void search_that_is_stopped_says_so(void **state)
{
	bool asked = false;
	struct np_search_options options = { .bounds = NP_SEARCH_BOUNDS,
					     .progress = stop_at_once,
					     .progress_arg = &asked };
	char lines[4000] = PAGES "explore\n";

	(void)state;
	for (int i = 0; i < 5; i++)
		strcat(lines, "one: get_page(a)\ntwo: get_page(a)\n"
			      "one: put_page(a)\ntwo: put_page(a)\n");
	struct searched searched = search_with(lines, options);

	assert_true(asked);
	assert_false(searched.outcome.exhausted);
	assert_verdict(&searched, "pass");
	assert_judged(&searched, NP_SEARCH_UNDECIDED);
	end(&searched);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verdicts_tell_what_is_known_of_how_many),
		cmocka_unit_test(search_that_was_cut_short_answers_only_what_it_has_seen),
		cmocka_unit_test(pass_is_within_the_bounds_of_the_scenario_itself),
		cmocka_unit_test(every_strategy_finds_it),
		cmocka_unit_test(preemptions_ask_for_a_bounded_search),
		cmocka_unit_test(no_preemption_at_all_cannot_be_asked_for),
		cmocka_unit_test(two_searches_find_the_same),
		cmocka_unit_test(dpor_never_repeats_an_execution),
		cmocka_unit_test(each_witness_replays_what_it_says),
		cmocka_unit_test(witness_carries_scheme_and_memory_model),
		cmocka_unit_test(schedule_without_explore_is_replayed),
		cmocka_unit_test(schedule_that_names_nobody_is_an_error),
		cmocka_unit_test(course_has_every_step_in_its_order),
		cmocka_unit_test(course_of_a_finding_shows_the_violation_and_the_counts),
		cmocka_unit_test(crew_does_every_task_once_and_survives_a_death),
		cmocka_unit_test(crew_ends_when_it_is_told_to),
		cmocka_unit_test(outcome_survives_being_bytes),
		cmocka_unit_test(random_executions_are_dealt_to_processes),
		cmocka_unit_test(one_tree_is_not_divided),
		cmocka_unit_test(search_that_is_stopped_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
