/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The receiving end of a TCP socket: a queue of packets, and who pays for it.
 *
 * Softirqs append, one reader takes away.  sk_lock is held for the links of the
 * queue only: packets are freed, and memory is charged, without it.
 */
#include <stdio.h>
#include <string.h>

#include <net/net.h>

/* Models: mm/memcontrol.c, mem_cgroup_sk_alloc(), 6.1: root and dying groups are not charged. */
static struct mem_cgroup *pin_memcg(struct task_struct *owner)
{
	struct mem_cgroup *memcg;

	rcu_read_lock();
	memcg = mem_cgroup_from_task(owner);
	if (memcg && (mem_cgroup_is_root(memcg) || !css_tryget(&memcg->css)))
		memcg = NULL;
	rcu_read_unlock();
	return memcg;
}

int np_sock_create(struct np_machine *machine, const char *name, struct task_struct *owner,
		   struct sock **out)
{
	struct sock *sk;

	if (!machine || !name || !*name || strlen(name) >= sizeof(sk->name) || !owner || !out)
		return -EINVAL;
	sk = np_alloc(machine, sizeof(*sk));
	if (!sk)
		return -ENOMEM;
	sk->machine = machine;
	sk->owner = owner;
	sk->sk_memcg = pin_memcg(owner);
	INIT_LIST_HEAD(&sk->sk_receive_queue);
	snprintf(sk->name, sizeof(sk->name), "%s", name);
	spin_lock_irqsave(&machine->objects_lock);
	list_add_tail(&sk->all, &machine->socks);
	spin_unlock_irqrestore(&machine->objects_lock);
	*out = sk;
	return 0;
}

static struct sk_buff *first_skb(struct sock *sk)
{
	struct sk_buff *skb = NULL;

	spin_lock_bh(&sk->sk_lock);
	if (!list_empty(&sk->sk_receive_queue))
		skb = list_first_entry(&sk->sk_receive_queue, struct sk_buff, list);
	spin_unlock_bh(&sk->sk_lock);
	return skb;
}

void np_sock_unlink(struct sk_buff *skb)
{
	struct sock *sk = skb->sk;

	spin_lock_bh(&sk->sk_lock);
	list_del_init(&skb->list);
	spin_unlock_bh(&sk->sk_lock);
	/* Nobody will read them: they count as read. */
	WRITE_ONCE(sk->copied_seq, sk->copied_seq + skb->len);
}

void np_sock_rfree(struct sk_buff *skb)
{
	struct sock *sk = skb->sk;

	atomic_long_sub((long)skb->truesize, &sk->sk_rmem_alloc);
	if (skb->charged)
		mem_cgroup_uncharge_skmem(sk->sk_memcg, skb->charged);
	skb->charged = 0;
	skb->sk = NULL;
}

/* Models: net/ipv4/tcp.c, tcp_eat_recv_skb(), 6.1: others may keep the packet. */
static void eat_skb(struct sk_buff *skb)
{
	np_sock_unlink(skb);
	np_sock_rfree(skb);
	kfree_skb(skb);
}

void np_sock_close(struct sock *sk)
{
	struct np_machine *machine;
	struct sk_buff *skb;

	if (!sk)
		return;
	machine = sk->machine;
	while ((skb = first_skb(sk)))
		eat_skb(skb);
	mem_cgroup_put(sk->sk_memcg);
	spin_lock_irqsave(&machine->objects_lock);
	list_del(&sk->all);
	spin_unlock_irqrestore(&machine->objects_lock);
	np_free(machine, sk, sizeof(*sk));
}

/* Pages that @skb costs. 0 when nobody pays for @sk. */
static unsigned int skb_cost(const struct sock *sk, const struct sk_buff *skb)
{
	return sk->sk_memcg ? (unsigned int)DIV_ROUND_UP(skb->truesize, PAGE_SIZE) : 0;
}

