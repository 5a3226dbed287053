/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include <linux/cache.h>
#include <linux/page_network_rig.h>

bool network_release_pages_asks __read_mostly = true;
struct sk_buff *(*network_loopback_receive)(struct sk_buff *skb)__read_mostly;
