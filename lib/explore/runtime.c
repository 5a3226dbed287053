/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * What instrumented code calls before each access, and in place of each atomic.
 *
 * The compilers' interface to ThreadSanitizer, answered as the kernel's KCSAN does
 * (kernel/kcsan/core.c, 6.1): a range check first, then the granule's state; only
 * what several actors use goes further.  Volatile accesses come through entry
 * points of their own and count as marked.
 */
#include <stdlib.h>

#include <explore/engine.h>
#include <explore/runtime.h>

/* The compilers know the names below without a declaration. */
#pragma GCC diagnostic ignored "-Wmissing-prototypes"

/* Searched by nobody: every address is outside. */
static const struct np_hot nothing;
static _Thread_local struct np_hot *here = (struct np_hot *)(uintptr_t)&nothing;

struct np_explorer *np_explorer_here(void)
{
	return here == &nothing ? NULL : (struct np_explorer *)(uintptr_t)here;
}

void np_explorer_set_here(struct np_explorer *x)
{
	here = x ? &x->hot : (struct np_hot *)(uintptr_t)&nothing;
}

/* --- who uses a granule --- */

static inline void log_old(struct np_explorer *x, u32 location)
{
	struct np_location *l = &x->image.locations[location];

	if (l->logged == x->hot.execution)
		return;
	l->logged = x->hot.execution;
	np_image_log(&x->image, location);
}

/* Where the state goes when actor @a uses the granule; SHARED is news. */
static u8 next_state(u8 state, u8 a, bool write)
{
	if (state == NP_LOC_SHARED || state == NP_LOC_WRITTEN_BY(a))
		return state;
	if (state == NP_LOC_FRESH || state == NP_LOC_READ_BY(a))
		return write ? NP_LOC_WRITTEN_BY(a) : NP_LOC_READ_BY(a);
	/* Somebody else's, or read by many. Odd numbers are READ_BY. */
	if (!write && (state == NP_LOC_READ_BY_MANY || (state & 1)))
		return NP_LOC_READ_BY_MANY;
	return NP_LOC_SHARED;
}

void np_explore_now_shared(struct np_explorer *x, u32 location)
{
	x->image.locations[location].state = NP_LOC_SHARED;
	if (x->nr_shared == x->max_shared) {
		size_t max = x->max_shared ? 2 * x->max_shared : 256;
		u32 *shared = realloc(x->shared, max * sizeof(*shared));

		if (!shared) {
			x->error = -ENOMEM;
			return;
		}
		x->shared = shared;
		x->max_shared = max;
	}
	x->shared[x->nr_shared++] = location;
}

bool np_explore_visit_location(struct np_explorer *x, u32 location, bool write)
{
	struct np_location *l = &x->image.locations[location];
	u8 state;

	if (x->quiet || x->running == NP_NOBODY)
		return false;
	state = next_state(l->state, x->running, write);
	if (x->hot.patience <= 1)
		state = NP_LOC_SHARED;
	else
		x->hot.patience--;
	if (state == NP_LOC_SHARED && l->state != NP_LOC_SHARED) {
		/* What was left out before would have been a step: this execution teaches no more. */
		np_explore_now_shared(x, location);
		x->newly_shared = true;
	}
	l->state = state;
	return state == NP_LOC_SHARED;
}

bool np_explore_visit(struct np_explorer *x, const void *ptr, u8 size, bool write)
{
	u32 location = np_location_of(&x->image, ptr);

	(void)size; /* within one granule, see struct np_op */
	if (!np_in_image(&x->image, ptr))
		return false;
	if (write)
		log_old(x, location);
	return np_explore_visit_location(x, location, write);
}

/* --- plain and volatile accesses --- */

/* Ends in a jump where nothing is left to be done: see switch_to(). */
static void access_granule(struct np_explorer *x, uintptr_t addr, u8 size, bool write, u16 flags,
			   const void *pc, const void *frame)
{
	u32 location = np_location_of(&x->image, (void *)addr);
	enum np_op_kind kind = write ? NP_OP_WRITE : NP_OP_READ;
	bool step, watched;

	if (write)
		log_old(x, location);
	step = np_explore_visit_location(x, location, write);
	watched = x->image.locations[location].watch;
	if (step && !watched)
		return np_explore_access(x, kind, (void *)addr, size, flags, 0, pc, frame);
	if (step)
		np_explore_access(x, kind, (void *)addr, size, flags, 0, pc, frame);
	if (watched)
		np_detect_access(x, (void *)addr, size, kind, flags, pc, frame);
}

static NP_COLD void access_range(uintptr_t addr, size_t size, bool write, u16 flags, const void *pc,
				 const void *frame)
{
	struct np_explorer *x;

	if (likely(addr - here->base >= here->size))
		return;
	x = np_explorer_here();
	for (size_t left = size; left;) {
		size_t part = NP_GRANULE - (addr & (NP_GRANULE - 1));

		part = part < left ? part : left;
		access_granule(x, addr, (u8)part, write, flags, pc, frame);
		addr += part;
		left -= part;
	}
}

