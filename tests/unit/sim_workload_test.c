/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <command.h>
#include <workload.h>

/* Large enough for forks and exits, small enough for a test. */
static struct np_workload_options options_for(const char *scheme)
{
	struct np_workload_options options = {
		.scheme = np_scheme_find(scheme),
		.driver = &np_driver_page_pool,
		.nics = 2,
		.ring = 64,
		.sockets = 6,
		.processes = 3,
		.memcgs = 2,
		.cpus = 2,
		.frags = 4,
		.pages = 8192,
		.read_delay = 3,
		.hold = 40,
		.packets = 4000,
		.seed = 1,
	};

	assert_non_null(options.scheme);
	return options;
}

static struct np_workload_report report_of(const struct np_workload_options *options)
{
	struct np_workload_report report;
	char error[256] = "";

	if (np_workload_run(options, &report, error, sizeof(error)))
		fail_msg("%s", error);
	return report;
}

/* The report as text, without the two lines of the wall clock. */
static char *text_of(const struct np_workload_options *options)
{
	struct np_workload_report report = report_of(options);
	char *text = NULL, *wall;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	np_workload_print_text(out, options, &report);
	fclose(out);
	np_workload_report_free(&report);
	wall = strstr(text, "\nwall ");
	assert_non_null(wall);
	*wall = '\0';
	return text;
}

static uint64_t largest_over(const struct np_workload_report *report)
{
	uint64_t largest = 0;

	for (unsigned int i = 0; i < report->nr_memcgs; i++) {
		if (report->memcgs[i].gap.over.largest.pages > largest)
			largest = report->memcgs[i].gap.over.largest.pages;
	}
	return largest;
}

static uint64_t largest_under(const struct np_workload_report *report)
{
	uint64_t largest = 0;

	for (unsigned int i = 0; i < report->nr_memcgs; i++) {
		if (report->memcgs[i].gap.under.largest.pages > largest)
			largest = report->memcgs[i].gap.under.largest.pages;
	}
	return largest;
}

static void equal_options_give_equal_reports(void **state)
{
	struct np_workload_options options = options_for("network_at_zero");
	char *first = text_of(&options), *second = text_of(&options);

	(void)state;
	assert_string_equal(first, second);
	free(first);
	free(second);
}

static void another_seed_gives_another_report(void **state)
{
	struct np_workload_options options = options_for("network_at_zero");
	char *first = text_of(&options), *second;

	(void)state;
	options.seed = 2;
	second = text_of(&options);
	assert_string_not_equal(first, second);
	free(first);
	free(second);
}

static void checks_change_no_number(void **state)
{
	struct np_workload_options options = options_for("network_at_zero");
	char *first = text_of(&options), *second;

	(void)state;
	options.check = true;
	second = text_of(&options);
	assert_string_equal(first, second);
	free(first);
	free(second);
}

static void unaccounted_zerocopy_is_charged_too_little_by_what_is_mapped(void **state)
{
	struct np_workload_options options = options_for("unaccounted");
	struct np_workload_report report = report_of(&options);

	(void)state;
	assert_true(report.mapped > 0);
	assert_int_equal(largest_over(&report), 0);
	assert_true(largest_under(&report) >= options.hold);
	for (unsigned int i = 0; i < report.nr_memcgs; i++)
		assert_int_equal(report.memcgs[i].charged, report.memcgs[i].queued);
	np_workload_report_free(&report);
}

static void unaccounted_zerocopy_is_found_by_the_checks(void **state)
{
	struct np_workload_options options = options_for("unaccounted");
	struct np_workload_report report;

	(void)state;
	options.check = true;
	report = report_of(&options);
	assert_true(report.violations_of[NP_ZEROCOPY_CHARGED] > 0);
	assert_non_null(report.first[NP_ZEROCOPY_CHARGED]);
	assert_int_equal(report.violations, report.violations_of[NP_ZEROCOPY_CHARGED]);
	np_workload_report_free(&report);
}

