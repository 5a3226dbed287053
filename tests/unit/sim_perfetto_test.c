/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "sim_case_fixture.h"

#include <json-c/json.h>

#include <perfetto.h>
#include <scenario_file.h>

/* What a trace of @text looks like, played under @scheme. */
static struct json_object *traced(const struct folder *folder, const char *text, const char *scheme,
				  enum np_play_end end)
{
	char *path = folder_write(folder, "one.npt", text), *json;
	struct np_play_options options = { .scheme = np_scheme_find(scheme) };
	struct np_play_outcome outcome;
	struct np_scenario_file file;
	struct np_perfetto *perfetto;
	struct json_object *trace;
	char out[100];

	assert_int_equal(np_scenario_file_read(path, &file, stderr), 0);
	free(path);
	snprintf(out, sizeof(out), "%s/trace.json", folder->path);
	perfetto = np_perfetto_open(out);
	assert_non_null(perfetto);
	options.subscriber = np_perfetto_event;
	options.step = np_perfetto_step;
	options.subscriber_arg = perfetto;
	for (size_t i = 0; i < file.nr; i++) {
		np_perfetto_begin(perfetto, file.scenarios[i]);
		assert_int_equal(np_play(file.scenarios[i], &options, &outcome), 0);
		assert_int_equal(outcome.end, end);
		np_perfetto_end(perfetto, &outcome);
		np_play_outcome_free(&outcome);
	}
	assert_int_equal(np_perfetto_close(perfetto), 0);
	np_scenario_file_free(&file);
	json = file_text(out);
	trace = json_tokener_parse(json);
	if (!trace)
		fail_msg("not JSON: %s", json);
	free(json);
	return trace;
}

static struct json_object *events_of(struct json_object *trace)
{
	struct json_object *events;

	assert_true(json_object_object_get_ex(trace, "traceEvents", &events));
	assert_true(json_object_array_length(events) > 0);
	return events;
}

static const char *text_of(struct json_object *event, const char *key)
{
	struct json_object *value;

	return json_object_object_get_ex(event, key, &value) ? json_object_get_string(value) : "";
}

static int64_t number_of(struct json_object *event, const char *key)
{
	struct json_object *value;

	if (!json_object_object_get_ex(event, key, &value))
		fail_msg("no %s in %s", key, json_object_to_json_string(event));
	return json_object_get_int64(value);
}

static struct json_object *args_of(struct json_object *event)
{
	struct json_object *args;

	assert_true(json_object_object_get_ex(event, "args", &args));
	return args;
}

/* The first event of @phase whose name begins with @name. */
static struct json_object *find(struct json_object *trace, const char *phase, const char *name)
{
	struct json_object *events = events_of(trace);

	for (size_t i = 0; i < json_object_array_length(events); i++) {
		struct json_object *event = json_object_array_get_idx(events, i);

		if (!strcmp(text_of(event, "ph"), phase) &&
		    !strncmp(text_of(event, "name"), name, strlen(name)))
			return event;
	}
	fail_msg("no %s event is called %s in %s", phase, name, json_object_to_json_string(trace));
	return NULL;
}

static void every_event_has_a_phase_a_name_a_track_and_a_time(void **state)
{
	struct json_object *trace = traced(*state, "netpage 1 one\nmodel 6.1\n" READER,
					   "network_at_zero", NP_PLAY_HELD);
	struct json_object *events = events_of(trace);

	for (size_t i = 0; i < json_object_array_length(events); i++) {
		struct json_object *event = json_object_array_get_idx(events, i);

		assert_int_equal(strlen(text_of(event, "ph")), 1);
		assert_string_not_equal(text_of(event, "name"), "");
		assert_true(number_of(event, "pid") > 0);
		assert_true(number_of(event, "tid") >= 0);
		assert_true(number_of(event, "ts") >= 0);
	}
	json_object_put(trace);
}

static void actor_is_a_track_with_its_name(void **state)
{
	struct json_object *trace = traced(*state, "netpage 1 one\nmodel 6.1\n" READER,
					   "network_at_zero", NP_PLAY_HELD);
	struct json_object *events = events_of(trace);
	bool seen = false;

	for (size_t i = 0; i < json_object_array_length(events); i++) {
		struct json_object *event = json_object_array_get_idx(events, i);

		seen |= !strcmp(text_of(event, "name"), "thread_name") &&
			!strcmp(text_of(args_of(event), "name"), "napi (cpu 0 softirq)");
	}
	assert_true(seen);
	json_object_put(trace);
}

static void step_is_a_slice_on_the_track_of_its_actor(void **state)
{
	struct json_object *trace = traced(*state, "netpage 1 one\nmodel 6.1\n" READER,
					   "network_at_zero", NP_PLAY_HELD);
	struct json_object *rx = find(trace, "X", "napi: rx(eth0, s)");
	struct json_object *unmap = find(trace, "X", "app: munmap(P)");

	assert_int_not_equal(number_of(rx, "tid"), number_of(unmap, "tid"));
	assert_true(number_of(rx, "dur") > 0);
	assert_true(number_of(rx, "ts") + number_of(rx, "dur") <= number_of(unmap, "ts"));
	json_object_put(trace);
}

