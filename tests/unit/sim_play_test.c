/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The player: what it does with a scenario, and what it says about it. */
#include "sim_parse_fixture.h"

#include "play.h"

#define PAGES                                                                                      \
	"model 6.1\n"                                                                              \
	"page a\n"                                                                                 \
	"page b\n"                                                                                 \
	"actor app cpu=0 kernel\n"                                                                 \
	"actor gup cpu=1 kernel\n"

#define HOST_OBJECTS                                                                               \
	"memcg A max=1024\n"                                                                       \
	"memcg B\n"                                                                                \
	"nic eth0 driver=page_pool ring=8\n"                                                       \
	"pool pp\n"                                                                                \
	"proc P memcg=A\n"                                                                         \
	"sock s nic=eth0 owner=P\n"                                                                \
	"actor napi cpu=0 softirq\n"                                                               \
	"actor app cpu=1 task=P\n"                                                                 \
	"actor adm cpu=0 kernel\n"
#define HOST "model 6.1 scheme=network_at_zero\n" HOST_OBJECTS

/* A play, and all that it printed. */
struct played {
	struct np_scenario *scenario;
	struct np_play_outcome outcome;
	char *trace;
};

static struct played play_with(const char *lines, struct np_play_options options)
{
	struct played played;
	char text[8192];
	size_t len;

	snprintf(text, sizeof(text), "netpage 1 test\n%s\nend\n", lines);
	played.scenario = parsed(text);
	options.trace = open_memstream(&played.trace, &len);
	assert_non_null(options.trace);
	assert_int_equal(np_play(played.scenario, &options, &played.outcome), 0);
	fclose(options.trace);
	return played;
}

static struct played play(const char *lines)
{
	return play_with(lines, (struct np_play_options){ 0 });
}

static struct played play_under(const char *scheme, const char *lines)
{
	return play_with(lines, (struct np_play_options){ .scheme = np_scheme_find(scheme) });
}

static void end(struct played *played)
{
	np_play_outcome_free(&played->outcome);
	np_scenario_free(played->scenario);
	free(played->trace);
}

static const char *message(const struct played *played, unsigned int i)
{
	return i < played->outcome.nr_violations ? played->outcome.violation[i].message : "(none)";
}

static void assert_verdict(const struct played *played, const char *want)
{
	const char *got = np_play_verdict(&played->outcome);

	if (strcmp(got, want))
		fail_msg("got %s (%s; %s), want %s\n%s", got, message(played, 0),
			 played->outcome.reason, want, played->trace);
}

static void assert_contains(const char *text, const char *want)
{
	if (!strstr(text, want))
		fail_msg("got \"%s\", want \"%s\" in it", text, want);
}

static void assert_holds(const char *lines)
{
	struct played played = play(lines);

	assert_verdict(&played, "holds");
	end(&played);
}

/* @text is in the message of the first violation. */
static void assert_fails(const char *lines, const char *rule, const char *text)
{
	struct played played = play(lines);

	assert_verdict(&played, rule);
	assert_contains(message(&played, 0), text);
	end(&played);
}

/* --- the course --- */

static void steps_run_in_the_order_of_the_file(void **state)
{
	struct played played = play(PAGES "app: get_page(a)\n"
					  "gup: get_page(b)\n"
					  "app: put_page(a)");
	const char *first = strstr(played.trace, "app: get_page(a) (line 7)");
	const char *second = strstr(played.trace, "gup: get_page(b) (line 8)");
	const char *third = strstr(played.trace, "app: put_page(a) (line 9)");

	(void)state;
	assert_true(first && second && third && first < second && second < third);
	assert_int_equal(played.outcome.steps, 3);
	end(&played);
}

static void first_step_that_violates_is_the_last(void **state)
{
	struct played played = play(PAGES "app: put_page(a)\n"
					  "app: put_page(a)\n"
					  "app: put_page(a)");

	(void)state;
	assert_verdict(&played, "use_after_put");
	assert_int_equal(played.outcome.steps, 2);
	assert_string_equal(played.outcome.violation[0].where, "app: put_page(a) (line 8)");
	assert_null(strstr(played.trace, "\nrest\n"));
	end(&played);
}

static void play_without_violation_ends_with_rest_and_teardown(void **state)
{
	struct played played = play(PAGES "app: get_page(a)");
	const char *rest = strstr(played.trace, "\nrest\n");

	(void)state;
	assert_verdict(&played, "holds");
	assert_non_null(rest);
	assert_non_null(strstr(rest, "\nteardown\n"));
	assert_int_equal(played.outcome.all_violations, 0);
	end(&played);
}

