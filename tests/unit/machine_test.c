/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "host.h"

#include <pthread.h>
#include <sys/mman.h>

static int create(const struct np_machine_options *options)
{
	struct np_machine *m;
	int err = np_machine_create(&m, options);

	if (!err)
		assert_int_equal(np_machine_destroy(m), 0);
	return err;
}

/* --- creation --- */

static void machine_without_options_has_the_defaults(void **state)
{
	const struct np_machine_options *options;
	struct np_machine *m;

	(void)state;
	assert_int_equal(np_machine_create(&m, NULL), 0);
	options = np_machine_options_of(m);
	assert_int_equal(options->nr_cpus, 2);
	assert_int_equal(options->nr_nodes, 1);
	assert_int_equal(options->nr_pages, 65536);
	assert_int_equal(options->model, NP_MODEL_6_1);
	assert_int_equal(options->policy, NP_POLICY_ALLOW);
	assert_string_equal(options->scheme->name, "unaccounted");
	assert_int_equal(nr_free_pages(m), 65536);
	assert_int_equal(np_machine_destroy(m), 0);
}

static void options_out_of_range_are_refused(void **state)
{
	const struct np_scheme nameless = { .abi = NP_SCHEME_ABI };
	const struct np_machine_options bad[] = {
		{ .nr_cpus = NP_CPUS_MAX + 1 },
		{ .nr_nodes = NP_NODES_MAX + 1 },
		{ .nr_pages = ULONG_MAX },
		{ .nr_pages = (1UL << 40) + 1 },
		{ .nr_nodes = 4, .nr_pages = 3 },
		{ .model = (enum np_model)2 },
		{ .dma_layout = (enum np_dma_layout)3 },
		{ .policy = (enum np_zerocopy_policy)3 },
		{ .scheme = &nameless },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(create(&bad[i]), -EINVAL);
	assert_int_equal(np_machine_create(NULL, NULL), -EINVAL);
}

static void smallest_and_widest_machines_can_be_created(void **state)
{
	struct np_machine_options small = { .nr_cpus = 1, .nr_pages = 1 };
	struct np_machine_options wide = { .nr_cpus = NP_CPUS_MAX, .nr_nodes = NP_NODES_MAX };

	(void)state;
	assert_int_equal(create(&small), 0);
	assert_int_equal(create(&wide), 0);
}

static void machine_of_more_memory_than_can_be_addressed_is_no_memory(void **state)
{
	struct np_machine_options options = { .nr_pages = 1UL << 40 };

	(void)state;
	assert_int_equal(create(&options), -ENOMEM);
}

/* Pages of @ptr's mapping that are real. */
static unsigned long resident(void *ptr, size_t size)
{
	unsigned char *vec = calloc(1, size / PAGE_SIZE);
	unsigned long nr = 0;

	assert_int_equal(mincore(ptr, size, vec), 0);
	for (size_t i = 0; i < size / PAGE_SIZE; i++)
		nr += vec[i] & 1;
	free(vec);
	return nr;
}

static void machine_of_a_terabyte_touches_only_what_is_used(void **state)
{
	struct np_machine_options options = { .nr_pages = 1UL << 28 };
	struct np_context context;
	struct np_machine *m;
	struct page *page;
	size_t size = (1UL << 28) * sizeof(struct page);

	(void)state;
	assert_int_equal(np_machine_create(&m, &options), 0);
	assert_int_equal(nr_free_pages(m), 1UL << 28);
	assert_int_equal(resident(m->memmap, size), 0);
	assert_in_range(np_machine_memory(m), 0, 64 * 1024);
	assert_int_equal(np_enter(&context, m, 0, NP_KTHREAD, NULL), 0);
	page = alloc_page(GFP_KERNEL);
	assert_non_null(page);
	/* The heads of the halves of a block, one line of the per-CPU list, and what is read. */
	assert_in_range(resident(m->memmap, size), 1, 32);
	put_page(page);
	np_leave(&context);
	assert_int_equal(np_machine_destroy(m), 0);
}

static int init_err;
static unsigned int nr_exits;

static int scheme_init(struct np_machine *machine, void **priv)
{
	(void)machine;
	*priv = NULL;
	return init_err;
}

static void scheme_exit(struct np_machine *machine, void *priv)
{
	(void)machine;
	(void)priv;
	nr_exits++;
}

static struct np_scheme counted_scheme(void)
{
	struct np_scheme scheme = *np_scheme_find("unaccounted");

	scheme.init = scheme_init;
	scheme.exit = scheme_exit;
	return scheme;
}

static void error_of_the_schemes_init_is_returned(void **state)
{
	struct np_scheme scheme = counted_scheme();
	struct np_machine_options options = { .scheme = &scheme };

	(void)state;
	init_err = -EXDEV;
	nr_exits = 0;
	assert_int_equal(create(&options), -EXDEV);
	assert_int_equal(nr_exits, 0);
}

static void scheme_without_state_exits_once(void **state)
{
	struct np_scheme scheme = counted_scheme();
	struct np_machine_options options = { .scheme = &scheme };
	struct np_machine *m;

	(void)state;
	init_err = 0;
	nr_exits = 0;
	assert_int_equal(np_machine_create(&m, &options), 0);
	np_machine_rest(m);
	np_machine_teardown(m);
	assert_int_equal(nr_exits, 1);
	np_machine_teardown(m);
	assert_int_equal(np_machine_destroy(m), 0);
	assert_int_equal(nr_exits, 1);
}

/* --- the end --- */

static void nothing_can_be_destroyed(void **state)
{
	(void)state;
	assert_int_equal(np_machine_destroy(NULL), 0);
}

static void entered_machine_is_busy_and_stays_as_it_is(void **state)
{
	struct host *h = *state;

	assert_int_equal(np_machine_destroy(h->m), -EBUSY);
	assert_int_equal(h->A->online, 1);
	host_enter(h, 1, NP_KTHREAD, NULL);
	assert_int_equal(np_machine_destroy(h->m), -EBUSY);
	host_leave(h);
}

static void abandoned_machine_is_freed_as_it_stands(void **state)
{
	struct np_context context;
	struct np_machine *m;
	struct mem_cgroup *A;

	(void)state;
	assert_int_equal(np_machine_create(&m, NULL), 0);
	assert_int_equal(np_enter(&context, m, 0, NP_KTHREAD, NULL), 0);
	assert_int_equal(np_memcg_create(m, "A", NULL, &A), 0);
	assert_non_null(np_alloc(m, 123));
	assert_non_null(alloc_page(GFP_KERNEL));
	assert_int_equal(np_machine_abandon(m), -EBUSY);
	np_leave(&context);
	assert_int_equal(np_machine_abandon(m), 0);
	assert_int_equal(np_machine_abandon(NULL), 0);
}

static void machines_in_one_process_share_nothing(void **state)
{
	struct host *h = *state;
	struct np_context context;
	struct np_machine *other;
	struct mem_cgroup *A;

	assert_int_equal(np_machine_create(&other, NULL), 0);
	assert_int_equal(np_enter(&context, other, 0, NP_KTHREAD, NULL), 0);
	assert_int_equal(np_memcg_create(other, "A", NULL, &A), 0);
	assert_int_equal(try_charge(A, GFP_KERNEL, 1), 0);
	assert_counter(A, 64);
	assert_counter(h->A, 0);
	cancel_charge(A, 1);
	assert_int_equal(np_fault_set(other, NP_FAULT_ALLOC_PAGES, 1, 1), 0);
	np_leave(&context);
	put_page(alloc_page(GFP_KERNEL));
	np_machine_advance(other, 5);
	assert_int_equal(np_machine_jiffies(h->m), 0);
	assert_int_equal(np_machine_destroy(other), 0);
	assert_counter(h->A, 0);
}

static void unchecked_machine_keeps_no_notes(void **state)
{
	struct host *h = *state;
	struct page *page = alloc_page(GFP_KERNEL);
	char name[32];

	assert_null(h->m->notes);
	assert_int_equal(np_page_set_name(h->m, page, "p"), 0);
	assert_string_equal(np_page_name(h->m, page, name, sizeof(name)), "pfn:0");
	assert_int_equal(np_page_stamp(h->m, page, 0, PAGE_SIZE), 0);
	put_page(page);
	put_page(page);
	assert_violation(h->m, NP_USE_AFTER_PUT);
}

static void rest_lets_users_go_and_keeps_the_nics(void **state)
{
	struct host *h = *state;
	struct net_device *dev;
	struct vm_area_struct *vma;
	struct sock *sk;

	assert_int_equal(np_nic_create(h->m, NULL, &dev), 0);
	assert_int_equal(np_sock_create(h->m, "s", h->P, &sk), 0);
	assert_int_equal(tcp_mmap(h->P->mm, 4, &vma), 0);
	host_as(h, 0, NP_SOFTIRQ, NULL, np_nic_receive(dev, sk, 1, 0, NULL));
	np_machine_rest(h->m);
	assert_true(list_empty(&h->m->tasks));
	assert_true(list_empty(&h->m->socks));
	assert_null(get_current());
	assert_int_equal(dev->registered, 1);
	assert_counter(h->A, 0);
	assert_int_equal(np_check(h->m, NP_CHECK_REST), 0);
}

static void teardown_takes_nics_pools_and_groups_away(void **state)
{
	struct host *h = *state;
	const struct page_pool_params params = { .pool_size = 16 };
	struct address_space file = { 0 };
	struct net_device *dev;
	struct page_pool *pool;
	struct mem_cgroup *child;

	assert_int_equal(np_nic_create(h->m, NULL, &dev), 0);
	assert_int_equal(page_pool_create(h->m, "pool", &params, &pool), 0);
	assert_int_equal(np_memcg_create(h->m, "child", h->A, &child), 0);
	assert_non_null(np_add_to_page_cache(&file, child));
	host_leave(h);
	np_machine_rest(h->m);
	np_machine_teardown(h->m);
	assert_true(list_empty(&h->m->devs));
	assert_true(list_empty(&h->m->pools));
	assert_null(file.page);
	assert_int_equal(np_check(h->m, NP_CHECK_TEARDOWN), 0);
	assert_int_equal(nr_free_pages(h->m), HOST_PAGES);
}

static void charges_in_stocks_of_all_cpus_are_given_back_at_rest(void **state)
{
	struct host *h = *state;

	assert_int_equal(try_charge(h->A, GFP_KERNEL, 1), 0);
	host_as(h, 1, NP_TASK, h->Q, assert_int_equal(try_charge(h->A, GFP_KERNEL, 1), 0));
	assert_counter(h->A, 128);
	cancel_charge(h->A, 2);
	np_machine_rest(h->m);
	assert_counter(h->A, 0);
}

/* --- faults --- */

static void fault_hits_the_nth_call_and_those_after_it(void **state)
{
	struct host *h = *state;

	assert_int_equal(np_fault_set(h->m, NP_FAULT_DMA_MAP_PAGE, 3, 2), 0);
	assert_false(np_fault_hit(h->m, NP_FAULT_DMA_MAP_PAGE));
	assert_false(np_fault_hit(h->m, NP_FAULT_DMA_MAP_PAGE));
	assert_true(np_fault_hit(h->m, NP_FAULT_DMA_MAP_PAGE));
	assert_true(np_fault_hit(h->m, NP_FAULT_DMA_MAP_PAGE));
	assert_false(np_fault_hit(h->m, NP_FAULT_DMA_MAP_PAGE));
}

static void fault_counts_from_the_moment_it_is_set(void **state)
{
	struct host *h = *state;

	np_fault_set(h->m, NP_FAULT_ALLOC_PAGES, 2, 1);
	assert_false(np_fault_hit(h->m, NP_FAULT_ALLOC_PAGES));
	np_fault_set(h->m, NP_FAULT_ALLOC_PAGES, 2, 1);
	assert_false(np_fault_hit(h->m, NP_FAULT_ALLOC_PAGES));
	assert_true(np_fault_hit(h->m, NP_FAULT_ALLOC_PAGES));
}

static void fault_can_be_switched_off(void **state)
{
	struct host *h = *state;

	np_fault_set(h->m, NP_FAULT_ALLOC_PAGES, 1, ULONG_MAX);
	assert_true(np_fault_hit(h->m, NP_FAULT_ALLOC_PAGES));
	np_fault_set(h->m, NP_FAULT_ALLOC_PAGES, 0, 1);
	assert_false(np_fault_hit(h->m, NP_FAULT_ALLOC_PAGES));
}

static void fault_point_that_is_not_there_is_refused(void **state)
{
	struct host *h = *state;

	assert_int_equal(np_fault_set(h->m, NP_FAULT_POINTS, 1, 1), -EINVAL);
	assert_int_equal(np_fault_set(h->m, (enum np_fault_point) - 1, 1, 1), -EINVAL);
	assert_false(np_fault_hit(h->m, NP_FAULT_POINTS));
}

static void each_fault_fails_its_function(void **state)
{
	struct host *h = *state;
	struct net_device *dev;
	struct page *page;

	for (int point = 0; point < NP_FAULT_POINTS; point++)
		np_fault_set(h->m, (enum np_fault_point)point, 1, 1);
	assert_null(alloc_page(GFP_KERNEL));
	assert_int_equal(try_charge(h->A, GFP_KERNEL, 1), -ENOMEM);
	page = alloc_page(GFP_KERNEL);
	assert_true(page_is_pfmemalloc(page));
	put_page(page);
	/* Of the first 64 pages one could not be mapped for DMA: 63 are the pool's. */
	assert_int_equal(np_nic_create(h->m, NULL, &dev), 0);
	assert_int_equal(dev->pool->pages_state_hold_cnt, 63);
	unregister_netdev(dev);
}

/* --- threads --- */

static void *use_cpu_1(void *arg)
{
	struct host *h = arg;
	struct np_context context;

	while (np_enter(&context, h->m, 1, NP_TASK, h->Q))
		;
	for (int i = 0; i < 500; i++) {
		struct page *page = alloc_page(GFP_KERNEL | __GFP_ACCOUNT);

		put_page(page);
	}
	np_leave(&context);
	return NULL;
}

static void two_threads_use_one_machine_at_a_time(void **state)
{
	struct host *h = *state;
	pthread_t thread;

	assert_int_equal(pthread_create(&thread, NULL, use_cpu_1, h), 0);
	for (int i = 0; i < 500; i++)
		put_page(alloc_page(GFP_KERNEL | __GFP_ACCOUNT));
	pthread_join(thread, NULL);
	np_machine_rest(h->m);
	assert_int_equal(np_check(h->m, NP_CHECK_REST), 0);
	assert_counter(h->A, 0);
	assert_counter(h->B, 0);
}

int main(void)
{
	const struct np_machine_options unchecked = { .nr_pages = HOST_PAGES, .unchecked = true };
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(machine_without_options_has_the_defaults),
		cmocka_unit_test(options_out_of_range_are_refused),
		cmocka_unit_test(smallest_and_widest_machines_can_be_created),
		cmocka_unit_test(machine_of_more_memory_than_can_be_addressed_is_no_memory),
		cmocka_unit_test(machine_of_a_terabyte_touches_only_what_is_used),
		cmocka_unit_test(error_of_the_schemes_init_is_returned),
		cmocka_unit_test(scheme_without_state_exits_once),
		cmocka_unit_test(nothing_can_be_destroyed),
		host_test(entered_machine_is_busy_and_stays_as_it_is),
		cmocka_unit_test(abandoned_machine_is_freed_as_it_stands),
		host_test(machines_in_one_process_share_nothing),
		host_test_with(unchecked_machine_keeps_no_notes, &unchecked),
		host_test(rest_lets_users_go_and_keeps_the_nics),
		host_test(teardown_takes_nics_pools_and_groups_away),
		host_test(charges_in_stocks_of_all_cpus_are_given_back_at_rest),
		host_test(fault_hits_the_nth_call_and_those_after_it),
		host_test(fault_counts_from_the_moment_it_is_set),
		host_test(fault_can_be_switched_off),
		host_test(fault_point_that_is_not_there_is_refused),
		host_test(each_fault_fails_its_function),
		host_test(two_threads_use_one_machine_at_a_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
