/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * What each function of the language does on the machine: one small function for each, in one
 * table.  Arguments are of the right kind, the parser saw to that; but an object may not be bound
 * yet, or be gone: such a step returns -ENOENT and touches nothing.
 */
/* What a step does inline passes the kernel's trace points as well. */
#define CONFIG_DEBUG_PAGE_REF

#include <errno.h>

#include "assure.h"
#include "player.h"

/* One call in progress. */
struct call {
	struct np_player *player;
	const struct np_scenario_step *step;
	struct np_player_results *results;
	struct mem_cgroup *memcg[NP_ARGUMENTS_MAX]; /* of its arguments, held; NULL: gone */
};

typedef int step_fn(struct call *call);

static struct np_player_object *object_at(const struct call *call, unsigned int i)
{
	return &call->player->objects[call->step->argument[i].object];
}

static int64_t number_at(const struct call *call, unsigned int i, int64_t otherwise)
{
	return i < call->step->nr_arguments ? call->step->argument[i].number : otherwise;
}

static struct page *page_at(const struct call *call, unsigned int i)
{
	return object_at(call, i)->page;
}

static struct sock *sock_at(const struct call *call, unsigned int i)
{
	return object_at(call, i)->sock;
}

static void result(struct call *call, enum np_result which, int64_t value)
{
	call->results->value[which] = value;
}

static int give_page(struct call *call, struct page *page)
{
	if (!page)
		return -ENOMEM;
	if (call->results->nr_pages < NP_ARGUMENTS_MAX)
		call->results->pages[call->results->nr_pages++] = page;
	return 0;
}

/* --- who holds what the scenario itself takes --- */

static const char *actor_name(const struct call *call)
{
	return call->player->scenario->objects[call->step->actor].name;
}

static int claim(struct call *call, struct page *page, long refs)
{
	return np_player_observe(np_claim(call->player->machine, page, actor_name(call), refs));
}

/* A reference is about to go: this actor's if it has one, else the declaration's, else nobody's. */
static void unclaim(struct call *call, struct page *page)
{
	if (claim(call, page, -1))
		np_player_observe(np_claim(call->player->machine, page, NP_PLAYER_HOLDER, -1));
}

/* A lockless walk would follow bit 0 of the first word wherever it leads; we look first. */
static int check_head(struct call *call, struct page *page)
{
	struct np_machine *machine = call->player->machine;
	char name[32];

	if (np_player_observe(np_compound_head_valid(machine, page)))
		return 0;
	np_violate(
		machine, NP_UNION_ARM, np_page_name(machine, page, name, sizeof(name)),
		"compound_head() leads to no page: bit 0 of the first union word (0x%lx) is set, "
		"and this is no tail",
		READ_ONCE(page->compound_head));
	return -EFAULT;
}

/* --- network cards and sockets --- */

/* A reader on another CPU may have taken and freed it already. */
static bool is_queued(const struct sock *sk, const struct sk_buff *skb)
{
	const struct sk_buff *queued;

	list_for_each_entry(queued, &sk->sk_receive_queue, list)
		if (queued == skb)
			return true;
	return false;
}

/* Whoever reads the socket on another CPU does not know that we look. */
static void give_fragments(struct call *call, const struct sock *sk, const struct sk_buff *skb)
{
	bool quiet = np_player_quiet(true);

	if (is_queued(sk, skb))
		for (unsigned int i = 0; i < skb->shinfo->nr_frags; i++)
			give_page(call, skb->shinfo->frags[i].bv_page);
	np_player_quiet(quiet);
}

static int do_rx(struct call *call)
{
	struct sk_buff *skb = NULL;
	int err = np_nic_receive(object_at(call, 0)->nic, sock_at(call, 1),
				 (unsigned int)number_at(call, 2, 1),
				 (unsigned int)number_at(call, 3, 0), &skb);

	result(call, NP_RESULT_DROPPED, err == -ENOBUFS);
	if (err)
		return err;
	result(call, NP_RESULT_FRAGS, number_at(call, 2, 1));
	give_fragments(call, sock_at(call, 1), skb);
	return 0;
}

