/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include <stdio.h>

#include "check_fixture.h"

/* A subscriber that writes down what it sees. */
struct log {
	unsigned int nr;
	struct np_trace_event last;
	char text[2000];
};

static void write_down(void *arg, struct np_machine *machine, const struct np_trace_event *event)
{
	struct log *log = arg;
	char line[200];

	log->nr++;
	log->last = *event;
	np_trace_format(machine, event, line, sizeof(line));
	snprintf(log->text + strlen(log->text), sizeof(log->text) - strlen(log->text), "%s: %s\n",
		 np_trace_name(event->id), line);
}

/* Events must come from library code: the test's own inlines carry no trace points. */
static void traced_get_page(struct page *page)
{
	page_ref_inc(page);
	__page_ref_mod(page, 1);
}

static void every_event_has_a_name(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < NP_TRACE_NR; i++)
		assert_non_null(np_trace_name((enum np_trace_id)i));
	assert_string_equal(np_trace_name(NP_TRACE_MM_PAGE_FREE), "mm_page_free");
	assert_null(np_trace_name(NP_TRACE_NR));
}

static void events_come_with_cpu_and_place(void **state)
{
	struct fixture *f = *state;
	struct page *page = claimed_page(f);
	struct log log = { 0 };
	struct np_context context;

	assert_int_equal(np_trace_subscribe(f->m, write_down, &log), 0);
	np_enter(&context, f->m, 1, NP_SOFTIRQ, NULL);
	np_set_where("rx(eth0)");
	traced_get_page(page);
	assert_int_equal(log.nr, 1);
	assert_int_equal(log.last.id, NP_TRACE_PAGE_REF_MOD);
	assert_int_equal(log.last.cpu, 1);
	assert_string_equal(log.last.where, "rx(eth0)");
	np_leave(&context);
	put_page(page);
}

static void four_subscribers_at_most_hear_every_event(void **state)
{
	struct fixture *f = *state;
	struct page *page = claimed_page(f);
	struct log logs[NP_SUBSCRIBERS_MAX + 1] = { 0 };

	for (int i = 0; i < NP_SUBSCRIBERS_MAX; i++)
		assert_int_equal(np_trace_subscribe(f->m, write_down, &logs[i]), 0);
	assert_int_equal(np_trace_subscribe(f->m, write_down, &logs[NP_SUBSCRIBERS_MAX]), -ENOSPC);
	assert_int_equal(np_trace_subscribe(f->m, NULL, NULL), -EINVAL);
	__page_ref_mod(page, 1);
	assert_int_equal(np_trace_unsubscribe(f->m, write_down, &logs[1]), 0);
	assert_int_equal(np_trace_unsubscribe(f->m, write_down, &logs[1]), -ENOENT);
	__page_ref_mod(page, 1);
	assert_int_equal(logs[0].nr, 2);
	assert_int_equal(logs[1].nr, 1);
	assert_int_equal(logs[2].nr, 2);
	assert_int_equal(logs[3].nr, 2);
}

struct recursive {
	struct page *page;
	unsigned int calls;
	bool enters;
	int result;
};

static void take_a_reference(void *arg, struct np_machine *machine,
			     const struct np_trace_event *event)
{
	struct recursive *r = arg;
	struct np_context context;

	(void)event;
	if (++r->calls == 3)
		return;
	if (!r->enters) {
		__page_ref_mod(r->page, 1);
		return;
	}
	r->result = np_enter(&context, machine, 1, NP_SOFTIRQ, NULL);
	__page_ref_mod(r->page, 1);
	np_leave(&context);
}

static void what_a_subscriber_does_itself_is_not_delivered(void **state)
{
	struct fixture *f = *state;
	struct recursive r = { .page = claimed_page(f) };

	assert_int_equal(np_trace_subscribe(f->m, take_a_reference, &r), 0);
	__page_ref_mod(r.page, 1);
	assert_int_equal(r.calls, 1);
	__page_ref_mod(r.page, 1);
	assert_int_equal(r.calls, 2);
}

