/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Races of the kernel's own history that the language of scenarios cannot say, each as it was
 * and as it was repaired.  What is wrong passes when its actors run one after the other: only
 * the search over all schedules finds it.  What is repaired passes under every schedule.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include <machine.h>
#include <netpage/explore.h>
#include <schemes/network.h>

struct shared {
	struct np_machine *machine;
	struct page *page, *other;
	struct page_pool *pool;
	struct task_struct *task;
	struct mem_cgroup *memcg;
	void *block;
	u32 flag;
	unsigned long sink; /* where reads go */
};

#define FAULTY ((void *)1)
#define REPAIRED NULL

/* Whether the actor that is running is as the kernel was. */
static bool faulty(void)
{
	return np_actor_arg() == FAULTY;
}

static struct np_actor actor(const char *name, int cpu, void (*body)(void *state))
{
	return (struct np_actor){ .name = name, .body = body, .kind = NP_KTHREAD, .cpu = cpu };
}

static struct page *new_page(struct np_machine *machine, const char *name, gfp_t gfp,
			     unsigned int order)
{
	struct page *page = alloc_pages(GFP_KERNEL | gfp, order);

	if (page)
		np_page_set_name(machine, page, name);
	return page;
}

static struct np_explored *search(struct np_explore_options *options, void *arg)
{
	struct np_machine_options machine = { .nr_cpus = 2, .nr_pages = 4096 };
	struct np_explored *explored = NULL;

	for (int i = 0; options->actors[i].body; i++)
		options->actors[i].arg = arg;
	options->machine = &machine;
	options->state_size = sizeof(struct shared);
	assert_in_range(np_explore(options, &explored), 0, 1);
	assert_true(explored->exhausted);
	return explored;
}

static void print_found(const struct np_explored *explored)
{
	for (unsigned int i = 0; i < explored->nr_found; i++) {
		const struct np_found *found = &explored->found[i];

		print_message("%s: %s: %s\n", np_invariant_name(found->invariant), found->object,
			      found->message);
	}
	print_message("in %lu of %lu executions\n", explored->failed, explored->executions);
}

static bool has_found(const struct np_explored *explored, enum np_invariant invariant,
		      const char *text)
{
	for (unsigned int i = 0; i < explored->nr_found; i++)
		if (explored->found[i].invariant == invariant &&
		    strstr(explored->found[i].message, text))
			return true;
	return false;
}

/*
 * Whether the actors pass one after the other, in their order, which is the first execution. A
 * race, or a use that nothing keeps before a free, is known from one order to fail in another.
 */
static bool first_execution_passes(const struct np_explored *explored)
{
	const u64 foreseen = BIT(NP_DATA_RACE) | BIT(NP_USE_AFTER_FREE);

	for (unsigned int i = 0; i < explored->nr_found; i++)
		if (explored->found[i].first == 1 &&
		    !(BIT(explored->found[i].invariant) & foreseen))
			return false;
	return true;
}

/* As the kernel was: some schedules fail, the first does not. As it is: none does. */
static void assert_differs(struct np_explore_options options, enum np_invariant invariant,
			   const char *text)
{
	struct np_explored *explored = search(&options, FAULTY);

	if (!has_found(explored, invariant, text) || !first_execution_passes(explored))
		print_found(explored);
	assert_true(has_found(explored, invariant, text));
	assert_true(first_execution_passes(explored));
	np_explored_free(explored);
	explored = search(&options, REPAIRED);
	if (explored->nr_found)
		print_found(explored);
	assert_int_equal(explored->nr_found, 0);
	np_explored_free(explored);
}

/* Runs @body on CPU 0, as part of a set-up. */
static int on_cpu0(struct np_machine *machine, struct shared *s,
		   int (*body)(struct np_machine *machine, struct shared *s))
{
	struct np_context here;
	int err = np_enter(&here, machine, 0, NP_KTHREAD, NULL);

	s->machine = machine;
	if (!err)
		err = body(machine, s);
	np_leave(&here);
	return err;
}

/* --- counts --- */

static int allocate_page(struct np_machine *machine, struct shared *s)
{
	s->page = new_page(machine, "page", 0, 0);
	return s->page ? 0 : -ENOMEM;
}

static int set_up_page(struct np_machine *machine, void *state)
{
	return on_cpu0(machine, state, allocate_page);
}