static int do_rx_batch(struct call *call)
{
	int64_t dropped = 0;
	int err = 0;

	for (int64_t i = 0; i < number_at(call, 2, 1); i++) {
		err = np_nic_receive(object_at(call, 0)->nic, sock_at(call, 1), 1, 0, NULL);
		dropped += err == -ENOBUFS;
	}
	result(call, NP_RESULT_DROPPED, dropped);
	return err == -ENOBUFS ? 0 : err;
}

static int do_napi_poll(struct call *call)
{
	result(call, NP_RESULT_RET, np_nic_poll(object_at(call, 0)->nic));
	return 0;
}

static int do_dma_write(struct call *call)
{
	return np_nic_write(object_at(call, 0)->nic);
}

static int do_unregister_netdev(struct call *call)
{
	np_player_set_alive(object_at(call, 0), false);
	unregister_netdev(object_at(call, 0)->nic);
	return 0;
}

static int do_loopback_sendfile(struct call *call)
{
	return np_loopback_sendfile(page_at(call, 0), sock_at(call, 1));
}

static struct sk_buff *queued_first(const struct sock *sk)
{
	if (list_empty(&sk->sk_receive_queue))
		return NULL;
	return list_first_entry(&sk->sk_receive_queue, struct sk_buff, list);
}

static struct sk_buff *first_skb(const struct sock *sk)
{
	return np_player_observe(queued_first(sk));
}

static int do_skb_clone(struct call *call)
{
	struct sk_buff *skb = first_skb(sock_at(call, 0)), *clone;

	if (!skb)
		return -EAGAIN;
	clone = skb_clone(skb, GFP_ATOMIC);
	return clone ? tcp_queue_rcv(sock_at(call, 1), clone) : -ENOMEM;
}

static int do_kfree_skb(struct call *call)
{
	struct sk_buff *skb = first_skb(sock_at(call, 0));

	if (!skb)
		return -EAGAIN;
	tcp_recvmsg(sock_at(call, 0), skb->len);
	return 0;
}

static int do_close(struct call *call)
{
	np_player_set_alive(object_at(call, 0), false);
	np_sock_close(sock_at(call, 0));
	return 0;
}

static int do_zerocopy_receive(struct call *call)
{
	struct sock *sk = sock_at(call, 0);
	unsigned long pages = tcp_inq(sk) / PAGE_SIZE;
	struct tcp_zerocopy_receive zc = { 0 };
	struct vm_area_struct *vma;
	int err;

	if (!get_current())
		return -EINVAL;
	if (number_at(call, 1, 0) > 0)
		pages = (unsigned long)number_at(call, 1, 0);
	if (!pages)
		pages = 1;
	/* A range of its own for each call: what was received before stays mapped. */
	err = tcp_mmap(get_current()->mm, pages, &vma);
	if (err)
		return err;
	zc.address = vma->vm_start;
	zc.length = (u32)(pages << PAGE_SHIFT);
	err = tcp_zerocopy_receive(sk, &zc);
	result(call, NP_RESULT_MAPPED, err ? 0 : zc.length >> PAGE_SHIFT);
	result(call, NP_RESULT_COPIED, zc.copybuf_len);
	result(call, NP_RESULT_HINT, zc.recv_skip_hint);
	return err;
}

static int do_recvmsg(struct call *call)
{
	struct sock *sk = sock_at(call, 0);
	unsigned long len = (unsigned long)number_at(call, 1, (int64_t)tcp_inq(sk));

	result(call, NP_RESULT_COPIED, (int64_t)tcp_recvmsg(sk, len));
	return 0;
}

/* --- processes --- */

/* A process knows where it has mapped what. */
static unsigned long address_of(struct call *call, struct mm_struct *mm, unsigned int i)
{
	return np_player_observe(np_find_page(mm, page_at(call, i)));
}

static int do_unmap(struct call *call)
{
	struct mm_struct *mm = object_at(call, 0)->proc->mm;
	unsigned long addr = 0;

	if (call->step->nr_arguments == 1)
		return do_munmap(mm, 0, np_player_observe(mm->mmap_base));
	addr = address_of(call, mm, 1);
	return addr ? do_munmap(mm, addr, PAGE_SIZE) : -EFAULT;
}

