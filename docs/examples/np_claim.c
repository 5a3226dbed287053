/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * np_check() and np_claim(): every count must be what holders hold.  The library asks all it knows;
 * references that your own code keeps you claim, and a forgotten put is found.
 */
#include <stdio.h>

#include <netpage/netpage.h>

static void sink(void *arg, const struct np_violation *violation)
{
	unsigned int *seen = arg;

	(*seen)++;
	printf("  %s: %s: %s\n", np_invariant_name(violation->invariant), violation->object,
	       violation->message);
}

static bool check(struct np_machine *machine, const char *when, unsigned long want)
{
	printf("%s\n", when);
	return np_check(machine, NP_CHECK_STEP) == want;
}

int main(void)
{
	struct np_machine *machine;
	struct np_context cpu;
	unsigned int seen = 0;
	struct page *page;
	bool good;

	if (np_machine_create(&machine, NULL) || np_enter(&cpu, machine, 0, NP_KTHREAD, NULL))
		return 1;
	np_set_sink(machine, sink, &seen);
	np_set_where("mydrv_probe");
	page = alloc_page(GFP_KERNEL);
	if (!page)
		return 1;
	np_page_set_name(machine, page, "mailbox");
	good = check(machine, "allocated, held by nobody", 1);

	np_claim(machine, page, "mydrv", 1);
	good &= check(machine, "claimed by mydrv", 0);

	get_page(page);
	good &= check(machine, "one get too many", 1);
	put_page(page);

	np_claim(machine, page, "mydrv", -1);
	put_page(page);
	good &= check(machine, "claim taken back, page put", 0);
	np_leave(&cpu);
	return np_machine_destroy(machine) || !good || seen != 2;
}
