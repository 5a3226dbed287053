/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * A walker takes a reference while the owner drops the last one: under every schedule the
 * page is freed once, and by whoever was last.  Links to netpage-sim::explore.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <netpage/cmocka.h>
#include <netpage/explore.h>
#include <netpage/netpage.h>

struct shared {
	struct page *page;
};

static int allocate(struct np_machine *machine, void *state)
{
	struct np_context here;

	np_enter(&here, machine, 0, NP_KTHREAD, NULL);
	((struct shared *)state)->page = alloc_page(GFP_KERNEL);
	np_leave(&here);
	return ((struct shared *)state)->page ? 0 : -ENOMEM;
}

static void owner(void *state)
{
	put_page(((struct shared *)state)->page);
}

static void walker(void *state)
{
	struct page *page = ((struct shared *)state)->page;

	if (get_page_unless_zero(page))
		put_page(page);
}

static void last_put_and_speculative_get_agree_under_every_schedule(void **unused)
{
	struct np_explored *explored;
	struct np_explore_options options = {
		.machine = &(struct np_machine_options){ .nr_cpus = 2 },
		.state_size = sizeof(struct shared),
		.setup = allocate,
		.actors = { { .name = "owner", .body = owner, .kind = NP_KTHREAD, .cpu = 0 },
			    { .name = "walker", .body = walker, .kind = NP_KTHREAD, .cpu = 1 } },
		.check_teardown = true,
	};

	(void)unused;
	assert_int_equal(np_explore(&options, &explored), 0);
	assert_true(explored->exhausted);
	np_explored_free(explored);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(last_put_and_speculative_get_agree_under_every_schedule),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