static void close_sockets_of(struct call *call, const struct task_struct *task)
{
	const struct np_scenario *scenario = call->player->scenario;

	for (size_t i = 0; i < scenario->nr_objects; i++) {
		struct np_player_object *object = &call->player->objects[i];

		if (scenario->objects[i].kind != NP_OBJECT_SOCK || !np_player_is_alive(object) ||
		    object->sock->owner != task)
			continue;
		np_player_set_alive(object, false);
		np_sock_close(object->sock);
	}
}

static int do_exit(struct call *call)
{
	struct task_struct *task = object_at(call, 0)->proc;

	close_sockets_of(call, task);
	np_player_set_alive(object_at(call, 0), false);
	np_task_exit(task);
	return 0;
}

static int do_fork(struct call *call)
{
	struct np_player_object *child = object_at(call, 1);
	int err = np_task_fork(object_at(call, 0)->proc,
			       call->player->scenario->objects[call->step->argument[1].object].name,
			       &child->proc);

	np_player_set_alive(child, !err);
	smp_store_release(&child->settled, true);
	return err;
}

/* Runs @body as @task where the actor is: system calls are made by the process itself. */
static int as_task(struct call *call, struct task_struct *task,
		   int (*body)(struct task_struct *task, unsigned long addr), unsigned long addr)
{
	const char *where = np_here()->where;
	struct np_context context;
	int ret = np_enter(&context, call->player->machine, smp_processor_id(), NP_TASK, task);

	if (ret)
		return ret;
	np_set_where(where);
	ret = body(task, addr);
	np_leave(&context);
	return ret;
}

static int pin_body(struct task_struct *task, unsigned long addr)
{
	return np_pin_user_page(task, addr);
}

static int vmsplice_body(struct task_struct *task, unsigned long addr)
{
	return np_vmsplice(task, addr, 1);
}

static int do_get_user_pages_fast(struct call *call)
{
	struct task_struct *task = object_at(call, 0)->proc;
	unsigned long addr = address_of(call, task->mm, 1);
	int ret = addr ? as_task(call, task, pin_body, addr) : -EFAULT;

	result(call, NP_RESULT_RET, ret);
	return ret < 0 ? ret : 0;
}

static int do_unpin_user_page(struct call *call)
{
	const struct np_scenario *scenario = call->player->scenario;

	for (size_t i = 0; i < scenario->nr_objects; i++) {
		struct np_player_object *object = &call->player->objects[i];

		if (scenario->objects[i].kind == NP_OBJECT_PROC && np_player_is_alive(object) &&
		    !np_unpin_user_page(object->proc, page_at(call, 0)))
			return 0;
	}
	return -ENOENT;
}

/* The lowest range of @mm that ends above @addr. */
static bool next_range(const struct mm_struct *mm, unsigned long addr, unsigned long *start,
		       unsigned long *end)
{
	const struct vm_area_struct *vma;
	bool found = false;

	list_for_each_entry(vma, &mm->vmas, list)
		if (vma->vm_end > addr && (!found || vma->vm_start < *start)) {
			*start = vma->vm_start;
			*end = vma->vm_end;
			found = true;
		}
	return found;
}

static int vmsplice_all(struct call *call, struct task_struct *task)
{
	unsigned long addr = 0, start = 0, end = 0;
	int pinned = 0;

	while (np_player_observe(next_range(task->mm, addr, &start, &end)))
		for (addr = start; addr < end; addr += PAGE_SIZE)
			pinned += as_task(call, task, vmsplice_body, addr) > 0;
	return pinned ? pinned : -EFAULT;
}

static int do_vmsplice(struct call *call)
{
	struct task_struct *task = object_at(call, 0)->proc;
	unsigned long addr;
	int ret;

	if (call->step->nr_arguments == 1) {
		ret = vmsplice_all(call, task);
	} else {
		addr = address_of(call, task->mm, 1);
		ret = addr ? as_task(call, task, vmsplice_body, addr) : -EFAULT;
	}
	result(call, NP_RESULT_PINNED, ret < 0 ? 0 : ret);
	return ret < 0 ? ret : 0;
}

