/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <netpage/netpage.h>

#include <cost.h>

/* --- which instructions are locked --- */

static void x86_is_locked_by_prefix_or_by_xchg_with_memory(void **state)
{
	static const struct {
		const char *text;
		unsigned char code[8];
		size_t len;
		bool locked;
	} instructions[] = {
		{ "lock decl 0x34(%rdi)", { 0xf0, 0xff, 0x4f, 0x34 }, 4, true },
		{ "lock xadd %eax,(%rdi)", { 0xf0, 0x0f, 0xc1, 0x07 }, 4, true },
		{ "lock cmpxchg %rdx,(%rdi)", { 0xf0, 0x48, 0x0f, 0xb1, 0x17 }, 5, true },
		{ "data16 lock", { 0x66, 0xf0, 0x0f, 0xc1, 0x07 }, 5, true },
		{ "fs lock", { 0x64, 0xf0, 0xff, 0x0f }, 4, true },
		{ "xchg %eax,(%rdi)", { 0x87, 0x07 }, 2, true },
		{ "xchg %rax,(%rdi)", { 0x48, 0x87, 0x07 }, 3, true },
		{ "xchg %r8b,(%rdi)", { 0x44, 0x86, 0x07 }, 3, true },
		{ "xchg %rax,%rcx", { 0x48, 0x87, 0xc8 }, 3, false },
		{ "xchg %ax,%ax", { 0x66, 0x90 }, 2, false },
		{ "decl 0x34(%rdi)", { 0xff, 0x4f, 0x34 }, 3, false },
		{ "mov $0xf0,%eax", { 0xb8, 0xf0, 0, 0, 0 }, 5, false },
		{ "endbr64", { 0xf3, 0x0f, 0x1e, 0xfa }, 4, false },
		{ "nothing", { 0 }, 0, false },
		{ "prefixes only", { 0x66, 0x66 }, 2, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(instructions); i++)
		if (np_cost_locked_x86(instructions[i].code, instructions[i].len) !=
		    instructions[i].locked)
			fail_msg("%s: got %d, want %d", instructions[i].text,
				 !instructions[i].locked, instructions[i].locked);
}

static void aarch64_is_locked_by_lse_and_by_load_exclusive(void **state)
{
	/* As llvm-mc prints them: --arch=aarch64 -mattr=+lse,+rcpc --show-encoding. */
	static const struct {
		const char *text;
		uint32_t code;
		bool locked;
	} instructions[] = {
		{ "ldadd w0, w1, [x2]", 0xb8200041, true },
		{ "ldaddal x0, x1, [x2]", 0xf8e00041, true },
		{ "stadd w0, [x2]", 0xb820005f, true },
		{ "swpal w0, w1, [x2]", 0xb8e08041, true },
		{ "ldsetb w0, w1, [x2]", 0x38203041, true },
		{ "casal w0, w1, [x2]", 0x88e0fc41, true },
		{ "casb w0, w1, [x2]", 0x08a07c41, true },
		{ "caspal x0, x1, x2, x3, [x4]", 0x4860fc82, true },
		{ "ldxr w0, [x1]", 0x885f7c20, true },
		{ "ldaxr x0, [x1]", 0xc85ffc20, true },
		{ "ldxp x0, x1, [x2]", 0xc87f0440, true },
		{ "stxr w0, w1, [x2]", 0x88007c41, false },
		{ "stlxr w0, x1, [x2]", 0xc800fc41, false },
		{ "ldar w0, [x1]", 0x88dffc20, false },
		{ "stlr w0, [x1]", 0x889ffc20, false },
		{ "ldapr w0, [x1]", 0xb8bfc020, false },
		{ "ldr w0, [x1]", 0xb9400020, false },
		{ "ldr x0, [x1, x2]", 0xf8626820, false },
		{ "str w0, [x1]", 0xb9000020, false },
		{ "dmb ish", 0xd5033bbf, false },
		{ "add x0, x1, x2", 0x8b020020, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(instructions); i++)
		if (np_cost_locked_aarch64(instructions[i].code) != instructions[i].locked)
			fail_msg("%s: got %d, want %d", instructions[i].text,
				 !instructions[i].locked, instructions[i].locked);
}

/* --- measuring --- */

/* Under an emulator, or where ptrace() is not permitted, there is nothing to test. */
static struct np_costs measured(const char *scheme)
{
	struct np_costs costs;

	np_cost_measure(np_scheme_find(scheme), &costs);
	if (*costs.path[NP_COST_PUT_ORDINARY].why) {
		print_message("%s\n", costs.path[NP_COST_PUT_ORDINARY].why);
		skip();
	}
	return costs;
}

static void put_page_of_an_ordinary_page_is_one_locked_operation_under_every_scheme(void **state)
{
	const struct np_scheme *scheme;

	(void)state;
#ifdef NP_COUNTED_LINES
	/* Each line counts itself with a locked operation of its own. */
	skip();
#endif
	for (unsigned int i = 0; (scheme = np_scheme_at(i)); i++) {
		struct np_costs costs = measured(scheme->name);

		if (costs.path[NP_COST_PUT_ORDINARY].locked != 1)
			fail_msg("%s: got %lu, want 1", scheme->name,
				 costs.path[NP_COST_PUT_ORDINARY].locked);
	}
}

static void ordinary_page_costs_no_instruction_more_under_any_scheme(void **state)
{
	unsigned long want = measured("unaccounted").path[NP_COST_PUT_ORDINARY].instructions;
	const struct np_scheme *scheme;

	(void)state;
	assert_true(want > 0);
	for (unsigned int i = 0; (scheme = np_scheme_at(i)); i++)
		assert_int_equal(measured(scheme->name).path[NP_COST_PUT_ORDINARY].instructions,
				 want);
}

static void callback_is_paid_for_at_every_put_of_a_network_page(void **state)
{
	struct np_costs zero = measured("network_at_zero"), callback = measured("network_callback");

	(void)state;
	assert_int_equal(zero.path[NP_COST_PUT_NETWORK].locked,
			 zero.path[NP_COST_PUT_ORDINARY].locked);
	assert_true(callback.path[NP_COST_PUT_NETWORK].locked >
		    zero.path[NP_COST_PUT_NETWORK].locked);
}

static void uncharging_is_paid_for_where_the_scheme_does_it(void **state)
{
	struct np_costs none = measured("unaccounted"), map = measured("mapcount_precharge");
	struct np_costs zero = measured("network_at_zero");

	(void)state;
	assert_int_equal(map.path[NP_COST_LAST_PUT].locked, none.path[NP_COST_LAST_PUT].locked);
	assert_true(map.path[NP_COST_UNMAP].locked > none.path[NP_COST_UNMAP].locked);
	assert_true(zero.path[NP_COST_LAST_PUT].locked > none.path[NP_COST_LAST_PUT].locked);
}

static void measuring_twice_gives_the_same_numbers(void **state)
{
	struct np_costs once = measured("network_freelist"), again = measured("network_freelist");

	(void)state;
	for (int i = 0; i < NP_COST_PATHS; i++) {
		assert_int_equal(once.path[i].instructions, again.path[i].instructions);
		assert_int_equal(once.path[i].locked, again.path[i].locked);
	}
}

static void page_ends_where_the_scheme_puts_it(void **state)
{
	(void)state;
	assert_string_equal(measured("unaccounted").ends_in, "page allocator");
	assert_string_equal(measured("network_at_zero").ends_in, "page_pool");
	assert_string_equal(measured("network_freelist").ends_in, "network freelist");
	assert_string_equal(measured("network_to_allocator").ends_in, "page allocator");
}

static void page_that_cannot_be_mapped_leaves_the_other_paths_measurable(void **state)
{
	struct np_costs costs = measured("page_type");

	(void)state;
	assert_string_equal(costs.path[NP_COST_PUT_NETWORK].why, "");
	assert_non_null(strstr(costs.path[NP_COST_UNMAP].why, "not mapped"));
	assert_string_equal(costs.ends_in, "");
}

static int init_fails(struct np_machine *machine, void **priv)
{
	(void)machine;
	(void)priv;
	return -EPERM;
}

static void scheme_that_cannot_start_says_why(void **state)
{
	struct np_scheme scheme = *np_scheme_find("unaccounted");
	struct np_costs costs;

	(void)state;
	measured("unaccounted");
	scheme.init = init_fails;
	np_cost_measure(&scheme, &costs);
	for (int i = 0; i < NP_COST_PATHS; i++)
		assert_non_null(strstr(costs.path[i].why, "the host cannot be built"));
}

static int charge_aborts(struct np_receive *receive, struct page **pages, unsigned int nr)
{
	(void)receive;
	(void)pages;
	(void)nr;
	abort();
}

static void scheme_that_crashes_is_survived(void **state)
{
	struct np_scheme scheme = *np_scheme_find("unaccounted");
	struct np_costs costs;

	(void)state;
	measured("unaccounted");
	scheme.charge_pages = charge_aborts;
	np_cost_measure(&scheme, &costs);
	assert_non_null(strstr(costs.path[NP_COST_UNMAP].why, "signal"));
}

static void paths_have_names_and_help(void **state)
{
	(void)state;
	for (int i = 0; i < NP_COST_PATHS; i++) {
		assert_true(strlen(np_cost_path_name((enum np_cost_path)i)) > 0);
		assert_true(strlen(np_cost_path_help((enum np_cost_path)i)) > 0);
		assert_true(strlen(np_cost_path_key((enum np_cost_path)i)) > 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(x86_is_locked_by_prefix_or_by_xchg_with_memory),
		cmocka_unit_test(aarch64_is_locked_by_lse_and_by_load_exclusive),
		cmocka_unit_test(
			put_page_of_an_ordinary_page_is_one_locked_operation_under_every_scheme),
		cmocka_unit_test(ordinary_page_costs_no_instruction_more_under_any_scheme),
		cmocka_unit_test(callback_is_paid_for_at_every_put_of_a_network_page),
		cmocka_unit_test(uncharging_is_paid_for_where_the_scheme_does_it),
		cmocka_unit_test(measuring_twice_gives_the_same_numbers),
		cmocka_unit_test(page_ends_where_the_scheme_puts_it),
		cmocka_unit_test(page_that_cannot_be_mapped_leaves_the_other_paths_measurable),
		cmocka_unit_test(scheme_that_cannot_start_says_why),
		cmocka_unit_test(scheme_that_crashes_is_survived),
		cmocka_unit_test(paths_have_names_and_help),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
