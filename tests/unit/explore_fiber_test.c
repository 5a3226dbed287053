/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <alloca.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <unwind.h>

#include <explore/fiber.h>

#define STACK_SIZE (256UL * 1024)

/*
 * One fiber, and the test as the other one.  Below the stack there is as much memory
 * again, so that nothing but a guard stops who goes too deep.  What a body finds out is
 * asserted outside: a failed assertion jumps, and does not know of fibers.
 */
struct pair {
	struct np_fiber outside, inside;
	char *room, *stack;
	unsigned int depth, started, went_on, frames;
	bool held, ended;
	uint64_t seed, got;
	char text[64];
};

static void *map(size_t size)
{
	void *ptr = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_ptr_not_equal(ptr, MAP_FAILED);
	return ptr;
}

static int set_up(void **state)
{
	struct pair *p = calloc(1, sizeof(*p));

	assert_non_null(p);
	p->room = map(2 * STACK_SIZE);
	p->stack = p->room + STACK_SIZE;
	assert_int_equal(np_fiber_guard(p->stack, STACK_SIZE), 0);
	*state = p;
	return 0;
}

static int tear_down(void **state)
{
	struct pair *p = *state;

	np_fiber_unguard(p->stack, STACK_SIZE);
	munmap(p->room, 2 * STACK_SIZE);
	free(p);
	return 0;
}

#define pair_test(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

static void start(struct pair *p, void (*body)(void *arg))
{
	np_fiber_start(&p->inside, p->stack, STACK_SIZE, body, p);
}

static void go_in(struct pair *p)
{
	np_fiber_switch(&p->outside, &p->inside);
}

static void go_out(struct pair *p)
{
	np_fiber_switch(&p->inside, &p->outside);
}

__attribute__((noreturn)) static void stay_out(struct pair *p)
{
	for (;;)
		go_out(p);
}

static bool in_stack(const struct pair *p, const void *ptr)
{
	return (const char *)ptr >= p->stack && (const char *)ptr < p->stack + STACK_SIZE;
}

static void look_where_i_am(void *arg)
{
	struct pair *p = arg;

	p->held = in_stack(p, __builtin_frame_address(0));
	stay_out(p);
}

static void body_runs_on_its_own_stack_with_its_argument(void **state)
{
	struct pair *p = *state;

	start(p, look_where_i_am);
	go_in(p);
	assert_true(p->held);
	assert_false(in_stack(p, __builtin_frame_address(0)));
}

static void count_each_visit(void *arg)
{
	struct pair *p = arg;

	for (;;) {
		p->went_on++;
		go_out(p);
	}
}

static void fiber_goes_on_where_it_switched_away(void **state)
{
	struct pair *p = *state;

	start(p, count_each_visit);
	for (unsigned int i = 1; i <= 1000; i++) {
		go_in(p);
		assert_int_equal(p->went_on, i);
	}
}

static uint64_t rotate(uint64_t word, int by)
{
	return word << by | word >> (64 - by);
}

/*
 * More live words than there are registers for, and floats of every kind, which stay
 * integers that each of them holds exactly; between any two steps there is a switch, if
 * there is somebody to switch to.
 */
__attribute__((noinline)) static uint64_t compute(uint64_t seed, struct np_fiber *self,
						  struct np_fiber *other)
{
	uint64_t a = seed, b = ~seed, c = seed * 3, d = seed + 4, e = seed ^ 5, f = seed - 6;
	uint64_t g = seed * 7, h = seed + 8, i = seed ^ 9, j = seed * 10, k = seed + 11;
	double x = (double)seed, y = x + 2, z = x + 3, u = x + 4, v = x + 5, was;
	float s = (float)seed, t = s + 2, narrow;
	long double wide = (long double)seed, wider = wide + 7, broad;

	for (int step = 1; step <= 1000; step++) {
		a += b ^ rotate(k, 1), b += c ^ rotate(a, 2), c += d ^ rotate(b, 3);
		d += e ^ rotate(c, 4), e += f ^ rotate(d, 5), f += g ^ rotate(e, 6);
		g += h ^ rotate(f, 7), h += i ^ rotate(g, 8), i += j ^ rotate(h, 9);
		j += k ^ rotate(i, 10), k += a ^ rotate(j, 11);
		was = x, x = y + step, y = z - step, z = u + 1, u = v - 1, v = was;
		narrow = s, s = t + (float)step, t = narrow - (float)step;
		broad = wide, wide = wider - step, wider = broad + step;
		if (other)
			np_fiber_switch(self, other);
	}
	a ^= b ^ c ^ d ^ e ^ f ^ g ^ h ^ i ^ j ^ k;
	return a + (uint64_t)(int64_t)(x + 3 * y + 5 * z + 7 * u + 9 * v + (double)(s + 3 * t)) +
	       (uint64_t)(int64_t)(wide + 11 * wider);
}

