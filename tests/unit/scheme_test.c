/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "zerocopy_host.h"

#include <stdio.h>
#include <unistd.h>

/* --- finding --- */

static void schemes_are_found_by_name_and_by_number(void **state)
{
	const struct np_scheme *scheme;
	unsigned int n = 0;

	(void)state;
	for (; (scheme = np_scheme_at(n)); n++) {
		assert_ptr_equal(np_scheme_find(scheme->name), scheme);
		assert_int_equal(np_scheme_validate(scheme, NULL, 0), 0);
	}
	assert_int_equal(n, 11);
	assert_null(np_scheme_at(UINT_MAX));
	assert_null(np_scheme_find("nosuch"));
	assert_null(np_scheme_find(""));
	assert_null(np_scheme_find(NULL));
	assert_string_equal(np_scheme_at(0)->name, "unaccounted");
}

static void features_have_names_of_their_own(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < NP_FEATURES; i++) {
		assert_non_null(np_feature_name(i));
		for (unsigned int j = 0; j < i; j++)
			assert_string_not_equal(np_feature_name(i), np_feature_name(j));
	}
	assert_null(np_feature_name(NP_FEATURES));
	assert_null(np_feature_name(UINT_MAX));
}

/* --- checking --- */

static bool nop_at_zero(struct page *page)
{
	(void)page;
	return false;
}

static void assert_invalid(const struct np_scheme *scheme, const char *why)
{
	char error[128] = "";

	assert_int_equal(np_scheme_validate(scheme, error, sizeof(error)), -EINVAL);
	if (!strstr(error, why))
		fail_msg("got \"%s\", want \"%s\" in it", error, why);
	assert_int_equal(np_scheme_validate(scheme, NULL, 0), -EINVAL);
	assert_int_equal(np_scheme_validate(scheme, error, 0), -EINVAL);
}

static void incomplete_schemes_are_refused_with_a_reason(void **state)
{
	const struct np_scheme good = *np_scheme_find("unaccounted");
	struct np_scheme bad = good;

	(void)state;
	assert_invalid(NULL, "no scheme");
	bad.abi = NP_SCHEME_ABI + 1;
	assert_invalid(&bad, "scheme ABI is 2, this library speaks 1");
	bad = good;
	bad.name = "";
	assert_invalid(&bad, "needs a name");
	bad = good;
	bad.cost.driver_changes = NULL;
	assert_invalid(&bad, "its costs in words");
	bad = good;
	bad.recycle = (enum np_recycle)4;
	assert_invalid(&bad, "unknown recycle mode");
	bad = good;
	bad.features = BIT(NP_FEATURES);
	assert_invalid(&bad, "unknown recycle mode or feature");
	bad = good;
	bad.put.hooks = NP_HOOK_RELEASE_PAGES;
	assert_invalid(&bad, "put.put_page_network");
	bad.put.put_page_network = nop_at_zero;
	assert_invalid(&bad, "hooks need a mark");
	bad.put.hooks |= NP_HOOK_PUT_PAGE;
	assert_invalid(&bad, "put.put_page_callback");
}

static void reason_is_cut_to_its_buffer(void **state)
{
	char error[8];

	(void)state;
	assert_int_equal(np_scheme_validate(NULL, error, sizeof(error)), -EINVAL);
	assert_string_equal(error, "no sche");
}

/* --- loading --- */

static char directory[64];

static int directory_up(void **state)
{
	(void)state;
	snprintf(directory, sizeof(directory), "%s/np_scheme_XXXXXX",
		 getenv("TMPDIR") ? getenv("TMPDIR") : P_tmpdir);
	return mkdtemp(directory) ? 0 : -1;
}

static int directory_down(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf '%s'", directory);
	return system(command);
}

