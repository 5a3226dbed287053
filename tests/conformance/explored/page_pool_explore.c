/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The kernel's own net/core/page_pool.c under every schedule: pages are allocated, come
 * back and are waited for, on two and three CPUs.
 *
 * Built against the file as its package has it, and, with NP_UNFIXED, against a copy in
 * which 271683bb2cf3 is taken back: then the pool is freed under whoever recycles its last
 * page (CVE-2025-38129), and that must be found.
 */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <net/page_pool.h>

#include <cmocka.h>

#include <netpage/explore.h>

struct shared {
	struct np_machine *machine;
	struct page_pool *pool;
	struct page *page[3]; /* out when the search begins */
	struct page *taken;   /* by the consumer */
	size_t bytes;	      /* of the machine, before there was a pool */
	unsigned int done;    /* how many have let go of what they had */
};

/* --- the program's parts --- */

static int make_pool(struct shared *s, unsigned int ring, unsigned int nr_out)
{
	/* Of order 1: one page at a time, where order 0 takes 64. */
	struct page_pool_params params = { .order = 1, .pool_size = ring, .nid = NUMA_NO_NODE };

	s->bytes = np_machine_memory(s->machine);
	s->pool = page_pool_create(&params);
	if (IS_ERR(s->pool))
		return (int)PTR_ERR(s->pool);
	for (unsigned int i = 0; i < nr_out; i++) {
		s->page[i] = page_pool_dev_alloc_pages(s->pool);
		if (!s->page[i])
			return -ENOMEM;
	}
	return 0;
}

static int set_up(struct np_machine *machine, void *state, unsigned int ring, unsigned int nr_out)
{
	struct shared *s = state;
	struct np_context context;
	int err = np_enter(&context, machine, 0, NP_KTHREAD, NULL);

	if (err)
		return err;
	s->machine = machine;
	err = make_pool(s, ring, nr_out);
	np_leave(&context);
	return err;
}

static int set_up_one(struct np_machine *machine, void *state)
{
	return set_up(machine, state, 2, 1);
}

static int set_up_two(struct np_machine *machine, void *state)
{
	return set_up(machine, state, 2, 2);
}

/* A ring of one: of two that come back, one may find it full. */
static int set_up_two_for_one(struct np_machine *machine, void *state)
{
	return set_up(machine, state, 1, 2);
}

/* One of two is back in the ring already. */
static int set_up_one_in_ring(struct np_machine *machine, void *state)
{
	struct shared *s = state;
	struct np_context context;
	int err = set_up(machine, state, 2, 2);

	if (err || np_enter(&context, machine, 0, NP_KTHREAD, NULL))
		return err;
	page_pool_put_full_page(s->pool, s->page[1], false);
	np_leave(&context);
	return 0;
}

static int cut_page(struct shared *s)
{
	struct page_pool_params params = {
		.flags = PP_FLAG_PAGE_FRAG, .order = 1, .pool_size = 2, .nid = NUMA_NO_NODE
	};
	unsigned int offset;

	s->bytes = np_machine_memory(s->machine);
	s->pool = page_pool_create(&params);
	if (IS_ERR(s->pool))
		return (int)PTR_ERR(s->pool);
	s->page[0] = page_pool_dev_alloc_frag(s->pool, &offset, 1024);
	s->page[1] = page_pool_dev_alloc_frag(s->pool, &offset, 1024);
	return s->page[0] && s->page[0] == s->page[1] ? 0 : -ENOMEM;
}

/* Two fragments of one page are out; the pool has the rest of it. */
static int set_up_fragments(struct np_machine *machine, void *state)
{
	struct shared *s = state;
	struct np_context context;
	int err = np_enter(&context, machine, 0, NP_KTHREAD, NULL);

	if (err)
		return err;
	s->machine = machine;
	err = cut_page(s);
	np_leave(&context);
	return err;
}

static void finished(struct shared *s)
{
	__atomic_fetch_add(&s->done, 1, __ATOMIC_RELEASE);
}

static bool one_is_done(void *state)
{
	return smp_load_acquire(&((struct shared *)state)->done) >= 1;
}

static bool two_are_done(void *state)
{
	return smp_load_acquire(&((struct shared *)state)->done) >= 2;
}

static void put_first(void *state)
{
	struct shared *s = state;

	page_pool_put_full_page(s->pool, s->page[0], false);
}