static void compute_inside(void *arg)
{
	struct pair *p = arg;

	p->got = compute(p->seed, &p->inside, &p->outside);
	stay_out(p);
}

static void switching_keeps_what_both_sides_have_in_registers(void **state)
{
	struct pair *p = *state;

	for (uint64_t seed = 1; seed < 20; seed++) {
		uint64_t outside;

		p->seed = seed * 1000;
		start(p, compute_inside);
		outside = compute(seed, &p->outside, &p->inside);
		go_in(p);
		assert_int_equal(outside, compute(seed, NULL, NULL));
		assert_int_equal(p->got, compute(seed * 1000, NULL, NULL));
	}
}

/* Locals of such a frame are found through a register that the compiler has set aside. */
__attribute__((noinline)) static uint64_t sum_realigned(unsigned int words, struct np_fiber *self,
							struct np_fiber *other)
{
	_Alignas(64) uint64_t line[8];
	uint64_t *room = alloca(words * sizeof(*room)), sum = 0;

	for (unsigned int i = 0; i < words; i++)
		line[i % 8] = room[i] = words + i;
	asm volatile("" : : "r"(line), "r"(room) : "memory");
	for (unsigned int i = 0; i < words; i++) {
		np_fiber_switch(self, other);
		asm volatile("" : : "r"(line), "r"(room) : "memory");
		sum += line[i % 8] ^ room[i];
	}
	return sum;
}

static void sum_inside(void *arg)
{
	struct pair *p = arg;

	p->got = sum_realigned(16, &p->inside, &p->outside);
	stay_out(p);
}

static void switching_keeps_the_way_to_a_realigned_frame_of_variable_size(void **state)
{
	struct pair *p = *state;
	uint64_t outside;

	/* Words 8 to 15 are those that the line still has: 8 times 16+i against 24+i. */
	start(p, sum_inside);
	outside = sum_realigned(16, &p->outside, &p->inside);
	go_in(p);
	assert_int_equal(outside, p->got);
	assert_int_equal(outside, 64);
}

/* Leaves from @depth frames down, each with an array that a sanitizer fences. */
__attribute__((noinline)) static unsigned int leave_from(struct pair *p, unsigned int depth)
{
	char line[48];

	snprintf(line, sizeof(line), "%u", depth);
	if (depth)
		return leave_from(p, depth - 1) + (unsigned int)strlen(line);
	go_out(p);
	return (unsigned int)strlen(line);
}

static void go_down_and_leave(void *arg)
{
	struct pair *p = arg;

	p->started++;
	p->got = leave_from(p, p->depth);
	p->went_on++;
	stay_out(p);
}

static void fiber_may_be_started_again_before_its_end(void **state)
{
	struct pair *p = *state;

	for (unsigned int i = 1; i <= 100; i++) {
		p->depth = i * 7 % 30;
		start(p, go_down_and_leave);
		go_in(p);
		assert_int_equal(p->started, i);
		assert_int_equal(p->went_on, 0);
	}
	p->depth = 9;
	start(p, go_down_and_leave);
	go_in(p);
	go_in(p);
	assert_int_equal(p->went_on, 1);
	assert_int_equal(p->got, 10);
}

static void fiber_that_never_ran_may_be_started_again(void **state)
{
	struct pair *p = *state;

	start(p, go_down_and_leave);
	start(p, look_where_i_am);
	go_in(p);
	assert_int_equal(p->started, 0);
	assert_true(p->held);
}

static void fiber_may_be_started_again_on_another_stack(void **state)
{
	struct pair *p = *state;

	start(p, look_where_i_am);
	go_in(p);
	assert_true(p->held);
	np_fiber_start(&p->inside, p->room, STACK_SIZE, look_where_i_am, p);
	go_in(p);
	assert_false(p->held);
}

static void use_what_must_be_aligned(void *arg)
{
	struct pair *p = arg;
	_Alignas(16) char line[16];
	char *ptr = line;

	/* Else the compiler knows the answer. */
	asm volatile("" : "+r"(ptr) : : "memory");
	p->held = (uintptr_t)ptr % 16 == 0;
	snprintf(p->text, sizeof(p->text), "%.3f %Lg", (double)p->seed / 8, (long double)p->seed);
	stay_out(p);
}