/* A shared object of this source, in @path; skips the test where there is no compiler. */
static void build(const char *name, const char *source, char *path, size_t size)
{
	char command[512], file[128];
	FILE *out;

	snprintf(file, sizeof(file), "%s/%s.c", directory, name);
	snprintf(path, size, "%s/%s.so", directory, name);
	out = fopen(file, "w");
	assert_non_null(out);
	fputs(source, out);
	fclose(out);
	if (system("cc --version >/dev/null 2>&1"))
		fail_msg("this test builds a shared object and finds no cc");
	snprintf(command, sizeof(command), "cc -std=gnu11 -shared -fPIC -Iinclude -o '%s' '%s'",
		 path, file);
	assert_int_equal(system(command), 0);
}

static const char own_scheme[] = "#include <netpage/scheme.h>\n"
				 "static const struct np_scheme mine = {\n"
				 "	.abi = NP_SCHEME_ABI,\n"
				 "	.name = \"mine\",\n"
				 "	.summary = \"nothing\",\n"
				 "	.origin = \"a test\",\n"
				 "	.cost = { \"none\", \"none\" },\n"
				 "};\n"
				 "NP_SCHEME_ENTRY(mine);\n";

static void scheme_of_a_shared_object_is_loaded_and_used(void **state)
{
	struct np_machine_options options = { 0 };
	const struct np_scheme *scheme = NULL;
	struct np_machine *m;
	char path[128], error[256] = "";
	void *handle = NULL;

	(void)state;
	build("mine", own_scheme, path, sizeof(path));
	assert_int_equal(np_scheme_load(path, &scheme, &handle, error, sizeof(error)), 0);
	assert_string_equal(scheme->name, "mine");
	options.scheme = scheme;
	assert_int_equal(np_machine_create(&m, &options), 0);
	assert_ptr_equal(np_machine_options_of(m)->scheme, scheme);
	assert_int_equal(np_machine_destroy(m), 0);
	np_scheme_unload(handle);
	np_scheme_unload(NULL);
}

static void assert_not_loaded(const char *path, int err, const char *why)
{
	const struct np_scheme *scheme = NULL;
	char error[256] = "";
	void *handle = NULL;

	assert_int_equal(np_scheme_load(path, &scheme, &handle, error, sizeof(error)), err);
	assert_null(scheme);
	assert_null(handle);
	if (!strstr(error, why))
		fail_msg("got \"%s\", want \"%s\" in it", error, why);
}

static void shared_objects_without_a_usable_scheme_are_refused(void **state)
{
	char path[128];

	(void)state;
	build("empty", "int nothing;\n", path, sizeof(path));
	assert_not_loaded(path, -EINVAL, "no np_scheme_entry");
	build("null",
	      "#include <netpage/scheme.h>\n"
	      "NP_API const struct np_scheme *const np_scheme_entry = 0;\n",
	      path, sizeof(path));
	assert_not_loaded(path, -EINVAL, "no np_scheme_entry");
	build("old",
	      "#include <netpage/scheme.h>\n"
	      "static const struct np_scheme old = { .abi = 99 };\n"
	      "NP_SCHEME_ENTRY(old);\n",
	      path, sizeof(path));
	assert_not_loaded(path, -EINVAL, "scheme ABI is 99");
}

static void files_that_are_no_shared_objects_are_refused(void **state)
{
	(void)state;
	assert_not_loaded("no_such_scheme.so", -ENOENT, "no_such_scheme.so");
	assert_not_loaded("./no_such_scheme.so", -ENOENT, "no_such_scheme.so");
	assert_not_loaded("./CMakeLists.txt", -ENOEXEC, "CMakeLists.txt");
	assert_not_loaded("", -EINVAL, "no file name");
	assert_not_loaded(NULL, -EINVAL, "no file name");
}

/* --- a life with each driver --- */

