/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: cost - what put_page() pays under a scheme, counted by single step
 *
 * A forked child builds the situation with the public API, twice to warm up (lazy binding, first
 * touch) and once to be measured; the parent traces it instruction by instruction from one marker
 * to another.  Nobody types these numbers, and no clock is involved: for one binary they are the
 * same on every run.
 *
 * Instructions depend on compiler and build type.  Locked operations are those that a processor
 * must make atomic: x86-64 with a lock prefix or an xchg with memory, aarch64 the LSE atomics and
 * load-exclusives; they are a property of the algorithm.
 */
#ifndef NP_SIM_COST_H
#define NP_SIM_COST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct np_scheme;

/** What is measured. */
enum np_cost_path {
	NP_COST_PUT_ORDINARY,  /* put_page(), not the last, page of no card */
	NP_COST_PUT_NETWORK,   /* put_page(), not the last, page of a card */
	NP_COST_LAST_PUT,      /* the last user's put_page() of a received page, mapped before */
	NP_COST_RELEASE_PAGES, /* the same by release_pages() */
	NP_COST_UNMAP, /* zap_page_range() of a received page: mapping, charge and reference */
	NP_COST_PATHS,
};

#define NP_COST_WHY_MAX 96

/** struct np_cost - of one path; @why is empty when it was measured, else says why it was not. */
struct np_cost {
	unsigned long instructions;
	unsigned long locked;
	char why[NP_COST_WHY_MAX];
};

/**
 * struct np_costs - of one scheme
 * @path: by enum np_cost_path
 * @ends_in: who has the page after NP_COST_LAST_PUT: "page allocator", "page_pool" ...; or ""
 */
struct np_costs {
	struct np_cost path[NP_COST_PATHS];
	char ends_in[32];
};

/**
 * np_cost_measure - measure all paths under @scheme
 * @costs: filled in, whatever happens: where ptrace() is not permitted each path says so
 *
 * Context: no other thread is inside the library; no other child is being waited for.
 */
void np_cost_measure(const struct np_scheme *scheme, struct np_costs *costs);

/** np_cost_path_name - "put_page(), ordinary page" and so on. */
const char *np_cost_path_name(enum np_cost_path path);
/** np_cost_path_help - one line: what is measured from where to where. */
const char *np_cost_path_help(enum np_cost_path path);
/** np_cost_path_key - "put_ordinary" and so on, for programs. */
const char *np_cost_path_key(enum np_cost_path path);

/** np_cost_locked_x86 - whether the instruction at @code, at most @len bytes, is locked. */
bool np_cost_locked_x86(const unsigned char *code, size_t len);
/** np_cost_locked_aarch64 - the same for one instruction word. */
bool np_cost_locked_aarch64(uint32_t instruction);

/* The rest is private to cost*.c. */

/** struct np_cost_report - memory that the child and the parent share. */
struct np_cost_report {
	char why[NP_COST_PATHS][NP_COST_WHY_MAX];
	char setup[NP_COST_WHY_MAX]; /* nothing can be measured at all */
	char ends_in[32];
};

/** np_cost_child - build every situation in turn; stops itself before each one. Never returns. */
void np_cost_child(const struct np_scheme *scheme, struct np_cost_report *report)
	__attribute__((noreturn));
/** What is measured lies between calls of these two. */
void np_cost_begin(void);
void np_cost_end(void);

/** np_cost_registers - where the stopped @child is. False: not on this architecture. */
bool np_cost_program_counter(pid_t child, uintptr_t *pc);
/** np_cost_locked_at - whether the instruction at @pc of the stopped @child is locked. */
bool np_cost_locked_at(pid_t child, uintptr_t pc);

#endif /* NP_SIM_COST_H */
