/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * RCU by liburcu, in the flavour whose readers need no registration: a reader is
 * any thread that has entered a CPU.
 */
#include <urcu/urcu-bp.h>

#include <machine.h>

/*
 * ThreadSanitizer does not see into liburcu: it has to be told that what readers did
 * comes before the end of the grace period.
 */
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define UNDER_TSAN
#endif
#elif defined(__SANITIZE_THREAD__)
#define UNDER_TSAN
#endif
#ifdef UNDER_TSAN
#include <sanitizer/tsan_interface.h>
static const char readers; /* its address stands for all of them */
#define readers_leave() __tsan_release((void *)(uintptr_t)&readers)
#define readers_have_left() __tsan_acquire((void *)(uintptr_t)&readers)
#else
#define readers_leave() ((void)0)
#define readers_have_left() ((void)0)
#endif

void rcu_read_lock(void)
{
	urcu_bp_read_lock();
}

void rcu_read_unlock(void)
{
	readers_leave();
	urcu_bp_read_unlock();
}

void np_synchronize_rcu(void)
{
	if (urcu_bp_read_ongoing()) {
		if (np_this_machine())
			np_violate(np_this_machine(), NP_LOCK_ORDER, "rcu",
				   "a reader waits for all readers to leave");
		return;
	}
	urcu_bp_synchronize_rcu();
	readers_have_left();
}

void np_free_rcu(struct np_machine *machine, void *ptr, size_t size)
{
	struct np_rcu_garbage *garbage = np_alloc(machine, sizeof(*garbage));

	/* Without memory for the note the block stays until the machine goes. */
	if (!garbage)
		return;
	garbage->ptr = ptr;
	garbage->size = size;
	spin_lock(&machine->garbage_lock);
	garbage->next = machine->garbage;
	machine->garbage = garbage;
	spin_unlock(&machine->garbage_lock);
}

void np_rcu_reclaim(struct np_machine *machine)
{
	struct np_rcu_garbage *garbage, *next;

	/* A step of another CPU, played at a point where this thread is a reader: later, then. */
	if (urcu_bp_read_ongoing())
		return;
	spin_lock(&machine->garbage_lock);
	garbage = machine->garbage;
	machine->garbage = NULL;
	spin_unlock(&machine->garbage_lock);
	if (!garbage)
		return;
	np_synchronize_rcu();
	for (; garbage; garbage = next) {
		next = garbage->next;
		np_free(machine, garbage->ptr, garbage->size);
		np_free(machine, garbage, sizeof(*garbage));
	}
}