static void invariants_are_checked_after_each_step(void **state)
{
	struct played played = play(PAGES "app: set_page_count(a, 2)\n"
					  "app: set_page_count(a, 1)");

	(void)state;
	assert_verdict(&played, "refs_have_holders");
	assert_int_equal(played.outcome.steps, 1);
	end(&played);
}

static void violations_beyond_the_limit_are_counted(void **state)
{
	struct played played = play("model 6.1 scheme=unaccounted\n"
				    "memcg A\n"
				    "nic eth0 driver=page_alloc ring=64\n"
				    "proc P memcg=A\n"
				    "sock s nic=eth0 owner=P\n"
				    "actor napi cpu=0 softirq\n"
				    "actor app cpu=1 task=P\n"
				    "napi: rx(eth0, s, 40)\n"
				    "app: zerocopy_receive(s) => mapped=40");

	(void)state;
	assert_verdict(&played, "zerocopy_charged");
	assert_int_equal(played.outcome.nr_violations, NP_PLAY_VIOLATIONS_MAX);
	assert_int_equal(played.outcome.all_violations, 40);
	end(&played);
}

/* --- what a scenario says of itself --- */

static void check_that_is_false_says_what_it_got(void **state)
{
	(void)state;
	assert_fails(PAGES "app: get_page(a)\n"
			   "check refs(a) == 1 || maps(a) > 0",
		     "check", "check refs(a) == 1 || maps(a) > 0 (line 8): got 0");
}

static void check_is_about_the_moment_where_it_stands(void **state)
{
	(void)state;
	assert_holds(PAGES "check refs(a) == 1\n"
			   "app: get_page(a)\n"
			   "check refs(a) == 2");
}

static void always_and_never_hold_before_the_first_step(void **state)
{
	struct played always = play(PAGES "app: get_page(a)\nalways refs(a) == 2");
	struct played never = play(PAGES "app: get_page(a)\nnever refs(a) == 1");

	(void)state;
	assert_verdict(&always, "always");
	assert_int_equal(always.outcome.steps, 0);
	assert_verdict(&never, "never");
	assert_int_equal(never.outcome.steps, 0);
	end(&always);
	end(&never);
}

static void always_and_never_are_silent_about_what_is_not_there_yet(void **state)
{
	(void)state;
	assert_holds(HOST "napi: rx(eth0, s) => frag=p\n"
			  "always refs(p) > 0\n"
			  "never mapped(p)");
}

static void check_of_what_is_not_there_cannot_be_true(void **state)
{
	(void)state;
	assert_fails(HOST "napi: rx(eth0, s, 1) => frag=p frag=q\n"
			  "check refs(q) == 1",
		     "check", "cannot tell: No such file or directory");
}

static void rest_is_judged_when_everybody_has_let_go(void **state)
{
	(void)state;
	assert_holds(HOST "rest usage(A) == 0\n"
			  "napi: rx(eth0, s)\n"
			  "app: zerocopy_receive(s)\n"
			  "check usage(A) == 1");
	assert_fails(HOST "rest usage(A) == 1\n"
			  "napi: rx(eth0, s)\n"
			  "app: zerocopy_receive(s)",
		     "rest", "rest usage(A) == 1 (line 12): got 0");
}

static void expectation_that_fails_says_what_it_wanted_and_got(void **state)
{
	struct played played = play(PAGES "app: get_page(a)  => refs(b)=1 refs(a)>=3");

	(void)state;
	assert_verdict(&played, "expect");
	assert_string_equal(message(&played, 0), "wanted refs(a)>=3, got 2");
	assert_contains(played.outcome.violation[0].where, "app: get_page(a)  => refs(b)=1");
	assert_contains(played.outcome.violation[0].where, "(line 7)");
	assert_string_equal(played.outcome.violation[0].object, "test");
	end(&played);
}

static void each_expectation_of_a_step_is_judged(void **state)
{
	struct played played = play(PAGES "app: get_page(a)  => refs(a)=3 error=EINVAL refs(b)=1");

	(void)state;
	assert_int_equal(played.outcome.all_violations, 2);
	assert_string_equal(message(&played, 0), "wanted refs(a)=3, got 2");
	assert_string_equal(message(&played, 1), "wanted error=EINVAL, got 0");
	end(&played);
}

