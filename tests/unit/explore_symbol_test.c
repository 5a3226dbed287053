/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <netpage/netpage.h>
#include <explore/symbol.h>

#define THIS "tests/unit/explore_symbol_test.c"
#define NR(array) ((unsigned int)ARRAY_SIZE(array))

/* A call and the number of its line. Not to be the last thing in a function: no jump. */
#define AT(line, call) ((line) = __LINE__, (call))
#define KEEP(value) __asm__ volatile("" : "+r"(value))

static __attribute__((noinline)) uintptr_t return_address(void)
{
	uintptr_t pc = (uintptr_t)__builtin_return_address(0);

	KEEP(pc);
	return pc;
}

static inline __attribute__((always_inline)) uintptr_t innermost(unsigned int *lines)
{
	uintptr_t pc = AT(lines[0], return_address());

	KEEP(pc);
	return pc;
}

static inline __attribute__((always_inline)) uintptr_t middle(unsigned int *lines)
{
	uintptr_t pc = AT(lines[1], innermost(lines));

	KEEP(pc);
	return pc;
}

static __attribute__((noinline)) uintptr_t outermost(unsigned int *lines)
{
	uintptr_t pc = AT(lines[2], middle(lines));

	KEEP(pc);
	return pc;
}

/* In a section of its own: no compiler's debug information says anything of it. */
__asm__(".pushsection .text.bare, \"ax\", @progbits\n"
	"	.balign	16\n"
	"	.type	bare, @function\n"
	"bare:\n"
	"	.rept	16\n"
	"	nop\n"
	"	.endr\n"
	"	.size	bare, . - bare\n"
	"	.popsection\n");
extern const char bare[];

/* Between functions, as far as the compiler leaves it there. */
static __attribute__((noinline)) int before(int value)
{
	KEEP(value);
	return value;
}

__asm__("	.text\n"
	"	.type	between, @function\n"
	"between:\n"
	"	nop\n"
	"	nop\n"
	"	nop\n"
	"	nop\n"
	"	.size	between, . - between\n");
extern const char between[];

/* clang makes one call of two, and gives it no line. */
static __attribute__((noinline)) uintptr_t merged(int which, unsigned int *first,
						  unsigned int *last)
{
	uintptr_t pc;

	*first = __LINE__ + 2;
	*last = __LINE__ + 5;
	KEEP(which);
	if (which)
		pc = return_address();
	else
		pc = return_address();
	KEEP(pc);
	return pc;
}

static __attribute__((noinline)) uintptr_t np_explore_of_a_flavour(void)
{
	uintptr_t pc = return_address();

	KEEP(pc);
	return pc;
}

static int open_symbols(void **state)
{
	return np_symbols_open((struct np_symbols **)state);
}

static int close_symbols(void **state)
{
	np_symbols_close(*state);
	return 0;
}

static void assert_place(const struct np_place *place, const char *function, const char *file,
			 unsigned int line, bool inlined)
{
	assert_string_equal(place->function, function);
	assert_string_equal(place->file, file);
	assert_int_equal(place->line, line);
	assert_int_equal(place->inlined, inlined);
}

static void assert_nowhere(struct np_symbols *symbols, uintptr_t pc)
{
	struct np_place places[4];

	assert_int_equal(np_symbols_find(symbols, pc, places, NR(places)), 1);
	assert_place(&places[0], "?", "?", 0, false);
}

static void return_address_is_named_by_the_function_and_line_of_its_call(void **state)
{
	struct np_place places[4];
	unsigned int line;
	uintptr_t pc = AT(line, return_address());

	assert_int_equal(np_symbols_find(*state, pc, places, NR(places)), 1);
	assert_place(&places[0], __func__, THIS, line, false);
}

static void call_in_a_block_is_named_by_its_function(void **state)
{
	struct np_place place;

	for (int i = 0; i < 2; i++) {
		unsigned int line;
		uintptr_t pc = AT(line, return_address());

		KEEP(i);
		assert_int_equal(np_symbols_find(*state, pc, &place, 1), 1);
		assert_place(&place, __func__, THIS, line, false);
	}
}

static void inlined_functions_are_named_from_the_innermost_outwards(void **state)
{
	struct np_place places[8];
	unsigned int lines[3];
	uintptr_t pc = outermost(lines);

	assert_int_equal(np_symbols_find(*state, pc, places, NR(places)), 3);
	assert_place(&places[0], "innermost", THIS, lines[0], true);
	assert_place(&places[1], "middle", THIS, lines[1], true);
	assert_place(&places[2], "outermost", THIS, lines[2], false);
}

