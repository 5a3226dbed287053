/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "sim_case_fixture.h"

#include <sys/wait.h>

#include <netpage/netpage.h>

#include <generate.h>
#include <scenario_file.h>

/* Of a sanitized library its users are sanitized as well. */
#if defined(__has_feature)
#define HAS_ASAN __has_feature(address_sanitizer)
#elif defined(__SANITIZE_ADDRESS__)
#define HAS_ASAN 1
#else
#define HAS_ASAN 0
#endif

/* The library is one folder above this program. */
static const char *build_folder(char *buf, size_t size)
{
	ssize_t len = readlink("/proc/self/exe", buf, size - 1);

	assert_true(len > 0);
	buf[len] = '\0';
	for (int i = 0; i < 2; i++)
		*strrchr(buf, '/') = '\0';
	return buf;
}

static int shell(const char *command)
{
	int status = system(command);

	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static const char *compiler(void)
{
	const char *cc = getenv("CC");

	return cc && *cc ? cc : "cc";
}

/* Generates the test of the scenario in @path as one.c in the folder. */
static void generate(const struct folder *folder, const char *path)
{
	struct np_scenario_file file;
	char why[200] = "", name[100];
	FILE *out;

	assert_int_equal(np_scenario_file_read(path, &file, stderr), 0);
	snprintf(name, sizeof(name), "%s/one.c", folder->path);
	out = fopen(name, "w");
	assert_non_null(out);
	if (np_generate_c(out, file.scenarios[0], why, sizeof(why)))
		fail_msg("%s: %s", path, why);
	fclose(out);
	np_scenario_file_free(&file);
}

/* Compiles one.c, warnings being errors. */
static void compile(const struct folder *folder)
{
	char build[400], command[1200];

	snprintf(command, sizeof(command), "%s --version >/dev/null 2>&1", compiler());
	if (shell(command))
		fail_msg("this test compiles what is generated and finds no %s", compiler());
	build_folder(build, sizeof(build));
	snprintf(command, sizeof(command),
		 "%s -std=gnu11 -Wall -Wextra -Wshadow -Wmissing-prototypes -Werror %s -Iinclude "
		 "%s/one.c -o %s/one -L%s -lnetpage-sim -lcmocka -Wl,-rpath,%s",
		 compiler(), HAS_ASAN ? "-fsanitize=address,undefined" : "", folder->path,
		 folder->path, build, build);
	if (shell(command))
		fail_msg("does not compile: %s", command);
}

/* What the compiled test exits with; what it says is in the file "log". */
static int run(const struct folder *folder)
{
	char command[200];

	snprintf(command, sizeof(command), "%s/one >%s/log 2>&1", folder->path, folder->path);
	return shell(command);
}

static void scenario_passes_in_c(const struct folder *folder, const char *name)
{
	char path[200], log[100], *text;

	snprintf(path, sizeof(path), "tests/scenarios/%s.npt", name);
	generate(folder, path);
	compile(folder);
	if (!run(folder))
		return;
	snprintf(log, sizeof(log), "%s/log", folder->path);
	text = file_text(log);
	fail_msg("%s: %s", name, text);
}

static void page_that_is_read_and_unmapped_passes_in_c(void **state)
{
	scenario_passes_in_c(*state, "compare/plain/one_page_one_reader");
}

static void page_that_is_recycled_passes_in_c(void **state)
{
	scenario_passes_in_c(*state, "compare/plain/page_serves_two_owners_in_turn");
}

static void fork_and_exit_pass_in_c(void **state)
{
	scenario_passes_in_c(*state, "compare/unmap/fork_with_the_mapping");
}

static void pin_passes_in_c(void **state)
{
	scenario_passes_in_c(*state, "compare/unmap/pin_outlives_the_unmap");
}

static void step_at_a_trace_point_passes_in_c(void **state)
{
	scenario_passes_in_c(*state, "compare/speculative/reference_when_the_count_is_zero");
}

static void ordinary_pages_pass_in_c(void **state)
{
	scenario_passes_in_c(*state, "compare/put_path/ordinary_and_compound_pages");
}

static void scenario_that_breaks_an_invariant_breaks_it_in_c(void **state)
{
	const struct folder *folder = *state;
	char *path = folder_write(folder, "one.npt",
				  "netpage 1 one\nmodel 6.1 scheme=unaccounted\n" HOST
				  "napi: rx(eth0, s) => frag=p\n"
				  "app: zerocopy_receive(s)\n"
				  "result fail zerocopy_charged\n"
				  "end\n");
	char source[100], *text;

	generate(folder, path);
	free(path);
	snprintf(source, sizeof(source), "%s/one.c", folder->path);
	text = file_text(source);
	assert_contains(text, "one_breaks_zerocopy_charged");
	free(text);
	compile(folder);
	assert_int_equal(run(folder), 0);
}

static void expectation_that_is_wrong_fails_in_c(void **state)
{
	const struct folder *folder = *state;
	char *path = folder_write(folder, "one.npt",
				  "netpage 1 one\nmodel 6.1 scheme=network_at_zero\n" HOST
				  "napi: rx(eth0, s) => frag=p refs(p)=77\n"
				  "end\n");
	char log[100], *text;

	generate(folder, path);
	free(path);
	compile(folder);
	assert_int_equal(run(folder), 1);
	snprintf(log, sizeof(log), "%s/log", folder->path);
	text = file_text(log);
	assert_contains(text, "want 77");
	free(text);
}

static void invariant_that_breaks_fails_in_c(void **state)
{
	const struct folder *folder = *state;
	char *path = folder_write(folder, "one.npt",
				  "netpage 1 one\nmodel 6.1 scheme=unaccounted\n" READER);

	generate(folder, path);
	free(path);
	compile(folder);
	assert_int_equal(run(folder), 1);
}

static void scheme_that_lacks_a_feature_is_skipped_in_c(void **state)
{
	const struct folder *folder = *state;
	char *path =
		folder_write(folder, "one.npt",
			     "netpage 1 one\nmodel 6.1 scheme=unaccounted needs=callback\n" READER);
	char log[100], *text;

	generate(folder, path);
	free(path);
	compile(folder);
	assert_int_equal(run(folder), 0);
	snprintf(log, sizeof(log), "%s/log", folder->path);
	text = file_text(log);
	assert_contains(text, "SKIPPED");
	free(text);
}

/* Whether it makes sense is another question. */
static void every_function_and_every_query_compiles(void **state)
{
	const struct folder *folder = *state;
	char *path = folder_write(
		folder, "one.npt",
		"netpage 1 one\n"
		"model 6.1 scheme=network_freelist nodes=2\n"
		"memcg A max=64 high=32\n"
		"memcg B parent=A\n"
		"page int\n"
		"page f kind=file memcg=A\n"
		"page z kind=zone_device\n"
		"page c kind=compound order=2 flag=checked,pfmemalloc\n"
		"pool pp size=64 frag\n"
		"nic eth0 driver=page_pool ring=4\n"
		"nic eth1 driver=page_bias half bias=3\n"
		"proc P memcg=A\n"
		"proc R\n"
		"sock s nic=eth0 owner=P\n"
		"sock r nic=eth1 owner=R\n"
		"actor napi cpu=0 softirq\n"
		"actor irq cpu=0 hardirq\n"
		"actor app cpu=1 task=P\n"
		"actor k cpu=1 kernel\n"
		"sysctl tcp_zerocopy_policy=copy\n"
		"napi: rx(eth0, s, 2, 100) => frag=p frag=q frags=2 dropped=0 error=0\n"
		"napi: rx_batch(eth1, r, 3)\n"
		"irq: napi_poll(eth0) => ret>=0\n"
		"napi: dma_write(eth0)\n"
		"k: loopback_sendfile(f, s)\n"
		"k: skb_clone(s, r)\n"
		"k: kfree_skb(r)\n"
		"app: zerocopy_receive(s) => mapped>=0 copied>=0 hint>=0\n"
		"app: zerocopy_receive(s, 2)\n"
		"app: recvmsg(s)\n"
		"app: recvmsg(s, 10)\n"
		"app: fork(P, child)\n"
		"app: get_user_pages_fast(P, p) => ret<=1\n"
		"app: unpin_user_page(p) => error<=0\n"
		"app: vmsplice(P) => pinned<=9\n"
		"app: vmsplice(P, p)\n"
		"app: pipe_release(P)\n"
		"app: read_page(P, p)\n"
		"app: munmap(P, p)\n"
		"app: munmap(P)\n"
		"k: get_page(int)\n"
		"k: put_page(int)\n"
		"k: get_page_unless_zero(int) => ret=1\n"
		"k: try_get_page(int) => ret=1\n"
		"k: page_ref_freeze(int, 3)\n"
		"k: page_ref_unfreeze(int, 3)\n"
		"k: set_page_count(int, INT_MAX)\n"
		"k: release_pages(int, int)\n"
		"k: __free_pages(int)\n"
		"k: __free_pages(c, 2)\n"
		"k: alloc_pages() => page=n\n"
		"k: alloc_pages(1) => page=n1\n"
		"app: alloc_page_account() => page=n2\n"
		"k: SetPageChecked(z)\n"
		"k: ClearPageChecked(z)\n"
		"k: ClearPageNetwork(z)\n"
		"k: set_max(A, -1)\n"
		"k: set_high(A, 5)\n"
		"k: migrate(R, B)\n"
		"k: drain_all_stock(A)\n"
		"napi: mem_cgroup_charge_skmem(A, 1) => ret=1\n"
		"napi: mem_cgroup_uncharge_skmem(A, 1)\n"
		"napi: page_pool_alloc_pages(pp) => page=a\n"
		"napi: page_pool_alloc_frag(pp, 2048) => page=b offset>=0\n"
		"napi: page_pool_put_full_page(pp, a)\n"
		"napi: page_pool_recycle_direct(eth0, a)\n"
		"k: page_pool_release_page(pp, a)\n"
		"k: page_pool_update_nid(pp, -1)\n"
		"k: page_pool_destroy(pp)\n"
		"k: rmdir(B)\n"
		"k: advance(10)\n"
		"k: cpu_work()\n"
		"at memcg_uncharge(A) nth=2 k: get_page(z)\n"
		"at page_pool_state_hold k: put_page(z)\n"
		"fault alloc_pages nth=1 times=2\n"
		"k: unregister_netdev(eth1)\n"
		"app: close(s)\n"
		"app: exit(P)\n"
		"app: recvmsg(s) => error=-3\n"
		"k: munmap(P) => error=ENOENT\n"
		"check refs(p) == 1 && maps(p) == 0 && !mapped(p) && charged(p) == 0\n"
		"check charged_to(p, A) || network(p) || free(p) || pooled(p)\n"
		"check (writable_by(eth0, p) + node(p)) == 0 || same(p, q)\n"
		"check usage(A) + current(root) - stock(A) == -sockmem(A)\n"
		"check failcnt(A) <= watermark(A) && css_refs(A) >= online(A) || released(A)\n"
		"check inflight(pp) == hold(eth0) && release(pp) != cached(pp)\n"
		"check ring(pp) < recycled(eth0) && queue(r) > freelist()\n"
		"always mapped_pages(R) >= 0\n"
		"never mapped(p) && writable_by(eth0, p)\n"
		"rest usage(A) == 0\n"
		"result pass\n"
		"end\n");

	generate(folder, path);
	free(path);
	compile(folder);
}

static void no_row_of_the_tables_is_missing(void **state)
{
	(void)state;
	for (int i = 0; i < NP_STEPS; i++)
		if (!np_generate_steps[i].code)
			fail_msg("%s cannot be said in C", np_vocabulary_steps[i].name);
	for (int i = 0; i < NP_QUERIES; i++)
		if (!np_generate_queries[i].code)
			fail_msg("%s cannot be said in C", np_vocabulary_queries[i].name);
	for (int i = 0; i < NP_HELPERS; i++)
		assert_non_null(np_generate_helpers[i]);
}

static void refused(const struct folder *folder, const char *text, const char *want)
{
	char *path = folder_write(folder, "one.npt", text), why[200] = "", *written = NULL;
	struct np_scenario_file file;
	size_t size;
	FILE *out = open_memstream(&written, &size);

	assert_non_null(out);
	assert_int_equal(np_scenario_file_read(path, &file, stderr), 0);
	assert_int_equal(np_generate_c(out, file.scenarios[0], why, sizeof(why)), -ENOTSUP);
	fclose(out);
	assert_contains(why, want);
	assert_int_equal(size, 0);
	np_scenario_file_free(&file);
	free(written);
	free(path);
}

static void what_cannot_be_said_in_c_is_refused_with_the_reason(void **state)
{
	refused(*state, "netpage 1 one\nmodel 6.1\nexplore\nend\n", "explores");
	refused(*state, "netpage 1 one\nmodel 6.1 scheme=./mine.so\nend\n", "file");
	refused(*state, "netpage 1 one\nmodel 6.1 dma=32_broken\nend\n", "32_broken");
	refused(*state, "netpage 1 one\nmodel 6.1\nresult fail check\nend\n", "rule of its own");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(page_that_is_read_and_unmapped_passes_in_c),
		TEST(page_that_is_recycled_passes_in_c),
		TEST(fork_and_exit_pass_in_c),
		TEST(pin_passes_in_c),
		TEST(step_at_a_trace_point_passes_in_c),
		TEST(ordinary_pages_pass_in_c),
		TEST(scenario_that_breaks_an_invariant_breaks_it_in_c),
		TEST(expectation_that_is_wrong_fails_in_c),
		TEST(invariant_that_breaks_fails_in_c),
		TEST(scheme_that_lacks_a_feature_is_skipped_in_c),
		TEST(every_function_and_every_query_compiles),
		TEST(no_row_of_the_tables_is_missing),
		TEST(what_cannot_be_said_in_c_is_refused_with_the_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
