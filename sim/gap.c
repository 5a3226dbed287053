/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "gap.h"

static void end_stretch(struct np_gap_side *side, struct np_moment when)
{
	if (!side->now.pages)
		return;
	side->now.packets = when.packet - side->since.packet;
	side->now.ms = when.ms - side->since.ms;
	if (side->now.pages > side->largest.pages)
		side->largest = side->now;
	side->now = (struct np_stand){ 0 };
}

static void measure_side(struct np_gap_side *side, uint64_t pages, struct np_moment when)
{
	if (!pages) {
		end_stretch(side, when);
		return;
	}
	if (!side->now.pages)
		side->since = when;
	if (pages > side->now.pages) {
		side->now.pages = pages;
		side->now.at = when;
	}
}

void np_gap_measure(struct np_gap *gap, int64_t pages, struct np_moment when)
{
	measure_side(&gap->over, pages > 0 ? (uint64_t)pages : 0, when);
	measure_side(&gap->under, pages < 0 ? -(uint64_t)pages : 0, when);
}

void np_gap_end(struct np_gap *gap, struct np_moment when)
{
	end_stretch(&gap->over, when);
	end_stretch(&gap->under, when);
}
