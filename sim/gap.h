/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: gap - how far two numbers were apart, and for how long
 *
 * Unit: pages; time in packets and in virtual milliseconds.
 */
#ifndef NP_SIM_GAP_H
#define NP_SIM_GAP_H

#include <stdbool.h>
#include <stdint.h>

/** struct np_moment - a point of virtual time. */
struct np_moment {
	uint64_t packet;
	uint64_t ms;
};

/**
 * struct np_stand - a stretch of time in which there was a gap in one direction
 * @pages: the most it came to; 0: there never was one
 * @at: when it first came to that
 * @packets: how long the whole stretch was
 * @ms: the same
 */
struct np_stand {
	uint64_t pages;
	struct np_moment at;
	uint64_t packets;
	uint64_t ms;
};

/** struct np_gap_side - one direction: the stretch with the largest gap, and the present one. */
struct np_gap_side {
	struct np_stand largest;
	struct np_stand now;
	struct np_moment since;
};

/** struct np_gap - both directions; all zero to begin with. */
struct np_gap {
	struct np_gap_side over;
	struct np_gap_side under;
};

/** np_gap_measure() - at @when the gap is @pages: above 0 is over, below 0 is under. */
void np_gap_measure(struct np_gap *gap, int64_t pages, struct np_moment when);
/** np_gap_end() - the last moment has come: what stands now ends here. */
void np_gap_end(struct np_gap *gap, struct np_moment when);

#endif /* NP_SIM_GAP_H */
