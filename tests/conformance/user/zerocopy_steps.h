/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * What happens to a stream that is received with TCP_ZEROCOPY_RECEIVE, step by step: the same
 * steps are taken on a TCP connection of a kernel and on a socket of the library.
 *
 * Each program that includes this defines the world_*() functions. It prints KTAP; lines
 * that begin with "step" are the same in both worlds. Pages are sent so that they may be
 * mapped; bytes, and pages of a file, so that they may not.
 */
#ifndef CONFORMANCE_ZEROCOPY_STEPS_H
#define CONFORMANCE_ZEROCOPY_STEPS_H

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define PG 4096
/* Pages that may be mapped at once. */
#define NR_PLACES 64

struct result {
	int err;
	unsigned int length; /* bytes mapped */
	unsigned int hint;   /* bytes to be read before more can be mapped */
	unsigned int inq;    /* bytes that wait */
	unsigned int copied; /* bytes copied into the copy buffer */
};

/* What the page tables say: pages that are mapped; of these: charged to a cgroup, mapped once. */
struct mapped {
	unsigned int pages, charged, alone;
};

/* Return: whether everything has arrived. */
static bool world_send_pages(unsigned int nr);
static bool world_send_bytes(unsigned int nr);
static bool world_send_file(unsigned int nr);
/* @at: bytes from the start of the area. */
static struct result world_receive(long at, unsigned int length, unsigned int copybuf,
				   bool clean_hint);
/* Return: bytes read. */
static unsigned int world_read(unsigned int bytes);
static void world_unmap(unsigned int place, unsigned int nr);
static struct mapped world_mapped(void);
/* Bytes that wait. */
static unsigned int world_queued(void);
/* Whether the @length bytes mapped at @at are the ones that were sent from stream byte @seq on. */
static bool world_content(long at, unsigned int length, unsigned long seq);

enum what { END, SEND_PAGES, SEND_BYTES, SEND_FILE, RECEIVE, RECEIVE_CLEAN, READ, UNMAP };

struct step {
	enum what what;
	long at;
	unsigned int nr; /* pages or bytes, as the step has it */
	unsigned int copybuf;
};

struct steps {
	const char *name;
	struct step step[12];
};

