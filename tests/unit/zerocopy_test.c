/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "zerocopy_host.h"

#define PG 4096u

/* --- what is mapped, what is left to copying --- */

static void whole_pages_are_mapped_in_order(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 4);
	struct page *pages[3];

	queue_frags(&r, pages, PG, PG, PG);
	assert_int_equal(receive(&r, 3), 0);
	assert_received(&r, 3 * PG, 0, 0);
	for (unsigned long i = 0; i < 3; i++) {
		assert_ptr_equal(page_at(&r, i), pages[i]);
		/* The packet is gone: the mapping is the only holder. */
		assert_page_refs(pages[i], 1);
		assert_page_mapcount(pages[i], 1);
	}
	assert_null(page_at(&r, 3));
	assert_int_equal(tcp_inq(r.sk), 0);
	assert_int_equal(r.zc.err, 0);
}

static void nothing_in_the_queue_is_success(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 1);

	assert_int_equal(receive_at(&r, 0, PG, PG, 0), 0);
	assert_received(&r, 0, 0, 0);
	assert_int_equal(r.zc.copybuf_len, 0);
}

static void less_than_a_page_is_left_to_copying(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 1);

	queue_frags(&r, NULL, 1000);
	/* The area is not even looked at. */
	assert_int_equal(receive_at(&r, 5, PG, 0, 0), 0);
	assert_received(&r, 0, 1000, 1000);
}

static void what_fits_the_copy_buffer_is_copied_at_once(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 2);

	queue_frags(&r, NULL, PG, 100);
	assert_int_equal(receive_at(&r, 0, 2 * PG, PG + 100, 0), 0);
	assert_received(&r, 0, 0, 0);
	assert_int_equal(r.zc.copybuf_len, PG + 100);
	assert_null(page_at(&r, 0));
}

static void address_must_be_that_of_a_page_in_an_area(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 2);

	queue_frags(&r, NULL, PG);
	assert_int_equal(receive_at(&r, 2, PG, 0, 0), -EINVAL);
	r.vma->vm_start += 8;
	assert_int_equal(receive_at(&r, 0, PG, 0, 0), -EINVAL);
	r.vma->vm_start -= 8;
	r.vma->tcp_vma = false;
	assert_int_equal(receive_at(&r, 0, PG, 0, 0), -EINVAL);
	r.vma->tcp_vma = true;
	assert_int_equal(tcp_inq(r.sk), PG);
}

static void receiving_needs_a_process(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 1);

	queue_frags(&r, NULL, PG);
	r.zc = (struct tcp_zerocopy_receive){ .address = r.vma->vm_start, .length = PG };
	host_as(h, 0, NP_SOFTIRQ, NULL,
		assert_int_equal(tcp_zerocopy_receive(r.sk, &r.zc), -EINVAL));
	host_as(h, 0, NP_KTHREAD, NULL,
		assert_int_equal(tcp_zerocopy_receive(r.sk, &r.zc), -EINVAL));
}

static void partial_page_in_front_is_the_skip_hint(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 2);

	queue_frags(&r, NULL, 1000, 500, PG);
	assert_int_equal(receive(&r, 2), 0);
	assert_received(&r, 0, 1500, 1500 + PG);
	assert_int_equal(tcp_recvmsg(r.sk, r.zc.recv_skip_hint), 1500);
	assert_int_equal(receive(&r, 2), 0);
	assert_received(&r, PG, 0, 0);
}

static void partial_page_in_the_middle_ends_the_mapping(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 4);

	queue_frags(&r, NULL, PG, 1000, PG, PG);
	assert_int_equal(receive(&r, 4), 0);
	assert_received(&r, PG, 1000, 1000 + 2 * PG);
}

static void skip_hint_is_zero_when_all_that_was_asked_for_is_mapped(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 4);

	queue_frags(&r, NULL, PG, 1000);
	assert_int_equal(receive(&r, 1), 0);
	assert_received(&r, PG, 0, 1000);
}

static void partial_page_is_copied_where_there_is_a_buffer(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 4);

	queue_frags(&r, NULL, PG, 1000, PG, PG);
	assert_int_equal(receive_at(&r, 0, 4 * PG, 600, 0), 0);
	assert_int_equal(r.zc.copybuf_len, 600);
	assert_received(&r, PG, 400, 400 + 2 * PG);
	/* Now reading stands inside a fragment: the rest of the packet is for copying. */
	assert_int_equal(receive_at(&r, 1, 3 * PG, 0, 0), 0);
	assert_received(&r, 0, 400 + 2 * PG, 400 + 2 * PG);
}

