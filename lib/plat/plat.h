/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * plat - what differs between flavours: memory, RCU, who runs where
 *
 * One interface; the bodies are in native/ and explore/.  plat knows nobody above it
 * but the machine it hangs from, and in the explore flavour the search that it is in.
 */
#ifndef NP_PLAT_H
#define NP_PLAT_H

#include <netpage/machine.h>
#include <netpage/scheme.h> /* np_alloc(), np_free() */

/* Memory of one machine: an arena of its own, so that destroy frees it whole. */
struct np_memory {
	unsigned int arena;
	void *blocks; /* the malloc body's list */
	long bytes;   /* of objects; nobody's decision depends on it */
};
int np_memory_init(struct np_memory *memory);
void np_memory_exit(struct np_memory *memory);
void *np_memory_alloc(struct np_memory *memory, size_t size, size_t align);
void np_memory_free(struct np_memory *memory, void *ptr, size_t size, size_t align);
/* Counts in .bytes: how much more there is now. */
void np_memory_count(struct np_memory *memory, long bytes);

/* Where a struct np_machine itself lies: zeroed, on a cache line; NULL when there is none. */
void *np_machine_alloc(size_t size);
void np_machine_free(void *ptr, size_t size);

/* Address space that costs nothing until touched. NULL when there is none. */
void *np_reserve(size_t size);
void np_unreserve(void *ptr, size_t size);

/* Waits until every reader that is inside now has left. A reader who calls it is reported. */
void np_synchronize_rcu(void);

/*
 * Frees @ptr after a grace period. Any context; the memory goes back at the next
 * place where a task may wait (np_rcu_reclaim()).
 */
void np_free_rcu(struct np_machine *machine, void *ptr, size_t size);
void np_rcu_reclaim(struct np_machine *machine);

/*
 * Runs what is pending on every CPU that no thread has entered, and on that of the
 * caller, if that is the only context there. Whether there was anything.
 */
bool np_run_idle_cpus(struct np_machine *machine);
/* Whether any thread has entered a CPU of @machine. */
bool np_machine_busy(struct np_machine *machine);

#endif /* NP_PLAT_H */