/* Alone, as it thinks, the driver gives one of two references away. */
static void driver_takes_two_references(void *state)
{
	struct shared *s = state;

	if (faulty())
		set_page_count(s->page, 2);
	else
		page_ref_inc(s->page);
}

static void walker_comes_and_goes(void *state)
{
	struct shared *s = state;

	if (get_page_unless_zero(s->page))
		put_page(s->page);
}

static void both_references_are_there(void *state)
{
	struct shared *s = state;

	np_assert(page_ref_count(s->page) == 2, "the count is %d", page_ref_count(s->page));
}

/* "net: fix races in page->_count manipulation", 2014. */
static void driver_that_stores_a_count_loses_the_reference_of_a_walker(void **unused)
{
	struct np_explore_options options = {
		.setup = set_up_page,
		.final = both_references_are_there,
		.actors = { actor("driver", 0, driver_takes_two_references),
			    actor("walker", 1, walker_comes_and_goes) },
	};

	(void)unused;
	assert_differs(options, NP_ASSERTION, "the count is 1");
}

static int make_frozen_page(struct np_machine *machine, struct shared *s)
{
	s->page = new_page(machine, "page", 0, 0);
	return s->page && page_ref_freeze(s->page, 1) ? 0 : -ENOMEM;
}

static int set_up_frozen_page(struct np_machine *machine, void *state)
{
	return on_cpu0(machine, state, make_frozen_page);
}

/* The next owner's words, then the count that lets walkers in. */
static void owner_gives_the_page_a_count(void *state)
{
	struct shared *s = state;

	s->page->private = 7;
	if (faulty())
		set_page_count(s->page, 1);
	else
		page_ref_unfreeze(s->page, 1);
}

static void walker_reads_the_words_of_the_owner(void *state)
{
	struct shared *s = state;

	if (get_page_unless_zero(s->page))
		np_assert(s->page->private == 7, "private is %lu", s->page->private);
}

/* The seed's set_page_count(page, 1) is a plain store: nothing is ordered before it. */
static void count_that_is_set_without_a_release_lets_a_walker_in_too_early(void **unused)
{
	struct np_explore_options options = {
		.setup = set_up_frozen_page,
		.memory = NP_MEMORY_LKMM,
		.actors = { actor("owner", 0, owner_gives_the_page_a_count),
			    actor("walker", 1, walker_reads_the_words_of_the_owner) },
	};

	(void)unused;
	assert_differs(options, NP_ASSERTION, "private is 0");
}

static int get_compound_page(struct np_machine *machine, struct shared *s)
{
	s->page = new_page(machine, "page", __GFP_COMP, 1);
	if (s->page)
		get_page(s->page);
	return s->page ? 0 : -ENOMEM;
}

static int set_up_compound_page(struct np_machine *machine, void *state)
{
	return on_cpu0(machine, state, get_compound_page);
}

/* As it was: a page that somebody else has freed in the meantime is no head any more. */
static void free_pages_and_look_at_the_head(struct page *page, unsigned int order)
{
	if (put_page_testzero(page))
		free_unref_page(page, order);
	else if (!PageHead(page))
		while (order-- > 0)
			free_unref_page(page + (1UL << order), order);
}

static void owner_frees_compound_page(void *state)
{
	struct shared *s = state;

	if (faulty())
		free_pages_and_look_at_the_head(s->page, 1);
	else
		__free_pages(s->page, 1);
}

static void walker_puts_compound_page(void *state)
{
	put_page(((struct shared *)state)->page);
}

/* 462a8e08e0e6 */
static void head_is_looked_for_after_the_reference_has_gone(void **unused)
{
	struct np_explore_options options = {
		.setup = set_up_compound_page,
		.check_rest = true,
		.actors = { actor("owner", 0, owner_frees_compound_page),
			    actor("walker", 1, walker_puts_compound_page) },
	};

	(void)unused;
	assert_differs(options, NP_PAGE_IN_ONE_PLACE, "");
}

/* --- a driver that counts what it has given away --- */

/* Of two halves that are under way, one goes: whoever is asked, the other stays. */
static int give_two_halves(struct np_machine *machine, struct shared *s)
{
	s->page = new_page(machine, "page", 0, 0);
	if (s->page)
		page_ref_add(s->page, 2);
	return s->page ? 0 : -ENOMEM;
}

static int set_up_halves(struct np_machine *machine, void *state)
{
	return on_cpu0(machine, state, give_two_halves);
}

