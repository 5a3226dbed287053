/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* page_network_rig - what the proposal is tried with; not a part of it */
#ifndef _LINUX_PAGE_NETWORK_RIG_H
#define _LINUX_PAGE_NETWORK_RIG_H

#include <linux/types.h>

struct sk_buff;

/* Whether release_pages() asks the network, too: false shows what is missed if it does not. */
extern bool network_release_pages_asks;

/*
 * What a loopback driver that has opted in does with what it receives: another skb, whose data is
 * in network pages, or @skb itself. NULL: it has not opted in.
 */
extern struct sk_buff *(*network_loopback_receive)(struct sk_buff *skb);

#endif