static int do_pipe_release(struct call *call)
{
	np_pins_release(object_at(call, 0)->proc, "vmsplice");
	return 0;
}

static int compare_content(struct np_machine *machine, const struct mm_struct *mm,
			   struct page *page)
{
	const struct vm_area_struct *vma;

	list_for_each_entry(vma, &mm->vmas, list)
		for (unsigned long i = 0; i < (vma->vm_end - vma->vm_start) >> PAGE_SHIFT; i++)
			if (vma->ptes[i].page == page)
				return vma->ptes[i].stamp ==
				       np_page_stamp(machine, page, 0, PAGE_SIZE);
	return -EFAULT;
}

/* ret: 1 when the page still has the content it was mapped with. */
static int do_read_page(struct call *call)
{
	int same = np_player_observe(compare_content(
		call->player->machine, object_at(call, 0)->proc->mm, page_at(call, 1)));

	result(call, NP_RESULT_RET, same > 0);
	return same < 0 ? same : 0;
}

/* --- pages --- */

static int do_get_page(struct call *call)
{
	struct page *page = page_at(call, 0);
	const unsigned long *noticed = &call->player->noticed[call->step->actor];
	unsigned long before = *noticed;

	get_page(page);
	/* A get that was refused has been reported; nothing is held. */
	return *noticed == before ? claim(call, page, 1) : -EINVAL;
}

static int do_put_page(struct call *call)
{
	struct page *page = page_at(call, 0);

	unclaim(call, page);
	put_page(page);
	return 0;
}

static int do_get_page_unless_zero(struct call *call)
{
	bool got = get_page_unless_zero(compound_head(page_at(call, 0)));

	result(call, NP_RESULT_RET, got);
	return got ? claim(call, page_at(call, 0), 1) : 0;
}

static int do_try_get_page(struct call *call)
{
	bool got = try_get_page(page_at(call, 0));

	result(call, NP_RESULT_RET, got);
	return got ? claim(call, page_at(call, 0), 1) : 0;
}

static int do_page_ref_freeze(struct call *call)
{
	struct page *page = page_at(call, 0);
	int count = (int)number_at(call, 1, 1);
	bool frozen = page_ref_freeze(page, count);

	result(call, NP_RESULT_RET, frozen);
	/* A frozen page has no holders; who thaws it is the one it has then. */
	for (int i = 0; frozen && i < count; i++)
		unclaim(call, page);
	return 0;
}

static int do_page_ref_unfreeze(struct call *call)
{
	int count = (int)number_at(call, 1, 1);

	if (np_player_observe(page_ref_count(page_at(call, 0))) || count <= 0)
		return -EINVAL;
	page_ref_unfreeze(page_at(call, 0), count);
	return claim(call, page_at(call, 0), count);
}

static int do_set_page_count(struct call *call)
{
	set_page_count(page_at(call, 0), (int)number_at(call, 1, 1));
	return 0;
}

static int do_release_pages(struct call *call)
{
	struct page *pages[NP_ARGUMENTS_MAX];
	unsigned int nr = call->step->nr_arguments;

	for (unsigned int i = 0; i < nr; i++) {
		pages[i] = page_at(call, i);
		unclaim(call, pages[i]);
	}
	release_pages(pages, (int)nr);
	return 0;
}

static int do_free_pages(struct call *call)
{
	unsigned int order = (unsigned int)number_at(call, 1, 0);
	struct page *page = page_at(call, 0);

	/* Beyond the end of memory, or of a device: no allocator to free it to. */
	if (is_zone_device_page(page) ||
	    !np_page_valid(call->player->machine, page + (1UL << order) - 1))
		return -EINVAL;
	unclaim(call, page);
	__free_pages(page, order);
	return 0;
}

static int give_claimed(struct call *call, struct page *page)
{
	int err = give_page(call, page);

	return err ? err : claim(call, page, 1);
}

static int do_alloc_pages(struct call *call)
{
	unsigned int order = (unsigned int)number_at(call, 0, 0);
	struct page *page = alloc_pages(GFP_ATOMIC, order);
	int err = page ? np_player_remember_order(call->player, page, order) : 0;

	return err ? err : give_claimed(call, page);
}

