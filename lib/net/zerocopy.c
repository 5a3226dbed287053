/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * TCP receive zerocopy: walks the receive queue, maps whole pages in batches,
 * asks the scheme before and after each batch, then lets go of what was read.
 *
 * The skbs whose pages were mapped are freed last, so a page's socket charge ends
 * after its mapping has begun: for a moment both are charged.
 */
#include <machine.h>

/* One call: what the scheme sees, where we are in the queue, the batch at hand. */
struct receive {
	struct np_receive scheme;
	struct tcp_zerocopy_receive *zc;
	struct vm_area_struct *vma;
	unsigned long address; /* where the batch goes */
	u32 length;	       /* bytes mapped, the batch at hand included */
	struct sk_buff *skb;
	unsigned int frag;
	struct page *pages[TCP_ZEROCOPY_PAGE_BATCH_SIZE];
	unsigned int nr;
};

bool can_map_frag(const struct np_machine *machine, const skb_frag_t *frag)
{
	if (frag->bv_len != PAGE_SIZE || frag->bv_offset)
		return false;
	if (machine->options.map_any_frag)
		return true;
	return !PageCompound(frag->bv_page) && !READ_ONCE(frag->bv_page->mapping);
}

/* Whether the scheme accounts for the pages of @skb: its driver must have opted in. */
static bool opted_in(const struct sk_buff *skb)
{
	return !skb->no_optin;
}

/* A page that any kernel before would have mapped was refused: say why. */
static void report_refusal(struct receive *r, const struct page *page)
{
	struct np_machine *machine = r->scheme.machine;
	char name[32];

	if (!page_has_type(page) || !PageNetwork(page))
		return;
	np_violate(
		machine, NP_ZEROCOPY_MAPS, np_page_name(machine, page, name, sizeof(name)),
		"vm_insert_pages() returned -EINVAL (wanted 0): page_type 0x%08x is in the word of "
		"_mapcount, so a page with a type cannot be mapped",
		READ_ONCE(page->page_type));
}

/* Maps pages[first..nr). Return as vm_insert_pages(); *@left are not mapped. */
static int insert_batch(struct receive *r, unsigned int first, unsigned long *left)
{
	int err;

	*left = r->nr - first;
	err = vm_insert_pages(r->vma, r->address, r->pages + first, left);
	r->address += (r->nr - first - *left) << PAGE_SHIFT;
	return err;
}

/*
 * Charges and maps the batch.  After an error *@left of its pages, the last ones,
 * are neither mapped nor charged.
 */
static int charge_and_insert(struct receive *r, unsigned long *left)
{
	const struct np_scheme *scheme = r->scheme.machine->scheme;
	bool charged = scheme->charge_pages && opted_in(r->skb);
	int err = 0;

	*left = r->nr;
	if (charged)
		err = scheme->charge_pages(&r->scheme, r->pages, r->nr);
	if (err)
		return err;
	err = insert_batch(r, 0, left);
	if (err == -EBUSY && r->zc->flags & TCP_RECEIVE_ZEROCOPY_FLAG_TLB_CLEAN_HINT) {
		/* The range was not clean after all: clean the rest of it, not of the batch alone. */
		zap_page_range(r->vma, r->address,
			       r->zc->length - r->length + (*left << PAGE_SHIFT));
		err = insert_batch(r, r->nr - (unsigned int)*left, left);
	}
	if (err == -EINVAL)
		report_refusal(r, r->pages[r->nr - *left]);
	if (charged && *left && scheme->pages_not_mapped)
		scheme->pages_not_mapped(&r->scheme, r->pages, r->nr - (unsigned int)*left, r->nr);
	return err;
}

static int flush_batch(struct receive *r)
{
	unsigned long left;
	int err;

	if (!r->nr)
		return 0;
	err = charge_and_insert(r, &left);
	/* Counted when they were collected. */
	r->length -= (u32)(left << PAGE_SHIFT);
	r->zc->recv_skip_hint += (u32)(left << PAGE_SHIFT);
	r->nr = 0;
	return err;
}

/* The first unread fragment of @skb; its length when reading stands inside a fragment. */
static unsigned int seek_frag(const struct sk_buff *skb, unsigned int *inside)
{
	unsigned int offset = skb->consumed, i;

	for (i = 0; i < skb->shinfo->nr_frags && offset >= skb->shinfo->frags[i].bv_len; i++)
		offset -= skb->shinfo->frags[i].bv_len;
	*inside = offset;
	return i;
}

static struct sk_buff *next_skb(struct sock *sk, struct sk_buff *skb)
{
	struct list_head *next;

	/* Softirqs append meanwhile; what is in front of us only we take away. */
	spin_lock_bh(&sk->sk_lock);
	next = skb ? skb->list.next : sk->sk_receive_queue.next;
	skb = next == &sk->sk_receive_queue ? NULL : list_entry(next, struct sk_buff, list);
	spin_unlock_bh(&sk->sk_lock);
	return skb;
}

/* Return: 1 when mapping can go on in r->skb, 0 when it ends here, or an error. */
static int advance_skb(struct receive *r)
{
	const struct np_machine *machine = r->scheme.machine;
	unsigned int inside;

	if (r->skb && r->zc->recv_skip_hint)
		return 0;
	r->skb = next_skb(r->scheme.sk, r->skb);
	if (!r->skb)
		return 0;
	r->zc->recv_skip_hint = r->skb->len;
	r->frag = seek_frag(r->skb, &inside);
	if (inside || r->frag == r->skb->shinfo->nr_frags)
		return 0;
	if (opted_in(r->skb) || machine->options.policy == NP_POLICY_ALLOW)
		return 1;
	/* Refused only where nothing has been received that an error would hide. */
	if (machine->options.policy == NP_POLICY_REFUSE && !r->length)
		return -EINVAL;
	return 0;
}