static void step_that_a_subscriber_plays_elsewhere_is_delivered(void **state)
{
	struct fixture *f = *state;
	struct recursive r = { .page = claimed_page(f), .enters = true };

	assert_int_equal(np_trace_subscribe(f->m, take_a_reference, &r), 0);
	__page_ref_mod(r.page, 1);
	assert_int_equal(r.result, 0);
	assert_int_equal(r.calls, 3);
}

#define PAGE "pfn=0x0 flags=uptodate|lru count=1 mapcount=0 mapping=(null) mt=1"

static void page_ref_events_have_the_kernels_text(void **state)
{
	struct fixture *f = *state;
	struct page *page = claimed_page(f);
	struct log log = { 0 };

	np_trace_subscribe(f->m, write_down, &log);
	SetPageUptodate(page);
	SetPageLRU(page);
	__page_ref_set(page, 1);
	__page_ref_mod(page, -1);
	__page_ref_mod_and_test(page, -1, 1);
	__page_ref_mod_and_return(page, 2, 5);
	__page_ref_mod_unless(page, 1, 0);
	__page_ref_freeze(page, 1, 1);
	__page_ref_unfreeze(page, 3);
	ClearPageLRU(page);
	assert_string_equal(log.text, "page_ref_set: " PAGE " val=1\n"
				      "page_ref_mod: " PAGE " val=-1\n"
				      "page_ref_mod_and_test: " PAGE " val=-1 ret=1\n"
				      "page_ref_mod_and_return: " PAGE " val=2 ret=5\n"
				      "page_ref_mod_unless: " PAGE " val=1 ret=0\n"
				      "page_ref_freeze: " PAGE " val=1 ret=1\n"
				      "page_ref_unfreeze: " PAGE " val=3\n");
}

static void file_pages_name_their_mapping_without_an_address(void **state)
{
	struct fixture *f = *state;
	struct page *page = claimed_page(f);
	struct address_space file = { 0 };
	struct log log = { 0 };

	np_trace_subscribe(f->m, write_down, &log);
	page->mapping = &file;
	__page_ref_mod(page, 1);
	page->mapping = NULL;
	assert_string_equal(log.text,
			    "page_ref_mod: pfn=0x0 flags=none count=1 mapcount=0 mapping=file mt=1 "
			    "val=1\n");
}

/* Formats one event made by hand. */
static const char *format(struct fixture *f, const struct np_trace_event *event, char *buf,
			  size_t size)
{
	int len = np_trace_format(f->m, event, buf, size);

	assert_int_equal(len, strlen(buf));
	return buf;
}

#define assert_format(f, text, ...)                                                                \
	do {                                                                                       \
		char buf_[200];                                                                    \
                                                                                                   \
		assert_string_equal(format((f), &(struct np_trace_event){ __VA_ARGS__ }, buf_,     \
					   sizeof(buf_)),                                          \
				    (text));                                                       \
	} while (0)

static void allocator_and_pool_events_have_the_kernels_text(void **state)
{
	struct fixture *f = *state;
	struct page *page = claimed_page(f);
	struct page_pool pool = { .name = "rx", .destroy_cnt = 2 };

	pool.p.nid = 1;
	assert_format(f, "page=p pfn=0x0 order=2 migratetype=1 gfp_flags=GFP_KERNEL|__GFP_COMP",
		      .id = NP_TRACE_MM_PAGE_ALLOC, .page = page, .value = 2,
		      .result = GFP_KERNEL | __GFP_COMP);
	assert_format(f, "page=(null) pfn=0x0 order=0 migratetype=1 gfp_flags=none",
		      .id = NP_TRACE_MM_PAGE_ALLOC);
	assert_format(f, "page=p pfn=0x0 order=0", .id = NP_TRACE_MM_PAGE_FREE, .page = page);
	assert_format(f, "page_pool=rx inflight=3 hold=5 release=2 cnt=2",
		      .id = NP_TRACE_PAGE_POOL_RELEASE, .pool = &pool, .result = 3, .hold = 5,
		      .release = 2);
	assert_format(f, "page_pool=rx page=p pfn=0x0 release=2",
		      .id = NP_TRACE_PAGE_POOL_STATE_RELEASE, .pool = &pool, .page = page,
		      .release = 2);
	assert_format(f, "page_pool=rx page=p pfn=0x0 hold=5", .id = NP_TRACE_PAGE_POOL_STATE_HOLD,
		      .pool = &pool, .page = page, .hold = 5);
	assert_format(f, "page_pool=rx pool_nid=1 new_nid=0", .id = NP_TRACE_PAGE_POOL_UPDATE_NID,
		      .pool = &pool, .value = 0);
}