static int do_alloc_page_account(struct call *call)
{
	return give_claimed(call, alloc_page(GFP_KERNEL | __GFP_ACCOUNT));
}

static int do_set_page_checked(struct call *call)
{
	SetPageChecked(page_at(call, 0));
	return 0;
}

static int do_clear_page_checked(struct call *call)
{
	ClearPageChecked(page_at(call, 0));
	return 0;
}

static int do_clear_page_network(struct call *call)
{
	ClearPageNetwork(page_at(call, 0));
	return 0;
}

/* --- memory cgroups --- */

static unsigned long limit_at(const struct call *call, unsigned int i)
{
	int64_t number = number_at(call, i, -1);

	return number < 0 ? PAGE_COUNTER_MAX : (unsigned long)number;
}

static struct mem_cgroup *memcg_at(const struct call *call, unsigned int i)
{
	return call->memcg[i];
}

static int do_set_max(struct call *call)
{
	return memcg_at(call, 0) ? np_memcg_set_max(memcg_at(call, 0), limit_at(call, 1)) : -ENOENT;
}

static int do_set_high(struct call *call)
{
	if (!memcg_at(call, 0))
		return -ENOENT;
	page_counter_set_high(&memcg_at(call, 0)->memory, limit_at(call, 1));
	return 0;
}

static int do_rmdir(struct call *call)
{
	return memcg_at(call, 0) ? np_memcg_rmdir(memcg_at(call, 0)) : -ENOENT;
}

static int do_migrate(struct call *call)
{
	return np_task_migrate(object_at(call, 0)->proc, memcg_at(call, 1));
}

static int do_drain_all_stock(struct call *call)
{
	if (!memcg_at(call, 0))
		return -ENOENT;
	drain_all_stock(memcg_at(call, 0));
	return 0;
}

/* What is charged so is known to the scenario alone. */
static int claim_skmem(struct call *call, struct mem_cgroup *memcg, int64_t pages)
{
	bool quiet = np_player_quiet(true);
	int err = np_claim_charge(call->player->machine, memcg, NP_PLAYER_HOLDER, (long)pages);

	if (!err)
		object_at(call, 0)->skmem += pages;
	np_player_quiet(quiet);
	return err;
}

static int do_charge_skmem(struct call *call)
{
	gfp_t gfp = in_serving_softirq() ? GFP_ATOMIC : GFP_KERNEL;
	struct mem_cgroup *memcg = memcg_at(call, 0);
	bool charged;

	if (!memcg)
		return -ENOENT;
	charged = mem_cgroup_charge_skmem(memcg, (unsigned int)number_at(call, 1, 1), gfp);
	result(call, NP_RESULT_RET, charged);
	if (!charged)
		return 0;
	return claim_skmem(call, memcg, number_at(call, 1, 1));
}

static int do_uncharge_skmem(struct call *call)
{
	struct mem_cgroup *memcg = memcg_at(call, 0);

	if (!memcg)
		return -ENOENT;
	/* More than was charged is somebody else's, and a finding. */
	claim_skmem(call, memcg, -number_at(call, 1, 1));
	mem_cgroup_uncharge_skmem(memcg, (unsigned int)number_at(call, 1, 1));
	return 0;
}

/* --- page_pool --- */

static struct page_pool *pool_at(const struct call *call, unsigned int i)
{
	return np_player_observe(np_player_pool(call->player, call->step->argument[i].object));
}

static int do_pool_alloc_pages(struct call *call)
{
	if (!pool_at(call, 0))
		return -ENOENT;
	return give_claimed(call, page_pool_dev_alloc_pages(pool_at(call, 0)));
}

/* The fragments of a page share its one reference, which the pool keeps an account of. */
static int do_pool_alloc_frag(struct call *call)
{
	struct page_pool *pool = pool_at(call, 0);
	unsigned int offset = 0;
	struct page *page;

	if (!pool)
		return -ENOENT;
	page = page_pool_alloc_frag(pool, &offset, (unsigned int)number_at(call, 1, 2048),
				    GFP_ATOMIC);
	result(call, NP_RESULT_OFFSET, offset);
	return give_page(call, page);
}

