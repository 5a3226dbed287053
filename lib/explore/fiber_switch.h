/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * fiber_switch - what of a fiber depends on the processor
 *
 * Each branch gives
 *	struct np_fiber_state	where a fiber goes on
 *	np_fiber_state_init()	it goes on in np_fiber_enter()
 *	np_fiber_jump()		goes on in @to; comes back when somebody jumps to @from
 *
 * The jump is inline assembly that declares every register to be lost, so that the
 * compiler saves those that hold something, and those alone.  Two it cannot be told
 * about: the frame pointer, and the register through which a function with a realigned
 * frame of variable size finds its locals (clang: rbx, x19).  They are kept in the state.
 * Nothing is pushed, so a red zone is safe.
 *
 * It ends in an indirect jump.  A ret would always be predicted wrongly: it is taken to
 * return to where this fiber was called from, and it returns to another one's caller.
 * For the same reason there is no call around it: what is inlined leaves the processor's
 * stack of return addresses as deep as it was.
 *
 * Where it goes on there is a landing pad for indirect branches (endbr64, bti j), which is
 * a nop unless they are checked.  Shadow stacks are not switched.
 *
 * NP_FIBER_UCONTEXT takes the portable branch anywhere. It is a hundred times slower, because
 * it also switches the signal mask and the floating-point control words.
 */
#ifndef NP_EXPLORE_FIBER_SWITCH_H
#define NP_EXPLORE_FIBER_SWITCH_H

#include <stddef.h>
#include <stdint.h>

struct np_fiber;

/* Where every fiber begins; it is given the address of the state, which @self begins with. */
__attribute__((noreturn)) void np_fiber_enter(struct np_fiber *self);

#if !defined(NP_FIBER_UCONTEXT) && defined(__LP64__) &&                                            \
	((defined(__x86_64__) && !defined(__APX_F__)) || defined(__aarch64__))

struct np_fiber_state {
	void *sp;
	void (*pc)(struct np_fiber *self);
	void *fp;
	void *base;
};

_Static_assert(offsetof(struct np_fiber_state, sp) == 0 &&
		       offsetof(struct np_fiber_state, pc) == 8 &&
		       offsetof(struct np_fiber_state, fp) == 16 &&
		       offsetof(struct np_fiber_state, base) == 24,
	       "as np_fiber_jump() has it");

/*
 * The stack begins as if address 0 had called np_fiber_enter() from a frame at 0, which is
 * where debuggers, unwinders and walkers of frame pointers stop.  On x86-64 a call leaves sp 8
 * below a multiple of 16; on aarch64, where it is such a multiple and the return address
 * is in a register, the gap keeps sp inside the stack for those who look at its address.
 */
static inline void np_fiber_state_init(struct np_fiber_state *state, void *stack, size_t size)
{
	size_t gap = ((uintptr_t)stack + size) % 16;
	void **top = (void **)((char *)stack + (size - gap));

	top[-1] = NULL;
#ifdef __x86_64__
	state->sp = top - 1;
#else
	state->sp = top - 2;
#endif
	state->pc = np_fiber_enter;
	state->fp = NULL;
	state->base = NULL;
}

#ifdef __x86_64__

#ifdef __AVX512F__
#define NP_FIBER_LOST_WIDE                                                                         \
	, "xmm16", "xmm17", "xmm18", "xmm19", "xmm20", "xmm21", "xmm22", "xmm23", "xmm24",         \
		"xmm25", "xmm26", "xmm27", "xmm28", "xmm29", "xmm30", "xmm31", "k1", "k2", "k3",   \
		"k4", "k5", "k6", "k7"
#else
#define NP_FIBER_LOST_WIDE
#endif

static inline void np_fiber_jump(struct np_fiber_state *from, struct np_fiber_state *to)
{
	asm volatile("leaq 1f(%%rip), %%rax\n\t"
		     "movq 8(%%rdi), %%rcx\n\t"
		     "movq %%rax, 8(%%rsi)\n\t"
		     "movq %%rsp, (%%rsi)\n\t"
		     "movq %%rbp, 16(%%rsi)\n\t"
		     "movq %%rbx, 24(%%rsi)\n\t"
		     "movq (%%rdi), %%rsp\n\t"
		     "movq 16(%%rdi), %%rbp\n\t"
		     "movq 24(%%rdi), %%rbx\n\t"
		     "jmp *%%rcx\n"
		     "1:\tendbr64"
		     : "+D"(to), "+S"(from)
		     :
		     : "rax", "rcx", "rdx", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15",
		       "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8",
		       "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15", "st", "st(1)",
		       "st(2)", "st(3)", "st(4)", "st(5)", "st(6)", "st(7)", "mm0", "mm1", "mm2",
		       "mm3", "mm4", "mm5", "mm6", "mm7", "cc", "memory" NP_FIBER_LOST_WIDE);
}

#undef NP_FIBER_LOST_WIDE

#else /* aarch64 */

#ifdef __ARM_FEATURE_SVE
#define NP_FIBER_LOST_WIDE                                                                         \
	, "p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9", "p10", "p11", "p12", "p13",  \
		"p14", "p15"
#else
#define NP_FIBER_LOST_WIDE
#endif

/* Through x16, from where a branch may also enter a function (bti c); x30 ends its chain. */
static inline void np_fiber_jump(struct np_fiber_state *from, struct np_fiber_state *to)
{
	register struct np_fiber_state *next asm("x0") = to;
	register struct np_fiber_state *self asm("x1") = from;

	asm volatile("adr x10, 1f\n\t"
		     "mov x9, sp\n\t"
		     "stp x9, x10, [x1]\n\t"
		     "stp x29, x19, [x1, #16]\n\t"
		     "ldp x9, x16, [x0]\n\t"
		     "ldp x29, x19, [x0, #16]\n\t"
		     "mov sp, x9\n\t"
		     "mov x30, xzr\n\t"
		     "br x16\n"
		     "1:\thint #36" /* bti j */
		     : "+r"(next), "+r"(self)
		     :
		     : "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13",
		       "x14", "x15", "x16", "x17", "x18", "x20", "x21", "x22", "x23", "x24", "x25",
		       "x26", "x27", "x28", "x30", "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7",
		       "v8", "v9", "v10", "v11", "v12", "v13", "v14", "v15", "v16", "v17", "v18",
		       "v19", "v20", "v21", "v22", "v23", "v24", "v25", "v26", "v27", "v28", "v29",
		       "v30", "v31", "cc", "memory" NP_FIBER_LOST_WIDE);
}

#undef NP_FIBER_LOST_WIDE

#endif

#else /* any other processor */

#define NP_FIBER_IS_UCONTEXT

#include <ucontext.h>

struct np_fiber_state {
	ucontext_t context;
};

/* In fiber.c. */
void np_fiber_state_init(struct np_fiber_state *state, void *stack, size_t size);

/* Cannot fail: there is nothing that it has to find or to allocate. */
static inline void np_fiber_jump(struct np_fiber_state *from, struct np_fiber_state *to)
{
	(void)swapcontext(&from->context, &to->context);
}

#endif

#endif /* NP_EXPLORE_FIBER_SWITCH_H */