/* Of three references one is the driver's: the other half is free if one more is left. */
static void driver_redirects_a_frame(void *state)
{
	struct shared *s = state;
	int count = page_ref_count(s->page);

	smp_store_release(&s->flag, 1u);
	if (faulty())
		count = page_ref_count(s->page);
	np_assert(count - 1 > 1, "posts a half that is still under way");
}

static void other_cpu_has_sent_the_frame(void *state)
{
	struct shared *s = state;

	if (smp_load_acquire(&s->flag))
		put_page(s->page);
}

/* 75aab4e10ae6, a06316dc87bd, 1beb7830d3b2, 98dfb02aa222 */
static void count_is_read_after_the_frame_was_redirected(void **unused)
{
	struct np_explore_options options = {
		.setup = set_up_halves,
		.actors = { actor("driver", 0, driver_redirects_a_frame),
			    actor("sender", 1, other_cpu_has_sent_the_frame) },
	};

	(void)unused;
	assert_differs(options, NP_ASSERTION, "posts a half that is still under way");
}

/* --- pools --- */

/* What is left of a pool, with one page out. */
struct pool {
	struct ptr_ring ring;
	atomic_t inflight;
	u64 recycled;
};

static int make_pool(struct np_machine *machine, struct shared *s)
{
	struct pool *pool = np_alloc(machine, sizeof(*pool));

	s->page = new_page(machine, "page", 0, 0);
	s->block = pool;
	if (!pool || !s->page)
		return -ENOMEM;
	atomic_set(&pool->inflight, 1);
	return ptr_ring_init(machine, &pool->ring, 2);
}

static int set_up_pool(struct np_machine *machine, void *state)
{
	return on_cpu0(machine, state, make_pool);
}

static void page_comes_back(void *state)
{
	struct shared *s = state;
	struct pool *pool = s->block;

	spin_lock_bh(&pool->ring.producer_lock);
	__ptr_ring_produce(&pool->ring, s->page);
	if (!faulty())
		pool->recycled++;
	spin_unlock_bh(&pool->ring.producer_lock);
	if (faulty())
		pool->recycled++;
}

static void pool_is_destroyed(void *state)
{
	struct shared *s = state;
	struct pool *pool = s->block;

	if (ptr_ring_consume_bh(&pool->ring))
		atomic_dec(&pool->inflight);
	if (atomic_read(&pool->inflight))
		return;
	/* Whoever put the last page may still be in there. */
	if (!faulty()) {
		spin_lock_bh(&pool->ring.producer_lock);
		spin_unlock_bh(&pool->ring.producer_lock);
	}
	ptr_ring_cleanup(s->machine, &pool->ring, NULL);
	np_free(s->machine, pool, sizeof(*pool));
}

/* 271683bb2cf3, CVE-2025-38129 */
static void pool_is_freed_under_whoever_recycles_its_last_page(void **unused)
{
	struct np_explore_options options = {
		.setup = set_up_pool,
		.actors = { actor("recycle", 0, page_comes_back),
			    actor("destroy", 1, pool_is_destroyed) },
	};

	(void)unused;
	assert_differs(options, NP_USE_AFTER_FREE, "");
}

/* A page is published as it was before a8ceb5dbfde1, then as it is. */
static void producer_fills_a_page(void *state)
{
	struct shared *s = state;
	struct pool *pool = s->block;

	s->page->private = 7;
	if (faulty())
		WRITE_ONCE(pool->ring.queue[0], s->page);
	else
		__ptr_ring_produce(&pool->ring, s->page);
}

static void consumer_reads_a_page(void *state)
{
	struct pool *pool = ((struct shared *)state)->block;
	struct page *page = __ptr_ring_consume(&pool->ring);

	if (page)
		np_assert(page->private == 7, "private is %lu", page->private);
}

static void ring_publishes_a_pointer_before_what_it_points_to(void **unused)
{
	struct np_explore_options options = {
		.setup = set_up_pool,
		.memory = NP_MEMORY_LKMM,
		.actors = { actor("producer", 0, producer_fills_a_page),
			    actor("consumer", 1, consumer_reads_a_page) },
	};

	(void)unused;
	assert_differs(options, NP_ASSERTION, "private is 0");
}

/* --- packets --- */

/* A packet, its clone, and one more that may swallow it: pages of a pool. */
struct packets {
	struct sk_buff *to, *from, *clone;
};