/* A pool writes its own words into what it is given, whatever they mean to the page's owner. */
static int check_pool_page(struct call *call)
{
	struct np_machine *machine = call->player->machine;
	const struct page *page = page_at(call, 1);
	char name[32];

	if (!pool_at(call, 0))
		return -ENOENT;
	if (np_player_observe(page_is_page_pool(page) && READ_ONCE(page->pp) == pool_at(call, 0)))
		return 0;
	np_violate(machine, NP_UNION_ARM, np_page_name(machine, page, name, sizeof(name)),
		   "%s() of pool %s: the page's words are not this pool's",
		   np_vocabulary_steps[call->step->function].name, pool_at(call, 0)->name);
	return -EINVAL;
}

static int do_pool_put_full_page(struct call *call)
{
	int err = check_pool_page(call);

	if (err)
		return err;
	unclaim(call, page_at(call, 1));
	page_pool_put_full_page(pool_at(call, 0), page_at(call, 1), false);
	return 0;
}

static int do_pool_recycle_direct(struct call *call)
{
	int err = check_pool_page(call);

	if (err)
		return err;
	unclaim(call, page_at(call, 1));
	page_pool_recycle_direct(pool_at(call, 0), page_at(call, 1));
	return 0;
}

static int do_pool_release_page(struct call *call)
{
	int err = check_pool_page(call);

	if (err)
		return err;
	page_pool_release_page(pool_at(call, 0), page_at(call, 1));
	return 0;
}

static int do_pool_destroy(struct call *call)
{
	if (!pool_at(call, 0))
		return -ENOENT;
	page_pool_destroy(pool_at(call, 0));
	return 0;
}

static int do_pool_update_nid(struct call *call)
{
	if (!pool_at(call, 0))
		return -ENOENT;
	page_pool_update_nid(pool_at(call, 0), (int)number_at(call, 1, 0));
	return 0;
}

/* --- time --- */

static int do_advance(struct call *call)
{
	np_machine_advance(call->player->machine, (unsigned long)number_at(call, 0, 0));
	return 0;
}

static int do_cpu_work(struct call *call)
{
	np_machine_settle(call->player->machine);
	return 0;
}

static step_fn *const functions[NP_STEPS] = {
	[NP_STEP_RX] = do_rx,
	[NP_STEP_RX_BATCH] = do_rx_batch,
	[NP_STEP_NAPI_POLL] = do_napi_poll,
	[NP_STEP_DMA_WRITE] = do_dma_write,
	[NP_STEP_UNREGISTER_NETDEV] = do_unregister_netdev,
	[NP_STEP_LOOPBACK_SENDFILE] = do_loopback_sendfile,
	[NP_STEP_SKB_CLONE] = do_skb_clone,
	[NP_STEP_KFREE_SKB] = do_kfree_skb,
	[NP_STEP_CLOSE] = do_close,
	[NP_STEP_ZEROCOPY_RECEIVE] = do_zerocopy_receive,
	[NP_STEP_RECVMSG] = do_recvmsg,
	[NP_STEP_MUNMAP] = do_unmap,
	[NP_STEP_EXIT] = do_exit,
	[NP_STEP_FORK] = do_fork,
	[NP_STEP_GET_USER_PAGES_FAST] = do_get_user_pages_fast,
	[NP_STEP_UNPIN_USER_PAGE] = do_unpin_user_page,
	[NP_STEP_VMSPLICE] = do_vmsplice,
	[NP_STEP_PIPE_RELEASE] = do_pipe_release,
	[NP_STEP_READ_PAGE] = do_read_page,
	[NP_STEP_GET_PAGE] = do_get_page,
	[NP_STEP_PUT_PAGE] = do_put_page,
	[NP_STEP_GET_PAGE_UNLESS_ZERO] = do_get_page_unless_zero,
	[NP_STEP_TRY_GET_PAGE] = do_try_get_page,
	[NP_STEP_PAGE_REF_FREEZE] = do_page_ref_freeze,
	[NP_STEP_PAGE_REF_UNFREEZE] = do_page_ref_unfreeze,
	[NP_STEP_SET_PAGE_COUNT] = do_set_page_count,
	[NP_STEP_RELEASE_PAGES] = do_release_pages,
	[NP_STEP_FREE_PAGES] = do_free_pages,
	[NP_STEP_ALLOC_PAGES] = do_alloc_pages,
	[NP_STEP_ALLOC_PAGE_ACCOUNT] = do_alloc_page_account,
	[NP_STEP_SET_PAGE_CHECKED] = do_set_page_checked,
	[NP_STEP_CLEAR_PAGE_CHECKED] = do_clear_page_checked,
	[NP_STEP_CLEAR_PAGE_NETWORK] = do_clear_page_network,
	[NP_STEP_SET_MAX] = do_set_max,
	[NP_STEP_SET_HIGH] = do_set_high,
	[NP_STEP_RMDIR] = do_rmdir,
	[NP_STEP_MIGRATE] = do_migrate,
	[NP_STEP_DRAIN_ALL_STOCK] = do_drain_all_stock,
	[NP_STEP_CHARGE_SKMEM] = do_charge_skmem,
	[NP_STEP_UNCHARGE_SKMEM] = do_uncharge_skmem,
	[NP_STEP_POOL_ALLOC_PAGES] = do_pool_alloc_pages,
	[NP_STEP_POOL_ALLOC_FRAG] = do_pool_alloc_frag,
	[NP_STEP_POOL_PUT_FULL_PAGE] = do_pool_put_full_page,
	[NP_STEP_POOL_RECYCLE_DIRECT] = do_pool_recycle_direct,
	[NP_STEP_POOL_RELEASE_PAGE] = do_pool_release_page,
	[NP_STEP_POOL_DESTROY] = do_pool_destroy,
	[NP_STEP_POOL_UPDATE_NID] = do_pool_update_nid,
	[NP_STEP_ADVANCE] = do_advance,
	[NP_STEP_CPU_WORK] = do_cpu_work,
};