static void rest_of_a_packet_is_received_later(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 3);
	struct page *pages[3];

	queue_frags(&r, pages, PG, PG, PG);
	assert_int_equal(receive(&r, 1), 0);
	assert_received(&r, PG, 0, 2 * PG);
	/* The packet is still there: its references are too. */
	assert_page_refs(pages[0], 2);
	assert_int_equal(receive_at(&r, 1, 2 * PG, 0, 0), 0);
	assert_received(&r, 2 * PG, 0, 0);
	assert_ptr_equal(page_at(&r, 2), pages[2]);
	assert_page_refs(pages[0], 1);
}

static void range_is_cut_to_area_queue_and_whole_pages(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 2);

	queue_frags(&r, NULL, PG, PG, PG);
	assert_int_equal(receive_at(&r, 1, 3 * PG, 0, 0), 0);
	assert_received(&r, PG, 0, 2 * PG);
	assert_int_equal(receive_at(&r, 0, PG + 100, 0, 0), 0);
	assert_received(&r, PG, 0, PG);
	assert_int_equal(receive_at(&r, 0, 100, 0, 0), 0);
	assert_received(&r, 0, 100, PG);
}

static void fragment_off_the_page_start_is_not_mapped(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 2);
	struct sk_buff *skb = alloc_skb(h->m, GFP_KERNEL);
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_COMP, 1);

	assert_int_equal(skb_add_rx_frag(skb, page, 2048, PG, PG), 0);
	assert_false(can_map_frag(h->m, &skb->shinfo->frags[0]));
	assert_int_equal(tcp_queue_rcv(r.sk, skb), 0);
	assert_int_equal(receive(&r, 1), 0);
	assert_received(&r, 0, PG, PG);
}

static void page_cache_and_compound_pages_are_left_to_copying_since_2024(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 2);
	struct address_space file = { 0 };
	struct page *page = np_add_to_page_cache(&file, h->B);
	struct sk_buff *skb = alloc_skb(h->m, GFP_KERNEL);

	assert_int_equal(np_loopback_sendfile(page, r.sk), 0);
	assert_int_equal(receive(&r, 1), 0);
	assert_received(&r, 0, PG, PG);
	assert_int_equal(tcp_recvmsg(r.sk, PG), PG);
	np_remove_from_page_cache(&file);

	page = alloc_pages(GFP_KERNEL | __GFP_COMP, 1);
	assert_int_equal(skb_add_rx_frag(skb, page, 0, PG, PG), 0);
	assert_int_equal(tcp_queue_rcv(r.sk, skb), 0);
	assert_int_equal(receive(&r, 1), 0);
	assert_received(&r, 0, PG, PG);
}

static void page_cache_and_compound_pages_were_mapped_in_the_threads_day(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 2);
	struct address_space file = { 0 };
	struct page *page = np_add_to_page_cache(&file, h->B);

	assert_int_equal(np_loopback_sendfile(page, r.sk), 0);
	assert_int_equal(receive(&r, 1), 0);
	assert_received(&r, PG, 0, 0);
	assert_page_mapcount(page, 1);
	unmap_at(&r, 0, 1);
	np_remove_from_page_cache(&file);
}

/* --- what is mapped there already --- */

static void range_is_unmapped_first(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 3);
	struct page *old[3], *pages[2];

	queue_frags(&r, old, PG, PG, PG);
	assert_int_equal(receive(&r, 3), 0);
	queue_frags(&r, pages, PG, PG);
	assert_int_equal(receive(&r, 3), 0);
	assert_received(&r, 2 * PG, 0, 0);
	assert_ptr_equal(page_at(&r, 1), pages[1]);
	/* Only as much as there is to be mapped. */
	assert_ptr_equal(page_at(&r, 2), old[2]);
	assert_page_refs(old[2], 1);
}

static void range_said_to_be_clean_is_cleaned_when_it_is_not(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 3);
	struct page *pages[3];

	queue_frags(&r, NULL, PG, PG, PG);
	assert_int_equal(receive(&r, 3), 0);
	unmap_at(&r, 0, 1);
	queue_frags(&r, pages, PG, PG, PG);
	assert_int_equal(receive_at(&r, 0, 3 * PG, 0, TCP_RECEIVE_ZEROCOPY_FLAG_TLB_CLEAN_HINT), 0);
	assert_received(&r, 3 * PG, 0, 0);
	for (unsigned long i = 0; i < 3; i++)
		assert_ptr_equal(page_at(&r, i), pages[i]);
}