static void network_at_zero_charges_what_is_mapped_after_every_packet(void **state)
{
	struct np_workload_options options = options_for("network_at_zero");
	struct np_workload_report report;

	(void)state;
	options.check = true;
	report = report_of(&options);
	assert_true(report.mapped > 0);
	assert_int_equal(largest_over(&report), 0);
	assert_int_equal(largest_under(&report), 0);
	assert_int_equal(report.violations, 0);
	np_workload_report_free(&report);
}

static void network_at_zero_recycles_what_was_mapped(void **state)
{
	struct np_workload_options options = options_for("network_at_zero");
	struct np_workload_report report = report_of(&options);

	(void)state;
	assert_true(report.has_pools);
	assert_true(report.reused > 9 * report.allocated);
	np_workload_report_free(&report);
}

static void unaccounted_page_pool_recycles_nothing(void **state)
{
	struct np_workload_options options = options_for("unaccounted");
	struct np_workload_report report = report_of(&options);

	(void)state;
	assert_int_equal(report.reused, 0);
	np_workload_report_free(&report);
}

static void nothing_is_charged_when_everybody_has_let_go(void **state)
{
	struct np_workload_options options = options_for("mapcount_precharge");
	struct np_workload_report report = report_of(&options);

	(void)state;
	for (unsigned int i = 0; i < report.nr_memcgs; i++) {
		assert_true(report.memcgs[i].charged > 0);
		assert_int_equal(report.memcgs[i].at_rest, 0);
	}
	np_workload_report_free(&report);
}

static void processes_fork_and_exit(void **state)
{
	struct np_workload_options options = options_for("network_at_zero");
	struct np_workload_report report = report_of(&options);

	(void)state;
	assert_true(report.forks > 0);
	assert_true(report.exits > 0);
	np_workload_report_free(&report);
}

static void every_byte_is_mapped_or_copied_or_still_queued(void **state)
{
	struct np_workload_options options = options_for("network_at_zero");
	struct np_workload_report report;

	(void)state;
	options.read_delay = 1;
	report = report_of(&options);
	assert_int_equal(report.mapped * PAGE_SIZE + report.copied, report.bytes);
	np_workload_report_free(&report);
}

static void process_holds_no_more_than_it_was_told(void **state)
{
	struct np_workload_options options = options_for("network_at_zero");
	struct np_workload_report report;

	(void)state;
	options.hold = 0;
	report = report_of(&options);
	for (unsigned int i = 0; i < report.nr_memcgs; i++)
		assert_int_equal(report.memcgs[i].mapped, 0);
	assert_true(report.mapped > 0);
	np_workload_report_free(&report);
}

static void page_that_a_child_shares_is_mapped_once(void **state)
{
	struct np_workload_options options = options_for("network_at_zero");
	long mapped = 0, rss = 0;

	(void)state;
	/* In some of these a child is alive at the end, and its parent has unmapped nothing. */
	options.packets = 1000;
	options.hold = 4000;
	for (options.seed = 1; options.seed <= 8; options.seed++) {
		struct np_workload_report report = report_of(&options);

		for (unsigned int i = 0; i < report.nr_memcgs; i++) {
			assert_true(report.memcgs[i].rss >= report.memcgs[i].mapped);
			mapped += report.memcgs[i].mapped;
			rss += report.memcgs[i].rss;
		}
		np_workload_report_free(&report);
	}
	assert_true(rss > mapped);
}

static void limit_makes_zerocopy_fall_back_to_copying(void **state)
{
	struct np_workload_options options = options_for("mapcount_precharge");
	struct np_workload_report report, unlimited;

	(void)state;
	unlimited = report_of(&options);
	options.memcg_max = 70;
	report = report_of(&options);
	assert_true(report.no_charge > 0);
	assert_true(report.mapped < unlimited.mapped);
	assert_true(report.copied > unlimited.copied);
	for (unsigned int i = 0; i < report.nr_memcgs; i++)
		assert_true(report.memcgs[i].failed > 0);
	np_workload_report_free(&report);
	np_workload_report_free(&unlimited);
}

static void policy_refuses_drivers_that_have_not_opted_in(void **state)
{
	struct np_workload_options options = options_for("network_at_zero");
	struct np_workload_report report;

	(void)state;
	options.no_optin = true;
	options.policy = NP_POLICY_REFUSE;
	report = report_of(&options);
	assert_int_equal(report.mapped, 0);
	assert_true(report.refused > 0);
	np_workload_report_free(&report);
}

