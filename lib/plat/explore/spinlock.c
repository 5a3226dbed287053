/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Spinlocks.  An actor that has to wait is not runnable: the engine knows what it
 * waits for.  Whoever is not an actor is alone, or, outside of searches, spins.
 */
#include <sched.h>

#include <explore/lock_order.h>
#include <explore/place.h>
#include <plat/context.h>
#include <plat/explore/actor.h>

#define SPINS_BEFORE_YIELD 128
#define MAX_LOCKS ARRAY_SIZE(((struct np_actor_state *)0)->locks_held)

#define HERE __builtin_return_address(0), __builtin_frame_address(0)

static u32 tag_of(u8 actor)
{
	return actor + 1u;
}

/* In a search, of checks and set-up, and of looking on while an actor stands still. */
static u32 quiet_tag(void)
{
	return NP_ACTORS_MAX + 1;
}

static void set_holder(spinlock_t *lock, u32 holder)
{
	np_plat_touch(lock, sizeof(*lock));
	__atomic_store_n(&lock->holder, holder, __ATOMIC_RELEASE);
}

static void report_taken_twice(void)
{
	if (np_this_machine())
		np_violate(np_this_machine(), NP_LOCK_ORDER, "spinlock",
			   "taken by the thread that holds it");
}

/* --- outside of searches: threads, as in the native flavour --- */