static void insertion_is_tried_twice_with_the_hint_and_once_without(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 2);

	queue_frags(&r, NULL, PG, PG);
	np_fault_set(h->m, NP_FAULT_VM_INSERT_PAGE, 1, 2);
	assert_int_equal(receive(&r, 2), -EBUSY);
	assert_received(&r, 0, 2 * PG, 2 * PG);
	/* The second fault hits the first try of this call. */
	assert_int_equal(receive_at(&r, 0, 2 * PG, 0, TCP_RECEIVE_ZEROCOPY_FLAG_TLB_CLEAN_HINT), 0);
	assert_received(&r, 2 * PG, 0, 0);
}

static void second_failure_ends_the_call(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 2);

	queue_frags(&r, NULL, PG, PG);
	np_fault_set(h->m, NP_FAULT_VM_INSERT_PAGE, 1, 2);
	assert_int_equal(receive_at(&r, 0, 2 * PG, 0, TCP_RECEIVE_ZEROCOPY_FLAG_TLB_CLEAN_HINT),
			 -EBUSY);
	assert_received(&r, 0, 2 * PG, 2 * PG);
}

static void part_of_what_was_asked_for_is_success(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 3);

	queue_frags(&r, NULL, PG, PG, PG);
	np_fault_set(h->m, NP_FAULT_VM_INSERT_PAGE, 2, 1);
	assert_int_equal(receive_at(&r, 0, 3 * PG, PG, 0), 0);
	assert_received(&r, PG, 2 * PG, 2 * PG);
	/* After an error nothing is copied. */
	assert_int_equal(r.zc.copybuf_len, 0);
}

/* --- what the scheme is asked --- */

struct batch {
	unsigned int nr, not_mapped_from, not_mapped_to;
};

static struct batch batches[8];
static unsigned int nr_batches, fail_batch, nr_done;
static unsigned long inq_when_done;

static int charge_pages(struct np_receive *receive, struct page **pages, unsigned int nr)
{
	(void)pages;
	assert_non_null(receive->memcg);
	batches[nr_batches++] = (struct batch){ .nr = nr };
	return nr_batches == fail_batch ? -ENOMEM : 0;
}

static void pages_not_mapped(struct np_receive *receive, struct page **pages, unsigned int first,
			     unsigned int nr)
{
	(void)receive;
	(void)pages;
	batches[nr_batches - 1].not_mapped_from = first;
	batches[nr_batches - 1].not_mapped_to = nr;
}

static void receive_done(struct np_receive *receive)
{
	nr_done++;
	inq_when_done = tcp_inq(receive->sk);
}

static const struct np_scheme recording = {
	.abi = NP_SCHEME_ABI,
	.name = "recording",
	.summary = "writes down what it is asked",
	.origin = "this test",
	.recycle = NP_RECYCLE_DETACH,
	.cost = { .page_words = "none", .driver_changes = "none" },
	.charge_pages = charge_pages,
	.pages_not_mapped = pages_not_mapped,
	.receive_done = receive_done,
};
static const struct np_machine_options with_recording = { .nr_pages = HOST_PAGES,
							  .scheme = &recording };

static int recording_up(void **state)
{
	memset(batches, 0, sizeof(batches));
	nr_batches = nr_done = fail_batch = 0;
	return host_up(state);
}

static void batches_end_at_32_pages_and_at_each_packet(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 64);
	unsigned int sizes[40];

	for (int i = 0; i < 40; i++)
		sizes[i] = PG;
	queue(&r, 3, sizes, NULL);
	queue(&r, 40, sizes, NULL);
	assert_int_equal(receive(&r, 64), 0);
	assert_received(&r, 43 * PG, 0, 0);
	assert_int_equal(nr_batches, 3);
	assert_int_equal(batches[0].nr, 3);
	assert_int_equal(batches[1].nr, 32);
	assert_int_equal(batches[2].nr, 8);
	assert_int_equal(nr_done, 1);
	assert_int_equal(inq_when_done, 0);
}

static void first_batch_that_cannot_be_charged_is_an_error(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 4);
	struct page *pages[2];

	queue_frags(&r, pages, PG, PG);
	fail_batch = 1;
	assert_int_equal(receive(&r, 2), -ENOMEM);
	assert_received(&r, 0, 2 * PG, 2 * PG);
	assert_page_refs(pages[0], 1);
	assert_null(page_at(&r, 0));
	assert_int_equal(batches[0].not_mapped_to, 0);
	assert_int_equal(nr_done, 1);
}