/* clang-format off */
static const struct steps all_steps[] = {
	{ "an_empty_queue_gives_nothing", {
		{ RECEIVE, 0, 4 * PG, 0 }, { RECEIVE, 0, 4 * PG, 100 } } },
	{ "one_page_is_mapped", {
		{ SEND_PAGES, 0, 1, 0 }, { RECEIVE, 0, PG, 0 } } },
	{ "a_batch_of_31_pages_is_mapped", {
		{ SEND_PAGES, 0, 31, 0 }, { RECEIVE, 0, 64 * PG, 0 } } },
	{ "a_batch_of_32_pages_is_mapped", {
		{ SEND_PAGES, 0, 32, 0 }, { RECEIVE, 0, 64 * PG, 0 } } },
	{ "33_pages_are_two_batches", {
		{ SEND_PAGES, 0, 33, 0 }, { RECEIVE, 0, 64 * PG, 0 } } },
	{ "64_pages_fill_the_area", {
		{ SEND_PAGES, 0, 64, 0 }, { RECEIVE, 0, 64 * PG, 0 } } },
	{ "what_is_mapped_gives_way_to_what_comes", {
		{ SEND_PAGES, 0, 3, 0 }, { RECEIVE, 0, 2 * PG, 0 }, { RECEIVE, 0, PG, 0 } } },
	{ "no_more_is_mapped_than_is_asked_for", {
		{ SEND_PAGES, 0, 8, 0 }, { RECEIVE, 0, 3 * PG, 0 }, { RECEIVE, 3 * PG, 64 * PG, 0 } } },
	{ "the_end_of_the_area_is_the_end", {
		{ SEND_PAGES, 0, 4, 0 }, { RECEIVE, 62 * PG, 4 * PG, 0 }, { RECEIVE, 0, 4 * PG, 0 } } },
	{ "a_length_is_rounded_down_to_pages", {
		{ SEND_PAGES, 0, 4, 0 }, { RECEIVE, 0, 3 * PG + 2000, 0 }, { RECEIVE, 3 * PG, PG, 0 } } },
	{ "less_than_a_page_cannot_be_mapped", {
		{ SEND_PAGES, 0, 1, 0 }, { RECEIVE, 0, 100, 0 }, { RECEIVE, 0, PG - 1, 0 },
		{ READ, 0, 100, 0 }, { RECEIVE, 0, PG, 0 }, { READ, 0, PG - 100, 0 } } },
	{ "a_length_of_0_gives_nothing", {
		{ SEND_PAGES, 0, 1, 0 }, { RECEIVE, 0, 0, 0 }, { READ, 0, PG, 0 } } },
	{ "a_few_bytes_are_to_be_read", {
		{ SEND_BYTES, 0, 100, 0 }, { RECEIVE, 0, PG, 0 }, { READ, 0, 100, 0 } } },
	{ "a_few_bytes_are_copied", {
		{ SEND_BYTES, 0, 100, 0 }, { RECEIVE, 0, PG, 200 } } },
	{ "a_copy_buffer_of_the_same_size_is_enough", {
		{ SEND_BYTES, 0, 100, 0 }, { RECEIVE, 0, PG, 100 } } },
	{ "a_copy_buffer_that_is_too_small_is_not_used", {
		{ SEND_BYTES, 0, 100, 0 }, { RECEIVE, 0, PG, 99 }, { READ, 0, 100, 0 } } },
	{ "pages_that_fit_the_copy_buffer_are_copied", {
		{ SEND_PAGES, 0, 2, 0 }, { RECEIVE, 0, 4 * PG, 2 * PG } } },
	{ "pages_that_do_not_fit_it_are_mapped", {
		{ SEND_PAGES, 0, 2, 0 }, { RECEIVE, 0, 4 * PG, 2 * PG - 1 } } },
	{ "bytes_before_pages_are_to_be_read_first", {
		{ SEND_BYTES, 0, 100, 0 }, { SEND_PAGES, 0, 2, 0 }, { RECEIVE, 0, 4 * PG, 0 },
		{ READ, 0, 100, 0 }, { RECEIVE, 0, 4 * PG, 0 } } },
	{ "bytes_before_pages_are_copied", {
		{ SEND_BYTES, 0, 100, 0 }, { SEND_PAGES, 0, 2, 0 }, { RECEIVE, 0, 4 * PG, 150 },
		{ RECEIVE, 0, 4 * PG, 150 } } },
	{ "bytes_before_pages_are_copied_in_parts", {
		{ SEND_BYTES, 0, 100, 0 }, { SEND_PAGES, 0, 2, 0 }, { RECEIVE, 0, 4 * PG, 60 },
		{ RECEIVE, 0, 4 * PG, 60 }, { RECEIVE, 0, 4 * PG, 60 }, { READ, 0, 4 * PG, 0 } } },
	{ "bytes_behind_pages_wait", {
		{ SEND_PAGES, 0, 2, 0 }, { SEND_BYTES, 0, 100, 0 }, { RECEIVE, 0, 4 * PG, 0 },
		{ RECEIVE, 0, 4 * PG, 0 }, { READ, 0, 100, 0 } } },
	{ "bytes_behind_pages_are_copied", {
		{ SEND_PAGES, 0, 2, 0 }, { SEND_BYTES, 0, 100, 0 }, { RECEIVE, 0, 4 * PG, 150 },
		{ RECEIVE, 0, 4 * PG, 150 } } },
	{ "bytes_between_pages_stop_the_mapping", {
		{ SEND_PAGES, 0, 2, 0 }, { SEND_BYTES, 0, 100, 0 }, { SEND_PAGES, 0, 2, 0 },
		{ RECEIVE, 0, 8 * PG, 0 }, { RECEIVE, 2 * PG, 8 * PG, 0 }, { READ, 0, 100, 0 },
		{ RECEIVE, 2 * PG, 8 * PG, 0 } } },
	{ "bytes_between_pages_are_copied_on_the_way", {
		{ SEND_PAGES, 0, 2, 0 }, { SEND_BYTES, 0, 100, 0 }, { SEND_PAGES, 0, 2, 0 },
		{ RECEIVE, 0, 8 * PG, 150 }, { RECEIVE, 2 * PG, 8 * PG, 150 },
		{ RECEIVE, 2 * PG, 8 * PG, 150 } } },
	{ "the_rest_of_a_packet_is_copied_behind_its_pages", {
		{ SEND_PAGES, 0, 3, 0 }, { RECEIVE, 0, 2 * PG, 100 }, { RECEIVE, 2 * PG, PG, 0 },
		{ READ, 0, PG, 0 } } },
	{ "reading_inside_a_page_makes_it_unmappable", {
		{ SEND_PAGES, 0, 2, 0 }, { READ, 0, 1000, 0 }, { RECEIVE, 0, 2 * PG, 0 },
		{ READ, 0, PG - 1000, 0 }, { RECEIVE, 0, 2 * PG, 0 } } },
	{ "pages_of_a_file_are_to_be_read", {
		{ SEND_FILE, 0, 2, 0 }, { RECEIVE, 0, 4 * PG, 0 }, { READ, 0, 2 * PG, 0 } } },
	{ "pages_of_a_file_are_copied", {
		{ SEND_FILE, 0, 2, 0 }, { RECEIVE, 0, 4 * PG, PG }, { RECEIVE, 0, 4 * PG, PG } } },
	{ "pages_of_a_file_before_others_stop_the_mapping", {
		{ SEND_FILE, 0, 1, 0 }, { SEND_PAGES, 0, 2, 0 }, { RECEIVE, 0, 4 * PG, 0 },
		{ READ, 0, PG, 0 }, { RECEIVE, 0, 4 * PG, 0 } } },
	{ "pages_of_a_file_behind_others_wait", {
		{ SEND_PAGES, 0, 2, 0 }, { SEND_FILE, 0, 1, 0 }, { RECEIVE, 0, 4 * PG, 0 },
		{ RECEIVE, 2 * PG, 4 * PG, 100 }, { READ, 0, PG, 0 } } },
	{ "a_page_of_a_file_between_others_is_copied", {
		{ SEND_PAGES, 0, 1, 0 }, { SEND_FILE, 0, 1, 0 }, { SEND_PAGES, 0, 1, 0 },
		{ RECEIVE, 0, 4 * PG, PG }, { RECEIVE, PG, 4 * PG, 0 } } },
	{ "four_packets_of_five_pages_are_mapped", {
		{ SEND_PAGES, 0, 5, 0 }, { SEND_PAGES, 0, 5, 0 }, { SEND_PAGES, 0, 5, 0 },
		{ SEND_PAGES, 0, 5, 0 }, { RECEIVE, 0, 64 * PG, 0 } } },
	{ "bytes_in_the_second_packet_stop_the_mapping_there", {
		{ SEND_PAGES, 0, 12, 0 }, { SEND_PAGES, 0, 12, 0 }, { SEND_BYTES, 0, 9, 0 },
		{ SEND_PAGES, 0, 2, 0 }, { RECEIVE, 0, 64 * PG, 0 }, { RECEIVE, 24 * PG, 64 * PG, 9 },
		{ RECEIVE, 24 * PG, 64 * PG, 9 } } },
	{ "the_area_ends_in_the_second_packet", {
		{ SEND_PAGES, 0, 12, 0 }, { SEND_PAGES, 0, 12, 0 }, { RECEIVE, 46 * PG, 64 * PG, 0 },
		{ RECEIVE, 0, 64 * PG, 0 } } },
	{ "a_clean_area_needs_no_unmapping", {
		{ SEND_PAGES, 0, 2, 0 }, { RECEIVE_CLEAN, 5 * PG, 2 * PG, 0 } } },
	{ "an_area_that_is_not_clean_is_cleaned", {
		{ SEND_PAGES, 0, 4, 0 }, { RECEIVE, 0, 2 * PG, 0 }, { RECEIVE_CLEAN, 0, 2 * PG, 0 } } },
	{ "an_area_that_is_half_clean_is_cleaned", {
		{ SEND_PAGES, 0, 5, 0 }, { RECEIVE, 2 * PG, PG, 0 }, { RECEIVE_CLEAN, 0, 4 * PG, 0 } } },
	{ "an_address_inside_a_page_is_refused", {
		{ SEND_PAGES, 0, 1, 0 }, { RECEIVE, 100, PG, 0 }, { RECEIVE, 0, PG, 0 } } },
	{ "an_address_outside_of_the_area_is_refused", {
		{ SEND_PAGES, 0, 1, 0 }, { RECEIVE, NR_PLACES * PG, PG, 0 }, { RECEIVE, -PG, PG, 0 },
		{ RECEIVE, 0, PG, 0 } } },
	{ "an_address_is_looked_at_when_there_is_something_to_map", {
		{ RECEIVE, NR_PLACES * PG, PG, 0 }, { RECEIVE, 100, PG, 0 }, { SEND_BYTES, 0, 100, 0 },
		{ RECEIVE, NR_PLACES * PG, PG, 100 } } },
	{ "a_part_may_be_unmapped", {
		{ SEND_PAGES, 0, 4, 0 }, { RECEIVE, 0, 4 * PG, 0 }, { UNMAP, 1, 2, 0 },
		{ UNMAP, 0, 4, 0 } } },
	{ "pages_stay_mapped_and_charged_to_nobody", {
		{ SEND_PAGES, 0, 10, 0 }, { RECEIVE, 0, 10 * PG, 0 }, { SEND_PAGES, 0, 10, 0 },
		{ RECEIVE, 10 * PG, 10 * PG, 0 }, { SEND_BYTES, 0, 10, 0 }, { READ, 0, 10, 0 } } },
};
/* clang-format on */

