/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * fiber - a stack to run on, and a switch to another one
 *
 * Nothing is global: a fiber is known by its address.  What it was doing when it was left
 * is on its stack; giving it up is not switching to it any more.
 *
 * A switch keeps what a function call keeps.  Signal mask, floating-point control words,
 * errno and everything thread-local belong to the thread and are left alone.  Fibers that
 * switch to each other stay in one thread, since compilers keep the addresses of
 * thread-local variables.
 *
 * AddressSanitizer is told of every switch; Valgrind of every guarded stack.
 */
#ifndef NP_EXPLORE_FIBER_H
#define NP_EXPLORE_FIBER_H

#include <explore/fiber_switch.h>

#if defined(__SANITIZE_ADDRESS__)
#define NP_FIBER_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define NP_FIBER_ASAN 1
#endif
#endif

/*
 * Zeroed before anything else.  One that was never started stands for the thread's own
 * stack: it becomes a fiber by switching away from it.  It does not move while in use.
 */
struct np_fiber {
	struct np_fiber_state state; /* first: np_fiber_enter() is given its address */
	void (*body)(void *arg);
	void *arg;
#ifdef NP_FIBER_ASAN
	const void *stack;
	size_t size;
	void *fake_stack;
	struct np_fiber *before; /* who switched to this one */
#endif
};

/**
 * np_fiber_guard - no stack below this one: going deeper is a SIGSEGV
 * @stack: the lowest byte, at the beginning of a page
 * @size: at least two pages, of which the lowest becomes the guard
 *
 * Once for each stack, before it is used; the memory is private and writable.
 * Return: 0; -EINVAL; what mprotect() says.
 */
int np_fiber_guard(void *stack, size_t size);

/** np_fiber_unguard - all of a guarded stack is plain memory again; its fibers are gone */
void np_fiber_unguard(void *stack, size_t size);

/**
 * np_fiber_start - the next switch to @fiber calls @body(@arg) on an empty stack
 *
 * A few stores.  A fiber may be started again wherever it was left, except by itself.
 * @body must not return: that ends the process.
 */
static inline void np_fiber_start(struct np_fiber *fiber, void *stack, size_t size,
				  void (*body)(void *arg), void *arg);

/**
 * np_fiber_switch - goes on in @to
 * @from: who is running; returns when somebody switches back to it
 * @to: another one, which was started or switched away from
 */
static inline void np_fiber_switch(struct np_fiber *from, struct np_fiber *to);

#ifdef NP_FIBER_ASAN

#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>

/* Frames that were given up have left their red zones behind. */
static inline void np_fiber_announce_empty(const void *stack, size_t size)
{
	__asan_unpoison_memory_region(stack, size);
}

/* The fake stack stays: the next body runs on it, else each start would lose one. */
static inline void np_fiber_announce_start(struct np_fiber *fiber, const void *stack, size_t size)
{
	np_fiber_announce_empty(stack, size);
	fiber->stack = stack;
	fiber->size = size;
}

static inline void np_fiber_announce_leaving(struct np_fiber *from, struct np_fiber *to)
{
	to->before = from;
	__sanitizer_start_switch_fiber(&from->fake_stack, to->stack, to->size);
}

/* Only here is it said where the thread's own stack is, to the first who comes from it. */
static inline void np_fiber_announce_arrival(struct np_fiber *self)
{
	__sanitizer_finish_switch_fiber(self->fake_stack, &self->before->stack,
					&self->before->size);
}

#else

#define np_fiber_announce_empty(stack, size) ((void)(size))
#define np_fiber_announce_start(fiber, stack, size) ((void)0)
#define np_fiber_announce_leaving(from, to) ((void)0)
#define np_fiber_announce_arrival(self) ((void)0)

#endif

static inline void np_fiber_start(struct np_fiber *fiber, void *stack, size_t size,
				  void (*body)(void *arg), void *arg)
{
	np_fiber_announce_start(fiber, stack, size);
	fiber->body = body;
	fiber->arg = arg;
	np_fiber_state_init(&fiber->state, stack, size);
}

static inline void np_fiber_switch(struct np_fiber *from, struct np_fiber *to)
{
	np_fiber_announce_leaving(from, to);
	np_fiber_jump(&from->state, &to->state);
	np_fiber_announce_arrival(from);
}

#endif /* NP_EXPLORE_FIBER_H */
