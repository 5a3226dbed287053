/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * resume - internal: a search that was stopped, as a file
 *
 * What a depth-first search has left to do is its path: who goes on at each node, who
 * sleeps there, and the branches that wait.  With it go the counters, what was found,
 * and which memory is shared.  The file is a text of words; it is read strictly, and one
 * of another program, or of other options, is refused.
 */
#ifndef NP_EXPLORE_RESUME_H
#define NP_EXPLORE_RESUME_H

#include <explore/engine.h>

/* A step of the path, as it was when the file was written. */
struct np_resume_step {
	u32 location, excl, shared;
	u8 kind, mask;
};

struct np_resume {
	struct np_resume_step *step;
	u32 nr;
};

/*
 * Reads options.state_file, if there is one, into a search that has just begun.
 * *@over: the search has been to its end.
 * Return: 0; -EINVAL, after a message, when it is not of this search; -ENOMEM.
 */
int np_resume_load(struct np_explorer *x, bool *over);
/* Writes it. @over: nothing is left to do. Return: 0; -errno, after a message. */
int np_resume_save(struct np_explorer *x, bool over);

/*
 * While the path of the file is walked for the first time: whether the next step is the one
 * that it was. @enabled: who can go on.
 */
bool np_resume_follows(struct np_explorer *x, u32 enabled);
void np_resume_free(struct np_explorer *x);

#endif /* NP_EXPLORE_RESUME_H */
