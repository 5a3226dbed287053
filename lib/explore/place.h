/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * place - internal: names for addresses of the image, equal in every run
 *
 * "p._refcount"		a field of a page, by the page's name or "pfn:N"
 * "p.note+8"			what is noted beside the page
 * "state+16"			the program's state
 * "machine.objects_lock"	some words of the machine
 * "cpu1+64", "machine+8"	others
 * "stack_of_reader+16"	an actor's stack, from its lowest byte
 * "memory+0x1240"		anything else: its offset in the image
 * "rcu", "delayed", "garbage", "work:cpu0"	pseudo-locations
 */
#ifndef NP_EXPLORE_PLACE_H
#define NP_EXPLORE_PLACE_H

#include <explore/engine.h>

/* Return: @buf. What is outside of the image is "(outside)". */
const char *np_explore_name_address(const struct np_explorer *x, const void *ptr, char *buf,
				    size_t size);
/* The same for the first byte of a granule, or for a pseudo-location. */
const char *np_explore_name_location(const struct np_explorer *x, u32 location, char *buf,
				     size_t size);
/* The granule that @text names. Return: 0, -EINVAL. */
int np_explore_find_address(const struct np_explorer *x, const char *text, u32 *location);

/*
 * Where @pc is in the source, with @depth - 1 callers that were inlined around it:
 * "spin_lock lib/x.c:12". Return: @buf.
 */
const char *np_explore_name_code(struct np_explorer *x, const void *pc, unsigned int depth,
				 char *buf, size_t size);

#endif /* NP_EXPLORE_PLACE_H */
