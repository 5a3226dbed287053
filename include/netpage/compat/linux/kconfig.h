/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/kconfig.h - the configuration that compat code sees, and how to ask for it
 *
 * Provenance: custom: one fixed configuration, that of a 64-bit SMP and NUMA kernel with
 * memory cgroups and page_pool statistics; there is no .config.
 */
#ifndef NETPAGE_COMPAT_LINUX_KCONFIG_H
#define NETPAGE_COMPAT_LINUX_KCONFIG_H

#define CONFIG_64BIT 1
#define CONFIG_SMP 1
#define CONFIG_NUMA 1
#define CONFIG_NET 1
#define CONFIG_INET 1
#define CONFIG_MMU 1
#define CONFIG_MEMCG 1
#define CONFIG_MEMCG_KMEM 1
#define CONFIG_CGROUPS 1
#define CONFIG_PAGE_POOL 1
#define CONFIG_PAGE_POOL_STATS 1
#define CONFIG_TRANSPARENT_HUGEPAGE 1
#define CONFIG_KUNIT 1
/* True here only: for the rare line that must differ, such as a test that needs a real disk. */
#define CONFIG_NETPAGE_SIM 1

/* 1 for a macro that is defined as 1, 0 for one that is not defined at all. */
#define NP_SECOND_(ignored, value, ...) value
#define NP_ONE_1 0,
#define NP_IS_ONE_(comma) NP_SECOND_(comma 1, 0, 0)
#define NP_IS_ONE(value) NP_IS_ONE__(value)
#define NP_IS_ONE__(value) NP_IS_ONE_(NP_ONE_##value)

#define IS_ENABLED(option) NP_IS_ONE(option)
#define IS_BUILTIN(option) NP_IS_ONE(option)
#define IS_REACHABLE(option) NP_IS_ONE(option)
#define IS_MODULE(option) 0

#endif /* NETPAGE_COMPAT_LINUX_KCONFIG_H */