static void stack_is_aligned_as_calls_leave_it(void **state)
{
	struct pair *p = *state;

	p->seed = 9;
	for (size_t size = STACK_SIZE - 64; size <= STACK_SIZE; size += 4) {
		p->held = false;
		memset(p->text, 0, sizeof(p->text));
		np_fiber_start(&p->inside, p->stack, size, use_what_must_be_aligned, p);
		go_in(p);
		assert_true(p->held);
		assert_string_equal(p->text, "1.125 9");
	}
}

static void walk_frame_pointers(void *arg)
{
	struct pair *p = arg;
	void **frame = __builtin_frame_address(0);

	while (in_stack(p, frame)) {
		p->frames++;
		frame = *frame;
	}
	p->ended = !frame;
	stay_out(p);
}

static void chain_of_frame_pointers_ends_in_null(void **state)
{
	struct pair *p = *state;

#if !defined(__x86_64__) && !defined(__i386__) && !defined(__aarch64__)
	skip();
#endif
	memset(p->stack + STACK_SIZE - 4096, 0xa5, 4096);
	start(p, walk_frame_pointers);
	go_in(p);
	assert_true(p->ended);
	assert_in_range(p->frames, 1, 4);
}

static _Unwind_Reason_Code count_frame(struct _Unwind_Context *context, void *arg)
{
	struct pair *p = arg;

	(void)context;
	return p->frames++ < 100 ? _URC_NO_REASON : _URC_NORMAL_STOP;
}

static void unwind(void *arg)
{
	struct pair *p = arg;

	p->ended = _Unwind_Backtrace(count_frame, p) == _URC_END_OF_STACK;
	stay_out(p);
}

static void unwinding_ends_where_the_fiber_began(void **state)
{
	struct pair *p = *state;

	memset(p->stack + STACK_SIZE - 4096, 0xa5, 4096);
	start(p, unwind);
	go_in(p);
	assert_true(p->ended);
	assert_in_range(p->frames, 1, 5);
}

/* Needs stack down to @limit. */
__attribute__((noinline)) static unsigned int go_deeper(const char *limit)
{
	volatile char frame[256];

	frame[0] = 1;
	if ((const char *)__builtin_frame_address(0) > limit)
		return go_deeper(limit) + (unsigned int)frame[0];
	return (unsigned int)frame[0];
}

static void go_too_deep(void *arg)
{
	struct pair *p = arg;

	p->got = go_deeper(p->stack - STACK_SIZE / 2);
	p->ended = true;
	stay_out(p);
}

