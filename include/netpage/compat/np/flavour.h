/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: compat flavour - the symbols that lib/compat brings, for both flavours
 *
 * Provenance: custom: as netpage/flavour.h, so that no kernel name is in any ELF file
 * and a program cannot mix flavours by mistake.
 */
#ifndef NETPAGE_COMPAT_FLAVOUR_H
#define NETPAGE_COMPAT_FLAVOUR_H

#include <netpage/flavour.h>

/* clang-format off */
#define __kunit_add_resource NP_FLAVOUR_SYMBOL(compat___kunit_add_resource)
#define kunit_destroy_resource NP_FLAVOUR_SYMBOL(compat_kunit_destroy_resource)
#define kunit_find_resource NP_FLAVOUR_SYMBOL(compat_kunit_find_resource)
#define kunit_kfree NP_FLAVOUR_SYMBOL(compat_kunit_kfree)
#define kunit_kmalloc_array NP_FLAVOUR_SYMBOL(compat_kunit_kmalloc_array)
#define kunit_remove_resource NP_FLAVOUR_SYMBOL(compat_kunit_remove_resource)
#define kunit_run_tests NP_FLAVOUR_SYMBOL(compat_kunit_run_tests)
#define kunit_try_catch_throw NP_FLAVOUR_SYMBOL(compat_kunit_try_catch_throw)
#define np_compat_alloc_percpu NP_FLAVOUR_SYMBOL(compat_alloc_percpu)
#define np_compat_bug NP_FLAVOUR_SYMBOL(compat_bug)
#define np_compat_cancel_delayed_work NP_FLAVOUR_SYMBOL(compat_cancel_delayed_work)
#define np_compat_cancel_work NP_FLAVOUR_SYMBOL(compat_cancel_work)
#define np_compat_dma_map NP_FLAVOUR_SYMBOL(compat_dma_map)
#define np_compat_dma_unmap NP_FLAVOUR_SYMBOL(compat_dma_unmap)
#define np_compat_flush_all_work NP_FLAVOUR_SYMBOL(compat_flush_all_work)
#define np_compat_flush_delayed_work NP_FLAVOUR_SYMBOL(compat_flush_delayed_work)
#define np_compat_flush_work NP_FLAVOUR_SYMBOL(compat_flush_work)
#define np_compat_free_percpu NP_FLAVOUR_SYMBOL(compat_free_percpu)
#define np_compat_kfree NP_FLAVOUR_SYMBOL(compat_kfree)
#define np_compat_kmalloc NP_FLAVOUR_SYMBOL(compat_kmalloc)
#define np_compat_krealloc NP_FLAVOUR_SYMBOL(compat_krealloc)
#define np_compat_ksize NP_FLAVOUR_SYMBOL(compat_ksize)
#define np_compat_kthread_create NP_FLAVOUR_SYMBOL(compat_kthread_create)
#define np_compat_kthread_should_stop NP_FLAVOUR_SYMBOL(compat_kthread_should_stop)
#define np_compat_kthread_stop NP_FLAVOUR_SYMBOL(compat_kthread_stop)
#define np_compat_kthread_wake NP_FLAVOUR_SYMBOL(compat_kthread_wake)
#define np_compat_nr_cpus NP_FLAVOUR_SYMBOL(compat_nr_cpus)
#define np_compat_page_pool_create NP_FLAVOUR_SYMBOL(compat_page_pool_create)
#define np_compat_page_pool_destroy NP_FLAVOUR_SYMBOL(compat_page_pool_destroy)
#define np_compat_page_pool_put_bulk NP_FLAVOUR_SYMBOL(compat_page_pool_put_bulk)
#define np_compat_prep_compound_page NP_FLAVOUR_SYMBOL(compat_prep_compound_page)
#define np_compat_printk NP_FLAVOUR_SYMBOL(compat_printk)
#define np_compat_ptr_ring_cleanup NP_FLAVOUR_SYMBOL(compat_ptr_ring_cleanup)
#define np_compat_ptr_ring_init NP_FLAVOUR_SYMBOL(compat_ptr_ring_init)
#define np_compat_ptr_ring_resize NP_FLAVOUR_SYMBOL(compat_ptr_ring_resize)
#define np_compat_ptr_ring_resize_multiple NP_FLAVOUR_SYMBOL(compat_ptr_ring_resize_multiple)
#define np_compat_ptr_ring_unconsume NP_FLAVOUR_SYMBOL(compat_ptr_ring_unconsume)
#define np_compat_queue_work NP_FLAVOUR_SYMBOL(compat_queue_work)
#define np_compat_set_active_memcg NP_FLAVOUR_SYMBOL(compat_set_active_memcg)
#define np_compat_set_cpus_allowed NP_FLAVOUR_SYMBOL(compat_set_cpus_allowed)
#define np_compat_split_page NP_FLAVOUR_SYMBOL(compat_split_page)
#define np_compat_warn NP_FLAVOUR_SYMBOL(compat_warn)
#define np_kunit_failed NP_FLAVOUR_SYMBOL(compat_kunit_failed)
#define np_kunit_run NP_FLAVOUR_SYMBOL(compat_kunit_run)
#define np_module_run NP_FLAVOUR_SYMBOL(compat_module_run)
#define page_pool_ethtool_stats_get NP_FLAVOUR_SYMBOL(compat_page_pool_ethtool_stats_get)
#define page_pool_ethtool_stats_get_count NP_FLAVOUR_SYMBOL(compat_page_pool_ethtool_stats_get_count)
#define page_pool_ethtool_stats_get_strings NP_FLAVOUR_SYMBOL(compat_page_pool_ethtool_stats_get_strings)
#define world_memcg_create NP_FLAVOUR_SYMBOL(compat_world_memcg_create)
#define world_memcg_destroy NP_FLAVOUR_SYMBOL(compat_world_memcg_destroy)
/* clang-format on */

#endif /* NETPAGE_COMPAT_FLAVOUR_H */