/* Whether the access need not be looked at: outside, or nobody else's business. */
static inline bool boring(uintptr_t addr, bool write)
{
	struct np_hot *hot = here;
	const struct np_location *l;
	uintptr_t offset = addr - hot->base;

	if (offset >= hot->size)
		return true;
	l = &hot->locations[offset / NP_GRANULE];
	if (write ? l->state_and_watch != hot->written_by || l->logged != hot->execution :
		    l->state_and_watch != hot->written_by && l->state_and_watch != hot->read_by &&
			    l->state_and_watch != hot->read_by_many)
		return false;
	return likely(--hot->patience);
}

#define ACCESS(name, bytes, write, flags)                                                          \
	NP_ENTRY void __tsan_##name(void *addr)                                                    \
	{                                                                                          \
		if (likely(boring((uintptr_t)addr, write)))                                        \
			return;                                                                    \
		access_granule(np_explorer_here(), (uintptr_t)addr, bytes, write, flags,           \
			       __builtin_return_address(0), __builtin_frame_address(0));           \
	}
/* Two granules: the second one may be another's. */
#define ACCESS_WIDE(name, bytes, write, flags)                                                     \
	NP_ENTRY void __tsan_##name(void *addr)                                                    \
	{                                                                                          \
		if (likely((uintptr_t)addr - here->base >= here->size))                            \
			return;                                                                    \
		access_range((uintptr_t)addr, bytes, write, flags, __builtin_return_address(0),    \
			     __builtin_frame_address(0));                                          \
	}