static void later_batch_that_cannot_be_charged_ends_the_call(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 8);

	queue_frags(&r, NULL, PG, PG);
	queue_frags(&r, NULL, PG, PG, PG);
	fail_batch = 2;
	assert_int_equal(receive(&r, 8), 0);
	assert_received(&r, 2 * PG, 3 * PG, 3 * PG);
	assert_int_equal(nr_batches, 2);
	/* What was refused is still in the queue, and can be had later. */
	assert_int_equal(receive_at(&r, 2, 3 * PG, 0, 0), 0);
	assert_received(&r, 3 * PG, 0, 0);
}

static void scheme_is_told_which_pages_were_not_mapped(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 4);

	queue_frags(&r, NULL, PG, PG, PG);
	np_fault_set(h->m, NP_FAULT_VM_INSERT_PAGE, 2, 1);
	assert_int_equal(receive(&r, 3), 0);
	assert_int_equal(nr_batches, 1);
	assert_int_equal(batches[0].not_mapped_from, 1);
	assert_int_equal(batches[0].not_mapped_to, 3);
}

static void batch_is_charged_once_though_it_is_inserted_twice(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 4);

	queue_frags(&r, NULL, PG, PG, PG);
	np_fault_set(h->m, NP_FAULT_VM_INSERT_PAGE, 2, 1);
	assert_int_equal(receive_at(&r, 0, 3 * PG, 0, TCP_RECEIVE_ZEROCOPY_FLAG_TLB_CLEAN_HINT), 0);
	assert_received(&r, 3 * PG, 0, 0);
	assert_int_equal(nr_batches, 1);
	assert_int_equal(batches[0].not_mapped_to, 0);
}

static void cleaning_covers_the_range_of_later_batches_too(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 5);
	struct page *old[5];

	queue_frags(&r, old, PG, PG, PG, PG, PG);
	assert_int_equal(receive(&r, 5), 0);
	queue_frags(&r, NULL, PG, PG);
	queue_frags(&r, NULL, PG, PG);
	fail_batch = nr_batches + 2;
	assert_int_equal(receive_at(&r, 0, 4 * PG, 0, TCP_RECEIVE_ZEROCOPY_FLAG_TLB_CLEAN_HINT), 0);
	assert_received(&r, 2 * PG, 2 * PG, 2 * PG);
	/* As tcp_zerocopy_vm_insert_batch_error() does: from the first failure to the end. */
	assert_null(page_at(&r, 3));
	assert_true(np_page_is_free(h->m, old[3]));
	assert_ptr_equal(page_at(&r, 4), old[4]);
}

/* --- drivers that have not opted in --- */

static void receive_from(struct host *h, bool no_optin, int err, u32 length, u32 skip_hint)
{
	struct receiver r = receiver(h, h->P, 4);
	struct net_device *dev = nic(h, &(struct np_nic_options){ .no_optin = no_optin });

	rx(&r, dev, 2);
	assert_int_equal(receive(&r, 2), err);
	assert_received(&r, length, skip_hint, 2 * PG - length);
	np_sock_close(r.sk);
	do_munmap(h->P->mm, r.vma->vm_start, 4 * PAGE_SIZE);
	unregister_netdev(dev);
}

static void policy_allow_maps_their_pages_without_asking_the_scheme(void **state)
{
	receive_from(*state, true, 0, 2 * PG, 0);
	assert_int_equal(nr_batches, 0);
	receive_from(*state, false, 0, 2 * PG, 0);
	assert_int_equal(nr_batches, 1);
}

static void policy_copy_leaves_their_pages_to_copying(void **state)
{
	receive_from(*state, true, 0, 0, 2 * PG);
	receive_from(*state, false, 0, 2 * PG, 0);
}

static void policy_refuse_is_an_error(void **state)
{
	receive_from(*state, true, -EINVAL, 0, 2 * PG);
	receive_from(*state, false, 0, 2 * PG, 0);
}

static void policy_refuse_is_no_error_behind_what_was_mapped(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 4);
	struct net_device *good = nic(h, &(struct np_nic_options){ .name = "good" });
	struct net_device *bad =
		nic(h, &(struct np_nic_options){ .name = "bad", .no_optin = true });

	rx(&r, good, 1);
	rx(&r, bad, 1);
	assert_int_equal(receive(&r, 2), 0);
	assert_received(&r, PG, PG, PG);
	assert_int_equal(receive(&r, 1), -EINVAL);
}

