/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * RCU, as far as a schedule can tell.  A reader that begins and a grace period that
 * begins meet at one pseudo-location: their order says whether the reader is waited
 * for.  How long a grace period takes is up to the schedule.
 */
#include <machine.h>
#include <plat/explore/actor.h>

#define HERE __builtin_return_address(0), __builtin_frame_address(0)

/* Of this thread outside of actors. */
static _Thread_local int nesting_outside;

/* A grace period, on the stack of the actor that waits for it. */
struct np_rcu_wait {
	u32 readers;		   /* still inside; a bit for each actor */
	u32 left;		   /* have left: before it began, or since */
	u32 unlock[NP_ACTORS_MAX]; /* the event by which */
};

static int *nesting(void)
{
	struct np_actor_state *actor = np_actor_running(np_explorer_here());

	return actor ? &actor->rcu_nesting : &nesting_outside;
}

void rcu_read_lock(void)
{
	struct np_explorer *x = np_acting();
	int *depth = nesting();

	/* Inside only when it is its turn: a grace period that begins before need not wait. */
	if (x && !*depth)
		np_pseudo_step(x, NP_PSEUDO_RCU, NP_OP_READ, NP_OP_ACQUIRE);
	++*depth;
}

/* Every grace period that waits for the running actor need not any more. */
static void tell_waiters(struct np_explorer *x)
{
	u32 self = 1u << x->running;

	for (u8 a = 0; a < x->nr_actors; a++) {
		struct np_rcu_wait *wait = x->actors[a].rcu_wait;

		if (!wait || x->actors[a].rcu_wait_execution != x->hot.execution ||
		    !(wait->readers & self))
			continue;
		wait->readers &= ~self;
		wait->left |= self;
		wait->unlock[x->running] = x->nr_events - 1;
	}
}

void rcu_read_unlock(void)
{
	struct np_explorer *x = np_acting();
	int *depth = nesting();

	if (x && !*depth) {
		np_explorer_violate(x, NP_WRONG_CONTEXT, "rcu_read_unlock()",
				    "without rcu_read_lock()");
		return;
	}
	if (*depth != 1 || !x) {
		--*depth;
		return;
	}
	/* Touches nothing: what depends on it is the end of a grace period, which is joined. */
	if (np_explore_visit_location(x, np_pseudo_location(x, NP_PSEUDO_RCU), false)) {
		np_explore_op(x, &(struct np_op){ .kind = NP_OP_YIELD,
						  .flags = NP_OP_RELEASE,
						  .location = NP_NOWHERE,
						  .pc = __builtin_return_address(0),
						  .frame = __builtin_frame_address(0) });
		x->actors[x->running].rcu_unlock = x->nr_events - 1;
		tell_waiters(x);
	}
	*depth = 0;
}

static bool all_have_left(struct np_explorer *x, void *arg)
{
	(void)x;
	return !((const struct np_rcu_wait *)arg)->readers;
}

/* Who has ever been a reader: still, or no more. */
static void look_for_readers(const struct np_explorer *x, struct np_rcu_wait *wait)
{
	for (u8 a = 0; a < x->nr_actors; a++) {
		const struct np_actor_state *actor = &x->actors[a];

		if (a == x->running)
			continue;
		if (actor->rcu_nesting && !actor->ended) {
			wait->readers |= 1u << a;
		} else if (actor->rcu_unlock != NP_NO_EVENT) {
			wait->left |= 1u << a;
			wait->unlock[a] = actor->rcu_unlock;
		}
	}
}

/*
 * Where it begins is one event, where it ends another one. Readers that have left before it
 * began are joined at its end as well: that they could have left later makes no difference.
 */
static void wait_for_readers(struct np_explorer *x, const void *pc, const void *frame)
{
	struct np_actor_state *self = &x->actors[x->running];
	struct np_rcu_wait wait = { .left = 0 };

	if (!np_pseudo_step(x, NP_PSEUDO_RCU, NP_OP_WRITE, NP_OP_RELEASE | NP_OP_FULL))
		return;
	look_for_readers(x, &wait);
	self->rcu_wait = &wait;
	self->rcu_wait_execution = x->hot.execution;
	np_explore_op(x, &(struct np_op){ .kind = NP_OP_WAIT,
					  .flags = NP_OP_ACQUIRE,
					  .location = NP_NOWHERE,
					  .ready = all_have_left,
					  .ready_arg = &wait,
					  .pc = pc,
					  .frame = frame });
	self->rcu_wait = NULL;
	for (u32 left = wait.left; left; left &= left - 1) {
		unsigned int a = (unsigned int)__builtin_ctz(left);

		np_explore_join(x, wait.unlock[a]);
	}
}

void np_synchronize_rcu(void)
{
	struct np_explorer *x = np_acting();

	if (*nesting()) {
		if (np_this_machine())
			np_violate(np_this_machine(), NP_LOCK_ORDER, "rcu",
				   "a reader waits for all readers to leave");
		return;
	}
	/* Outside of actors nobody else is there. */
	if (!x)
		return;
	np_might_sleep("synchronize_rcu()");
	wait_for_readers(x, HERE);
}

/* --- what is freed after a grace period --- */

static bool is_there_garbage(struct np_explorer *x, void *arg)
{
	(void)arg;
	return x->machine->garbage != NULL;
}

void np_free_rcu(struct np_machine *machine, void *ptr, size_t size)
{
	struct np_rcu_garbage *garbage = np_alloc(machine, sizeof(*garbage));
	struct np_explorer *x = np_acting();

	/* Without memory for the note the block stays until the machine goes. */
	if (!garbage)
		return;
	np_plat_touch(garbage, sizeof(*garbage));
	garbage->ptr = ptr;
	garbage->size = size;
	if (x && machine == x->machine)
		np_pseudo_queue(x, NP_PSEUDO_GARBAGE, is_there_garbage, NULL);
	np_plat_touch(&machine->garbage, sizeof(machine->garbage));
	garbage->next = machine->garbage;
	machine->garbage = garbage;
}

/* After a grace period: what was queued before it began. */
static void free_garbage(struct np_machine *machine, struct np_rcu_garbage *garbage)
{
	struct np_rcu_garbage *next;

	for (; garbage; garbage = next) {
		next = garbage->next;
		np_free(machine, garbage->ptr, garbage->size);
		np_free(machine, garbage, sizeof(*garbage));
	}
}

static struct np_rcu_garbage *take_garbage(struct np_machine *machine)
{
	struct np_rcu_garbage *garbage = machine->garbage;

	np_plat_touch(&machine->garbage, sizeof(machine->garbage));
	machine->garbage = NULL;
	return garbage;
}

void np_rcu_reclaim(struct np_machine *machine)
{
	struct np_explorer *x = np_acting();
	struct np_rcu_garbage *garbage;

	/* Played at a point where this actor is a reader: later, then. Actors leave it to one. */
	if (x || *nesting())
		return;
	garbage = take_garbage(machine);
	if (!garbage)
		return;
	np_synchronize_rcu();
	free_garbage(machine, garbage);
}

void np_rcu_worker(void *unused)
{
	struct np_explorer *x = np_explorer_here();

	(void)unused;
	for (;;) {
		struct np_rcu_garbage *garbage;

		np_pseudo_take(x, NP_PSEUDO_GARBAGE, is_there_garbage, NULL);
		garbage = take_garbage(x->machine);
		np_synchronize_rcu();
		free_garbage(x->machine, garbage);
	}
}