static void put_second(void *state)
{
	struct shared *s = state;

	page_pool_put_full_page(s->pool, s->page[1], false);
}

static void put_first_and_say_so(void *state)
{
	put_first(state);
	finished(state);
}

static void put_second_and_say_so(void *state)
{
	put_second(state);
	finished(state);
}

/* In its softirq, from the cache, the ring or the allocator; and back at once. */
static void take_and_recycle(void *state)
{
	struct shared *s = state;
	struct page *page = page_pool_dev_alloc_pages(s->pool);

	np_assert(page && page_count(page) == 1, "an allocated page has count %d, want 1",
		  page ? page_count(page) : 0);
	page_pool_recycle_direct(s->pool, page);
	finished(s);
}

static void destroy(void *state)
{
	page_pool_destroy(((struct shared *)state)->pool);
}

/* Whoever destroys a pool has stopped its consumer before. */
static void destroy_after_consumer(void *state)
{
	np_wait_until(one_is_done, state);
	destroy(state);
}

static void destroy_after_two(void *state)
{
	np_wait_until(two_are_done, state);
	destroy(state);
}

/* All pages are back with the allocator, and so is the pool's memory. */
static void is_gone(void *state)
{
	struct shared *s = state;
	size_t bytes;

	/* A pool that had pages out looks for them once a second. */
	np_machine_advance(s->machine, 2000);
	bytes = np_machine_memory(s->machine);
	np_assert(bytes == s->bytes, "%zu bytes are in use, want %zu", bytes, s->bytes);
	for (unsigned int i = 0; i < 3 && s->page[i]; i++)
		np_assert(np_page_is_free(s->machine, s->page[i]), "page %u is not free", i);
}

/* --- searching --- */

#define actor(name_, kind_, cpu_, body_)                                                           \
	{                                                                                          \
		.name = name_, .body = body_, .kind = kind_, .cpu = cpu_                           \
	}

static const struct np_machine_options three_cpus = { .nr_cpus = 3, .nr_pages = 64 };

/*
 * The races in 6.1 that nothing declares.  A consumer clears slots of the ring, and
 * __ptr_ring_empty() reads one, without marks.  And page_pool_defrag_page() learns from a read
 * without order that it has the last fragment: between what others did with theirs and what
 * becomes of the page there is only a control dependency, which is no order for a detector.
 */
static bool is_known_race(const struct np_found *found)
{
	const char *message = found->message;

	if (found->invariant != NP_DATA_RACE)
		return false;
	return (strstr(message, "__ptr_ring_produce") &&
		(strstr(message, "__ptr_ring_discard_one") ||
		 strstr(message, "__ptr_ring_empty"))) ||
	       strstr(message, "page_pool_defrag_page");
}

static struct np_explored *search(struct np_explore_options options)
{
	struct np_explored *explored = NULL;
	int err;

	options.machine = &three_cpus;
	options.state_size = sizeof(struct shared);
	options.final = is_gone;
	options.max_seconds = 240;
	err = np_explore(&options, &explored);
	if (err < 0)
		fail_msg("np_explore() returned %d", err);
	printf("# %lu executions, %lu steps at most, %s\n", explored->executions,
	       explored->max_steps, explored->exhausted ? "exhausted" : "NOT exhausted");
	return explored;
}

/* How many of @invariant were found; NP_INVARIANTS: of any. Known races count for nothing. */
static unsigned int count_found(const struct np_explored *explored, enum np_invariant invariant)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < explored->nr_found; i++) {
		const struct np_found *found = &explored->found[i];

		if (is_known_race(found) ||
		    (invariant != NP_INVARIANTS && found->invariant != invariant))
			continue;
		printf("# %s: %s: %s\n#   %s\n", np_invariant_name(found->invariant), found->object,
		       found->message, found->schedule);
		n++;
	}
	return n;
}

static void assert_holds(struct np_explore_options options)
{
	struct np_explored *explored = search(options);

	assert_true(explored->exhausted);
	assert_int_equal(count_found(explored, NP_INVARIANTS), 0);
	np_explored_free(explored);
}

static __maybe_unused void assert_use_after_free(struct np_explore_options options)
{
	struct np_explored *explored = search(options);

	assert_true(explored->exhausted);
	assert_int_not_equal(count_found(explored, NP_USE_AFTER_FREE), 0);
	np_explored_free(explored);
}

