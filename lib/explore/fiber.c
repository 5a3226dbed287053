/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#define _GNU_SOURCE /* REG_RBP, REG_EBP */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <explore/fiber.h>

#ifdef __has_include
#if __has_include(<valgrind/memcheck.h>)
#include <valgrind/memcheck.h>
#endif
#endif
#ifndef RUNNING_ON_VALGRIND
#define RUNNING_ON_VALGRIND 0
#define VALGRIND_STACK_REGISTER(start, end) 0U
#define VALGRIND_STACK_DEREGISTER(id) ((void)0)
#define VALGRIND_MAKE_MEM_UNDEFINED(start, size) ((void)0)
#endif

static size_t page_size(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

/*
 * Valgrind would take a switch for a frame that begins, or for many that end. The number
 * by which it knows a stack is kept in the guard page, which nobody else uses.
 */
int np_fiber_guard(void *stack, size_t size)
{
	size_t page = page_size();

	if ((uintptr_t)stack % page || size < 2 * page)
		return -EINVAL;
	if (mprotect(stack, page, PROT_NONE))
		return -errno;
	if (RUNNING_ON_VALGRIND) {
		mprotect(stack, page, PROT_READ | PROT_WRITE);
		*(unsigned int *)stack =
			VALGRIND_STACK_REGISTER((char *)stack + page, (char *)stack + size - 1);
		mprotect(stack, page, PROT_NONE);
	}
	return 0;
}

void np_fiber_unguard(void *stack, size_t size)
{
	mprotect(stack, page_size(), PROT_READ | PROT_WRITE);
	if (RUNNING_ON_VALGRIND) {
		VALGRIND_STACK_DEREGISTER(*(unsigned int *)stack);
		/* It holds for out of bounds what has been popped. */
		VALGRIND_MAKE_MEM_UNDEFINED(stack, size);
	}
	np_fiber_announce_empty(stack, size);
}

void np_fiber_enter(struct np_fiber *self)
{
	/*
	 * A frame pointer of its own, whatever the options: then the compiler has no other
	 * use for the register before the body pushes it, and the chain ends at this frame.
	 */
	asm volatile("" : : "r"(__builtin_frame_address(0)));

	np_fiber_announce_arrival(self);
	self->body(self->arg);
	fputs("netpage-sim: the body of a fiber has returned\n", stderr);
	abort();
}

#ifdef NP_FIBER_IS_UCONTEXT

#if defined(REG_RBP)
#define FRAME_POINTER REG_RBP
#elif defined(REG_EBP)
#define FRAME_POINTER REG_EBP
#endif

/* makecontext() passes nothing but ints, so the address comes in halves. */
static void enter_in_halves(unsigned int high, unsigned int low)
{
	np_fiber_enter((struct np_fiber *)((uintptr_t)high << 16 << 16 | low));
}

void np_fiber_state_init(struct np_fiber_state *state, void *stack, size_t size)
{
	ucontext_t *context = &state->context;
	uintptr_t self = (uintptr_t)state;

	getcontext(context);
	context->uc_stack.ss_sp = stack;
	context->uc_stack.ss_size = size;
	context->uc_link = NULL;
#ifdef FRAME_POINTER
	/* getcontext() has left that of this frame, makecontext() lets it be. */
	context->uc_mcontext.gregs[FRAME_POINTER] = 0;
#endif
	makecontext(context, (void (*)(void))enter_in_halves, 2, (unsigned int)(self >> 16 >> 16),
		    (unsigned int)self);
}

#endif