static void no_more_places_are_given_than_there_is_room_for(void **state)
{
	struct np_place places[3] = { { .function = "a" },
				      { .function = "b" },
				      { .function = "c" } };
	unsigned int lines[3];
	uintptr_t pc = outermost(lines);

	assert_int_equal(np_symbols_find(*state, pc, NULL, 0), 0);
	assert_int_equal(np_symbols_find(*state, pc, places, 2), 2);
	assert_string_equal(places[0].function, "innermost");
	assert_string_equal(places[1].function, "middle");
	assert_string_equal(places[2].function, "c");
}

static void second_look_finds_the_same(void **state)
{
	struct np_place first[4], again[4];
	unsigned int lines[3];
	uintptr_t pc = outermost(lines);
	unsigned int nr = np_symbols_find(*state, pc, first, NR(first));

	assert_int_equal(np_symbols_find(*state, pc, again, NR(again)), nr);
	for (unsigned int i = 0; i < nr; i++) {
		assert_ptr_equal(again[i].function, first[i].function);
		assert_ptr_equal(again[i].file, first[i].file);
		assert_int_equal(again[i].line, first[i].line);
	}
}

static void two_at_a_time_know_nothing_of_each_other(void **state)
{
	struct np_symbols *other;
	struct np_place places[4];
	uintptr_t pc;
	unsigned int line;

	pc = AT(line, return_address());
	np_symbols_find(*state, pc, places, NR(places));
	assert_int_equal(np_symbols_open(&other), 0);
	assert_int_equal(np_symbols_find(other, pc, places, NR(places)), 1);
	np_symbols_close(other);
	assert_int_equal(np_symbols_find(*state, pc, places, NR(places)), 1);
	assert_place(&places[0], __func__, THIS, line, false);
}

static void function_of_the_library_is_named_in_its_file(void **state)
{
	uintptr_t pc = (uintptr_t)np_symbols_open + 1;
	struct np_place places[4];
	unsigned int nr = np_symbols_find(*state, pc, places, NR(places));

	assert_int_not_equal(nr, 0);
	assert_string_equal(places[nr - 1].function, "np_symbols_open");
	assert_string_equal(places[nr - 1].file, "lib/explore/symbol.c");
}

static void inline_function_of_a_public_header_is_in_include_netpage(void **state)
{
	int (*volatile function)(const struct page *page) = page_ref_count;
	struct np_place places[4];
	unsigned int nr = np_symbols_find(*state, (uintptr_t)function + 1, places, NR(places));

	assert_int_not_equal(nr, 0);
	assert_string_equal(places[nr - 1].function, "page_ref_count");
	assert_string_equal(places[nr - 1].file, "include/netpage/page_ref.h");
}

static void flavour_of_a_function_is_not_named(void **state)
{
	struct np_place place;

	np_symbols_find(*state, np_explore_of_a_flavour(), &place, 1);
	assert_string_equal(place.function, "of_a_flavour");
}

static void function_of_a_shared_library_is_named(void **state)
{
	/* Not &qsort: in a program that is not PIE that is a place in the program. */
	void *libc = dlopen("libc.so.6", RTLD_LAZY);
	uintptr_t pc = (uintptr_t)dlsym(libc, "qsort") + 1;
	struct np_place places[4];
	unsigned int nr = np_symbols_find(*state, pc, places, NR(places));

	dlclose(libc);
	assert_int_not_equal(nr, 0);
	assert_string_equal(places[nr - 1].function, "qsort");
}

static void assembly_between_functions_has_a_name_and_no_line(void **state)
{
	struct np_place place;

	assert_int_equal(before(1), 1);
	assert_int_equal(np_symbols_find(*state, (uintptr_t)between + 4, &place, 1), 1);
	assert_place(&place, "between", "?", 0, false);
}

static void merged_code_has_a_line_close_by(void **state)
{
	struct np_place place;
	unsigned int first, last;
	uintptr_t pc = merged(1, &first, &last);

	assert_int_equal(np_symbols_find(*state, pc, &place, 1), 1);
	assert_string_equal(place.function, "merged");
	assert_string_equal(place.file, THIS);
	assert_in_range(place.line, first, last);
}

static void function_without_debug_information_has_its_elf_name(void **state)
{
	struct np_place places[4];

	assert_int_equal(np_symbols_find(*state, (uintptr_t)bare + 8, places, NR(places)), 1);
	assert_place(&places[0], "bare", "?", 0, false);
}

