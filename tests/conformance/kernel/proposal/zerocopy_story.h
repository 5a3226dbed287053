/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * zerocopy_story - what both worlds print of one transfer: a line for each step
 *
 * PAGES pages are sent over TCP in segments of SEGMENT pages to a process that receives them by
 * zerocopy; then the sender goes, the receiver's socket is closed, half is unmapped, the rest is.
 */
#ifndef CONFORMANCE_ZEROCOPY_STORY_H
#define CONFORMANCE_ZEROCOPY_STORY_H

#include <stdio.h>

#define PAGES 1024u
#define SEGMENT 4u

/* Pages all. charged: what the receiver's group pays for; recycled: came back to the pool. */
struct story_counts {
	unsigned int given, mapped, charged;
	unsigned long recycled;
	int let_go;
};

static inline void story_step(const char *driver, const char *step,
			      const struct story_counts *counts, unsigned long copied)
{
	printf("%s | %s | %u | %u | %lu | %u | %lu | %d\n", driver, step, counts->given,
	       counts->mapped, copied, counts->charged, counts->recycled, counts->let_go);
}

#endif /* CONFORMANCE_ZEROCOPY_STORY_H */