#define ACCESSES(size, define)                                                                     \
	define(read##size, size, false, NP_OP_PLAIN) define(write##size, size, true, NP_OP_PLAIN)  \
		define(volatile_read##size, size, false,                                           \
		       0) define(volatile_write##size, size, true,                                 \
				 0) ACCESS_WIDE(unaligned_read##size, size, false, NP_OP_PLAIN)    \
			ACCESS_WIDE(unaligned_write##size, size, true, NP_OP_PLAIN)                \
				ACCESS_WIDE(unaligned_volatile_read##size, size, false, 0)         \
					ACCESS_WIDE(unaligned_volatile_write##size, size, true, 0)

ACCESSES(1, ACCESS)
ACCESSES(2, ACCESS)
ACCESSES(4, ACCESS)
ACCESSES(8, ACCESS)
ACCESSES(16, ACCESS_WIDE)

#define READ_WRITE(size)                                                                           \
	NP_ENTRY void __tsan_read_write##size(void *addr)                                          \
	{                                                                                          \
		__tsan_read##size(addr);                                                           \
		__tsan_write##size(addr);                                                          \
	}
READ_WRITE(1)
READ_WRITE(2)
READ_WRITE(4)
READ_WRITE(8)
READ_WRITE(16)

NP_ENTRY void __tsan_read_range(void *addr, size_t size)
{
	access_range((uintptr_t)addr, size, false, NP_OP_PLAIN, __builtin_return_address(0),
		     __builtin_frame_address(0));
}

NP_ENTRY void __tsan_write_range(void *addr, size_t size)
{
	access_range((uintptr_t)addr, size, true, NP_OP_PLAIN, __builtin_return_address(0),
		     __builtin_frame_address(0));
}

void np_explore_range(const void *addr, size_t size, bool write, const void *pc)
{
	access_range((uintptr_t)addr, size, write, NP_OP_PLAIN, pc, __builtin_frame_address(0));
}

/* Stacks are walked by frame pointers: nothing to do at entry and exit. */
NP_ENTRY void __tsan_init(void)
{
}
NP_ENTRY void __tsan_func_entry(void *pc)
{
	(void)pc;
}
NP_ENTRY void __tsan_func_exit(void)
{
}
NP_ENTRY void __tsan_vptr_update(void **vptr, void *value)
{
	(void)vptr;
	(void)value;
}
NP_ENTRY void __tsan_vptr_read(void **vptr)
{
	(void)vptr;
}

/* --- atomics: these do the access themselves --- */

static u16 order_flags(int order, bool loads, bool stores)
{
	u16 flags = 0;

	if (loads && order != __ATOMIC_RELAXED && order != __ATOMIC_RELEASE)
		flags |= NP_OP_ACQUIRE;
	if (stores &&
	    (order == __ATOMIC_RELEASE || order == __ATOMIC_ACQ_REL || order == __ATOMIC_SEQ_CST))
		flags |= NP_OP_RELEASE;
	/* The kernel's read-modify-writes that return a value have a full barrier on each side. */
	if (order == __ATOMIC_SEQ_CST)
		flags |= loads && stores ? NP_OP_FULL : NP_OP_STRONG;
	return flags;
}

/* Before an atomic: the operation itself follows, when it may. */
static inline void before_atomic(const void *addr, u8 size, enum np_op_kind kind, u16 flags,
				 u64 expected, const void *pc, const void *frame)
{
	struct np_explorer *x;
	u32 location;

	if (likely((uintptr_t)addr - here->base >= here->size))
		return;
	x = np_explorer_here();
	location = np_location_of(&x->image, addr);
	if (kind != NP_OP_READ)
		log_old(x, location);
	if (np_explore_visit_location(x, location, kind != NP_OP_READ))
		np_explore_access(x, kind, addr, size, flags, expected, pc, frame);
	else if (flags & NP_OP_FULL)
		np_explore_private(x, kind, flags);
	if (x->image.locations[location].watch)
		np_detect_access(x, addr, size, kind, flags, pc, frame);
}

#define HERE __builtin_return_address(0), __builtin_frame_address(0)

#define ATOMIC_RMW(bits, type, name, builtin, extra)                                               \
	NP_ENTRY type __tsan_atomic##bits##_##name(volatile type *a, type v, int order)            \
	{                                                                                          \
		before_atomic((void *)(uintptr_t)a, bits / 8, NP_OP_RMW,                           \
			      (u16)(order_flags(order, true, true) |                               \
				    (order == __ATOMIC_RELAXED ? (extra) : 0)),                    \
			      0, HERE);                                                            \
		return builtin(a, v, __ATOMIC_SEQ_CST);                                            \
	}

#define ATOMICS(bits, type)                                                                        \
	NP_ENTRY type __tsan_atomic##bits##_load(const volatile type *a, int order)                \
	{                                                                                          \
		before_atomic((void *)(uintptr_t)a, bits / 8, NP_OP_READ,                          \
			      order_flags(order, true, false), 0, HERE);                           \
		return __atomic_load_n(a, __ATOMIC_SEQ_CST);                                       \
	}                                                                                          \
	NP_ENTRY void __tsan_atomic##bits##_store(volatile type *a, type v, int order)             \
	{                                                                                          \
		before_atomic((void *)(uintptr_t)a, bits / 8, NP_OP_WRITE,                         \
			      order_flags(order, false, true), 0, HERE);                           \
		__atomic_store_n(a, v, __ATOMIC_SEQ_CST);                                          \
	}                                                                                          \
	ATOMIC_RMW(bits, type, exchange, __atomic_exchange_n, 0)                                   \
	ATOMIC_RMW(bits, type, fetch_add, __atomic_fetch_add, NP_OP_COMMUTES)                      \
	ATOMIC_RMW(bits, type, fetch_sub, __atomic_fetch_sub, NP_OP_COMMUTES)                      \
	ATOMIC_RMW(bits, type, fetch_and, __atomic_fetch_and, 0)                                   \
	ATOMIC_RMW(bits, type, fetch_or, __atomic_fetch_or, 0)                                     \
	ATOMIC_RMW(bits, type, fetch_xor, __atomic_fetch_xor, 0)                                   \
	ATOMIC_RMW(bits, type, fetch_nand, __atomic_fetch_nand, 0)                                 \
	NP_ENTRY int __tsan_atomic##bits##_compare_exchange_strong(                                \
		volatile type *a, type *expected, type v, int order, int failure)                  \
	{                                                                                          \
		(void)failure;                                                                     \
		before_atomic((void *)(uintptr_t)a, bits / 8, NP_OP_CAS,                           \
			      order_flags(order, true, true), (u64)*expected, HERE);               \
		return __atomic_compare_exchange_n(a, expected, v, false, __ATOMIC_SEQ_CST,        \
						   __ATOMIC_SEQ_CST);                              \
	}                                                                                          \
	NP_ENTRY int __tsan_atomic##bits##_compare_exchange_weak(volatile type *a, type *expected, \
								 type v, int order, int failure)   \
	{                                                                                          \
		(void)failure;                                                                     \
		before_atomic((void *)(uintptr_t)a, bits / 8, NP_OP_CAS,                           \
			      order_flags(order, true, true), (u64)*expected, HERE);               \
		return __atomic_compare_exchange_n(a, expected, v, false, __ATOMIC_SEQ_CST,        \
						   __ATOMIC_SEQ_CST);                              \
	}                                                                                          \
	NP_ENTRY type __tsan_atomic##bits##_compare_exchange_val(volatile type *a, type expected,  \
								 type v, int order, int failure)   \
	{                                                                                          \
		(void)failure;                                                                     \
		before_atomic((void *)(uintptr_t)a, bits / 8, NP_OP_CAS,                           \
			      order_flags(order, true, true), (u64)expected, HERE);                \
		__atomic_compare_exchange_n(a, &expected, v, false, __ATOMIC_SEQ_CST,              \
					    __ATOMIC_SEQ_CST);                                     \
		return expected;                                                                   \
	}

ATOMICS(8, u8)
ATOMICS(16, u16)
ATOMICS(32, u32)
ATOMICS(64, u64)

NP_ENTRY void __tsan_atomic_thread_fence(int order)
{
	struct np_explorer *x = np_explorer_here();

	if (x && x->running != NP_NOBODY && !x->quiet)
		np_explore_fence(x, order);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

NP_ENTRY void __tsan_atomic_signal_fence(int order)
{
	(void)order;
}