static void policy_outlives_the_card(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 4);
	struct net_device *dev = nic(h, &(struct np_nic_options){ .no_optin = true });

	rx(&r, dev, 2);
	unregister_netdev(dev);
	assert_int_equal(receive(&r, 2), 0);
	assert_received(&r, 0, 2 * PG, 2 * PG);
}

/* --- two charges --- */

static void socket_memory_is_given_back_when_the_packet_is_read(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 4);

	queue_frags(&r, NULL, PG, PG);
	assert_int_equal(memcg_page_state(h->A, MEMCG_SOCK), 2);
	assert_int_equal(receive(&r, 1), 0);
	assert_int_equal(memcg_page_state(h->A, MEMCG_SOCK), 2);
	assert_int_equal(receive(&r, 1), 0);
	assert_int_equal(memcg_page_state(h->A, MEMCG_SOCK), 0);
	assert_memcg_usage(h->A, 0);
}

static void receiver_pins_nothing_beyond_the_call(void **state)
{
	struct host *h = *state;
	struct receiver r = receiver(h, h->P, 4);
	long pins = atomic_long_read(&h->A->css.refcnt);

	queue_frags(&r, NULL, PG);
	receive(&r, 1);
	np_machine_settle(h->m);
	drain_all_stock(h->A);
	assert_int_equal(atomic_long_read(&h->A->css.refcnt), pins);
}

#define recording_test(name)                                                                       \
	cmocka_unit_test_prestate_setup_teardown(name, recording_up, host_down,                    \
						 (void *)&with_recording)

int main(void)
{
	const struct np_machine_options thread = { .nr_pages = HOST_PAGES, .model = NP_MODEL_5_12 };
	const struct np_machine_options copy = { .nr_pages = HOST_PAGES, .policy = NP_POLICY_COPY };
	const struct np_machine_options refuse = { .nr_pages = HOST_PAGES,
						   .policy = NP_POLICY_REFUSE };
	const struct CMUnitTest tests[] = {
		host_test(whole_pages_are_mapped_in_order),
		host_test(nothing_in_the_queue_is_success),
		host_test(less_than_a_page_is_left_to_copying),
		host_test(what_fits_the_copy_buffer_is_copied_at_once),
		host_test(address_must_be_that_of_a_page_in_an_area),
		host_test(receiving_needs_a_process),
		host_test(partial_page_in_front_is_the_skip_hint),
		host_test(partial_page_in_the_middle_ends_the_mapping),
		host_test(skip_hint_is_zero_when_all_that_was_asked_for_is_mapped),
		host_test(partial_page_is_copied_where_there_is_a_buffer),
		host_test(rest_of_a_packet_is_received_later),
		host_test(range_is_cut_to_area_queue_and_whole_pages),
		host_test(fragment_off_the_page_start_is_not_mapped),
		host_test(page_cache_and_compound_pages_are_left_to_copying_since_2024),
		host_test_with(page_cache_and_compound_pages_were_mapped_in_the_threads_day,
			       &thread),
		host_test(range_is_unmapped_first),
		host_test(range_said_to_be_clean_is_cleaned_when_it_is_not),
		host_test(insertion_is_tried_twice_with_the_hint_and_once_without),
		host_test(second_failure_ends_the_call),
		host_test(part_of_what_was_asked_for_is_success),
		recording_test(batches_end_at_32_pages_and_at_each_packet),
		recording_test(first_batch_that_cannot_be_charged_is_an_error),
		recording_test(later_batch_that_cannot_be_charged_ends_the_call),
		recording_test(scheme_is_told_which_pages_were_not_mapped),
		recording_test(batch_is_charged_once_though_it_is_inserted_twice),
		recording_test(cleaning_covers_the_range_of_later_batches_too),
		recording_test(policy_allow_maps_their_pages_without_asking_the_scheme),
		host_test_with(policy_copy_leaves_their_pages_to_copying, &copy),
		host_test_with(policy_refuse_is_an_error, &refuse),
		host_test_with(policy_refuse_is_no_error_behind_what_was_mapped, &refuse),
		host_test_with(policy_outlives_the_card, &copy),
		host_test(socket_memory_is_given_back_when_the_packet_is_read),
		host_test(receiver_pins_nothing_beyond_the_call),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
