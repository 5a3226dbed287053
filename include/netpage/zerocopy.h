/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: zerocopy - TCP_ZEROCOPY_RECEIVE: whole pages are mapped, the rest is copied
 *
 * Context: task context of the process that receives; the socket lock and
 * mmap_lock are taken inside.
 * Models: net/ipv4/tcp.c, tcp_zerocopy_receive() and what it calls, 6.1.
 */
#ifndef NETPAGE_ZEROCOPY_H
#define NETPAGE_ZEROCOPY_H

#include <netpage/skbuff.h>

NP_BEGIN_DECLS

/** Pages that are mapped and charged together. */
#define TCP_ZEROCOPY_PAGE_BATCH_SIZE 32
/** The address range is known to be unmapped: do not zap it first. */
#define TCP_RECEIVE_ZEROCOPY_FLAG_TLB_CLEAN_HINT 0x1u

/** struct tcp_zerocopy_receive - in and out, as include/uapi/linux/tcp.h names it. */
struct tcp_zerocopy_receive {
	u64 address;	    /* in: where to map */
	u32 length;	    /* in: bytes wanted; out: bytes mapped */
	u32 recv_skip_hint; /* out: bytes that must be read by copying */
	u32 inq;	    /* out: bytes left in the queue */
	s32 err;	    /* out: socket error; always 0 here */
	u32 copybuf_len;    /* in: bytes of copy buffer; out: bytes copied */
	u32 flags;	    /* in */
};

/**
 * tcp_zerocopy_receive - map what can be mapped from @sk's queue at @zc->address
 *
 * Return: 0 (with less than asked for if need be); -EINVAL: address not page
 * aligned or not in a VMA of tcp_mmap(), or the policy refuses unaccounted
 * zerocopy; -ENOMEM: the scheme could not charge and nothing was mapped before;
 * -EBUSY: something is mapped there.
 */
NP_API int tcp_zerocopy_receive(struct sock *sk, struct tcp_zerocopy_receive *zc);

/**
 * can_map_frag - whether a fragment may be mapped at all
 *
 * A whole page at offset 0; since 577e4432f3ac neither compound nor page cache.
 */
NP_API bool can_map_frag(const struct np_machine *machine, const skb_frag_t *frag);

NP_END_DECLS

#endif /* NETPAGE_ZEROCOPY_H */
