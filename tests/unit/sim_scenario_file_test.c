/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Scenarios of files, of standard input, and the files of folders. */
#define _GNU_SOURCE /* nftw() */

#include "sim_parse_fixture.h"

#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scenario_file.h"

#define ONE "netpage 1 one\nmodel 6.1\nend\n"
#define TWO "netpage 1 two\nmodel 6.1\npage a\nactor x cpu=0 kernel\nx: get_page(a)\nend\n"

/* A folder of the test's own. */
struct folder {
	char root[64];
	char path[512];
};

static const char *at(struct folder *f, const char *name)
{
	snprintf(f->path, sizeof(f->path), "%s/%s", f->root, name);
	return f->path;
}

static const char *put(struct folder *f, const char *name, const char *bytes, size_t len)
{
	FILE *out = fopen(at(f, name), "wb");

	assert_non_null(out);
	assert_int_equal(fwrite(bytes, 1, len, out), len);
	assert_int_equal(fclose(out), 0);
	return f->path;
}

static const char *put_text(struct folder *f, const char *name, const char *text)
{
	return put(f, name, text, strlen(text));
}

static void make_folder(struct folder *f, const char *name)
{
	assert_int_equal(mkdir(at(f, name), 0700), 0);
}

static int up(void **state)
{
	const char *tmp = getenv("TMPDIR");
	struct folder *f = calloc(1, sizeof(*f));

	if (!f)
		return -1;
	snprintf(f->root, sizeof(f->root), "%.40s/netpage-XXXXXX", tmp ? tmp : P_tmpdir);
	*state = f;
	return mkdtemp(f->root) ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *ftw)
{
	(void)status;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int down(void **state)
{
	struct folder *f = *state;
	int err = nftw(f->root, remove_one, 8, FTW_DEPTH | FTW_PHYS);

	free(f);
	return err;
}

/* --- one file --- */

static int read_file(const char *path, struct np_scenario_file *file, char **said)
{
	size_t len;
	FILE *errors = open_memstream(said, &len);
	int err;

	assert_non_null(errors);
	err = np_scenario_file_read(path, file, errors);
	fclose(errors);
	return err;
}

static void assert_names(const char *path, size_t nr, const char *const *names)
{
	struct np_scenario_file file;
	char *said;

	if (read_file(path, &file, &said))
		fail_msg("%s", said);
	assert_string_equal(said, "");
	assert_int_equal(file.nr, nr);
	for (size_t i = 0; i < nr; i++)
		assert_string_equal(file.scenarios[i]->name, names[i]);
	np_scenario_file_free(&file);
	free(said);
}

static void assert_unreadable(const char *path, int err, const char *text)
{
	struct np_scenario_file file;
	char *said;
	int got = read_file(path, &file, &said);

	if (got != err || !strstr(said, text))
		fail_msg("got %d \"%s\", want %d \"%s\"", got, said, err, text);
	assert_int_equal(file.nr, 0);
	assert_null(file.scenarios);
	free(said);
}

static void file_gives_all_its_scenarios_in_order(void **state)
{
	struct folder *f = *state;

	assert_names(put_text(f, "f", ONE "\nand now\n\n" TWO), 2,
		     (const char *const[]){ "one", "two" });
}

static void whole_mail_gives_the_scenario_that_it_quotes(void **state)
{
	struct folder *f = *state;

	assert_names(put_text(f, "mail",
			      "From: a\nSubject: b\n\nOn Monday c wrote:\n"
			      "> > netpage 1 quoted\n> > model 6.1\n> > end\n> no\n-- \nd\n"),
		     1, (const char *const[]){ "quoted" });
}

static void one_wrong_scenario_makes_the_file_wrong(void **state)
{
	struct folder *f = *state;

	put_text(f, "f", ONE "netpage 1 wrong\nmodel 6.1\npge a\nend\n" TWO);
	assert_unreadable(f->path, -EINVAL, "/f:6:");
	assert_unreadable(f->path, -EINVAL, "pge a");
}

static void every_wrong_scenario_is_told(void **state)
{
	struct folder *f = *state;

	put_text(f, "f", "netpage 1 a\nmodle 6.1\nend\nnetpage 1 b\nmodel 6.2\nend\n");
	assert_unreadable(f->path, -EINVAL, "modle");
	assert_unreadable(f->path, -EINVAL, "6.2");
}

static void file_without_a_scenario_is_wrong(void **state)
{
	struct folder *f = *state;

	assert_unreadable(put_text(f, "empty", ""), -EINVAL, "netpage 1");
	assert_unreadable(put_text(f, "prose", "Hello,\nno scenario here\n"), -EINVAL, "netpage 1");
}

static void scenario_that_is_cut_off_is_wrong(void **state)
{
	struct folder *f = *state;

	assert_unreadable(put(f, "cut", TWO, strlen(TWO) - 5), -EINVAL, "end");
}

static void bytes_that_are_no_text_are_wrong(void **state)
{
	struct folder *f = *state;
	char bytes[70000];
	unsigned int x = 1;

	for (size_t i = 0; i < sizeof(bytes); i++) {
		x = x * 1103515245 + 12345;
		bytes[i] = (char)(x >> 16);
	}
	assert_unreadable(put(f, "noise", bytes, sizeof(bytes)), -EINVAL, "noise");
	assert_unreadable(put(f, "zeros", memset(bytes, 0, sizeof(bytes)), sizeof(bytes)), -EINVAL,
			  "zeros");
}

static void file_that_cannot_be_read_says_why(void **state)
{
	struct folder *f = *state;

	assert_unreadable(at(f, "no_such_file"), -ENOENT,
			  "no_such_file: No such file or directory");
	assert_unreadable(f->root, -EISDIR, ": Is a directory");
}

static void file_that_is_too_large_is_refused(void **state)
{
	struct folder *f = *state;

	put_text(f, "large", ONE);
	assert_int_equal(truncate(f->path, (off_t)NP_MAIL_MAX + 1), 0);
	assert_unreadable(f->path, -EINVAL, "large");
	assert_int_equal(truncate(f->path, (off_t)NP_MAIL_MAX * 2 + 1), 0);
	assert_unreadable(f->path, -EFBIG, "large: File too large");
}

static void dash_is_standard_input(void **state)
{
	struct folder *f = *state;
	int old = dup(STDIN_FILENO), from = open(put_text(f, "f", ONE), O_RDONLY);

	assert_true(old >= 0 && from >= 0);
	assert_int_equal(dup2(from, STDIN_FILENO), STDIN_FILENO);
	clearerr(stdin);
	assert_names("-", 1, (const char *const[]){ "one" });
	dup2(old, STDIN_FILENO);
	clearerr(stdin);
	close(from);
	close(old);
}

static void file_may_be_freed_twice(void **state)
{
	struct folder *f = *state;
	struct np_scenario_file file;
	char *said;

	assert_int_equal(read_file(put_text(f, "f", ONE), &file, &said), 0);
	np_scenario_file_free(&file);
	np_scenario_file_free(&file);
	free(said);
}

/* --- folders --- */

static void assert_path(const struct folder *f, const struct np_scenario_paths *paths, size_t i,
			const char *name)
{
	char want[512];

	snprintf(want, sizeof(want), "%s/%s", f->root, name);
	assert_true(i < paths->nr);
	assert_string_equal(paths->path[i], want);
}

static void folder_gives_its_npt_files_sorted_by_name(void **state)
{
	struct np_scenario_paths paths = { 0 };
	struct folder *f = *state;

	make_folder(f, "b");
	make_folder(f, ".hidden");
	put_text(f, "b/2.npt", ONE);
	put_text(f, "b/1.npt", ONE);
	put_text(f, "c.npt", ONE);
	put_text(f, "a.npt", ONE);
	put_text(f, "B.npt", ONE);
	put_text(f, "README", ONE);
	put_text(f, ".npt", ONE);
	put_text(f, "x.npt~", ONE);
	put_text(f, ".hidden/x.npt", ONE);
	assert_int_equal(np_scenario_paths_find(f->root, &paths), 0);
	assert_int_equal(paths.nr, 5);
	assert_path(f, &paths, 0, "B.npt");
	assert_path(f, &paths, 1, "a.npt");
	assert_path(f, &paths, 2, "b/1.npt");
	assert_path(f, &paths, 3, "b/2.npt");
	assert_path(f, &paths, 4, "c.npt");
	np_scenario_paths_free(&paths);
}

static void file_is_taken_whatever_its_name(void **state)
{
	struct np_scenario_paths paths = { 0 };
	struct folder *f = *state;

	put_text(f, "mail.txt", ONE);
	assert_int_equal(np_scenario_paths_find(f->path, &paths), 0);
	assert_int_equal(paths.nr, 1);
	assert_path(f, &paths, 0, "mail.txt");
	np_scenario_paths_free(&paths);
}

static void paths_are_added_in_the_order_they_are_asked_for(void **state)
{
	struct np_scenario_paths paths = { 0 };
	struct folder *f = *state;

	make_folder(f, "a");
	make_folder(f, "empty");
	put_text(f, "a/1.npt", ONE);
	put_text(f, "z.npt", ONE);
	assert_int_equal(np_scenario_paths_find(at(f, "z.npt"), &paths), 0);
	assert_int_equal(np_scenario_paths_find(at(f, "empty"), &paths), 0);
	assert_int_equal(np_scenario_paths_find(at(f, "a"), &paths), 0);
	assert_int_equal(paths.nr, 2);
	assert_path(f, &paths, 0, "z.npt");
	assert_path(f, &paths, 1, "a/1.npt");
	np_scenario_paths_free(&paths);
}

static void path_that_is_not_there_says_so(void **state)
{
	struct np_scenario_paths paths = { 0 };
	struct folder *f = *state;

	assert_int_equal(np_scenario_paths_find(at(f, "nowhere"), &paths), -ENOENT);
	assert_int_equal(paths.nr, 0);
	np_scenario_paths_free(&paths);
	np_scenario_paths_free(&paths);
}

static void links_that_go_in_circles_end(void **state)
{
	struct np_scenario_paths paths = { 0 };
	struct folder *f = *state;

	put_text(f, "a.npt", ONE);
	assert_int_equal(symlink(".", at(f, "again")), 0);
	assert_int_equal(symlink("no_such_file.npt", at(f, "dangling.npt")), 0);
	assert_int_equal(np_scenario_paths_find(f->root, &paths), 0);
	assert_true(paths.nr >= 1 && paths.nr < 100);
	np_scenario_paths_free(&paths);
}

#define file_test(name) cmocka_unit_test_setup_teardown(name, up, down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		file_test(file_gives_all_its_scenarios_in_order),
		file_test(whole_mail_gives_the_scenario_that_it_quotes),
		file_test(one_wrong_scenario_makes_the_file_wrong),
		file_test(every_wrong_scenario_is_told),
		file_test(file_without_a_scenario_is_wrong),
		file_test(scenario_that_is_cut_off_is_wrong),
		file_test(bytes_that_are_no_text_are_wrong),
		file_test(file_that_cannot_be_read_says_why),
		file_test(file_that_is_too_large_is_refused),
		file_test(dash_is_standard_input),
		file_test(file_may_be_freed_twice),
		file_test(folder_gives_its_npt_files_sorted_by_name),
		file_test(file_is_taken_whatever_its_name),
		file_test(paths_are_added_in_the_order_they_are_asked_for),
		file_test(path_that_is_not_there_says_so),
		file_test(links_that_go_in_circles_end),
	};

	return cmocka_run_group_tests_name("sim_scenario_file", tests, NULL, NULL);
}
