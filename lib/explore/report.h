/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* report - internal: what was noticed, in words; see also dependence.h */
#ifndef NP_EXPLORE_REPORT_H
#define NP_EXPLORE_REPORT_H

#include <explore/found.h>

/*
 * "put_page include/netpage/put_page.h:77 < munmap lib/mm/mmap.c:12", without the explorer's
 * own functions. Context: not in an actor, whose stack is too small. Return: the length.
 */
size_t np_report_stack(struct np_explorer *x, const struct np_stack *stack, char *buf, size_t size);
/* The message of a race, or the stack after that of anything else. Context: as above. */
void np_report_finish(struct np_explorer *x, struct np_violated *violated);

/* Return addresses on the stack of actor @a from @frame on. */
void np_report_walk(const struct np_explorer *x, u8 a, const void *frame, struct np_stack *stack);

/* Context: the execution that ended so is over, and not yet undone. */
void np_report_deadlock(struct np_explorer *x);
void np_report_livelock(struct np_explorer *x);

#endif /* NP_EXPLORE_REPORT_H */