/* How a child ends that does @deed: the signal, or minus the exit status. */
static int end_of(struct pair *p, void (*deed)(struct pair *p), int errors)
{
	int status;
	pid_t child = fork();

	assert_int_not_equal(child, -1);
	if (!child) {
		signal(SIGSEGV, SIG_DFL);
		signal(SIGBUS, SIG_DFL);
		signal(SIGABRT, SIG_DFL);
		setrlimit(RLIMIT_CORE, &(struct rlimit){ 0 });
		dup2(errors, STDERR_FILENO);
		deed(p);
		_exit(p->ended ? 7 : 8);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFSIGNALED(status) ? WTERMSIG(status) : -WEXITSTATUS(status);
}

static void overflow(struct pair *p)
{
	start(p, go_too_deep);
	go_in(p);
}

static void deep_recursion_hits_the_guard(void **state)
{
	assert_int_equal(end_of(*state, overflow, STDERR_FILENO), SIGSEGV);
}

static void overflow_without_guard(struct pair *p)
{
	np_fiber_unguard(p->stack, STACK_SIZE);
	overflow(p);
}

static void same_recursion_goes_on_below_a_stack_without_a_guard(void **state)
{
	assert_int_equal(end_of(*state, overflow_without_guard, STDERR_FILENO), -7);
}

static void return_at_once(void *arg)
{
	(void)arg;
}

static void let_the_body_return(struct pair *p)
{
	start(p, return_at_once);
	go_in(p);
}

static void body_that_returns_ends_the_process_with_a_message(void **state)
{
	char text[256] = "";
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(end_of(*state, let_the_body_return, ends[1]), SIGABRT);
	close(ends[1]);
	assert_true(read(ends[0], text, sizeof(text) - 1) > 0);
	close(ends[0]);
	assert_non_null(strstr(text, "netpage-sim: the body of a fiber has returned\n"));
}

static void guard_refuses_what_is_not_made_of_pages(void **state)
{
	struct pair *p = *state;
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	assert_int_equal(np_fiber_guard(p->room + 16, STACK_SIZE / 2), -EINVAL);
	assert_int_equal(np_fiber_guard(p->room, page), -EINVAL);
	assert_int_equal(np_fiber_guard(p->room, 0), -EINVAL);
	memset(p->room, 1, STACK_SIZE);
}

static void guard_says_that_there_is_no_memory(void **state)
{
	char *nothing = map(STACK_SIZE);

	(void)state;
	munmap(nothing, STACK_SIZE);
	assert_int_equal(np_fiber_guard(nothing, STACK_SIZE), -ENOMEM);
}

static void unguarded_stack_is_plain_memory_again(void **state)
{
	struct pair *p = *state;

	p->depth = 20;
	start(p, go_down_and_leave);
	go_in(p);
	np_fiber_unguard(p->stack, STACK_SIZE);
	memset(p->stack, 0x5a, STACK_SIZE);
	assert_int_equal(p->stack[0], 0x5a);
	assert_int_equal(np_fiber_guard(p->stack, STACK_SIZE), 0);
}

/* A ring: each one goes on in its neighbour, the last one in the test. */
#define MANY 3000
#define ROUNDS 10

struct member {
	struct np_fiber fiber, *next;
	unsigned int rounds;
};

static void pass_on(void *arg)
{
	struct member *member = arg;

	for (unsigned int round = 1;; round++) {
		member->rounds = round;
		np_fiber_switch(&member->fiber, member->next);
	}
}

static void thousands_of_fibers_take_turns(void **state)
{
	size_t size = 4 * (size_t)sysconf(_SC_PAGESIZE);
	struct member *members = calloc(MANY, sizeof(*members));
	struct np_fiber outside = { 0 };
	char *stacks = map(MANY * size);

	(void)state;
	assert_non_null(members);
	for (size_t i = 0; i < MANY; i++) {
		struct member *member = &members[i];

		member->next = i + 1 < MANY ? &members[i + 1].fiber : &outside;
		assert_int_equal(np_fiber_guard(stacks + i * size, size), 0);
		np_fiber_start(&member->fiber, stacks + i * size, size, pass_on, member);
	}
	for (unsigned int round = 1; round <= ROUNDS; round++) {
		np_fiber_switch(&outside, &members[0].fiber);
		for (size_t i = 0; i < MANY; i++)
			assert_int_equal(members[i].rounds, round);
	}
	for (size_t i = 0; i < MANY; i++)
		np_fiber_unguard(stacks + i * size, size);
	munmap(stacks, MANY * size);
	free(members);
}

static void *compute_in_thread(void *arg)
{
	struct pair *p = arg;

	start(p, compute_inside);
	compute(1, &p->outside, &p->inside);
	go_in(p);
	return NULL;
}

static void fibers_of_two_threads_do_not_meet(void **state)
{
	struct pair *p[2];
	pthread_t threads[2];

	(void)state;
	for (int i = 0; i < 2; i++) {
		set_up((void **)&p[i]);
		p[i]->seed = 77 + (uint64_t)i;
		assert_int_equal(pthread_create(&threads[i], NULL, compute_in_thread, p[i]), 0);
	}
	for (int i = 0; i < 2; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(p[i]->got, compute(77 + (uint64_t)i, NULL, NULL));
		tear_down((void **)&p[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		pair_test(body_runs_on_its_own_stack_with_its_argument),
		pair_test(fiber_goes_on_where_it_switched_away),
		pair_test(switching_keeps_what_both_sides_have_in_registers),
		pair_test(switching_keeps_the_way_to_a_realigned_frame_of_variable_size),
		pair_test(fiber_may_be_started_again_before_its_end),
		pair_test(fiber_that_never_ran_may_be_started_again),
		pair_test(fiber_may_be_started_again_on_another_stack),
		pair_test(stack_is_aligned_as_calls_leave_it),
		pair_test(chain_of_frame_pointers_ends_in_null),
		pair_test(unwinding_ends_where_the_fiber_began),
		pair_test(deep_recursion_hits_the_guard),
		pair_test(same_recursion_goes_on_below_a_stack_without_a_guard),
		pair_test(body_that_returns_ends_the_process_with_a_message),
		pair_test(guard_refuses_what_is_not_made_of_pages),
		cmocka_unit_test(guard_says_that_there_is_no_memory),
		pair_test(unguarded_stack_is_plain_memory_again),
		cmocka_unit_test(thousands_of_fibers_take_turns),
		cmocka_unit_test(fibers_of_two_threads_do_not_meet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
