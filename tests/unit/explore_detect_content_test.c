/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "explore_detect_fixture.h"

static struct task_struct *the_task;

/* A card whose next descriptor has "page"; a process that can map. */
static int create_card(struct shared *s)
{
	const struct np_nic_options nic = { .driver = &np_driver_page_alloc, .ring_size = 1 };
	int err = allocate_pages(s);

	if (err)
		return err;
	np_page_set_name(s->machine, s->page, "");
	err = np_nic_create(s->machine, &nic, &s->dev);
	if (!err)
		err = np_task_create(s->machine, "P", NULL, &the_task);
	if (!err)
		err = tcp_mmap(the_task->mm, 1, &s->vma);
	if (err)
		return err;
	s->page = s->dev->ring[0].page;
	return np_page_set_name(s->machine, s->page, "page");
}

static int set_up_card(struct np_machine *machine, void *state)
{
	return as_kthread(machine, state, create_card);
}

static void write_contents(void *state)
{
	np_nic_write(((struct shared *)state)->dev);
}

static struct np_explore_options options_of(void (*body)(void *state), void *arg)
{
	return (struct np_explore_options){
		.setup = set_up_card,
		.actors = { { .name = "P",
			      .body = body,
			      .arg = arg,
			      .kind = NP_TASK,
			      .task = &the_task },
			    { .name = "eth0",
			      .body = write_contents,
			      .kind = NP_SOFTIRQ,
			      .cpu = 1 } },
	};
}

static void map_and_unmap(void *state)
{
	struct shared *s = state;
	struct page *page = faulty() ? s->page : s->other;
	unsigned long nr = 1;

	vm_insert_pages(s->vma, s->vma->vm_start, &page, &nr);
	zap_page_range(s->vma, s->vma->vm_start, PAGE_SIZE);
}

static void write_to_a_page_that_is_mapped_for_a_moment_is_reported(void **unused)
{
	struct np_explore_options options = options_of(map_and_unmap, FAULTY);

	(void)unused;
	assert_finds(options, NP_NO_WRITE_TO_USED_PAGE, "page",
		     "a NIC writes to it while it is mapped (mapcount 1)");
	options.actors[0].arg = REPAIRED;
	assert_finds_nothing(options);
}

static void write_that_only_comes_after_an_unmap_by_chance_is_reported(void **unused)
{
	struct np_explore_options options = options_of(map_and_unmap, FAULTY);

	(void)unused;
	assert_finds(options, NP_NO_WRITE_TO_USED_PAGE, "page",
		     "a NIC writes to it, and nothing orders that P has unmapped it before");
}

static void look(void *state)
{
	struct shared *s = state;

	s->sink = (unsigned long)np_page_stamp(s->machine, faulty() ? s->page : s->other, 0,
					       PAGE_SIZE);
}

static void contents_are_not_looked_at_while_a_card_writes_them(void **unused)
{
	struct np_explore_options options = options_of(look, FAULTY);

	(void)unused;
	assert_finds(options, NP_NO_WRITE_TO_USED_PAGE, "page",
		     "its contents are read while a NIC writes them");
	options.actors[0].arg = REPAIRED;
	assert_finds_nothing(options);
}

static void free_posted_page(void *state)
{
	struct shared *s = state;

	if (faulty())
		put_page(s->page);
}

static void card_does_not_write_to_a_page_that_is_free(void **unused)
{
	struct np_explore_options options = options_of(free_posted_page, FAULTY), other;

	(void)unused;
	assert_finds(options, NP_USE_AFTER_PUT, "page", "a NIC writes to it: the page is free");
	/* The other way round, which is the same to all who look at memory only. */
	other = options;
	other.actors[0] = options.actors[1];
	other.actors[1] = options.actors[0];
	other.actors[0].kind = NP_KTHREAD;
	assert_finds(other, NP_USE_AFTER_PUT, "page",
		     "freed, and nothing orders the marked write of contents by eth0 before that");
	options.actors[0].arg = REPAIRED;
	assert_finds_nothing(options);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(write_to_a_page_that_is_mapped_for_a_moment_is_reported),
		cmocka_unit_test(write_that_only_comes_after_an_unmap_by_chance_is_reported),
		cmocka_unit_test(contents_are_not_looked_at_while_a_card_writes_them),
		cmocka_unit_test(card_does_not_write_to_a_page_that_is_free),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