static const char *const step_names[] = { "end",     "send_pages",    "send_bytes", "send_file",
					  "receive", "receive_clean", "read",	    "unmap" };

/* Bytes of the stream so far. */
struct stream {
	unsigned long sent, taken;
};

static void print_mapped(const struct mapped *m)
{
	printf(" pages=%u charged=%u alone=%u\n", m->pages, m->charged, m->alone);
}

/* Return: whether what the result says is consistent with what can be seen. */
static bool do_receive(const struct step *step, struct stream *s)
{
	struct result r =
		world_receive(step->at, step->nr, step->copybuf, step->what == RECEIVE_CLEAN);
	bool right = r.err ||
		     (world_content(step->at, r.length, s->taken) && r.inq == world_queued());

	s->taken += r.length + r.copied;
	printf(" err=%d mapped=%u copied=%u hint=%u inq=%u", r.err, r.length, r.copied, r.hint,
	       r.inq);
	return right;
}

static bool do_step(const struct step *step, struct stream *s)
{
	bool right = true;
	unsigned int bytes;

	printf(" %s", step_names[step->what]);
	switch (step->what) {
	case SEND_PAGES:
		right = world_send_pages(step->nr);
		s->sent += (unsigned long)step->nr * PG;
		printf(" inq=%u", world_queued());
		break;
	case SEND_FILE:
		right = world_send_file(step->nr);
		s->sent += (unsigned long)step->nr * PG;
		printf(" inq=%u", world_queued());
		break;
	case SEND_BYTES:
		right = world_send_bytes(step->nr);
		s->sent += step->nr;
		printf(" inq=%u", world_queued());
		break;
	case READ:
		bytes = world_read(step->nr);
		s->taken += bytes;
		printf(" copied=%u inq=%u", bytes, world_queued());
		break;
	case UNMAP:
		world_unmap((unsigned int)step->at, step->nr);
		break;
	default:
		right = do_receive(step, s);
		break;
	}
	return right && s->sent - s->taken == world_queued();
}