static struct sk_buff *pool_packet(struct shared *s, struct page *page)
{
	struct sk_buff *skb = page ? alloc_skb(s->machine, GFP_KERNEL) : NULL;

	if (skb) {
		skb_add_rx_frag(skb, page, 0, PAGE_SIZE, PAGE_SIZE);
		skb_mark_for_recycle(skb);
	}
	return skb;
}

static int make_packets(struct np_machine *machine, struct shared *s)
{
	struct page_pool_params params = { .pool_size = 2, .nid = NUMA_NO_NODE, .order = 1 };
	struct packets *packets = np_alloc(machine, sizeof(*packets));
	int err = packets ? page_pool_create(machine, "pool", &params, &s->pool) : -ENOMEM;

	if (err)
		return err;
	s->block = packets;
	s->other = page_pool_alloc_pages(s->pool, GFP_KERNEL);
	s->page = page_pool_alloc_pages(s->pool, GFP_KERNEL);
	packets->to = pool_packet(s, s->other);
	packets->from = pool_packet(s, s->page);
	if (!packets->to || !packets->from)
		return -ENOMEM;
	packets->clone = skb_clone(packets->from, GFP_KERNEL);
	return packets->clone ? 0 : -ENOMEM;
}

static int set_up_packets(struct np_machine *machine, void *state)
{
	return on_cpu0(machine, state, make_packets);
}

/* Takes page references where pool references would be needed. */
static void coalesce_without_a_look_at_clones(struct sk_buff *to, struct sk_buff *from)
{
	skb_frag_t *frag = &to->shinfo->frags[to->shinfo->nr_frags++];

	*frag = from->shinfo->frags[0];
	__skb_frag_ref(frag);
}

static void coalesce_and_free(void *state)
{
	struct packets *packets = ((struct shared *)state)->block;

	if (faulty())
		coalesce_without_a_look_at_clones(packets->to, packets->from);
	else
		skb_try_coalesce(packets->to, packets->from);
	kfree_skb(packets->from);
	kfree_skb(packets->to);
}

static void free_clone(void *state)
{
	struct packets *packets = ((struct shared *)state)->block;

	kfree_skb(packets->clone);
}

/* 2cc3aeb5eccc, 1effe8ca4e34: both packets give the page back to its pool. */
static void coalesced_packet_and_clone_are_released_at_the_same_time(void **unused)
{
	struct np_explore_options options = {
		.setup = set_up_packets,
		.check_rest = true,
		.actors = { actor("coalesce", 0, coalesce_and_free),
			    actor("release", 1, free_clone) },
	};

	(void)unused;
	assert_differs(options, NP_POOL_DRAINED, "");
}

/* --- groups --- */

static int make_charged_page(struct np_machine *machine, struct shared *s)
{
	int err = np_memcg_create(machine, "A", NULL, &s->memcg);

	s->page = new_page(machine, "page", 0, 0);
	if (err || !s->page)
		return err ? err : -ENOMEM;
	err = mem_cgroup_charge(s->page, s->memcg, GFP_KERNEL);
	/* Nothing but the page holds it once it is removed. */
	drain_all_stock(s->memcg);
	return err;
}

static int set_up_charged_page(struct np_machine *machine, void *state)
{
	return on_cpu0(machine, state, make_charged_page);
}

/* As it was: what a page pins goes before what it was charged for. */
static void uncharge_after_the_pin(struct page *page)
{
	struct mem_cgroup *memcg = page_memcg(page);

	WRITE_ONCE(page->memcg_data, 0UL);
	css_put(&memcg->css);
	page_counter_uncharge(&memcg->memory, 1);
}

static void uncharge_page(void *state)
{
	struct shared *s = state;

	if (faulty())
		uncharge_after_the_pin(s->page);
	else
		mem_cgroup_uncharge(s->page);
}

static void remove_group(void *state)
{
	np_memcg_rmdir(((struct shared *)state)->memcg);
}

/* f1796544a0ca */
static void group_goes_away_before_its_batch_is_uncharged(void **unused)
{
	struct np_explore_options options = {
		.setup = set_up_charged_page,
		.actors = { actor("uncharge", 0, uncharge_page), actor("rmdir", 1, remove_group) },
	};

	(void)unused;
	assert_differs(options, NP_USE_AFTER_FREE, "");
}