static void events_of_our_own_name_what_they_are_about(void **state)
{
	struct fixture *f = *state;
	struct page *page = claimed_page(f);

	assert_format(f, "memcg=A nr_pages=1 usage=65", .id = NP_TRACE_MEMCG_CHARGE, .memcg = f->A,
		      .value = 1, .result = 65);
	assert_format(f, "memcg=A nr_pages=-1 usage=64", .id = NP_TRACE_MEMCG_UNCHARGE,
		      .memcg = f->A, .value = -1, .result = 64);
	assert_format(f, "page=p pfn=0x0 mapcount=1 task=P", .id = NP_TRACE_RMAP_ADD, .page = page,
		      .task = f->P, .value = 1, .result = 1);
	assert_format(f, "page=p pfn=0x0 count=1 memcg=(null)", .id = NP_TRACE_PUT_PAGE_NETWORK,
		      .page = page);
	page->memcg_data = (unsigned long)f->A;
	assert_format(f, "page=p pfn=0x0 count=1 memcg=A", .id = NP_TRACE_PUT_PAGE_NETWORK,
		      .page = page);
	page->memcg_data = 0;
}

static void event_about_no_page_of_the_machine_is_formatted(void **state)
{
	struct fixture *f = *state;
	struct page stray = { 0 };

	assert_format(f, "page=(no page)", .id = NP_TRACE_MM_PAGE_FREE, .page = &stray);
	assert_format(f, "page=(no page)", .id = NP_TRACE_PAGE_REF_MOD);
}

static void text_is_cut_to_fit(void **state)
{
	struct fixture *f = *state;
	const struct np_trace_event event = {
		.id = NP_TRACE_MEMCG_CHARGE, .memcg = f->A, .value = 1, .result = 65
	};
	char buf[8];

	assert_int_equal(np_trace_format(f->m, &event, buf, sizeof(buf)),
			 strlen("memcg=A nr_pages=1 usage=65"));
	assert_string_equal(buf, "memcg=A");
}

static void counts_outside_any_machine_are_not_traced(void **state)
{
	struct fixture *f = *state;
	struct page stray = { 0 };
	struct log log = { 0 };

	np_trace_subscribe(f->m, write_down, &log);
	__page_ref_mod(&stray, 1);
	np_leave(&f->context);
	__page_ref_mod(f->m->memmap, 1);
	assert_int_equal(log.nr, 0);
	assert_int_equal(np_enter(&f->context, f->m, 0, NP_TASK, f->P), 0);
}

static void allocation_and_free_are_traced_by_the_library(void **state)
{
	struct fixture *f = *state;
	struct log log = { 0 };
	struct page *page;

	np_trace_subscribe(f->m, write_down, &log);
	page = alloc_page(GFP_KERNEL);
	put_page(page);
	assert_non_null(strstr(log.text, "page_ref_set: pfn=0x0 "));
	assert_non_null(strstr(log.text, "mm_page_alloc: page=pfn:0 pfn=0x0 order=0 "));
	assert_non_null(strstr(log.text, "mm_page_free: page=pfn:0 pfn=0x0 order=0\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_event_has_a_name),
		check_test(events_come_with_cpu_and_place),
		check_test(four_subscribers_at_most_hear_every_event),
		check_test(what_a_subscriber_does_itself_is_not_delivered),
		check_test(step_that_a_subscriber_plays_elsewhere_is_delivered),
		check_test(page_ref_events_have_the_kernels_text),
		check_test(file_pages_name_their_mapping_without_an_address),
		check_test(allocator_and_pool_events_have_the_kernels_text),
		check_test(events_of_our_own_name_what_they_are_about),
		check_test(event_about_no_page_of_the_machine_is_formatted),
		check_test(text_is_cut_to_fit),
		check_test(counts_outside_any_machine_are_not_traced),
		check_test(allocation_and_free_are_traced_by_the_library),
	};

	return cmocka_run_group_tests_name("trace", tests, NULL, NULL);
}