static void address_that_is_no_code_is_unknown(void **state)
{
	void *heap = malloc(16);
	int stack;

	assert_nowhere(*state, 0);
	assert_nowhere(*state, 1);
	assert_nowhere(*state, UINTPTR_MAX);
	assert_nowhere(*state, (uintptr_t)heap);
	assert_nowhere(*state, (uintptr_t)&stack);
	free(heap);
}

/* Whatever would have to be opened, /proc included, is out of reach. */
static void places_are_unknown_where_nothing_can_be_opened(void **state)
{
	struct rlimit limit, none;
	struct np_symbols *symbols;
	struct np_place places[4] = { { 0 } };
	uintptr_t pc = return_address();
	unsigned int nr = 0;
	int error;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	none = (struct rlimit){ .rlim_cur = 0, .rlim_max = limit.rlim_max };
	setrlimit(RLIMIT_NOFILE, &none);
	error = np_symbols_open(&symbols);
	if (!error)
		nr = np_symbols_find(symbols, pc, places, NR(places));
	setrlimit(RLIMIT_NOFILE, &limit);
	assert_int_equal(error, 0);
	assert_int_equal(nr, 1);
	assert_place(&places[0], "?", "?", 0, false);
	np_symbols_close(symbols);
}

static void symbols_that_were_never_used_can_be_closed(void **state)
{
	struct np_symbols *symbols;

	(void)state;
	assert_int_equal(np_symbols_open(&symbols), 0);
	np_symbols_close(symbols);
	np_symbols_close(NULL);
}

static void text_names_places_up_to_the_depth(void **state)
{
	unsigned int lines[3], line;
	uintptr_t pcs[2] = { outermost(lines) };
	char got[400], want[400];

	pcs[1] = AT(line, return_address());
	np_symbols_text(*state, pcs, 2, 9, got, sizeof(got));
	snprintf(want, sizeof(want),
		 "innermost " THIS ":%u, middle " THIS ":%u, outermost " THIS ":%u, %s " THIS ":%u",
		 lines[0], lines[1], lines[2], __func__, line);
	assert_string_equal(got, want);
	np_symbols_text(*state, pcs, 2, 2, got, sizeof(got));
	snprintf(want, sizeof(want), "innermost " THIS ":%u, middle " THIS ":%u", lines[0],
		 lines[1]);
	assert_string_equal(got, want);
	np_symbols_text(*state, pcs, 2, 0, got, sizeof(got));
	assert_string_equal(got, "");
	np_symbols_text(*state, pcs, 0, 9, got, sizeof(got));
	assert_string_equal(got, "");
}

static void text_says_no_more_than_is_known(void **state)
{
	uintptr_t pcs[2] = { (uintptr_t)bare + 8, 1 };
	char got[80];

	np_symbols_text(*state, pcs, 2, 9, got, sizeof(got));
	assert_string_equal(got, "bare, ?");
}

static void text_leaves_out_a_place_that_has_no_room(void **state)
{
	unsigned int lines[3];
	uintptr_t pc = outermost(lines);
	char got[100], first[100];

	np_symbols_text(*state, &pc, 1, 1, first, sizeof(first));
	np_symbols_text(*state, &pc, 1, 3, got, strlen(first) + 1);
	assert_string_equal(got, first);
	np_symbols_text(*state, &pc, 1, 3, got, strlen(first) + 10);
	assert_string_equal(got, first);
	np_symbols_text(*state, &pc, 1, 3, got, 6);
	assert_string_equal(got, "inner");
	got[0] = 'x';
	np_symbols_text(*state, &pc, 1, 3, got, 0);
	assert_int_equal(got[0], 'x');
}

static void assert_source(const char *path, const char *comp_dir, const char *root,
			  const char *want)
{
	char *got = np_source_path(path, comp_dir, root);

	assert_string_equal(got, want);
	free(got);
}

static void source_path_is_the_same_from_any_build_directory(void **state)
{
	(void)state;
	assert_source("/src/lib/mm/gup.c", "/src/build/gcc", "/src", "lib/mm/gup.c");
	assert_source("/src/build/gcc/../../lib/mm/gup.c", "/src/build/gcc", "/src",
		      "lib/mm/gup.c");
	assert_source("/src/lib/mm/gup.c", "/elsewhere/build", "/src", "lib/mm/gup.c");
	assert_source("/src/lib/mm/gup.c", "/src", "/src", "lib/mm/gup.c");
	assert_source("/src/lib/./mm//gup.c", NULL, "/src", "lib/mm/gup.c");
	assert_source("/source/lib/mm/gup.c", NULL, "/src", "/source/lib/mm/gup.c");
}

