/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: compat kernel pool - for building the kernel's own page_pool.c, ptr_ring.h, page_counter.c
 *
 * Provenance: custom: to be included before anything else (-include), with the kernel's
 * headers of these three in front of the compat ones.  The kernel's page_pool lives beside
 * the library's under names of its own, because the two structs differ; page_counter takes
 * the place of the library's, whose struct is the same.
 */
#ifndef NETPAGE_COMPAT_KERNEL_POOL_H
#define NETPAGE_COMPAT_KERNEL_POOL_H

/* The library's own headers of the three stay away. */
#define NETPAGE_PAGE_COUNTER_H
#define NETPAGE_PAGE_POOL_H
#define NETPAGE_PTR_RING_H

#include <linux/types.h>

#include <netpage/compat/np/flavour.h>

/* clang-format off */
#undef page_pool_alloc_frag
#define page_pool_alloc_frag NP_FLAVOUR_SYMBOL(kernel_page_pool_alloc_frag)
#undef page_pool_alloc_pages
#define page_pool_alloc_pages NP_FLAVOUR_SYMBOL(kernel_page_pool_alloc_pages)
#undef page_pool_create
#define page_pool_create NP_FLAVOUR_SYMBOL(kernel_page_pool_create)
#undef page_pool_destroy
#define page_pool_destroy NP_FLAVOUR_SYMBOL(kernel_page_pool_destroy)
#undef page_pool_ethtool_stats_get
#define page_pool_ethtool_stats_get NP_FLAVOUR_SYMBOL(kernel_page_pool_ethtool_stats_get)
#undef page_pool_ethtool_stats_get_count
#define page_pool_ethtool_stats_get_count NP_FLAVOUR_SYMBOL(kernel_page_pool_ethtool_stats_get_count)
#undef page_pool_ethtool_stats_get_strings
#define page_pool_ethtool_stats_get_strings NP_FLAVOUR_SYMBOL(kernel_page_pool_ethtool_stats_get_strings)
#undef page_pool_get_stats
#define page_pool_get_stats NP_FLAVOUR_SYMBOL(kernel_page_pool_get_stats)
#undef page_pool_put_defragged_page
#define page_pool_put_defragged_page NP_FLAVOUR_SYMBOL(kernel_page_pool_put_defragged_page)
#undef page_pool_put_page_bulk
#define page_pool_put_page_bulk NP_FLAVOUR_SYMBOL(kernel_page_pool_put_page_bulk)
#undef page_pool_release_page
#define page_pool_release_page NP_FLAVOUR_SYMBOL(kernel_page_pool_release_page)
#undef page_pool_return_skb_page
#define page_pool_return_skb_page NP_FLAVOUR_SYMBOL(kernel_page_pool_return_skb_page)
#undef page_pool_update_nid
#define page_pool_update_nid NP_FLAVOUR_SYMBOL(kernel_page_pool_update_nid)
#undef page_pool_use_xdp_mem
#define page_pool_use_xdp_mem NP_FLAVOUR_SYMBOL(kernel_page_pool_use_xdp_mem)
/* clang-format on */

#endif /* NETPAGE_COMPAT_KERNEL_POOL_H */