/* Bytes before the next fragment that could be mapped. */
static unsigned int unmappable_bytes(const struct receive *r)
{
	const struct skb_shared_info *shinfo = r->skb->shinfo;
	unsigned int bytes = 0;

	for (unsigned int i = r->frag; i < shinfo->nr_frags; i++) {
		if (can_map_frag(r->scheme.machine, &shinfo->frags[i]))
			break;
		bytes += shinfo->frags[i].bv_len;
	}
	return bytes;
}

static int map_queue(struct receive *r)
{
	struct tcp_zerocopy_receive *zc = r->zc;
	int ret;

	while (r->length + PAGE_SIZE <= zc->length) {
		unsigned int skip;

		if (zc->recv_skip_hint < PAGE_SIZE) {
			ret = advance_skb(r);
			if (ret < 0)
				return ret;
			if (!ret)
				break;
		}
		skip = unmappable_bytes(r);
		if (skip) {
			zc->recv_skip_hint = skip;
			break;
		}
		r->pages[r->nr++] = r->skb->shinfo->frags[r->frag++].bv_page;
		r->length += PAGE_SIZE;
		zc->recv_skip_hint -= PAGE_SIZE;
		/* A failed insert cannot be taken back across skbs: none is left behind. */
		if (r->nr == TCP_ZEROCOPY_PAGE_BATCH_SIZE || zc->recv_skip_hint < PAGE_SIZE) {
			ret = flush_batch(r);
			if (ret)
				return ret;
		}
	}
	return flush_batch(r);
}

/* Under mmap_lock: find the VMA, make room, map. */
static int receive_mapped(struct receive *r, unsigned long inq)
{
	struct tcp_zerocopy_receive *zc = r->zc;
	unsigned long avail;
	int err = -EINVAL;

	mutex_lock(&r->scheme.mm->mmap_lock);
	r->vma = find_vma(r->scheme.mm, zc->address);
	if (!r->vma || !r->vma->tcp_vma)
		goto unlock;
	avail = r->vma->vm_end - zc->address;
	if (avail > zc->length)
		avail = zc->length;
	if (avail > inq)
		avail = inq;
	err = 0;
	zc->recv_skip_hint = (u32)avail;
	zc->length = (u32)avail;
	if (avail < PAGE_SIZE)
		goto unlock;
	zc->recv_skip_hint = 0;
	zc->length = (u32)(avail & PAGE_MASK);
	if (!(zc->flags & TCP_RECEIVE_ZEROCOPY_FLAG_TLB_CLEAN_HINT))
		zap_page_range(r->vma, zc->address, zc->length);
	err = map_queue(r);
unlock:
	mutex_unlock(&r->scheme.mm->mmap_lock);
	return err;
}

/* Frees what was mapped, copies what fits of the rest. Return: bytes taken. */
static unsigned long consume(struct receive *r, u32 copybuf_len)
{
	struct tcp_zerocopy_receive *zc = r->zc;
	unsigned long taken = tcp_recvmsg(r->scheme.sk, r->length);
	u32 copy = copybuf_len < zc->recv_skip_hint ? copybuf_len : zc->recv_skip_hint;

	if (copy)
		zc->copybuf_len = (u32)tcp_recvmsg(r->scheme.sk, copy);
	zc->recv_skip_hint -= zc->copybuf_len;
	return taken + zc->copybuf_len;
}

/* Little enough to be copied at once. */
static int receive_by_copy(struct sock *sk, struct tcp_zerocopy_receive *zc, unsigned long inq)
{
	zc->length = 0;
	zc->recv_skip_hint = 0;
	zc->copybuf_len = (u32)tcp_recvmsg(sk, inq);
	zc->inq = (u32)tcp_inq(sk);
	return 0;
}

static int receive_by_mapping(struct sock *sk, struct tcp_zerocopy_receive *zc, unsigned long inq,
			      u32 copybuf_len)
{
	const struct np_scheme *scheme = sk->machine->scheme;
	struct mm_struct *mm = get_current()->mm;
	struct receive r = { .zc = zc, .address = zc->address };
	int err;

	r.scheme = (struct np_receive){ .machine = sk->machine, .sk = sk, .mm = mm };
	r.scheme.memcg = get_mem_cgroup_from_mm(mm);
	err = receive_mapped(&r, inq);
	if (consume(&r, err ? 0 : copybuf_len)) {
		/* Part of what was asked for is success. */
		err = 0;
		if (r.length == zc->length)
			zc->recv_skip_hint = 0;
	}
	zc->length = r.length;
	if (scheme->receive_done)
		scheme->receive_done(&r.scheme);
	css_put(&r.scheme.memcg->css);
	zc->inq = (u32)tcp_inq(sk);
	return err;
}

int tcp_zerocopy_receive(struct sock *sk, struct tcp_zerocopy_receive *zc)
{
	unsigned long inq = tcp_inq(sk);
	u32 copybuf_len = zc->copybuf_len;

	zc->copybuf_len = 0;
	zc->err = 0;
	if (zc->address & ~PAGE_MASK || !get_current())
		return -EINVAL;
	if (inq && inq <= copybuf_len)
		return receive_by_copy(sk, zc, inq);
	if (inq < PAGE_SIZE) {
		zc->length = 0;
		zc->recv_skip_hint = (u32)inq;
		zc->inq = (u32)inq;
		return 0;
	}
	return receive_by_mapping(sk, zc, inq, copybuf_len);
}
