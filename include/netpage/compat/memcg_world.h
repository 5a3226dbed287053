/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: memcg_world.h - groups for suites that run in a kernel, too
 *
 * Provenance: real (netpage/memcg.h); the kernel's twin makes directories in a cgroup
 * file system.
 */
#ifndef NETPAGE_COMPAT_MEMCG_WORLD_H
#define NETPAGE_COMPAT_MEMCG_WORLD_H

#include <netpage/compat/np/base.h>

struct mem_cgroup;

/* @parent: NULL is the root. Return: NULL on failure. */
struct mem_cgroup *world_memcg_create(const char *name, struct mem_cgroup *parent);
/* The group goes offline and must not be used any more. */
void world_memcg_destroy(struct mem_cgroup *memcg);

#endif /* NETPAGE_COMPAT_MEMCG_WORLD_H */