static bool try_as_thread(spinlock_t *lock)
{
	u32 free = 0;

	return __atomic_compare_exchange_n(&lock->holder, &free, np_thread_tag(), false,
					   __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

static void lock_as_thread(spinlock_t *lock)
{
	unsigned int spins = 0;

	while (READ_ONCE(lock->holder) || !try_as_thread(lock)) {
		if (READ_ONCE(lock->holder) == np_thread_tag()) {
			report_taken_twice();
			return;
		}
		if (++spins % SPINS_BEFORE_YIELD == 0)
			sched_yield();
	}
}

/* --- quietly: alone --- */

static void lock_quietly(struct np_explorer *x, spinlock_t *lock)
{
	if (!READ_ONCE(lock->holder))
		set_holder(lock, quiet_tag());
	else if (x->running == NP_NOBODY)
		report_taken_twice();
	/* Else an actor that stands still holds it: what it protects is looked at all the same. */
}

static void unlock_quietly(const struct np_explorer *x, spinlock_t *lock)
{
	if (x->running == NP_NOBODY || READ_ONCE(lock->holder) == quiet_tag())
		set_holder(lock, 0);
}

/* --- actors --- */

/* The latest of the first @nr. */
static int find_held(const struct np_actor_state *actor, const spinlock_t *lock, unsigned int nr)
{
	for (unsigned int i = nr; i--;)
		if (actor->locks_held[i] == lock)
			return (int)i;
	return -1;
}

static void report_lock(struct np_explorer *x, enum np_invariant invariant, const spinlock_t *lock,
			const char *what)
{
	char name[64];

	np_explore_name_address(x, lock, name, sizeof(name));
	np_explorer_violate(x, invariant, name, "%s", what);
}

static void remember(struct np_explorer *x, spinlock_t *lock, const void *pc)
{
	struct np_actor_state *actor = &x->actors[x->running];

	if (actor->nr_locks == MAX_LOCKS) {
		report_lock(x, NP_LOCK_ORDER, lock, "taken with sixteen locks held");
		return;
	}
	actor->locks_held[actor->nr_locks] = lock;
	actor->locks_pc[actor->nr_locks++] = pc;
}

static bool is_free(struct np_explorer *x, void *lock)
{
	(void)x;
	return !READ_ONCE(((spinlock_t *)lock)->holder);
}

/* Before the lock's word is touched: a step if it is shared. */
static void step(struct np_explorer *x, spinlock_t *lock, enum np_op_kind kind, u16 flags,
		 const void *pc, const void *frame)
{
	struct np_op op = { .kind = (u8)kind,
			    .size = sizeof(lock->holder),
			    .flags = flags,
			    .location = np_location_of(&x->image, lock),
			    .mask = (u8)(0xf << ((uintptr_t)lock & (NP_GRANULE - 1))),
			    .pc = pc,
			    .frame = frame,
			    .addr = lock };

	if (np_explore_visit(x, lock, sizeof(lock->holder), true))
		np_explore_op(x, &op);
	else if (kind == NP_OP_LOCK && READ_ONCE(lock->holder))
		/* Not in the image, so nobody knows of it: at least nobody hangs. */
		np_explore_op(x, &(struct np_op){ .kind = NP_OP_WAIT,
						  .location = NP_NOWHERE,
						  .ready = is_free,
						  .ready_arg = lock,
						  .pc = pc,
						  .frame = frame });
	else
		np_explore_private(x, kind, flags);
	if (np_in_image(&x->image, lock) && x->image.locations[op.location].watch)
		np_detect_access(x, lock, op.size, kind, flags, pc, frame);
}

/* @spins: with preemption off. A mutex is not such a lock. */
static void lock_as_actor(struct np_explorer *x, spinlock_t *lock, bool spins, const void *pc,
			  const void *frame)
{
	struct np_actor_state *actor = &x->actors[x->running];
	u32 tag = tag_of(x->running);

	actor->spinning += spins;
	np_actor_follow_counts(x, pc, frame);
	np_lock_order_take(x, lock, pc, false);
	if (READ_ONCE(lock->holder) == tag) {
		report_lock(x, NP_LOCK_ORDER, lock, "taken by the actor that holds it");
	} else {
		step(x, lock, NP_OP_LOCK, NP_OP_ACQUIRE, pc, frame);
		set_holder(lock, tag);
	}
	remember(x, lock, pc);
}

static bool trylock_as_actor(struct np_explorer *x, spinlock_t *lock, const void *pc,
			     const void *frame)
{
	struct np_actor_state *actor = &x->actors[x->running];
	bool taken;

	actor->spinning++;
	np_actor_follow_counts(x, pc, frame);
	step(x, lock, NP_OP_CAS, NP_OP_ACQUIRE | NP_OP_TRYLOCK, pc, frame);
	taken = !READ_ONCE(lock->holder);
	if (taken) {
		np_lock_order_take(x, lock, pc, true);
		set_holder(lock, tag_of(x->running));
		remember(x, lock, pc);
	} else {
		actor->spinning--;
		np_actor_follow_counts(x, pc, frame);
	}
	return taken;
}

static void unlock_as_actor(struct np_explorer *x, spinlock_t *lock, bool spins, const void *pc,
			    const void *frame)
{
	struct np_actor_state *actor = &x->actors[x->running];
	int i = find_held(actor, lock, actor->nr_locks);

	if (i < 0) {
		report_lock(x, NP_WRONG_CONTEXT, lock, "unlocked by one who does not hold it");
		return;
	}
	/* Taken twice, which was reported: the outer section goes on. */
	if (find_held(actor, lock, (unsigned int)i) < 0) {
		step(x, lock, NP_OP_UNLOCK, NP_OP_RELEASE, pc, frame);
		set_holder(lock, 0);
	}
	actor->nr_locks--;
	for (unsigned int n = (unsigned int)i; n < actor->nr_locks; n++) {
		actor->locks_held[n] = actor->locks_held[n + 1];
		actor->locks_pc[n] = actor->locks_pc[n + 1];
	}
	actor->spinning -= spins;
	np_actor_follow_counts(x, pc, frame);
}

/* --- the calls --- */

void spin_lock(spinlock_t *lock)
{
	struct np_explorer *x = np_explorer_here();

	if (!x)
		lock_as_thread(lock);
	else if (np_acting())
		lock_as_actor(x, lock, true, HERE);
	else
		lock_quietly(x, lock);
}

bool spin_trylock(spinlock_t *lock)
{
	struct np_explorer *x = np_explorer_here();

	if (!x)
		return try_as_thread(lock);
	if (np_acting())
		return trylock_as_actor(x, lock, HERE);
	if (READ_ONCE(lock->holder))
		return false;
	set_holder(lock, quiet_tag());
	return true;
}

void spin_unlock(spinlock_t *lock)
{
	struct np_explorer *x = np_explorer_here();

	if (!x)
		set_holder(lock, 0);
	else if (np_acting())
		unlock_as_actor(x, lock, true, HERE);
	else
		unlock_quietly(x, lock);
}

void mutex_lock(struct mutex *mutex)
{
	struct np_explorer *x = np_explorer_here();

	if (!np_acting()) {
		spin_lock(&mutex->word);
		return;
	}
	np_might_sleep("mutex_lock()");
	lock_as_actor(x, &mutex->word, false, HERE);
}

void mutex_unlock(struct mutex *mutex)
{
	struct np_explorer *x = np_explorer_here();

	if (np_acting())
		unlock_as_actor(x, &mutex->word, false, HERE);
	else
		spin_unlock(&mutex->word);
}
