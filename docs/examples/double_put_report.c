/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Two puts of one reference: the report says who allocated the page and who freed it, and the run
 * goes on.  A sink decides what is done with reports; without one they go to standard error.
 */
#include <stdio.h>

#include <netpage/netpage.h>

static void sink(void *arg, const struct np_violation *violation)
{
	unsigned int *seen = arg;

	*seen += violation->invariant == NP_USE_AFTER_PUT;
	printf("%s: %s in %s on CPU %d:\n  %s\n", np_invariant_name(violation->invariant),
	       violation->object, violation->where, violation->cpu, violation->message);
}

static void rx_refill(struct page **page)
{
	np_set_where(__func__);
	*page = alloc_page(GFP_ATOMIC);
	if (*page)
		np_page_set_name(np_this_machine(), *page, "rx_page");
}

static void tx_complete(struct page *page)
{
	np_set_where(__func__);
	put_page(page);
}

static void error_path(struct page *page)
{
	np_set_where(__func__);
	put_page(page);
}

int main(void)
{
	struct np_machine *machine;
	struct np_context cpu;
	struct page *page;
	unsigned int seen = 0;

	if (np_machine_create(&machine, NULL) || np_enter(&cpu, machine, 0, NP_KTHREAD, NULL))
		return 1;
	np_set_sink(machine, sink, &seen);
	rx_refill(&page);
	if (!page)
		return 1;
	tx_complete(page);
	error_path(page);
	np_leave(&cpu);
	if (np_machine_destroy(machine) || seen != 1) {
		fprintf(stderr, "%u reports of use_after_put, wanted 1\n", seen);
		return 1;
	}
	return 0;
}
