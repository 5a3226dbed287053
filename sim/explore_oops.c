/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * What was violated may leave a pointer that leads nowhere, and the model follows it as a kernel
 * would.  There a task oopses and is gone; so does the actor here, and the search goes on.
 */
#include <errno.h>
#include <stdlib.h>

#include "explore_run.h"

#define STACK_SIZE ((size_t)64 << 10)

/* On a stack of its own: that of the actor may be what is used up. */
static void on_fault(int sig)
{
	struct explore_run *run = *explore_beginning();
	struct explore_actor *actor = run ? explore_here(run) : NULL;

	if (actor)
		siglongjmp(actor->way_out, 1);
	/* Nobody's whose end would mean anything: the access is made again, and nobody catches it. */
	signal(sig, SIG_DFL);
}

int explore_oops_catch(struct explore_oops *oops)
{
	struct sigaction action = { .sa_handler = on_fault, .sa_flags = SA_ONSTACK | SA_NODEFER };
	stack_t stack = { .ss_size = STACK_SIZE };

	oops->stack = malloc(STACK_SIZE);
	if (!oops->stack)
		return -ENOMEM;
	stack.ss_sp = oops->stack;
	sigemptyset(&action.sa_mask);
	sigaltstack(&stack, &oops->before);
	sigaction(SIGSEGV, &action, &oops->segv);
	sigaction(SIGBUS, &action, &oops->bus);
	return 0;
}

void explore_oops_leave(struct explore_oops *oops)
{
	sigaction(SIGSEGV, &oops->segv, NULL);
	sigaction(SIGBUS, &oops->bus, NULL);
	sigaltstack(&oops->before, NULL);
	free(oops->stack);
}
