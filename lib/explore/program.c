/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * What the program that is explored says to the explorer.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <explore/engine.h>
#include <explore/found.h>
#include <explore/model.h>
#include <plat/explore/actor.h>

void *np_actor_arg(void)
{
	const struct np_actor_state *actor = np_actor_running(np_explorer_here());

	return actor ? actor->arg : NULL;
}

void np_step(void)
{
	struct np_explorer *x = np_acting();

	if (x)
		np_explore_op(x, &(struct np_op){ .kind = NP_OP_YIELD,
						  .location = NP_NOWHERE,
						  .pc = __builtin_return_address(0),
						  .frame = __builtin_frame_address(0) });
}

bool np_quiet(bool quiet)
{
	struct np_explorer *x = np_explorer_here();
	bool before;

	if (!x)
		return false;
	before = x->quiet;
	/* Who looks on sees what memory holds, not what the last read got. */
	if (x->model)
		x->model->after(x);
	x->quiet = quiet;
	return before;
}

void np_touch(void *ptr, size_t size)
{
	struct np_explorer *x = np_explorer_here();

	if (x)
		np_image_touch(&x->image, x->hot.execution, ptr, size);
}

void np_assert_failed(const char *where, const char *fmt, ...)
{
	struct np_explorer *x = np_explorer_here();
	va_list args;

	va_start(args, fmt);
	if (x) {
		np_found_assertion(x, where, fmt, args);
	} else {
		fprintf(stderr, "netpage: assertion: %s: ", where);
		vfprintf(stderr, fmt, args);
		fputc('\n', stderr);
	}
	va_end(args);
	/* Nobody could tell that it did not hold. */
	if (!x)
		abort();
}

/* --- waiting --- */

struct wait {
	bool (*condition)(void *arg);
	void *arg;
};

static bool holds(struct np_explorer *x, void *arg)
{
	const struct wait *wait = arg;
	bool before = x->quiet, yes;

	if (x->model)
		x->model->after(x);
	x->quiet = true;
	yes = wait->condition(wait->arg);
	x->quiet = before;
	return yes;
}

/*
 * Having waited is no access: the condition is then evaluated once more, and it is those
 * reads that conflict with whoever makes it true, or false again before they are made.
 */
int np_wait_until(bool (*condition)(void *arg), void *arg)
{
	struct np_explorer *x = np_acting();
	struct wait wait = { condition, arg };

	if (!x)
		return condition(arg) ? 0 : -EDEADLK;
	np_might_sleep("np_wait_until()");
	for (;;) {
		if (!holds(x, &wait))
			np_explore_op(x, &(struct np_op){ .kind = NP_OP_WAIT,
							  .location = NP_NOWHERE,
							  .ready = holds,
							  .ready_arg = &wait,
							  .pc = __builtin_return_address(0),
							  .frame = __builtin_frame_address(0) });
		if (condition(arg))
			return 0;
		/* It has read what is older than that: to read it again later is another execution. */
		if (x->model && holds(x, &wait))
			np_cut(x, NP_INFEASIBLE);
	}
}