/* Every page is mapped once and charged to nobody, and the queue is empty in the end. */
static bool play(const struct steps *steps, struct stream *s)
{
	bool right = true;

	for (const struct step *step = steps->step; step->what != END; step++) {
		struct mapped m;

		printf("step %s %d", steps->name, (int)(step - steps->step) + 1);
		right &= do_step(step, s);
		m = world_mapped();
		print_mapped(&m);
		right &= m.alone == m.pages && !m.charged;
	}
	right &= world_queued() == 0;
	s->taken += world_read(world_queued());
	world_unmap(0, NR_PLACES);
	return right && world_mapped().pages == 0;
}

static int play_all(void)
{
	const int nr = (int)(sizeof(all_steps) / sizeof(all_steps[0]));
	struct stream s = { 0, 0 };
	int failed = 0;

	printf("KTAP version 1\n1..1\n    KTAP version 1\n    # Subtest: zerocopy_receive\n");
	printf("    1..%d\n", nr);
	for (int i = 0; i < nr; i++) {
		bool right = play(&all_steps[i], &s);

		failed += !right;
		printf("    %sok %d %s\n", right ? "" : "not ", i + 1, all_steps[i].name);
		fflush(stdout);
	}
	printf("# zerocopy_receive: pass:%d fail:%d skip:0 total:%d\n", nr - failed, failed, nr);
	printf("%sok 1 zerocopy_receive\n", failed ? "not " : "");
	return failed != 0;
}

#endif /* CONFORMANCE_ZEROCOPY_STEPS_H */