static void trace_point_is_an_instant_inside_its_slice(void **state)
{
	struct json_object *trace = traced(*state, "netpage 1 one\nmodel 6.1\n" READER,
					   "network_at_zero", NP_PLAY_HELD);
	struct json_object *unmap = find(trace, "X", "app: munmap(P)");
	struct json_object *rmap = find(trace, "i", "rmap_remove");

	assert_int_equal(number_of(rmap, "tid"), number_of(unmap, "tid"));
	assert_true(number_of(rmap, "ts") >= number_of(unmap, "ts"));
	assert_true(number_of(rmap, "ts") <= number_of(unmap, "ts") + number_of(unmap, "dur"));
	assert_string_not_equal(text_of(args_of(rmap), "text"), "");
	json_object_put(trace);
}

static void named_page_and_memcg_have_counters(void **state)
{
	struct json_object *trace = traced(*state, "netpage 1 one\nmodel 6.1\n" READER,
					   "network_at_zero", NP_PLAY_HELD);

	assert_true(number_of(args_of(find(trace, "C", "refs p")), "value") > 0);
	assert_int_equal(number_of(args_of(find(trace, "C", "maps p")), "value"), 0);
	assert_true(number_of(args_of(find(trace, "C", "usage A")), "value") >= 0);
	json_object_put(trace);
}

static void step_played_at_a_trace_point_lies_inside_the_other(void **state)
{
	struct json_object *trace = traced(*state,
					   "netpage 1 one\nmodel 6.1\n" HOST
					   "actor other cpu=0 kernel\n"
					   "napi: rx(eth0, s) => frag=p\n"
					   "app: zerocopy_receive(s)\n"
					   "at rmap_remove(p) other: get_page(p)\n"
					   "app: munmap(P)\n"
					   "other: put_page(p)\n"
					   "end\n",
					   "network_at_zero", NP_PLAY_HELD);
	struct json_object *outer = find(trace, "X", "app: munmap(P)");
	struct json_object *inner = find(trace, "X", "at rmap_remove(p)");
	int64_t outer_end = number_of(outer, "ts") + number_of(outer, "dur");

	assert_int_not_equal(number_of(inner, "tid"), number_of(outer, "tid"));
	assert_true(number_of(inner, "ts") > number_of(outer, "ts"));
	assert_true(number_of(inner, "ts") + number_of(inner, "dur") <= outer_end);
	json_object_put(trace);
}

static void violation_is_an_instant_at_the_end_of_its_step(void **state)
{
	struct json_object *trace = traced(*state,
					   "netpage 1 one\nmodel 6.1\n" HOST
					   "napi: rx(eth0, s) => frag=p refs(p)=77\nend\n",
					   "network_at_zero", NP_PLAY_VIOLATED);
	struct json_object *step = find(trace, "X", "napi: rx");
	struct json_object *violation = find(trace, "i", "VIOLATION expect");

	assert_int_equal(number_of(violation, "tid"), number_of(step, "tid"));
	assert_int_equal(number_of(violation, "ts"),
			 number_of(step, "ts") + number_of(step, "dur"));
	assert_contains(text_of(args_of(violation), "text"), "77");
	json_object_put(trace);
}

static void two_plays_are_two_processes(void **state)
{
	struct json_object *trace = traced(*state,
					   "netpage 1 one\nmodel 6.1\n" READER
					   "netpage 1 two\nmodel 6.1\n" READER,
					   "network_at_zero", NP_PLAY_HELD);
	struct json_object *events = events_of(trace);
	int64_t most = 0;

	for (size_t i = 0; i < json_object_array_length(events); i++) {
		int64_t pid = number_of(json_object_array_get_idx(events, i), "pid");

		most = pid > most ? pid : most;
	}
	assert_int_equal(most, 2);
	json_object_put(trace);
}

static void play_that_never_began_is_still_json(void **state)
{
	struct json_object *trace = traced(*state,
					   "netpage 1 one\nmodel 6.1 needs=callback\n" READER,
					   "network_at_zero", NP_PLAY_SKIPPED);

	find(trace, "M", "process_name");
	json_object_put(trace);
}

static void place_that_cannot_be_written_is_an_error(void **state)
{
	const struct folder *folder = *state;
	char path[100];

	snprintf(path, sizeof(path), "%s/no/such/folder", folder->path);
	errno = 0;
	assert_null(np_perfetto_open(path));
	assert_int_equal(errno, ENOENT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_event_has_a_phase_a_name_a_track_and_a_time),
		TEST(actor_is_a_track_with_its_name),
		TEST(step_is_a_slice_on_the_track_of_its_actor),
		TEST(trace_point_is_an_instant_inside_its_slice),
		TEST(named_page_and_memcg_have_counters),
		TEST(step_played_at_a_trace_point_lies_inside_the_other),
		TEST(violation_is_an_instant_at_the_end_of_its_step),
		TEST(two_plays_are_two_processes),
		TEST(play_that_never_began_is_still_json),
		TEST(place_that_cannot_be_written_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
