/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* memcg_world - memory cgroups for suites, which run before there is any process to make them */
#ifndef CONFORMANCE_MEMCG_WORLD_H
#define CONFORMANCE_MEMCG_WORLD_H

struct mem_cgroup;

/**
 * world_memcg_create - mkdir of a cgroup with a memory controller, whose children have one too
 * @name: unique among all that exist
 * @parent: NULL is the root
 *
 * set_active_memcg() makes it the one that is charged. Return: NULL on failure.
 */
struct mem_cgroup *world_memcg_create(const char *name, struct mem_cgroup *parent);

/** world_memcg_destroy - rmdir: @memcg goes offline. The caller's use of it ends, charges stay. */
void world_memcg_destroy(struct mem_cgroup *memcg);

#endif /* CONFORMANCE_MEMCG_WORLD_H */