static void source_path_of_another_tree_goes_without_what_the_build_directory_shares(void **state)
{
	(void)state;
	assert_source("/user/proj/tests/a.c", "/user/proj/build", "/src", "tests/a.c");
	assert_source("/user/proj/build/../tests/a.c", "/user/proj/build", NULL, "tests/a.c");
	assert_source("/user/proj/tests/a.c", "/user/proj", NULL, "tests/a.c");
	assert_source("/user/proj/tests/a.c", "/user/proj/", NULL, "tests/a.c");
	assert_source("/user/proj/tests/a.c", "/user/build-proj", NULL, "proj/tests/a.c");
	assert_source("/user/proj/tests/a.c", "/elsewhere/build", NULL, "/user/proj/tests/a.c");
	assert_source("/user/proj/tests/a.c", "/", NULL, "/user/proj/tests/a.c");
}

static void source_path_of_an_installed_header_begins_with_include(void **state)
{
	(void)state;
	assert_source("/usr/local/include/netpage/page.h", "/user/build", NULL,
		      "include/netpage/page.h");
	assert_source("/usr/include/stdio.h", "/user/build", NULL, "/usr/include/stdio.h");
}

static void source_path_that_was_mapped_to_a_relative_one_stays_so(void **state)
{
	(void)state;
	assert_source("./lib/mm/gup.c", ".", NULL, "lib/mm/gup.c");
	assert_source("./build/./lib/mm/gup.c", "./build", NULL, "lib/mm/gup.c");
	assert_source("../../lib/mm/gup.c", NULL, NULL, "lib/mm/gup.c");
	assert_source("gup.c", "/user/build", NULL, "gup.c");
	assert_source("/../a.c", NULL, NULL, "/a.c");
	assert_source("", "", "", "");
}

/* Three frames: words 0, 4 and 8 point to the next, the word after is the return address. */
#define STACK_WORDS 10

static void fake_stack(uintptr_t *stack)
{
	memset(stack, 0, STACK_WORDS * sizeof(*stack));
	stack[0] = (uintptr_t)&stack[4];
	stack[1] = 0x1001;
	stack[4] = (uintptr_t)&stack[8];
	stack[5] = 0x1005;
	stack[9] = 0x1009;
}

static void assert_walk(const uintptr_t *stack, const void *frame, unsigned int want)
{
	uintptr_t pcs[8];

	assert_int_equal(np_stack_walk(frame, stack, stack + STACK_WORDS, pcs, NR(pcs)), want);
	for (unsigned int i = 0; i < want; i++)
		assert_int_equal(pcs[i], 0x1001 + 4 * i);
}

static void walk_follows_frames_to_the_last(void **state)
{
	uintptr_t stack[STACK_WORDS];

	(void)state;
	fake_stack(stack);
	assert_walk(stack, stack, 3);
}

static void walk_gives_no_more_than_there_is_room_for(void **state)
{
	uintptr_t stack[STACK_WORDS], pcs[3] = { 0, 0, 7 };

	(void)state;
	fake_stack(stack);
	assert_int_equal(np_stack_walk(stack, stack, stack + STACK_WORDS, pcs, 2), 2);
	assert_int_equal(pcs[1], 0x1005);
	assert_int_equal(pcs[2], 7);
	assert_int_equal(np_stack_walk(stack, stack, stack + STACK_WORDS, NULL, 0), 0);
}

static void walk_stops_at_a_broken_chain(void **state)
{
	uintptr_t stack[STACK_WORDS];
	const uintptr_t broken[] = {
		0,
		1,
		UINTPTR_MAX,
		(uintptr_t)&stack[8] + 1, /* not aligned */
		(uintptr_t)&stack[4],	  /* itself */
		(uintptr_t)&stack[5],	  /* in itself */
		(uintptr_t)&stack[0],	  /* back */
		(uintptr_t)&stack[9],	  /* half inside */
		(uintptr_t)&stack[10],	  /* outside */
		(uintptr_t)stack - 16,
	};

	(void)state;
	for (unsigned int i = 0; i < NR(broken); i++) {
		fake_stack(stack);
		stack[4] = broken[i];
		assert_walk(stack, stack, 2);
	}
}