static void policy_copies_for_drivers_that_have_not_opted_in(void **state)
{
	struct np_workload_options options = options_for("network_at_zero");
	struct np_workload_report report;

	(void)state;
	options.no_optin = true;
	options.policy = NP_POLICY_COPY;
	report = report_of(&options);
	assert_int_equal(report.mapped, 0);
	assert_int_equal(report.refused, 0);
	assert_true(report.copied > 0);
	np_workload_report_free(&report);
}

static void every_driver_delivers_everything(void **state)
{
	const struct np_driver *drivers[] = { &np_driver_page_pool, &np_driver_page_bias,
					      &np_driver_page_cache, &np_driver_page_alloc };
	struct np_workload_options options = options_for("unaccounted");

	(void)state;
	options.pages = 65536;
	for (int i = 0; i < 4; i++) {
		struct np_workload_report report;

		options.driver = drivers[i];
		report = report_of(&options);
		if (report.dropped || report.violations)
			fail_msg("%s: %lu dropped, %lu violations", drivers[i]->name,
				 (unsigned long)report.dropped, (unsigned long)report.violations);
		np_workload_report_free(&report);
	}
}

static void interrupted_run_reports_what_there_is(void **state)
{
	struct np_workload_options options = options_for("network_at_zero");
	volatile sig_atomic_t interrupted = 1;
	struct np_workload_report report;

	(void)state;
	options.interrupted = &interrupted;
	report = report_of(&options);
	assert_true(report.interrupted);
	assert_int_equal(report.packets, 0);
	np_workload_report_free(&report);
}

static void machine_without_room_for_its_rings_is_an_error(void **state)
{
	struct np_workload_options options = options_for("network_at_zero");
	struct np_workload_report report;
	char error[256] = "";

	(void)state;
	options.pages = 100;
	assert_int_equal(np_workload_run(&options, &report, error, sizeof(error)), -ENOMEM);
	assert_non_null(strstr(error, "--pages"));
	np_workload_report_free(&report);
}

/* Five segments of 9000 bytes, a quarter of a second apart, in one flow. */
static FILE *capture_file(void)
{
	const uint32_t header[] = { 0xa1b2c3d4, 4 << 16 | 2, 0, 0, 65535, 101 };
	uint8_t packet[40] = { 0x45, 0, 9040 >> 8, 9040 & 0xff, 0, 0, 0, 0, 64, 6 };
	FILE *file = tmpfile();

	assert_non_null(file);
	packet[32] = 5 << 4;
	fwrite(header, sizeof(header), 1, file);
	for (uint32_t i = 0; i < 5; i++) {
		const uint32_t record[] = { 7 + i / 4, i % 4 * 250000, sizeof(packet), 9040 };

		fwrite(record, sizeof(record), 1, file);
		fwrite(packet, sizeof(packet), 1, file);
	}
	rewind(file);
	return file;
}

static void capture_gives_time_flow_and_size(void **state)
{
	struct np_workload_options options = options_for("network_at_zero");
	struct np_workload_report report;
	char error[256] = "";

	(void)state;
	assert_int_equal(
		np_capture_open_stream(capture_file(), &options.capture, error, sizeof(error)), 0);
	options.packets = UINT64_MAX;
	options.read_delay = 1;
	report = report_of(&options);
	assert_int_equal(report.packets, 5);
	assert_int_equal(report.virtual_ms, 1000);
	assert_int_equal(report.bytes, 45000);
	assert_int_equal(report.mapped, 10);
	assert_int_equal(report.copied, 5 * (9000 - 8192));
	np_workload_report_free(&report);
	np_capture_close(options.capture);
}

/* Runs the command with standard output out of the way. */
static int command(const char *option, const char *value)
{
	char *argv[] = { (char *)"workload",
			 (char *)"--packets=300",
			 (char *)"--progress",
			 (char *)"never",
			 (char *)(uintptr_t)option,
			 (char *)(uintptr_t)value,
			 NULL };
	int argc = value ? 6 : option ? 5 : 4;
	int saved = dup(STDOUT_FILENO), null = open("/dev/null", O_WRONLY);
	int status;

	assert_true(saved >= 0 && null >= 0);
	fflush(stdout);
	dup2(null, STDOUT_FILENO);
	status = np_command_workload(argc, argv);
	fflush(stdout);
	dup2(saved, STDOUT_FILENO);
	close(saved);
	close(null);
	return status;
}

