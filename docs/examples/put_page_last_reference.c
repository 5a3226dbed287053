/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * put_page(): dropping a reference that is not the last one changes a number; dropping the last one
 * gives the page back to the allocator.
 *
 *	cc put_page_last_reference.c $(pkg-config --cflags --libs libnetpage-sim)
 */
#include <stdio.h>

#include <netpage/netpage.h>

/* What @page looks like now; false when that is not what was wanted. */
static bool show(struct np_machine *machine, struct page *page, const char *after, int refs)
{
	bool is_free = np_page_is_free(machine, page);

	printf("%-28s page_count %d, %s\n", after, page_count(page), is_free ? "free" : "in use");
	return page_count(page) == refs && is_free == !refs;
}

static bool play(struct np_machine *machine)
{
	struct page *page = alloc_page(GFP_KERNEL);
	bool good = page;

	if (!page)
		return false;
	good &= show(machine, page, "alloc_page(GFP_KERNEL)", 1);
	get_page(page);
	good &= show(machine, page, "get_page(page)", 2);
	put_page(page);
	good &= show(machine, page, "put_page(page)", 1);
	put_page(page);
	good &= show(machine, page, "put_page(page), the last", 0);

	/* Nobody can take a reference from 0: that is what speculative lookups rely on. */
	printf("get_page_unless_zero(page)   %s\n", get_page_unless_zero(page) ? "true" : "false");
	return good && page_count(page) == 0;
}

int main(void)
{
	struct np_machine *machine;
	struct np_context cpu;
	bool good;

	if (np_machine_create(&machine, NULL) || np_enter(&cpu, machine, 0, NP_KTHREAD, NULL))
		return 1;
	good = play(machine) && !np_check(machine, NP_CHECK_STEP);
	np_leave(&cpu);
	if (np_machine_destroy(machine) || !good) {
		fprintf(stderr, "not as put_page() promises\n");
		return 1;
	}
	return 0;
}
