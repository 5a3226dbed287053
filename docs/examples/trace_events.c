/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * np_trace_subscribe(): the life of one page as the kernel's own tracepoints tell it, in the text
 * that trace_pipe has.  With CONFIG_DEBUG_PAGE_REF, before the first include, what this file does
 * inline is traced as well.
 */
#define CONFIG_DEBUG_PAGE_REF

#include <stdio.h>

#include <netpage/netpage.h>

static void print_event(void *arg, struct np_machine *machine, const struct np_trace_event *event)
{
	unsigned int *seen = arg;
	char text[256];

	np_trace_format(machine, event, text, sizeof(text));
	printf("  [%03d] %s: %s\n", event->cpu, np_trace_name(event->id), text);
	seen[event->id]++;
}

int main(void)
{
	unsigned int seen[NP_TRACE_NR] = { 0 };
	struct np_machine *machine;
	struct np_context cpu;
	struct page *page;

	if (np_machine_create(&machine, NULL) || np_enter(&cpu, machine, 1, NP_KTHREAD, NULL) ||
	    np_trace_subscribe(machine, print_event, seen))
		return 1;
	printf("alloc_page()\n");
	page = alloc_page(GFP_KERNEL);
	if (!page)
		return 1;
	printf("get_page()\n");
	get_page(page);
	printf("put_page()\n");
	put_page(page);
	printf("put_page(), the last\n");
	put_page(page);

	np_trace_unsubscribe(machine, print_event, seen);
	np_leave(&cpu);
	if (np_machine_destroy(machine) || seen[NP_TRACE_MM_PAGE_ALLOC] != 1 ||
	    seen[NP_TRACE_PAGE_REF_MOD_AND_TEST] != 2 || seen[NP_TRACE_MM_PAGE_FREE] != 1) {
		fprintf(stderr, "some events are missing\n");
		return 1;
	}
	return 0;
}
