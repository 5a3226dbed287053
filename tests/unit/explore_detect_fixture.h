/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * What the tests of the detectors share: a machine, a page called "page" and one called
 * "other", and a search over one or two actors.  A fault and its repaired twin are the same
 * actors; whether they make the mistake is what faulty() says.
 */
#ifndef EXPLORE_DETECT_FIXTURE_H
#define EXPLORE_DETECT_FIXTURE_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include <netpage/explore.h>
#include <netpage/netpage.h>

struct shared {
	struct np_machine *machine;
	struct page *page, *other;
	struct page_pool *pool;
	struct net_device *dev;
	struct mem_cgroup *memcg;
	struct vm_area_struct *vma;
	void *block;
	spinlock_t lock;
	u32 flag;
	unsigned long sink; /* where reads go */
};

/* Whether the actor that is running makes the mistake. */
static inline bool faulty(void)
{
	return np_actor_arg() != NULL;
}

#define FAULTY ((void *)1)
#define REPAIRED NULL

/* An actor on its own CPU. */
static inline struct np_actor actor(const char *name, int cpu, void (*body)(void *state), void *arg)
{
	return (struct np_actor){
		.name = name, .body = body, .arg = arg, .kind = NP_KTHREAD, .cpu = cpu
	};
}

static inline struct page *new_page(struct np_machine *machine, const char *name, gfp_t gfp,
				    unsigned int order)
{
	struct page *page = alloc_pages(GFP_KERNEL | gfp, order);

	if (page)
		np_page_set_name(machine, page, name);
	return page;
}

/* A set-up as kernel code on CPU 0. */
static inline int as_kthread(struct np_machine *machine, struct shared *s,
			     int (*body)(struct shared *s))
{
	struct np_context here;
	int err = np_enter(&here, machine, 0, NP_KTHREAD, NULL);

	if (err)
		return err;
	s->machine = machine;
	err = body(s);
	np_leave(&here);
	return err;
}

/* The pages, each with one reference. */
static inline int allocate_pages(struct shared *s)
{
	s->page = new_page(s->machine, "page", 0, 0);
	s->other = new_page(s->machine, "other", 0, 0);
	return s->page && s->other ? 0 : -ENOMEM;
}

static inline int set_up_pages(struct np_machine *machine, void *state)
{
	return as_kthread(machine, state, allocate_pages);
}

static inline void print_found(const struct np_explored *explored)
{
	for (unsigned int i = 0; i < explored->nr_found; i++) {
		const struct np_found *found = &explored->found[i];

		print_message("%s: %s: %s\n", np_invariant_name(found->invariant), found->object,
			      found->message);
	}
}

static inline struct np_explored *search(struct np_explore_options options)
{
	struct np_machine_options machine = { .nr_cpus = 2, .nr_pages = 4096 };
	struct np_explored *explored;

	if (!options.machine)
		options.machine = &machine;
	options.state_size = sizeof(struct shared);
	/* A shorter schedule may show the fault in other words. */
	options.no_minimise = true;
	assert_in_range(np_explore(&options, &explored), 0, 1);
	assert_true(explored->exhausted);
	return explored;
}

static inline const struct np_found *find_found(const struct np_explored *explored,
						enum np_invariant invariant, const char *object,
						const char *text)
{
	for (unsigned int i = 0; i < explored->nr_found; i++) {
		const struct np_found *found = &explored->found[i];

		if (found->invariant == invariant && !strcmp(found->object, object) &&
		    strstr(found->message, text))
			return found;
	}
	return NULL;
}

/* @text is somewhere in the message of a violation. */
static inline void assert_finds(struct np_explore_options options, enum np_invariant invariant,
				const char *object, const char *text)
{
	struct np_explored *explored = search(options);
	const char *got = find_found(explored, invariant, object, text) ? text : "the above";

	if (strcmp(got, text))
		print_found(explored);
	assert_string_equal(got, text);
	np_explored_free(explored);
}

static inline void assert_finds_nothing(struct np_explore_options options)
{
	struct np_explored *explored = search(options);
	const char *got = explored->nr_found ? "the above" : "";

	print_found(explored);
	assert_string_equal(got, "");
	np_explored_free(explored);
}

#endif /* EXPLORE_DETECT_FIXTURE_H */