/* Everything that is named must be there, and every page must be one to walk from. */
static int check_arguments(struct call *call)
{
	const struct np_scenario_step *step = call->step;
	int err = 0;

	for (unsigned int i = 0; i < step->nr_arguments && !err; i++) {
		int object = step->argument[i].object;
		const struct np_vocabulary_argument *argument =
			np_vocabulary_argument_at(&np_vocabulary_steps[step->function], i);

		if (object < 0 || argument->accepts & NP_ACCEPT_NEW)
			continue;
		switch (call->player->scenario->objects[object].kind) {
		case NP_OBJECT_MEMCG:
		case NP_OBJECT_POOL:
			/* Looked up by those who need them: they may end by themselves. */
			break;
		case NP_OBJECT_PAGE:
			err = !np_player_is_alive(&call->player->objects[object]) ?
				      -ENOENT :
				      check_head(call, call->player->objects[object].page);
			break;
		default:
			err = np_player_is_alive(&call->player->objects[object]) ? 0 : -ENOENT;
			break;
		}
	}
	return err;
}

/* Whoever names a group from outside holds it: somebody else may remove it meanwhile. */
static struct mem_cgroup *pin_memcg(const struct np_player *player, int object)
{
	struct mem_cgroup *memcg = NULL;

	if (object < 0 || player->scenario->objects[object].kind != NP_OBJECT_MEMCG)
		return NULL;
	rcu_read_lock();
	memcg = np_player_observe(np_player_memcg(player, object));
	if (memcg && !css_tryget(&memcg->css))
		memcg = NULL;
	rcu_read_unlock();
	return memcg;
}

void np_player_call(struct np_player *player, const struct np_scenario_step *step,
		    struct np_player_results *results)
{
	struct call call = { .player = player, .step = step, .results = results };
	int err = check_arguments(&call);

	np_assure(functions[step->function]);
	for (unsigned int i = 0; i < step->nr_arguments; i++)
		call.memcg[i] = pin_memcg(player, step->argument[i].object);
	if (!err)
		err = np_player_excluded(player, step);
	if (!err)
		err = functions[step->function](&call);
	for (unsigned int i = 0; i < step->nr_arguments; i++)
		mem_cgroup_put(call.memcg[i]);
	results->value[NP_RESULT_ERROR] = err;
}