/*
 * Models: include/net/sock.h, gfp_memcg_charge(), 6.1: a softirq's charge goes through
 * above the limit.  In 5.12 it could fail (mm/memcontrol.c, mem_cgroup_charge_skmem()).
 */
static gfp_t gfp_memcg_charge(const struct np_machine *machine)
{
	if (!in_softirq())
		return GFP_KERNEL;
	return machine->options.model == NP_MODEL_5_12 ? GFP_NOWAIT : GFP_ATOMIC;
}

int tcp_queue_rcv(struct sock *sk, struct sk_buff *skb)
{
	unsigned int cost;

	if (!sk || !skb || skb->sk)
		return -EINVAL;
	cost = skb_cost(sk, skb);
	if (cost && !mem_cgroup_charge_skmem(sk->sk_memcg, cost, gfp_memcg_charge(sk->machine))) {
		kfree_skb(skb);
		return -ENOBUFS;
	}
	skb->charged = cost;
	skb->sk = sk;
	skb->where = np_where();
	atomic_long_add((long)skb->truesize, &sk->sk_rmem_alloc);
	spin_lock_bh(&sk->sk_lock);
	WRITE_ONCE(sk->rcv_nxt, sk->rcv_nxt + skb->len);
	list_add_tail(&skb->list, &sk->sk_receive_queue);
	spin_unlock_bh(&sk->sk_lock);
	return 0;
}

unsigned long tcp_inq(const struct sock *sk)
{
	return (unsigned long)(READ_ONCE(sk->rcv_nxt) - READ_ONCE(sk->copied_seq));
}

/* The bytes are what the card delivered, or the reader should know. */
static void check_content(const struct sk_buff *skb, const skb_frag_t *frag)
{
	struct np_machine *machine = skb->machine;
	u64 stamp = np_page_stamp(machine, frag->bv_page, frag->bv_offset, frag->bv_len);
	char name[48];

	if (likely(!frag->stamp || stamp == frag->stamp))
		return;
	np_violate(machine, NP_NO_WRITE_TO_USED_PAGE,
		   np_page_name(machine, frag->bv_page, name, sizeof(name)),
		   "%s reads content number %llu (wanted %llu, which arrived in: %s)",
		   skb->sk->name, (unsigned long long)stamp, (unsigned long long)frag->stamp,
		   skb->where);
}

/* Reads up to @len bytes of @skb. Return: how many. */
static unsigned int read_skb(struct sk_buff *skb, unsigned long len)
{
	unsigned int take = len < skb->len ? (unsigned int)len : skb->len;
	unsigned int begin = 0;

	for (unsigned int i = 0; take && i < skb->shinfo->nr_frags; i++) {
		const skb_frag_t *frag = &skb->shinfo->frags[i];

		if (begin < skb->consumed + take && begin + frag->bv_len > skb->consumed)
			check_content(skb, frag);
		begin += frag->bv_len;
	}
	skb->consumed += take;
	skb->len -= take;
	return take;
}

unsigned long tcp_recvmsg(struct sock *sk, unsigned long len)
{
	unsigned long copied = 0;
	struct sk_buff *skb;

	while ((skb = first_skb(sk))) {
		unsigned int take = read_skb(skb, len - copied);

		copied += take;
		WRITE_ONCE(sk->copied_seq, sk->copied_seq + take);
		if (skb->len)
			break;
		eat_skb(skb);
	}
	return copied;
}

int np_loopback_sendfile(struct page *page, struct sock *sk)
{
	struct sk_buff *skb;
	int err;

	if (!page || !sk)
		return -EINVAL;
	skb = alloc_skb(sk->machine, GFP_KERNEL);
	if (!skb)
		return -ENOMEM;
	get_page(page);
	err = skb_add_rx_frag(skb, page, 0, PAGE_SIZE, PAGE_SIZE);
	if (err) {
		put_page(page);
		kfree_skb(skb);
		return err;
	}
	return tcp_queue_rcv(sk, skb);
}
