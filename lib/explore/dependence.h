/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * dependence - internal: which events must keep their order, and what happened before
 *
 * Two orders are kept. By conflict: events on the same bytes of which one writes, and
 * sections of a CPU's pseudo-locks; turning such a pair round gives another trace.
 * By synchronization: what a release hands to an acquire; plain accesses that only
 * conflict are a data race.
 */
#ifndef NP_EXPLORE_DEPENDENCE_H
#define NP_EXPLORE_DEPENDENCE_H

#include <string.h>

#include <explore/engine.h>

/* Rows of clocks are joined eight elements at a time. */
typedef u16 np_clock8 __attribute__((vector_size(16), may_alias));

/* All elements, one on another. */
static inline u32 np_clock_any(np_clock8 c)
{
	typedef u64 halves __attribute__((vector_size(16)));
	u64 any = ((halves)c)[0] | ((halves)c)[1];

	any |= any >> 32;
	return (u32)(any | any >> 16) & 0xffff;
}

static inline void np_row_join(u16 *to, const u16 *from, u32 stride)
{
	np_clock8 *t = (np_clock8 *)to;
	const np_clock8 *f = (const np_clock8 *)from;

	for (u32 i = 0; i < stride / 8; i++) {
		np_clock8 more = (np_clock8)(f[i] > t[i]);

		t[i] = (f[i] & more) | (t[i] & ~more);
	}
}

static inline void np_row_copy(u16 *to, const u16 *from, u32 stride)
{
	for (u32 i = 0; i < stride / 8; i++)
		((np_clock8 *)to)[i] = ((const np_clock8 *)from)[i];
}

static inline u64 np_truncate(u64 value, u8 size)
{
	return size >= 8 ? value : value & ((1ULL << (8 * size)) - 1);
}

static inline u64 np_load(const void *addr, u8 size)
{
	u64 value = 0;

	memcpy(&value, addr, size);
	return value;
}

/* The eight bytes at @location, which is one of the image. */
static inline u64 np_granule(const struct np_explorer *x, u32 location)
{
	u64 value;

	if (location >= x->image.size / NP_GRANULE)
		return 0;
	memcpy(&value, x->image.base + (size_t)location * NP_GRANULE, sizeof(value));
	return value;
}

static inline bool np_dependent(const struct np_explorer *x, const struct np_effect *a,
				const struct np_effect *b)
{
	/* Mostly they are somewhere else, and nobody takes a CPU. */
	if (unlikely(a->excl | b->excl) &&
	    ((a->excl & (b->excl | b->shared)) | (b->excl & a->shared)))
		return true;
	if (a->location != b->location || a->location == NP_NOWHERE || !(a->mask & b->mask))
		return false;
	if (x->commute && (a->flags & b->flags & NP_OP_COMMUTES))
		return false;
	return (a->flags | b->flags) & NP_OP_WRITES;
}

static inline struct np_effect np_effect_of(const struct np_event *e)
{
	return (struct np_effect){ e->location, e->excl, e->shared, e->flags, e->mask };
}

void np_dependence_begin(struct np_explorer *x);
/* A new event: its clock, the races it is in (to the strategy), data races (reported). */
void np_dependence_add(struct np_explorer *x, u32 event);
/*
 * What actor @a waits for at the end could also have come first: writes its operation down for
 * a moment as event x->nr_events, and hands the races to the strategy.
 */
void np_dependence_blocked(struct np_explorer *x, u8 a);
/* Sections of pseudo-locks, for an event with some. */
void np_dependence_pass(struct np_explorer *x, u32 event);
/* Synchronization, for each event, new or done again. */
void np_sync_add(struct np_explorer *x, u32 event);

/* lib/explore/report.c: the callers of the event's actor. */
void np_capture_stack(struct np_explorer *x, u32 event);
/* lib/explore/report.c: events @a and @b are a data race; @b is the later one. */
void np_report_data_race(struct np_explorer *x, u32 a, u32 b);

#endif /* NP_EXPLORE_DEPENDENCE_H */
