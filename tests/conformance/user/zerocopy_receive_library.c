/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The steps on a socket of the library, which runs the kernel as it is: no scheme accounts for
 * what is mapped.
 *
 * What a loopback device and tcp_queue_rcv() of 6.1 do before the receiver looks is done here:
 * packets of up to twelve pages, each in a page of its own, put together in the queue for as
 * long as they have no more fragments than that kernel allows.
 */
#include <netpage/netpage.h>

#include "zerocopy_steps.h"

/* Three segments of four pages each, as the device's MTU has it. */
#define PAGES_OF_A_PACKET 12u
/* CONFIG_MAX_SKB_FRAGS of 6.1. */
#define MAX_FRAGS_6_1 17
#define NR_SENT 256
#define NR_FILES 64

struct world {
	struct np_machine *machine;
	struct np_context context;
	struct mem_cgroup *memcg;
	struct task_struct *task;
	struct sock *sk;
	struct vm_area_struct *vma;
	unsigned long seq; /* of the next byte */
	/* Where in the stream the last pages were. */
	struct {
		unsigned long seq;
		struct page *page;
	} sent[NR_SENT];
	unsigned int nr_sent;
	/* Files of one page each. */
	struct address_space file[NR_FILES];
	unsigned int nr_files;
};

static struct world world;

static unsigned int world_queued(void)
{
	return (unsigned int)tcp_inq(world.sk);
}

static struct sk_buff *last_packet(void)
{
	struct list_head *queue = &world.sk->sk_receive_queue;

	return list_empty(queue) ? NULL : list_entry(queue->prev, struct sk_buff, list);
}

/* Models: net/ipv4/tcp_input.c, tcp_queue_rcv(), 6.1. */
static bool queue_packet(struct sk_buff *skb)
{
	struct sk_buff *tail = last_packet();

	if (tcp_queue_rcv(world.sk, skb))
		return false;
	if (tail && tail->shinfo->nr_frags + skb->shinfo->nr_frags <= MAX_FRAGS_6_1 &&
	    skb_try_coalesce(tail, skb))
		kfree_skb(skb);
	return true;
}

/* A page with a reference that is the packet's. */
static struct page *get_fragment(bool of_a_file)
{
	struct page *page;

	if (!of_a_file)
		return alloc_page(GFP_ATOMIC);
	if (world.nr_files == NR_FILES)
		return NULL;
	page = np_add_to_page_cache(&world.file[world.nr_files++], world.memcg);
	if (page)
		get_page(page);
	return page;
}

static bool add_page(struct sk_buff *skb, unsigned int bytes, bool of_a_file)
{
	struct page *page = get_fragment(of_a_file);
	unsigned int i = world.nr_sent++ % NR_SENT;

	if (!page || skb_add_rx_frag(skb, page, 0, bytes, PG))
		return false;
	world.sent[i].seq = world.seq;
	world.sent[i].page = page;
	world.seq += bytes;
	return true;
}

/* @nr fragments of @bytes each in one packet. */
static bool send_packet(unsigned int nr, unsigned int bytes, bool of_a_file)
{
	struct np_context softirq;
	struct sk_buff *skb;
	bool sent;

	if (np_enter(&softirq, world.machine, 0, NP_SOFTIRQ, NULL))
		return false;
	skb = alloc_skb(world.machine, GFP_ATOMIC);
	sent = skb;
	while (sent && nr--)
		sent = add_page(skb, bytes, of_a_file);
	sent = sent && queue_packet(skb);
	np_leave(&softirq);
	return sent;
}

static bool world_send_pages(unsigned int nr)
{
	bool sent = true;

	while (nr && sent) {
		unsigned int n = nr < PAGES_OF_A_PACKET ? nr : PAGES_OF_A_PACKET;

		sent = send_packet(n, PG, false);
		nr -= n;
	}
	return sent;
}

static bool world_send_bytes(unsigned int nr)
{
	return send_packet(1, nr, false);
}

static bool world_send_file(unsigned int nr)
{
	return send_packet(nr, PG, true);
}

static struct result world_receive(long at, unsigned int length, unsigned int copybuf,
				   bool clean_hint)
{
	struct tcp_zerocopy_receive zc = {
		.address = (u64)((long)world.vma->vm_start + at),
		.length = length,
		.copybuf_len = copybuf,
		.flags = clean_hint ? TCP_RECEIVE_ZEROCOPY_FLAG_TLB_CLEAN_HINT : 0,
	};
	int err = tcp_zerocopy_receive(world.sk, &zc);

	if (err)
		return (struct result){ .err = err };
	return (struct result){
		.err = zc.err,
		.length = zc.length,
		.hint = zc.recv_skip_hint,
		.inq = zc.inq,
		.copied = zc.copybuf_len,
	};
}

static unsigned int world_read(unsigned int bytes)
{
	return (unsigned int)tcp_recvmsg(world.sk, bytes);
}

static void world_unmap(unsigned int place, unsigned int nr)
{
	zap_page_range(world.vma, world.vma->vm_start + place * PAGE_SIZE, nr * PAGE_SIZE);
}

static struct mapped world_mapped(void)
{
	struct mapped m = { 0, 0, 0 };

	for (unsigned int i = 0; i < NR_PLACES; i++) {
		const struct page *page = world.vma->ptes[i].page;

		if (!page)
			continue;
		m.pages++;
		m.alone += page_mapcount(page) == 1;
		m.charged += page_memcg(page) != NULL;
	}
	return m;
}

static const struct page *sent_at(unsigned long seq)
{
	for (unsigned int i = 0; i < NR_SENT; i++)
		if (world.sent[i].page && world.sent[i].seq == seq)
			return world.sent[i].page;
	return NULL;
}

/* A page has no bytes here: it is the page that was sent, or it is not. */
static bool world_content(long at, unsigned int length, unsigned long seq)
{
	for (unsigned int done = 0; done < length; done += PG)
		if (world.vma->ptes[(at + (long)done) / PG].page != sent_at(seq + done))
			return false;
	return true;
}

static bool world_up(void)
{
	const struct np_machine_options options = {
		.nr_pages = 4096,
		.scheme = np_scheme_find("unaccounted"),
	};

	return !np_machine_create(&world.machine, &options) &&
	       !np_memcg_create(world.machine, "receiver", NULL, &world.memcg) &&
	       !np_task_create(world.machine, "receiver", world.memcg, &world.task) &&
	       !np_sock_create(world.machine, "receiver", world.task, &world.sk) &&
	       !np_enter(&world.context, world.machine, 0, NP_TASK, world.task) &&
	       !tcp_mmap(world.task->mm, NR_PLACES, &world.vma);
}

int main(void)
{
	int status;

	if (!world_up()) {
		printf("Bail out! no machine\n");
		return 1;
	}
	status = play_all();
	while (world.nr_files)
		np_remove_from_page_cache(&world.file[--world.nr_files]);
	np_leave(&world.context);
	np_machine_destroy(world.machine);
	return status;
}