static void command_without_options_passes(void **state)
{
	(void)state;
	assert_int_equal(command(NULL, NULL), NP_EXIT_PASS);
}

static void command_that_finds_violations_exits_with_1(void **state)
{
	(void)state;
	assert_int_equal(command("--check", NULL), NP_EXIT_FAIL);
}

static void command_prints_json(void **state)
{
	(void)state;
	assert_int_equal(command("--json", NULL), NP_EXIT_PASS);
}

static void command_line_that_is_wrong_exits_with_64(void **state)
{
	const char *lines[][2] = {
		{ "--nics", "0" },
		{ "--ring", "5000" },
		{ "--sockets", "-1" },
		{ "--processes", "" },
		{ "--memcgs", "x" },
		{ "--memcg-max", "1k" },
		{ "--packets", "1e9" },
		{ "--frags", "1000" },
		{ "--cpus", "65" },
		{ "--read-delay", "0" },
		{ "--seed", " 1" },
		{ "--hold", "0x10" },
		{ "--driver", "e1000" },
		{ "--scheme", "none" },
		{ "--policy", "maybe" },
		{ "--progress", "always" },
		{ "--pages", "99" },
		{ "--nothing", NULL },
		{ "--hold", NULL },
		{ "--check=yes", NULL },
		{ "everything", NULL },
		{ "--seed", "18446744073709551616" },
		{ "--scheme", "/nonexistent/x.so" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		int status = command(lines[i][0], lines[i][1]);

		if (status != NP_EXIT_USAGE)
			fail_msg("%s %s: exited with %d, wanted %d", lines[i][0],
				 lines[i][1] ? lines[i][1] : "", status, NP_EXIT_USAGE);
	}
}

static void capture_that_is_wrong_exits_with_65(void **state)
{
	(void)state;
	assert_int_equal(command("--pcap", "/nonexistent/x.pcap"), NP_EXIT_DATA);
	assert_int_equal(command("--pcap", "/dev/null"), NP_EXIT_DATA);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_options_give_equal_reports),
		cmocka_unit_test(another_seed_gives_another_report),
		cmocka_unit_test(checks_change_no_number),
		cmocka_unit_test(unaccounted_zerocopy_is_charged_too_little_by_what_is_mapped),
		cmocka_unit_test(unaccounted_zerocopy_is_found_by_the_checks),
		cmocka_unit_test(network_at_zero_charges_what_is_mapped_after_every_packet),
		cmocka_unit_test(network_at_zero_recycles_what_was_mapped),
		cmocka_unit_test(unaccounted_page_pool_recycles_nothing),
		cmocka_unit_test(nothing_is_charged_when_everybody_has_let_go),
		cmocka_unit_test(processes_fork_and_exit),
		cmocka_unit_test(every_byte_is_mapped_or_copied_or_still_queued),
		cmocka_unit_test(process_holds_no_more_than_it_was_told),
		cmocka_unit_test(page_that_a_child_shares_is_mapped_once),
		cmocka_unit_test(limit_makes_zerocopy_fall_back_to_copying),
		cmocka_unit_test(policy_refuses_drivers_that_have_not_opted_in),
		cmocka_unit_test(policy_copies_for_drivers_that_have_not_opted_in),
		cmocka_unit_test(every_driver_delivers_everything),
		cmocka_unit_test(interrupted_run_reports_what_there_is),
		cmocka_unit_test(machine_without_room_for_its_rings_is_an_error),
		cmocka_unit_test(capture_gives_time_flow_and_size),
		cmocka_unit_test(command_without_options_passes),
		cmocka_unit_test(command_that_finds_violations_exits_with_1),
		cmocka_unit_test(command_prints_json),
		cmocka_unit_test(command_line_that_is_wrong_exits_with_64),
		cmocka_unit_test(capture_that_is_wrong_exits_with_65),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
