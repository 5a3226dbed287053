/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: machine - the simulated host, its CPUs, and who is running where
 *
 * A struct np_machine owns everything: there is no other state in the library,
 * so two machines in one process never meet.  A thread *enters* a CPU of a
 * machine; from then until it leaves, the functions with kernel names find the
 * machine, the CPU and the current task there.  A thread may enter again on top
 * (an interrupt, or another CPU's step played at a chosen point): leaving goes
 * back to what it was.
 */
#ifndef NETPAGE_MACHINE_H
#define NETPAGE_MACHINE_H

#include <netpage/types.h>

NP_BEGIN_DECLS

#define NP_CPUS_MAX 64
#define NP_NODES_MAX 4

/** The kernel whose rules the machine follows where they differ. */
enum np_model {
	NP_MODEL_6_1,  /* the default */
	NP_MODEL_5_12, /* the thread's day: stock of 32 pages, no checks in can_map_frag() */
};

/** How a DMA address is stored in struct page. */
enum np_dma_layout {
	NP_DMA_64,	  /* one 64-bit word */
	NP_DMA_32_FIXED,  /* two 32-bit words, low one first (9ddb3c14afba) */
	NP_DMA_32_BROKEN, /* upper half over compound_head, as in 5.12 on some 32-bit machines */
};

/** What tcp_zerocopy_receive() does with pages of a driver that has not opted in. */
enum np_zerocopy_policy {
	NP_POLICY_ALLOW,  /* map them, charged to nobody: graceful, the default */
	NP_POLICY_COPY,	  /* hand them to the copying path, which is accounted */
	NP_POLICY_REFUSE, /* -EINVAL */
};

/**
 * struct np_machine_options - what np_machine_create() builds; 0 means "the default"
 */
struct np_machine_options {
	unsigned int nr_cpus;	/* 1..NP_CPUS_MAX, default 2 */
	unsigned int nr_nodes;	/* 1..NP_NODES_MAX, default 1; pages are split evenly */
	unsigned long nr_pages; /* default 65536 (256 MiB); reserved, touched when used */
	enum np_model model;
	enum np_dma_layout dma_layout;
	enum np_zerocopy_policy policy;
	const struct np_scheme *scheme; /* NULL: `unaccounted`; must outlive the machine */
	bool map_any_frag; /* can_map_frag() without the checks of 577e4432f3ac; implied by 5.12 */
	bool unchecked;	   /* do not keep what reports need (who took what where): benches */
};

/**
 * np_machine_create - build a machine
 * @machine: receives it
 * @options: copied; NULL for all defaults
 *
 * Return: 0; -EINVAL for an option out of range or a scheme that is incomplete;
 * -ENOMEM; what the scheme's own init returned.
 */
NP_API int np_machine_create(struct np_machine **machine, const struct np_machine_options *options);

/**
 * np_machine_destroy - take a machine apart
 *
 * Lets go of everything in an orderly way (np_machine_rest(), NICs and pools
 * unregistered, memcgs removed), checks what is left, reports it to the sink,
 * then frees all memory.  NULL is allowed.
 *
 * Context: no thread may have entered a CPU of it.
 * Return: 0; -EBUSY when one has: nothing is done then.
 */
NP_API int np_machine_destroy(struct np_machine *machine);

/**
 * np_machine_abandon - pull the plug: all memory is freed, nothing is let go or checked
 *
 * For a machine whose state a violation has made unfit for an orderly end.
 * Return: 0; -EBUSY as np_machine_destroy().
 */
NP_API int np_machine_abandon(struct np_machine *machine);

/**
 * np_machine_settle - run all pending work, then wait for what RCU still holds
 *
 * Context: the caller has entered a CPU as a task, or none; no other thread has.
 */
NP_API void np_machine_settle(struct np_machine *machine);

/**
 * np_machine_rest - let every user go, keep the NICs up
 *
 * Tasks exit, sockets close, pipes and pins are released, stocks are drained.
 * What the drivers hold stays.  Used before the checks "at rest".
 * Context: as np_machine_settle().
 */
NP_API void np_machine_rest(struct np_machine *machine);

/**
 * np_machine_teardown - after np_machine_rest(): NICs, pools and memcgs go too
 * Context: as np_machine_settle().
 */
NP_API void np_machine_teardown(struct np_machine *machine);

/** np_machine_advance - let @ms milliseconds of virtual time pass; runs delayed work. */
NP_API void np_machine_advance(struct np_machine *machine, unsigned long ms);
/** np_machine_jiffies - virtual time, in milliseconds since creation. */
NP_API unsigned long np_machine_jiffies(const struct np_machine *machine);
/** np_machine_options_of - the options in force, defaults filled in. */
NP_API const struct np_machine_options *np_machine_options_of(const struct np_machine *machine);
/** np_machine_memory - bytes of host memory that objects of the machine hold now. */
NP_API size_t np_machine_memory(const struct np_machine *machine);

/** What is running: decides who may be interrupted, may sleep, and is charged. */
enum np_context_kind {
	NP_TASK,    /* a process in the kernel; get_current() is its task */
	NP_KTHREAD, /* a task without an mm; charged to root */
	NP_SOFTIRQ,
	NP_HARDIRQ,
};

/** struct np_context - one stay on a CPU; private, storage provided by the caller. */
struct np_context {
	struct np_machine *machine;
	struct np_context *outer;
	struct task_struct *task;
	const char *where; /* what reports call the place: a scenario line, a function */
	enum np_context_kind kind;
	int cpu;
	int bh_disabled, irq_disabled, preempt_disabled;
	bool tracing; /* a trace event is being delivered here */
};

/**
 * np_enter - this thread runs on @cpu of @machine from now on
 * @context: caller's storage, in use until np_leave()
 * @task: the current task; NULL outside NP_TASK
 *
 * Return: 0; -EINVAL for a CPU that is not there, or NP_TASK without a task;
 * -EBUSY when another thread is on @cpu, if only for a moment, to run what is pending
 * there: a thread that comes back to its own CPU tries again.
 */
NP_API int np_enter(struct np_context *context, struct np_machine *machine, int cpu,
		    enum np_context_kind kind, struct task_struct *task);
/** np_leave - undo the latest np_enter(); the outermost one also runs the CPU's pending work. */
NP_API void np_leave(struct np_context *context);
/** np_here - this thread's context, or NULL. */
NP_API struct np_context *np_here(void);
/** np_this_machine - the machine that this thread has entered, or NULL. */
NP_API struct np_machine *np_this_machine(void);
/** np_set_where - name the place for reports until the context is left; @where is not copied. */
NP_API void np_set_where(const char *where);

/** smp_processor_id - the CPU this thread has entered. */
NP_API int smp_processor_id(void);
/** get_current - the current task, NULL in interrupts. */
NP_API struct task_struct *get_current(void);
/** in_serving_softirq - whether this context is a softirq handler. */
NP_API bool in_serving_softirq(void);
/** in_task - whether this context may sleep as far as interrupts are concerned. */
NP_API bool in_task(void);
/** cond_resched - a place where a task may be switched out: pending work of idle CPUs runs. */
NP_API void cond_resched(void);

/** rcu_read_lock - objects freed through RCU stay until rcu_read_unlock(). Nests, never sleeps. */
NP_API void rcu_read_lock(void);
NP_API void rcu_read_unlock(void);

/** struct work_struct - a function to be run once on a CPU; include/linux/workqueue.h. */
struct work_struct {
	void (*func)(struct work_struct *work);
	struct work_struct *next;
	u32 pending;
};

/**
 * schedule_work_on - run @work on @cpu when it is next idle, or when it leaves
 * Return: whether it was queued; false when it already is.
 */
NP_API bool schedule_work_on(int cpu, struct work_struct *work);

/** struct delayed_work - the same after some virtual milliseconds. */
struct delayed_work {
	struct work_struct work;
	struct delayed_work *next_delayed;
	unsigned long expires;
};

/** schedule_delayed_work - run @dwork on CPU 0 once @delay_ms of virtual time have passed. */
NP_API bool schedule_delayed_work(struct delayed_work *dwork, unsigned long delay_ms);

/** Functions that can be told to fail. */
enum np_fault_point {
	NP_FAULT_ALLOC_PAGES,	   /* NULL */
	NP_FAULT_TRY_CHARGE,	   /* -ENOMEM */
	NP_FAULT_VM_INSERT_PAGE,   /* -EBUSY */
	NP_FAULT_DMA_MAP_PAGE,	   /* mapping error */
	NP_FAULT_PTR_RING_PRODUCE, /* -ENOSPC */
	NP_FAULT_PFMEMALLOC,	   /* the page comes from the reserves: not a failure, a hazard */
	NP_FAULT_POINTS,
};

/**
 * np_fault_set - the @nth call from now on fails, and the @times - 1 after it
 * @nth: 1 is the next call; 0 switches the fault off
 * Return: 0; -EINVAL for a point that is not there.
 */
NP_API int np_fault_set(struct np_machine *machine, enum np_fault_point point, unsigned long nth,
			unsigned long times);
/** np_fault_hit - count a call; whether it must fail. For models of further functions. */
NP_API bool np_fault_hit(struct np_machine *machine, enum np_fault_point point);

NP_END_DECLS

#endif /* NETPAGE_MACHINE_H */
