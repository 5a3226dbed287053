/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Whose code made an access: decided by the source files that its program counter stands for,
 * those of inlined functions included.  What an arm of a union is called in the source leaves
 * no trace in the access; who may use it at all does.
 */
#include <stdio.h>
#include <string.h>

#include <explore/detect.h>
#include <explore/symbol.h>
#include <machine.h>

#define ASIDE_STACK (512 * 1024)
#define INLINED_MAX 16
#define GUARD 4096 /* the lowest page of a stack */
#define DEPTH 24

/* --- a larger stack --- */

static void aside_main(void *arg)
{
	struct np_detector *d = arg;

	d->job(d->job_arg);
	np_fiber_switch(&d->fiber, d->from);
	__builtin_unreachable();
}

void np_code_aside(struct np_detector *d, void (*job)(void *arg), void *arg)
{
	struct np_explorer *x = d->x;

	/* Nobody's: the thread's own stack. */
	if (x->running == NP_NOBODY) {
		job(arg);
		return;
	}
	if (!d->aside) {
		char *stack = np_explorer_reserve(x, ASIDE_STACK);

		if (!stack || np_fiber_guard(stack, ASIDE_STACK))
			return;
		d->aside = stack;
	}
	d->job = job;
	d->job_arg = arg;
	d->from = &x->actors[x->running].fiber;
	np_fiber_start(&d->fiber, d->aside, ASIDE_STACK, aside_main, d);
	np_fiber_switch(d->from, &d->fiber);
}

/* --- from files to parts --- */

static bool ends_in(const char *file, const char *end)
{
	size_t length = strlen(file), more = strlen(end);

	return length >= more && !strcmp(file + length - more, end) &&
	       (length == more || file[length - more - 1] == '/');
}

/* Whether @file is in a folder called @dir: not deeper, where anything could be. */
static bool is_in(const char *file, const char *dir)
{
	const char *slash = strrchr(file, '/');
	size_t length = strlen(dir), before;

	if (!slash || (size_t)(slash - file) < length)
		return false;
	before = (size_t)(slash - file) - length;
	return !memcmp(file + before, dir, length) && (!before || file[before - 1] == '/');
}

static u8 code_of_file(const char *file)
{
	if (ends_in(file, "mm/page_alloc.c"))
		return NP_CODE_ALLOCATOR;
	/* Helpers of reports, which are careful with whatever they find. */
	if (ends_in(file, "lib/mm/page.c") || ends_in(file, "lib/trace.c") ||
	    is_in(file, "lib/check"))
		return NP_CODE_OBSERVER;
	if (ends_in(file, "page_pool.c") || ends_in(file, "page_pool.h") ||
	    is_in(file, "net/page_pool"))
		return NP_CODE_POOL;
	if (is_in(file, "mm"))
		return NP_CODE_MM;
	if (is_in(file, "lib/net") || is_in(file, "net/core") || is_in(file, "net/ipv4") ||
	    is_in(file, "net/ipv6"))
		return NP_CODE_NET;
	return NP_CODE_OTHER;
}

/* Of functions inlined into each other: a helper of mm in a pool's function is the pool's. */
static u8 code_of_places(const struct np_place *places, unsigned int nr)
{
	static const u8 precedence[] = { NP_CODE_OBSERVER, NP_CODE_ALLOCATOR, NP_CODE_POOL,
					 NP_CODE_MM,	   NP_CODE_NET,	      NP_CODE_OTHER };
	u8 codes = 0;

	for (unsigned int i = 0; i < nr; i++)
		if (strcmp(places[i].file, "?"))
			codes |= code_of_file(places[i].file);
	for (size_t i = 0; i < ARRAY_SIZE(precedence); i++)
		if (codes & precedence[i])
			return precedence[i];
	return NP_CODE_UNKNOWN;
}

struct lookup {
	struct np_detector *d;
	uintptr_t pc;
	u8 code;
};

static void look_up(void *arg)
{
	struct lookup *lookup = arg;
	struct np_explorer *x = lookup->d->x;
	struct np_place places[INLINED_MAX];

	if (!x->symbols && np_symbols_open(&x->symbols))
		return;
	lookup->code = code_of_places(places,
				      np_symbols_find(x->symbols, lookup->pc, places, INLINED_MAX));
}

/*
 * Without debug information of the allocator nothing can be told from it.  Other code may
 * well have none: it is not the allocator's, then, nor any of the kernel's.
 */
static bool allocator_is_known(struct np_detector *d)
{
	struct lookup lookup = { d, (uintptr_t)&free_unref_page + 1, NP_CODE_UNKNOWN };

	if (d->allocator_sought)
		return d->allocator_known;
	np_code_aside(d, look_up, &lookup);
	d->allocator_sought = true;
	d->allocator_known = lookup.code == NP_CODE_ALLOCATOR;
	if (!d->allocator_known)
		fprintf(stderr, "netpage: np_explore: the library has no debug information: uses "
				"after the last put and wrong union arms are not looked for\n");
	return d->allocator_known;
}

u8 np_code_of(struct np_detector *d, const void *pc)
{
	unsigned int slot = np_code_slot(pc);
	struct lookup lookup = { d, (uintptr_t)pc, NP_CODE_UNKNOWN };

	if (likely(d->codes[slot].pc == pc))
		return d->codes[slot].code;
	if (allocator_is_known(d)) {
		np_code_aside(d, look_up, &lookup);
		if (lookup.code == NP_CODE_UNKNOWN)
			lookup.code = NP_CODE_OTHER;
	}
	d->codes[slot].pc = pc;
	d->codes[slot].code = lookup.code;
	return lookup.code;
}

unsigned int np_code_callers(const struct np_detector *d, const void *frame, uintptr_t *pcs,
			     unsigned int max)
{
	const char *low = d->x->actors[d->x->running].stack;

	return np_stack_walk(frame, low + GUARD, low + NP_STACK_SIZE, pcs, max);
}

bool np_code_called_by(struct np_detector *d, const struct np_access *access, u8 codes)
{
	uintptr_t pcs[DEPTH];
	unsigned int nr = np_code_callers(d, access->frame, pcs, DEPTH);

	for (unsigned int i = 0; i < nr; i++)
		if (np_code_of(d, (const void *)pcs[i]) & codes)
			return true;
	return false;
}

const char *np_code_name(u8 code)
{
	switch (code) {
	case NP_CODE_ALLOCATOR:
		return "the page allocator";
	case NP_CODE_MM:
		return "the mm";
	case NP_CODE_POOL:
		return "page_pool";
	case NP_CODE_NET:
		return "the network";
	default:
		return "other code";
	}
}

void np_code_exit(struct np_detector *d)
{
	if (d->aside)
		np_fiber_unguard(d->aside, ASIDE_STACK);
}