static int make_objcg(struct np_machine *machine, struct shared *s)
{
	int err = np_memcg_create(machine, "A", NULL, &s->memcg);

	if (err)
		return err;
	s->block = s->memcg->objcg;
	obj_cgroup_get(s->memcg->objcg);
	return 0;
}

static int set_up_objcg(struct np_machine *machine, void *state)
{
	return on_cpu0(machine, state, make_objcg);
}

/* As it was: the group that is found may be on its way out. */
static void get_group_of_objcg(void *state)
{
	struct obj_cgroup *objcg = ((struct shared *)state)->block;
	struct mem_cgroup *memcg;

	if (faulty()) {
		rcu_read_lock();
		memcg = READ_ONCE(objcg->memcg);
		css_get(&memcg->css);
		rcu_read_unlock();
	} else {
		memcg = get_mem_cgroup_from_objcg(objcg);
	}
	page_counter_read(&memcg->memory);
	css_put(&memcg->css);
}

/* 9f38f03ae8d5 */
static void reference_to_a_group_is_taken_when_none_is_left(void **unused)
{
	struct np_explore_options options = {
		.setup = set_up_objcg,
		.actors = { actor("get", 0, get_group_of_objcg), actor("rmdir", 1, remove_group) },
	};

	(void)unused;
	assert_differs(options, NP_USE_AFTER_FREE, "");
}

/* --- stocks --- */

static int fill_stock(struct np_machine *machine, struct shared *s)
{
	struct np_context here;
	int err = np_memcg_create(machine, "A", NULL, &s->memcg);

	if (!err)
		err = np_enter(&here, machine, 1, NP_KTHREAD, NULL);
	if (err)
		return err;
	err = try_charge(s->memcg, GFP_KERNEL, 1);
	np_leave(&here);
	return err;
}

static int set_up_stock(struct np_machine *machine, void *state)
{
	return on_cpu0(machine, state, fill_stock);
}

static void charge_twice(void *state)
{
	struct mem_cgroup *memcg = ((struct shared *)state)->memcg;

	try_charge(memcg, GFP_KERNEL, 1);
	try_charge(memcg, GFP_KERNEL, 1);
}

static void drain_stock_of_the_other_cpu(void *state)
{
	struct shared *s = state;

	if (faulty())
		np_drain_stock(s->machine, 1);
	else
		drain_all_stock(s->memcg);
}

static void three_pages_are_charged(void *state)
{
	struct shared *s = state;
	unsigned long usage = np_memcg_usage(s->memcg);

	np_assert(usage == 3, "%lu pages are charged", usage);
}

/* mm/memcontrol.c, drain_all_stock(), 6.1: schedule_work_on(), never a write from elsewhere. */
static void stock_is_drained_from_another_cpu(void **unused)
{
	struct np_explore_options options = {
		.setup = set_up_stock,
		.final = three_pages_are_charged,
		.actors = { actor("charge", 1, charge_twice),
			    actor("drain", 0, drain_stock_of_the_other_cpu) },
	};

	(void)unused;
	assert_differs(options, NP_ASSERTION, "pages are charged");
}

static int fill_stock_and_remove(struct np_machine *machine, struct shared *s)
{
	int err = fill_stock(machine, s);

	if (err)
		return err;
	/* Removed as a group is whose last pages go into a stock afterwards. */
	machine->cpus[1].stock.nr_pages = 0;
	err = np_memcg_rmdir(s->memcg);
	machine->cpus[1].stock.nr_pages = 1;
	return err;
}

static int set_up_stock_of_a_dead_group(struct np_machine *machine, void *state)
{
	return on_cpu0(machine, state, fill_stock_and_remove);
}

static void look_whose_stock_it_is(void *state)
{
	struct shared *s = state;
	const struct mem_cgroup *cached;

	if (!faulty())
		rcu_read_lock();
	cached = smp_load_acquire(&s->machine->cpus[1].stock.cached);
	if (cached)
		s->sink = (unsigned long)READ_ONCE(cached->parent);
	if (!faulty())
		rcu_read_unlock();
}

static void stock_is_taken_by_another_group(void *state)
{
	refill_stock(root_mem_cgroup(((struct shared *)state)->machine), 0);
}

/* e1a366be5cb4 */
static void stock_is_looked_at_without_rcu(void **unused)
{
	struct np_explore_options options = {
		.setup = set_up_stock_of_a_dead_group,
		.actors = { actor("look", 0, look_whose_stock_it_is),
			    actor("refill", 1, stock_is_taken_by_another_group) },
	};

	(void)unused;
	assert_differs(options, NP_USE_AFTER_FREE, "");
}

