/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/topology.h - nodes
 *
 * Provenance: real (netpage/page_alloc.h).
 */
#ifndef NETPAGE_COMPAT_LINUX_TOPOLOGY_H
#define NETPAGE_COMPAT_LINUX_TOPOLOGY_H

#include <linux/smp.h>

#include <netpage/machine.h>
#include <netpage/page_alloc.h>

#define numa_node_id() numa_mem_id()
#define nr_node_ids (np_machine_options_of(np_this_machine())->nr_nodes)
#define num_online_nodes() nr_node_ids

#endif /* NETPAGE_COMPAT_LINUX_TOPOLOGY_H */