static void expectation_of_what_did_not_arrive_cannot_be_told(void **state)
{
	(void)state;
	assert_fails(HOST "napi: rx(eth0, s, 1) => frag=p frag=q refs(q)=1", "expect",
		     "wanted refs(q)=1: cannot tell: No such file or directory");
}

static void result_says_whether_the_outcome_is_as_expected(void **state)
{
	static const struct {
		const char *lines;
		bool expected;
	} cases[] = {
		{ PAGES "app: get_page(a)", true },
		{ PAGES "app: get_page(a)\nresult pass", true },
		{ PAGES "app: get_page(a)\nresult fail expect", false },
		{ PAGES "app: get_page(a) => refs(a)=3", false },
		{ PAGES "app: get_page(a) => refs(a)=3\nresult pass", false },
		{ PAGES "app: get_page(a) => refs(a)=3\nresult fail expect", true },
		{ PAGES "app: get_page(a) => refs(a)=3\nresult fail use_after_put", false },
		{ PAGES "app: set_page_count(a, 5) => refs(a)=3\nresult fail expect", true },
		/* Not the first violation, but one of them. */
		{ PAGES "app: set_page_count(a, 5) => refs(a)=3\nresult fail refs_have_holders",
		  true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct played played = play(cases[i].lines);

		if (np_play_as_expected(played.scenario, &played.outcome) != cases[i].expected)
			fail_msg("case %zu: got %d, want %d", i, !cases[i].expected,
				 cases[i].expected);
		end(&played);
	}
}

/* --- names --- */

static void name_beyond_what_arrived_stays_unbound(void **state)
{
	(void)state;
	assert_holds(HOST "napi: rx(eth0, s, 1) => frag=p frag=q\n"
			  "adm: get_page(p) => error=0\n"
			  "adm: get_page(q) => error=ENOENT\n"
			  "app: munmap(P, q) => error=ENOENT");
}

static void page_keeps_the_name_it_was_given_first(void **state)
{
	struct played played = play(PAGES "app: alloc_pages(0) => page=x\n"
					  "app: put_page(x)\n"
					  "app: alloc_pages(0) => page=y\n"
					  "check same(x, y)\n"
					  "app: set_page_count(y, 9)");

	(void)state;
	assert_verdict(&played, "refs_have_holders");
	assert_string_equal(played.outcome.violation[0].object, "x");
	end(&played);
}

static void process_that_has_exited_plays_no_step(void **state)
{
	(void)state;
	assert_holds(HOST "adm: exit(P)  => error=0\n"
			  "app: munmap(P) => error=ESRCH\n"
			  "adm: munmap(P) => error=ENOENT\n"
			  "adm: exit(P) => error=ENOENT\n"
			  "adm: fork(P, Q) => error=ENOENT\n"
			  "adm: munmap(Q) => error=ENOENT");
}

static void process_takes_its_sockets_along(void **state)
{
	(void)state;
	assert_holds(HOST "napi: rx(eth0, s)\n"
			  "adm: exit(P)\n"
			  "napi: rx(eth0, s) => error=ENOENT\n"
			  "adm: close(s) => error=ENOENT\n"
			  "check usage(A) == 0");
}

static void child_is_a_process_like_any_other(void **state)
{
	(void)state;
	assert_holds(HOST "napi: rx(eth0, s) => frag=p\n"
			  "app: zerocopy_receive(s)\n"
			  "adm: fork(P, Q) => maps(p)=2 mapped_pages(Q)=1\n"
			  "adm: exit(P) => maps(p)=1\n"
			  "adm: munmap(Q) => maps(p)=0\n"
			  "adm: exit(Q) => error=0");
}

static void what_has_ended_is_not_there(void **state)
{
	(void)state;
	assert_holds(HOST "adm: unregister_netdev(eth0)\n"
			  "adm: unregister_netdev(eth0) => error=ENOENT\n"
			  "napi: rx(eth0, s) => error=ENOENT\n"
			  "napi: page_pool_alloc_pages(eth0) => error=ENOENT\n"
			  "adm: page_pool_destroy(pp)\n"
			  "napi: page_pool_alloc_pages(pp) => error=ENOENT inflight(pp)=0\n"
			  "adm: rmdir(B) => released(B)=1 online(B)=0 usage(B)=0\n"
			  "adm: set_max(B, 1) => error=ENOENT\n"
			  "adm: migrate(P, B) => error=EINVAL\n"
			  "adm: mem_cgroup_charge_skmem(B, 1) => error=ENOENT");
}

static void kernel_thread_has_nowhere_to_map(void **state)
{
	(void)state;
	assert_holds(HOST "napi: rx(eth0, s)\n"
			  "adm: zerocopy_receive(s) => error=EINVAL mapped=0");
}

static void pool_is_given_its_own_pages_only(void **state)
{
	(void)state;
	assert_fails(HOST "adm: alloc_pages(0) => page=x\n"
			  "napi: page_pool_recycle_direct(pp, x)",
		     "union_arm", "the page's words are not this pool's");
	assert_fails(HOST "napi: page_pool_alloc_pages(eth0) => page=x\n"
			  "napi: page_pool_put_full_page(pp, x)",
		     "union_arm", "page_pool_put_full_page() of pool pp");
}

static void free_of_what_no_allocator_has_is_refused(void **state)
{
	(void)state;
	assert_holds("model 6.1 pages=64\n"
		     "page z kind=zone_device\n"
		     "page a\n"
		     "actor app cpu=0 kernel\n"
		     "app: __free_pages(z) => error=EINVAL\n"
		     "app: __free_pages(a, 10) => error=EINVAL refs(a)=1");
}

/* --- what a scenario declares --- */

static void objects_are_as_they_were_declared(void **state)
{
	(void)state;
	assert_holds("model 6.1 nodes=2 cpus=3 pages=4096\n"
		     "memcg A max=8K\n"
		     "memcg B parent=A\n"
		     "page a node=1\n"
		     "page c kind=compound order=2\n"
		     "page f kind=file memcg=B\n"
		     "page e flag=pfmemalloc,checked\n"
		     "pool pp size=2 node=1\n"
		     "nic eth0 driver=page_pool node=1 ring=2\n"
		     "proc P memcg=B\n"
		     "sock s nic=eth0 owner=P\n"
		     "actor app cpu=2 task=P\n"
		     "actor napi cpu=0 softirq\n"
		     "check node(a) == 1 && node(f) == 0 && refs(c) == 1\n"
		     "check charged_to(f, B) && usage(A) == 1 && usage(B) == 1\n"
		     "napi: page_pool_alloc_pages(pp) => page=p node(p)=1\n"
		     "napi: rx(eth0, s) => frag=q node(q)=1\n"
		     "app: alloc_page_account() => error=ENOMEM failcnt(A)>0");
}

static void policy_is_what_sysctl_says(void **state)
{
	(void)state;
	assert_holds("model 6.1 scheme=network_at_zero\n"
		     "sysctl tcp_zerocopy_policy=refuse\n"
		     "nic eth0 driver=page_pool optin=0\n"
		     "proc P\n"
		     "sock s nic=eth0 owner=P\n"
		     "actor napi cpu=0 softirq\n"
		     "actor app cpu=1 task=P\n"
		     "napi: rx(eth0, s)\n"
		     "app: zerocopy_receive(s) => error=EINVAL");
}

static void fault_counts_from_where_it_stands(void **state)
{
	(void)state;
	assert_holds(PAGES "app: alloc_pages(0) => error=0\n"
			   "fault alloc_pages nth=2 times=2\n"
			   "app: alloc_pages(0) => error=0\n"
			   "app: alloc_pages(0) => error=ENOMEM\n"
			   "app: alloc_pages(0) => error=ENOMEM\n"
			   "app: alloc_pages(0) => error=0");
}

static void machine_that_cannot_be_built_is_an_error(void **state)
{
	static const struct {
		const char *lines, *reason;
	} cases[] = {
		{ "model 6.1 scheme=network_at_zer", "no scheme is called network_at_zer" },
		{ "model 6.1 scheme=./no_such.so", "scheme ./no_such.so: " },
		{ "model 6.1 pages=64\nnic eth0 driver=page_alloc ring=4096",
		  "eth0 cannot be created: Cannot allocate memory" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct played played = play(cases[i].lines);

		assert_verdict(&played, "error");
		assert_int_equal(played.outcome.end, NP_PLAY_ERROR);
		assert_contains(played.outcome.reason, cases[i].reason);
		assert_false(np_play_as_expected(played.scenario, &played.outcome));
		end(&played);
	}
}

/* --- schemes --- */

static void scheme_without_what_is_needed_is_skipped(void **state)
{
	struct played played = play_under(
		"unaccounted", "model 6.1 scheme=network_at_zero needs=at_zero,charging\n"
			       "page a\n"
			       "actor app cpu=0 kernel\n"
			       "app: set_page_count(a, 7)");

	(void)state;
	assert_verdict(&played, "n/a");
	assert_int_equal(played.outcome.end, NP_PLAY_SKIPPED);
	assert_contains(played.outcome.reason, "unaccounted lacks charging: ");
	assert_int_equal(played.outcome.steps, 0);
	assert_string_equal(played.outcome.scheme, "unaccounted");
	end(&played);
}

static void scheme_from_outside_replaces_that_of_the_scenario(void **state)
{
	struct played own = play(HOST "napi: rx(eth0, s)\napp: zerocopy_receive(s)");
	struct played other =
		play_under("unaccounted", HOST "napi: rx(eth0, s)\napp: zerocopy_receive(s)");

	(void)state;
	assert_verdict(&own, "holds");
	assert_string_equal(own.outcome.scheme, "network_at_zero");
	assert_verdict(&other, "zerocopy_charged");
	end(&own);
	end(&other);
}

static void scenario_without_a_scheme_runs_under_the_first(void **state)
{
	struct played played = play(PAGES "app: get_page(a)");

	(void)state;
	assert_string_equal(played.outcome.scheme, np_scheme_at(0)->name);
	end(&played);
}

/* --- steps within steps --- */

static void at_step_runs_inside_the_step_that_passes_its_point(void **state)
{
	struct played played = play(HOST "napi: rx(eth0, s) => frag=p\n"
					 "at put_page_network_uncharged(p) adm: "
					 "get_page_unless_zero(p) => ret=0 refs(p)=0\n"
					 "app: recvmsg(s)");
	const char *outer = strstr(played.trace, "\napp: recvmsg(s)");
	const char *inner = strstr(played.trace, "\n  at put_page_network_uncharged(p)");

	(void)state;
	assert_verdict(&played, "holds");
	assert_true(outer && inner && outer < inner);
	assert_int_equal(played.outcome.steps, 3);
	end(&played);
}

static void at_step_runs_once(void **state)
{
	(void)state;
	assert_holds(PAGES "at page_ref_mod(a) gup: get_page_unless_zero(b)\n"
			   "app: get_page(a) => refs(b)=2\n"
			   "app: get_page(a) => refs(b)=2");
}

static void at_step_waits_for_the_nth_passing(void **state)
{
	(void)state;
	assert_holds(PAGES "at page_ref_mod(a) nth=2 gup: get_page_unless_zero(b)\n"
			   "app: get_page(b) => refs(b)=2\n"
			   "app: get_page(a) => refs(b)=2\n"
			   "app: get_page(a) => refs(b)=3");
}

static void at_step_waits_for_its_own_page(void **state)
{
	(void)state;
	assert_holds(PAGES "at page_ref_mod(b) gup: get_page_unless_zero(a)\n"
			   "app: get_page(a) => refs(a)=2\n"
			   "app: get_page(b) => refs(a)=3");
}

static void at_step_waits_for_its_own_memcg(void **state)
{
	(void)state;
	assert_holds(HOST "page a\n"
			  "at memcg_charge(B) adm: get_page(a)\n"
			  "adm: mem_cgroup_charge_skmem(A, 1) => refs(a)=1\n"
			  "adm: mem_cgroup_charge_skmem(B, 1) => refs(a)=2");
}

static void at_step_waits_for_its_own_pool(void **state)
{
	(void)state;
	assert_holds(HOST "page a\n"
			  "at page_pool_update_nid(pp) adm: get_page(a)\n"
			  "at page_pool_update_nid(eth0) adm: get_page(a)\n"
			  "napi: page_pool_update_nid(eth0, 3) => refs(a)=2\n"
			  "napi: page_pool_update_nid(pp, 3) => refs(a)=3");
}

static void at_step_may_pass_the_point_of_another(void **state)
{
	struct played played = play(PAGES "at page_ref_mod(a) gup: get_page(b)\n"
					  "at page_ref_mod(b) app: get_page(a)\n"
					  "app: get_page(a) => refs(a)=3 refs(b)=2");

	(void)state;
	assert_verdict(&played, "holds");
	assert_non_null(strstr(played.trace, "\n    at page_ref_mod(b)"));
	end(&played);
}

static void at_step_that_never_runs_is_a_mistake_under_its_own_scheme(void **state)
{
	static const char lines[] = HOST "napi: rx(eth0, s)\n"
					 "at put_page_network_uncharged adm: cpu_work()\n";
	struct played own = play(lines);
	struct played named = play_under("network_at_zero", lines);

	(void)state;
	assert_verdict(&own, "expect");
	assert_string_equal(message(&own, 0),
			    "put_page_network_uncharged was never passed as this wants");
	assert_contains(own.outcome.violation[0].where, "at put_page_network_uncharged adm");
	assert_verdict(&named, "expect");
	end(&own);
	end(&named);
}

static void at_step_that_never_runs_does_not_apply_under_another_scheme(void **state)
{
	struct played played = play_under("network_callback",
					  HOST "napi: rx(eth0, s)\n"
					       "at put_page_network_uncharged adm: cpu_work()\n"
					       "app: recvmsg(s)");

	(void)state;
	assert_verdict(&played, "n/a");
	assert_string_equal(played.outcome.reason,
			    "network_callback never passes put_page_network_uncharged");
	end(&played);
}

static void at_step_is_not_played_at_rest(void **state)
{
	struct played played = play_under("network_to_allocator",
					  HOST "napi: rx(eth0, s)\n"
					       "app: zerocopy_receive(s)\n"
					       "at rmap_remove adm: exit(P)");

	(void)state;
	assert_verdict(&played, "n/a");
	assert_int_equal(played.outcome.steps, 2);
	end(&played);
}

static void at_step_is_not_played_after_a_violation(void **state)
{
	struct played played = play(HOST "napi: rx(eth0, s, 4)\n"
					 "at rmap_add adm: munmap(P)\n"
					 "at rmap_add nth=2 adm: cpu_work()\n"
					 "app: zerocopy_receive(s)");

	(void)state;
	assert_verdict(&played, "lock_order");
	assert_int_equal(played.outcome.steps, 3);
	end(&played);
}

static void counts_that_a_step_changes_inline_pass_their_points(void **state)
{
	(void)state;
	assert_holds(PAGES "at page_ref_mod(a) gup: get_page(b)\n"
			   "at page_ref_mod_and_test(a) gup: get_page(b)\n"
			   "at page_ref_mod_unless(a) gup: get_page(b)\n"
			   "app: get_page(a) => refs(b)=2\n"
			   "app: put_page(a) => refs(b)=3\n"
			   "app: get_page_unless_zero(a) => refs(b)=4");
}

static void nothing_ends_while_a_step_is_inside_it(void **state)
{
	(void)state;
	assert_holds(HOST "napi: rx(eth0, s, 2)\n"
			  "at rmap_add nth=1 adm: exit(P)  => error=EBUSY\n"
			  "at rmap_add nth=2 adm: close(s) => error=EBUSY\n"
			  "app: zerocopy_receive(s)        => mapped=2\n"
			  "at mm_page_alloc nth=1 adm: unregister_netdev(eth0) => error=EBUSY\n"
			  "at mm_page_alloc nth=2 adm: close(s)                => error=EBUSY\n"
			  "at mm_page_alloc nth=3 adm: exit(P)                 => error=EBUSY\n"
			  "at mm_page_alloc nth=4 adm: rmdir(B)                => error=0\n"
			  "napi: rx_batch(eth0, s, 100)");
	assert_holds(HOST "at mm_page_alloc adm: page_pool_destroy(pp) => error=EBUSY\n"
			  "napi: page_pool_alloc_pages(pp)             => error=0");
}

static void group_outlives_the_step_that_names_it(void **state)
{
	(void)state;
	assert_fails(HOST "at memcg_charge(B) adm: rmdir(B)   => error=0 released(B)=0\n"
			  "at memcg_charge(B) adm: cpu_work()\n"
			  "adm: mem_cgroup_charge_skmem(B, 3) => ret=1",
		     "charge_conserved", "has 3 pages charged, wanted 0");
}

static void socket_has_one_reader_at_a_time(void **state)
{
	(void)state;
	assert_holds(HOST "napi: rx(eth0, s, 4)\n"
			  "at rmap_add nth=1 adm: recvmsg(s)      => error=EBUSY copied=0\n"
			  "at rmap_add nth=2 adm: kfree_skb(s)    => error=EBUSY\n"
			  "at rmap_add nth=3 adm: skb_clone(s, s) => error=EBUSY\n"
			  "app: zerocopy_receive(s)               => mapped=4");
}

static void queue_has_one_napi_at_a_time(void **state)
{
	(void)state;
	assert_holds(HOST "at mm_page_alloc nth=1 napi: rx(eth0, s)     => error=EBUSY\n"
			  "at mm_page_alloc nth=2 napi: napi_poll(eth0) => error=EBUSY\n"
			  "napi: rx_batch(eth0, s, 100)                 => error=0");
}

static void packet_may_be_read_before_the_softirq_is_through_with_it(void **state)
{
	(void)state;
	/* The page is in another CPU's hands, and its name is nobody's. */
	assert_holds("model 6.1\n"
		     "nic eth0 driver=page_alloc ring=2\n"
		     "proc P\n"
		     "sock s nic=eth0 owner=P\n"
		     "actor napi cpu=0 softirq\n"
		     "actor app cpu=1 task=P\n"
		     "at mm_page_alloc app: recvmsg(s) => copied=8192\n"
		     "napi: rx(eth0, s, 2)             => frags=2 frag=p queue(s)=0\n"
		     "napi: get_page(p)                => error=ENOENT");
}

/* --- rest --- */

static void what_actors_took_goes_back_at_rest(void **state)
{
	(void)state;
	assert_holds(HOST
		     "page a\n"
		     "page o order=2\n"
		     "page c kind=compound order=2\n"
		     "page z kind=zone_device\n"
		     "app: get_page(a)\n"
		     "adm: try_get_page(c)\n"
		     "adm: get_page(o)\n"
		     "napi: get_page_unless_zero(z)\n"
		     "app: alloc_page_account()\n"
		     "adm: alloc_pages(3)\n"
		     "adm: alloc_pages(1) => page=x\n"
		     "napi: page_pool_alloc_pages(pp)\n"
		     "napi: page_pool_alloc_pages(eth0) => page=y\n"
		     "adm: mem_cgroup_charge_skmem(A, 5) => usage(A)=6\n"
		     "adm: mem_cgroup_uncharge_skmem(A, 2) => usage(A)=4\n"
		     "rest usage(A) == 0 && free(a) && free(o) && free(x) && inflight(pp) > 0");
}

static void page_that_was_freed_early_is_not_freed_again(void **state)
{
	(void)state;
	assert_holds(PAGES "app: alloc_pages(2) => page=x\n"
			   "app: __free_pages(x, 2) => free(x)=1\n"
			   "app: alloc_pages(0) => page=y\n"
			   "app: get_page(y)");
}

/* --- the account --- */

static void same_scenario_has_the_same_course(void **state)
{
	static const char lines[] = HOST "napi: rx(eth0, s, 3) => frag=p\n"
					 "app: zerocopy_receive(s)\n"
					 "at put_page_network adm: get_page_unless_zero(p)\n"
					 "app: munmap(P)";
	struct played first = play(lines), second = play(lines);
	struct played other = play(HOST "napi: rx(eth0, s, 2)");

	(void)state;
	assert_string_equal(first.trace, second.trace);
	assert_true(first.outcome.hash == second.outcome.hash);
	assert_true(first.outcome.hash != other.outcome.hash);
	end(&first);
	end(&second);
	end(&other);
}

static void course_does_not_depend_on_being_watched(void **state)
{
	static const char lines[] = HOST "napi: rx(eth0, s)\napp: zerocopy_receive(s)";
	struct played watched = play(lines);
	struct np_play_outcome unwatched;

	(void)state;
	assert_int_equal(np_play(watched.scenario, NULL, &unwatched), 0);
	assert_true(watched.outcome.hash == unwatched.hash);
	assert_int_equal(watched.outcome.steps, unwatched.steps);
	np_play_outcome_free(&unwatched);
	end(&watched);
}

static void course_depends_on_the_scheme(void **state)
{
	static const char lines[] = HOST "napi: rx(eth0, s)\napp: zerocopy_receive(s)";
	struct played one = play(lines), other = play_under("network_to_allocator", lines);

	(void)state;
	assert_true(one.outcome.hash != other.outcome.hash);
	end(&one);
	end(&other);
}

/* What a subscriber and a step function have been told. */
struct told {
	unsigned int events, steps;
	int last_cpu;
	const char *last_actor;
};

static void tell_event(void *arg, struct np_machine *machine, const struct np_trace_event *event)
{
	struct told *told = arg;

	assert_non_null(machine);
	assert_non_null(np_trace_name(event->id));
	told->events++;
}

static void tell_step(void *arg, const struct np_scenario *scenario, unsigned int actor, int cpu,
		      const char *text)
{
	struct told *told = arg;

	assert_non_null(strchr(text, ':'));
	told->steps++;
	told->last_cpu = cpu;
	told->last_actor = scenario->objects[actor].name;
}

static void subscriber_is_told_of_events_and_steps(void **state)
{
	struct told told = { 0 };
	struct played played = play_with(PAGES "app: get_page(a)\ngup: put_page(a)",
					 (struct np_play_options){ .subscriber = tell_event,
								   .subscriber_arg = &told,
								   .step = tell_step });

	(void)state;
	assert_int_equal(told.steps, 2);
	assert_true(told.events >= 2);
	assert_int_equal(told.last_cpu, 1);
	assert_string_equal(told.last_actor, "gup");
	end(&played);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(steps_run_in_the_order_of_the_file),
		cmocka_unit_test(first_step_that_violates_is_the_last),
		cmocka_unit_test(play_without_violation_ends_with_rest_and_teardown),
		cmocka_unit_test(invariants_are_checked_after_each_step),
		cmocka_unit_test(violations_beyond_the_limit_are_counted),
		cmocka_unit_test(check_that_is_false_says_what_it_got),
		cmocka_unit_test(check_is_about_the_moment_where_it_stands),
		cmocka_unit_test(always_and_never_hold_before_the_first_step),
		cmocka_unit_test(always_and_never_are_silent_about_what_is_not_there_yet),
		cmocka_unit_test(check_of_what_is_not_there_cannot_be_true),
		cmocka_unit_test(rest_is_judged_when_everybody_has_let_go),
		cmocka_unit_test(expectation_that_fails_says_what_it_wanted_and_got),
		cmocka_unit_test(each_expectation_of_a_step_is_judged),
		cmocka_unit_test(expectation_of_what_did_not_arrive_cannot_be_told),
		cmocka_unit_test(result_says_whether_the_outcome_is_as_expected),
		cmocka_unit_test(name_beyond_what_arrived_stays_unbound),
		cmocka_unit_test(page_keeps_the_name_it_was_given_first),
		cmocka_unit_test(process_that_has_exited_plays_no_step),
		cmocka_unit_test(process_takes_its_sockets_along),
		cmocka_unit_test(child_is_a_process_like_any_other),
		cmocka_unit_test(what_has_ended_is_not_there),
		cmocka_unit_test(kernel_thread_has_nowhere_to_map),
		cmocka_unit_test(pool_is_given_its_own_pages_only),
		cmocka_unit_test(free_of_what_no_allocator_has_is_refused),
		cmocka_unit_test(objects_are_as_they_were_declared),
		cmocka_unit_test(policy_is_what_sysctl_says),
		cmocka_unit_test(fault_counts_from_where_it_stands),
		cmocka_unit_test(machine_that_cannot_be_built_is_an_error),
		cmocka_unit_test(scheme_without_what_is_needed_is_skipped),
		cmocka_unit_test(scheme_from_outside_replaces_that_of_the_scenario),
		cmocka_unit_test(scenario_without_a_scheme_runs_under_the_first),
		cmocka_unit_test(at_step_runs_inside_the_step_that_passes_its_point),
		cmocka_unit_test(at_step_runs_once),
		cmocka_unit_test(at_step_waits_for_the_nth_passing),
		cmocka_unit_test(at_step_waits_for_its_own_page),
		cmocka_unit_test(at_step_waits_for_its_own_memcg),
		cmocka_unit_test(at_step_waits_for_its_own_pool),
		cmocka_unit_test(at_step_may_pass_the_point_of_another),
		cmocka_unit_test(at_step_that_never_runs_is_a_mistake_under_its_own_scheme),
		cmocka_unit_test(at_step_that_never_runs_does_not_apply_under_another_scheme),
		cmocka_unit_test(at_step_is_not_played_at_rest),
		cmocka_unit_test(at_step_is_not_played_after_a_violation),
		cmocka_unit_test(counts_that_a_step_changes_inline_pass_their_points),
		cmocka_unit_test(nothing_ends_while_a_step_is_inside_it),
		cmocka_unit_test(group_outlives_the_step_that_names_it),
		cmocka_unit_test(socket_has_one_reader_at_a_time),
		cmocka_unit_test(queue_has_one_napi_at_a_time),
		cmocka_unit_test(packet_may_be_read_before_the_softirq_is_through_with_it),
		cmocka_unit_test(what_actors_took_goes_back_at_rest),
		cmocka_unit_test(page_that_was_freed_early_is_not_freed_again),
		cmocka_unit_test(same_scenario_has_the_same_course),
		cmocka_unit_test(course_does_not_depend_on_being_watched),
		cmocka_unit_test(course_depends_on_the_scheme),
		cmocka_unit_test(subscriber_is_told_of_events_and_steps),
	};

	return cmocka_run_group_tests_name("sim_play", tests, NULL, NULL);
}
