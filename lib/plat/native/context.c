/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Who runs where.  The one thread-local word of the library says which context
 * this thread is in; everything else hangs from there.
 */
#include <machine.h>
#include <plat/context.h>
#include <plat/work.h>

static _Thread_local struct np_context *here;

u32 np_thread_tag(void)
{
	/* Thread-local blocks of two threads are never within 16 bytes of each other. */
	return (u32)((uintptr_t)&here >> 4) | 1;
}

struct np_context *np_here(void)
{
	return here;
}

struct np_machine *np_this_machine(void)
{
	return here ? here->machine : NULL;
}

/* Acquire pairs with the release in leave_cpu(): one thread's per-CPU writes, then the next's. */
static int enter_cpu(struct np_cpu *cpu)
{
	u32 tag = np_thread_tag(), found = 0;

	if (!__atomic_compare_exchange_n(&cpu->owner, &found, tag, false, __ATOMIC_ACQUIRE,
					 __ATOMIC_RELAXED) &&
	    found != tag)
		return -EBUSY;
	cpu->depth++;
	return 0;
}

static void leave_cpu(struct np_cpu *cpu)
{
	if (--cpu->depth == 0)
		smp_store_release(&cpu->owner, 0);
}

int np_enter(struct np_context *context, struct np_machine *machine, int cpu,
	     enum np_context_kind kind, struct task_struct *task)
{
	if (!context || !machine || cpu < 0 || (unsigned int)cpu >= machine->options.nr_cpus)
		return -EINVAL;
	if ((kind == NP_TASK) != (task != NULL) || kind > NP_HARDIRQ)
		return -EINVAL;
	if (enter_cpu(&machine->cpus[cpu]))
		return -EBUSY;
	*context = (struct np_context){
		.machine = machine, .outer = here, .task = task, .kind = kind, .cpu = cpu
	};
	here = context;
	return 0;
}

void np_leave(struct np_context *context)
{
	struct np_cpu *cpu;

	if (!context || here != context) {
		if (here)
			np_violate(here->machine, NP_LOCK_ORDER, "np_leave",
				   "left a context that is not the innermost");
		return;
	}
	cpu = &context->machine->cpus[context->cpu];
	/*
	 * The CPU goes idle: its worker gets it.  Work that another thread queues
	 * after this look waits for the next one who enters or settles.
	 */
	if (cpu->depth == 1 && np_work_pending(cpu)) {
		context->kind = NP_KTHREAD;
		context->task = NULL;
		np_work_run(cpu);
	}
	here = context->outer;
	leave_cpu(cpu);
}

void np_set_where(const char *where)
{
	if (here)
		here->where = where;
}

int smp_processor_id(void)
{
	return here->cpu;
}

struct task_struct *get_current(void)
{
	return here->task;
}

bool in_serving_softirq(void)
{
	return here->kind == NP_SOFTIRQ;
}

bool in_task(void)
{
	return here->kind <= NP_KTHREAD;
}

/* Who has entered no CPU has nothing to switch off there: locks are taken from there too. */
void local_bh_disable(void)
{
	if (likely(here))
		here->bh_disabled++;
}

void local_bh_enable(void)
{
	if (likely(here))
		here->bh_disabled--;
}

void local_irq_save(void)
{
	if (likely(here))
		here->irq_disabled++;
}

void local_irq_restore(void)
{
	if (likely(here))
		here->irq_disabled--;
}

void preempt_disable(void)
{
	if (likely(here))
		here->preempt_disabled++;
}

void preempt_enable(void)
{
	if (likely(here))
		here->preempt_disabled--;
}

bool np_machine_busy(struct np_machine *machine)
{
	for (unsigned int cpu = 0; cpu < machine->options.nr_cpus; cpu++)
		if (READ_ONCE(machine->cpus[cpu].owner))
			return true;
	return false;
}