/* --- limits --- */

static int make_group(struct np_machine *machine, struct shared *s)
{
	return np_memcg_create(machine, "A", NULL, &s->memcg);
}

static int set_up_group(struct np_machine *machine, void *state)
{
	return on_cpu0(machine, state, make_group);
}

static void lower_the_limit(void *state)
{
	struct shared *s = state;
	struct page_counter *counter = &s->memcg->memory;

	if (!faulty()) {
		s->flag = !page_counter_set_max(counter, 0);
		return;
	}
	WRITE_ONCE(counter->max, 0UL);
	s->flag = !page_counter_read(counter);
}

static void charge_one(void *state)
{
	struct page_counter *fail;

	page_counter_try_charge(&((struct shared *)state)->memcg->memory, 1, &fail);
}

static void limit_holds(void *state)
{
	struct shared *s = state;

	np_assert(!s->flag || !page_counter_read(&s->memcg->memory),
		  "the limit was set, and more is charged");
}

/* mm/page_counter.c, page_counter_set_max(), 6.1: a full barrier between the store and the look. */
static void limit_is_lowered_while_a_charge_is_made(void **unused)
{
	struct np_explore_options options = {
		.setup = set_up_group,
		.final = limit_holds,
		.memory = NP_MEMORY_TSO,
		.actors = { actor("limit", 0, lower_the_limit), actor("charge", 1, charge_one) },
	};

	(void)unused;
	assert_differs(options, NP_ASSERTION, "the limit was set, and more is charged");
}

/* --- unmapping --- */

static int map_charged_page(struct np_machine *machine, struct shared *s)
{
	struct np_context here;
	int err = np_memcg_create(machine, "A", NULL, &s->memcg);

	if (!err)
		err = np_task_create(machine, "P", s->memcg, &s->task);
	if (!err)
		err = np_enter(&here, machine, 0, NP_TASK, s->task);
	if (err)
		return err;
	s->page = new_page(machine, "page", __GFP_ACCOUNT, 0);
	np_leave(&here);
	return s->page ? 0 : -ENOMEM;
}

static int set_up_mapped_page(struct np_machine *machine, void *state)
{
	return on_cpu0(machine, state, map_charged_page);
}

/* What each of two last unmaps does that heard the driver say that it is alone. */
static void zap(void *state)
{
	struct shared *s = state;

	if (faulty())
		__memcg_kmem_uncharge_page(s->page, 0);
	else
		np_network_uncharge(s->page);
}

static void nothing_is_charged(void *state)
{
	struct shared *s = state;
	long usage = (long)page_counter_read(&s->memcg->memory) - (long)np_memcg_stock(s->memcg);

	np_assert(usage == 0, "%ld pages are charged", usage);
}

/* Fine for a page whose count is 0: there nobody else is. */
static void two_tasks_zap_and_both_uncharge(void **unused)
{
	struct np_explore_options options = {
		.setup = set_up_mapped_page,
		.final = nothing_is_charged,
		.actors = { actor("app", 0, zap), actor("app2", 1, zap) },
	};

	(void)unused;
	assert_differs(options, NP_ASSERTION, "-1 pages are charged");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(driver_that_stores_a_count_loses_the_reference_of_a_walker),
		cmocka_unit_test(count_that_is_set_without_a_release_lets_a_walker_in_too_early),
		cmocka_unit_test(head_is_looked_for_after_the_reference_has_gone),
		cmocka_unit_test(count_is_read_after_the_frame_was_redirected),
		cmocka_unit_test(pool_is_freed_under_whoever_recycles_its_last_page),
		cmocka_unit_test(ring_publishes_a_pointer_before_what_it_points_to),
		cmocka_unit_test(coalesced_packet_and_clone_are_released_at_the_same_time),
		cmocka_unit_test(group_goes_away_before_its_batch_is_uncharged),
		cmocka_unit_test(reference_to_a_group_is_taken_when_none_is_left),
		cmocka_unit_test(stock_is_drained_from_another_cpu),
		cmocka_unit_test(stock_is_looked_at_without_rcu),
		cmocka_unit_test(limit_is_lowered_while_a_charge_is_made),
		cmocka_unit_test(two_tasks_zap_and_both_uncharge),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