static void walk_does_not_begin_outside_of_the_stack(void **state)
{
	uintptr_t stack[STACK_WORDS], pcs[4];

	(void)state;
	fake_stack(stack);
	assert_walk(stack, NULL, 0);
	assert_walk(stack, (char *)stack + 1, 0);
	assert_walk(stack, stack + STACK_WORDS, 0);
	assert_walk(stack, stack + STACK_WORDS - 1, 0);
	assert_int_equal(np_stack_walk(stack, stack + 1, stack + STACK_WORDS, pcs, NR(pcs)), 0);
	assert_int_equal(np_stack_walk(stack, stack + STACK_WORDS, stack, pcs, NR(pcs)), 0);
}

static void walk_stops_at_a_frame_without_return_address(void **state)
{
	uintptr_t stack[STACK_WORDS];

	(void)state;
	fake_stack(stack);
	stack[5] = 0;
	assert_walk(stack, stack, 1);
}

static __attribute__((noinline)) unsigned int callee(const void *high, uintptr_t *pcs,
						     unsigned int max)
{
	const void *frame = __builtin_frame_address(0);
	unsigned int nr = np_stack_walk(frame, frame, high, pcs, max);

	KEEP(nr);
	return nr;
}

static __attribute__((noinline)) unsigned int caller(uintptr_t *pcs, unsigned int max,
						     unsigned int *line)
{
	const char *high = (const char *)__builtin_frame_address(0) + 2 * sizeof(void *);
	unsigned int nr = AT(*line, callee(high, pcs, max));

	KEEP(nr);
	return nr;
}

static void walk_of_a_real_stack_names_the_callers(void **state)
{
	uintptr_t pcs[8];
	struct np_place places[2];
	unsigned int lines[2];
	unsigned int nr = AT(lines[1], caller(pcs, NR(pcs), &lines[0]));

	assert_int_equal(nr, 2);
	np_symbols_find(*state, pcs[0], places, 1);
	np_symbols_find(*state, pcs[1], places + 1, 1);
	assert_place(&places[0], "caller", THIS, lines[0], false);
	assert_place(&places[1], __func__, THIS, lines[1], false);
}

#define WITH_SYMBOLS(test) cmocka_unit_test_setup_teardown(test, open_symbols, close_symbols)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_SYMBOLS(return_address_is_named_by_the_function_and_line_of_its_call),
		WITH_SYMBOLS(call_in_a_block_is_named_by_its_function),
		WITH_SYMBOLS(inlined_functions_are_named_from_the_innermost_outwards),
		WITH_SYMBOLS(no_more_places_are_given_than_there_is_room_for),
		WITH_SYMBOLS(second_look_finds_the_same),
		WITH_SYMBOLS(two_at_a_time_know_nothing_of_each_other),
		WITH_SYMBOLS(function_of_the_library_is_named_in_its_file),
		WITH_SYMBOLS(inline_function_of_a_public_header_is_in_include_netpage),
		WITH_SYMBOLS(function_of_a_shared_library_is_named),
		WITH_SYMBOLS(flavour_of_a_function_is_not_named),
		WITH_SYMBOLS(assembly_between_functions_has_a_name_and_no_line),
		WITH_SYMBOLS(merged_code_has_a_line_close_by),
		WITH_SYMBOLS(function_without_debug_information_has_its_elf_name),
		WITH_SYMBOLS(address_that_is_no_code_is_unknown),
		cmocka_unit_test(places_are_unknown_where_nothing_can_be_opened),
		cmocka_unit_test(symbols_that_were_never_used_can_be_closed),
		WITH_SYMBOLS(text_names_places_up_to_the_depth),
		WITH_SYMBOLS(text_says_no_more_than_is_known),
		WITH_SYMBOLS(text_leaves_out_a_place_that_has_no_room),
		cmocka_unit_test(source_path_is_the_same_from_any_build_directory),
		cmocka_unit_test(
			source_path_of_another_tree_goes_without_what_the_build_directory_shares),
		cmocka_unit_test(source_path_of_an_installed_header_begins_with_include),
		cmocka_unit_test(source_path_that_was_mapped_to_a_relative_one_stays_so),
		cmocka_unit_test(walk_follows_frames_to_the_last),
		cmocka_unit_test(walk_gives_no_more_than_there_is_room_for),
		cmocka_unit_test(walk_stops_at_a_broken_chain),
		cmocka_unit_test(walk_does_not_begin_outside_of_the_stack),
		cmocka_unit_test(walk_stops_at_a_frame_without_return_address),
		WITH_SYMBOLS(walk_of_a_real_stack_names_the_callers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