#ifdef NP_UNFIXED
#define assert_fixed(...) assert_use_after_free(__VA_ARGS__)
#else
#define assert_fixed(...) assert_holds(__VA_ARGS__)
#endif

static void pool_waits_for_whoever_recycles_its_last_page(void **unused)
{
	struct np_explore_options options = {
		.setup = set_up_one,
		.actors = { actor("recycle", NP_KTHREAD, 0, put_first),
			    actor("destroy", NP_KTHREAD, 1, destroy) },
	};

	assert_fixed(options);
}

static void pool_waits_for_a_softirq_that_recycles_its_last_page(void **unused)
{
	struct np_explore_options options = {
		.setup = set_up_one,
		.actors = { actor("recycle", NP_SOFTIRQ, 0, put_first),
			    actor("destroy", NP_KTHREAD, 1, destroy) },
	};

	assert_fixed(options);
}

static void page_comes_back_while_another_is_taken(void **unused)
{
	struct np_explore_options options = {
		.setup = set_up_one,
		.actors = { actor("napi", NP_SOFTIRQ, 0, take_and_recycle),
			    actor("recycle", NP_KTHREAD, 1, put_first),
			    actor("destroy", NP_KTHREAD, 0, destroy_after_consumer) },
	};

	assert_fixed(options);
}

/* The same on a machine whose writes wait in buffers, and under the kernel's memory model. */
static void pool_waits_on_weaker_machines(void **unused)
{
	struct np_explore_options options = {
		.setup = set_up_one,
		.memory = NP_MEMORY_TSO,
		.actors = { actor("recycle", NP_SOFTIRQ, 0, put_first),
			    actor("destroy", NP_KTHREAD, 1, destroy) },
	};

	assert_fixed(options);
	options.memory = NP_MEMORY_LKMM;
	assert_fixed(options);
}

static void two_pages_come_back_at_once(void **unused)
{
	struct np_explore_options options = {
		.setup = set_up_two,
		.actors = { actor("recycle1", NP_KTHREAD, 0, put_first),
			    actor("recycle2", NP_KTHREAD, 1, put_second),
			    actor("destroy", NP_KTHREAD, 2, destroy) },
	};

	assert_fixed(options);
}

static void cache_is_refilled_from_a_ring_that_is_being_filled(void **unused)
{
	struct np_explore_options options = {
		.setup = set_up_one_in_ring,
		.actors = { actor("napi", NP_SOFTIRQ, 0, take_and_recycle),
			    actor("recycle", NP_KTHREAD, 1, put_first),
			    actor("destroy", NP_KTHREAD, 0, destroy_after_consumer) },
	};

	assert_fixed(options);
}

static void last_fragment_comes_back_while_the_pool_gives_up_the_rest(void **unused)
{
	struct np_explore_options options = {
		.setup = set_up_fragments,
		.actors = { actor("frag1", NP_KTHREAD, 0, put_first),
			    actor("frag2", NP_KTHREAD, 1, put_second),
			    actor("destroy", NP_KTHREAD, 2, destroy) },
	};

	assert_fixed(options);
}

static void ring_of_one_is_full_for_the_second_page(void **unused)
{
	struct np_explore_options options = {
		.setup = set_up_two_for_one,
		.actors = { actor("recycle1", NP_KTHREAD, 0, put_first_and_say_so),
			    actor("recycle2", NP_KTHREAD, 1, put_second_and_say_so),
			    actor("destroy", NP_KTHREAD, 2, destroy_after_two) },
	};

	/* Both have left the ring when the pool ends: sound with or without the repair. */
	assert_holds(options);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pool_waits_for_whoever_recycles_its_last_page),
		cmocka_unit_test(pool_waits_for_a_softirq_that_recycles_its_last_page),
		cmocka_unit_test(page_comes_back_while_another_is_taken),
		cmocka_unit_test(pool_waits_on_weaker_machines),
		cmocka_unit_test(two_pages_come_back_at_once),
		cmocka_unit_test(cache_is_refilled_from_a_ring_that_is_being_filled),
		cmocka_unit_test(last_fragment_comes_back_while_the_pool_gives_up_the_rest),
		cmocka_unit_test(ring_of_one_is_full_for_the_second_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