/* Receives, maps, pins, unmaps, forks and reads: whatever the design, nothing is lost. */
static void live(struct host *h, const struct np_nic_options *options)
{
	struct receiver p = receiver(h, h->P, 8), q = receiver(h, h->Q, 8);
	struct net_device *dev = nic(h, options);
	struct task_struct *child;

	for (int round = 0; round < 20; round++) {
		rx(&p, dev, 2);
		rx(&q, dev, 1);
		receive(&p, 4);
		receive(&q, 2);
		if (round == 5)
			np_pin_user_page(h->P, p.vma->vm_start);
		if (round == 7 && !np_task_fork(h->P, "child", &child))
			np_task_exit(child);
		if (round % 3 == 1)
			unmap_at(&p, 0, 1);
		tcp_recvmsg(p.sk, 3 * PAGE_SIZE);
		tcp_recvmsg(q.sk, 3 * PAGE_SIZE);
	}
	np_pins_release(h->P, NULL);
}

/* What is known to break; the tests of the single designs say why. */
static bool known(const char *scheme, const char *driver, const struct np_recorded *seen)
{
	if (!strcmp(scheme, "network_at_zero_naive"))
		return true;
	if (!strcmp(scheme, "page_type"))
		return seen->invariant == NP_ZEROCOPY_MAPS;
	/* Who keeps references keeps the count from zero, and so the charge. */
	return np_scheme_find(scheme)->features & NP_FEATURE_AT_ZERO &&
	       !strcmp(driver, "page_bias") && seen->invariant == NP_CHARGE_CONSERVED;
}

static void assert_only_known(struct host *h, const char *scheme, const char *driver)
{
	for (unsigned int i = 0; i < h->recorder.nr && i < NP_RECORDER_MAX; i++) {
		struct np_recorded *seen = &h->recorder.seen[i];

		if (known(scheme, driver, seen))
			continue;
		fail_msg("%s with %s: %s: %s: %s", scheme, driver,
			 np_invariant_name(seen->invariant), seen->object, seen->message);
	}
}

static void live_with(const char *scheme, const struct np_nic_options *nic_options)
{
	struct np_machine_options options = { .nr_pages = HOST_PAGES,
					      .scheme = np_scheme_find(scheme) };
	struct host *h;
	void *state = &options;

	assert_int_equal(host_up(&state), 0);
	h = state;
	live(h, nic_options);
	host_leave(h);
	np_machine_rest(h->m);
	np_check(h->m, NP_CHECK_REST);
	np_machine_teardown(h->m);
	np_check(h->m, NP_CHECK_TEARDOWN);
	assert_only_known(h, scheme, nic_options->driver->name);
	h->broken = true;
	assert_int_equal(host_down(&state), 0);
}

static void every_design_lives_with_every_driver(void **state)
{
	const struct np_driver *drivers[] = { &np_driver_page_pool, &np_driver_page_bias,
					      &np_driver_page_cache, &np_driver_page_alloc };
	const struct np_scheme *scheme;

	(void)state;
	for (unsigned int i = 0; (scheme = np_scheme_at(i)); i++) {
		for (size_t j = 0; j < ARRAY_SIZE(drivers); j++) {
			struct np_nic_options options = { .driver = drivers[j] };

			live_with(scheme->name, &options);
			options.no_optin = true;
			live_with(scheme->name, &options);
			options.no_optin = false;
			options.half_page = true;
			live_with(scheme->name, &options);
		}
	}
}

#define build_test(name) cmocka_unit_test_setup_teardown(name, directory_up, directory_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(schemes_are_found_by_name_and_by_number),
		cmocka_unit_test(features_have_names_of_their_own),
		cmocka_unit_test(incomplete_schemes_are_refused_with_a_reason),
		cmocka_unit_test(reason_is_cut_to_its_buffer),
		build_test(scheme_of_a_shared_object_is_loaded_and_used),
		build_test(shared_objects_without_a_usable_scheme_are_refused),
		cmocka_unit_test(files_that_are_no_shared_objects_are_refused),
		cmocka_unit_test(every_design_lives_with_every_driver),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
