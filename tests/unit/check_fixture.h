/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * What the tests of the checkers share: a small machine with a group A, a process
 * P in it that runs on CPU 0, and holders that a test may invent.
 */
#ifndef CHECK_FIXTURE_H
#define CHECK_FIXTURE_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <machine.h>
#include <netpage/cmocka.h>

#define INVENTED_MAX 8

struct fixture {
	struct np_machine *m;
	struct mem_cgroup *A;
	struct task_struct *P;
	struct np_context context;
	struct np_recorder recorder;
	struct np_scheme scheme; /* of the machine: `unaccounted`, unless named */
	struct np_holder invented[INVENTED_MAX];
	unsigned int nr_invented;
	unsigned int nr_lines; /* a test's own counter */
};

static inline void fixture_holders(struct np_machine *machine, void *priv, np_holder_fn *fn,
				   void *arg)
{
	struct fixture *f = np_container_of(machine->scheme, struct fixture, scheme);

	(void)priv;
	for (unsigned int i = 0; i < f->nr_invented; i++)
		fn(arg, &f->invented[i]);
}

static inline struct np_holder *invent(struct fixture *f, enum np_holder_kind kind,
				       const char *name, struct page *page, long refs)
{
	struct np_holder *holder = &f->invented[f->nr_invented++];

	*holder = (struct np_holder){ .kind = kind, .name = name, .page = page, .refs = refs };
	return holder;
}

static inline int fixture_up_nodes(void **state, const char *scheme, unsigned int nodes)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct np_machine_options options = { .nr_pages = 1024,
					      .nr_nodes = nodes,
					      .scheme = &f->scheme };

	f->scheme = *np_scheme_find(scheme);
	if (!f->scheme.for_each_holder)
		f->scheme.for_each_holder = fixture_holders;
	if (np_machine_create(&f->m, &options) || np_memcg_create(f->m, "A", NULL, &f->A) ||
	    np_task_create(f->m, "P", f->A, &f->P) || np_enter(&f->context, f->m, 0, NP_TASK, f->P))
		return -1;
	np_recorder_attach(&f->recorder, f->m);
	*state = f;
	return 0;
}

static inline int fixture_up(void **state, const char *scheme)
{
	return fixture_up_nodes(state, scheme, 1);
}

static inline int up(void **state)
{
	return fixture_up(state, "unaccounted");
}

static inline void ignore_violation(void *arg, const struct np_violation *violation)
{
	(void)arg;
	(void)violation;
}

/* A test that broke something has asked for it: what destruction finds is not news. */
static inline int down(void **state)
{
	struct fixture *f = *state;

	np_leave(&f->context);
	np_set_sink(f->m, ignore_violation, NULL);
	f->nr_invented = 0;
	np_machine_destroy(f->m);
	free(f);
	return 0;
}

/* A page named p, whose one reference the test claims. */
static inline struct page *claimed_page(struct fixture *f)
{
	struct page *page = alloc_page(GFP_KERNEL);

	assert_non_null(page);
	np_page_set_name(f->m, page, "p");
	assert_int_equal(np_claim(f->m, page, "test", 1), 0);
	return page;
}

static inline void put_claimed_page(struct fixture *f, struct page *page)
{
	assert_int_equal(np_claim(f->m, page, "test", -1), 0);
	put_page(page);
}

/* @page mapped into a VMA of its own; returns it. */
static inline struct vm_area_struct *map_page(struct task_struct *task, struct page *page)
{
	struct vm_area_struct *vma;
	unsigned long nr = 1;

	assert_int_equal(tcp_mmap(task->mm, 1, &vma), 0);
	assert_int_equal(vm_insert_pages(vma, vma->vm_start, &page, &nr), 0);
	return vma;
}

static inline void unmap_page(struct vm_area_struct *vma)
{
	assert_int_equal(do_munmap(vma->vm_mm, vma->vm_start, PAGE_SIZE), 0);
}

/* The last report, to look at its words. */
static inline const struct np_recorded *last_report(const struct fixture *f)
{
	assert_true(f->recorder.nr > 0 && f->recorder.nr <= NP_RECORDER_MAX);
	return &f->recorder.seen[f->recorder.nr - 1];
}

#define assert_reported(f, object_name, text)                                                      \
	do {                                                                                       \
		assert_string_equal(last_report(f)->object, (object_name));                        \
		if (!strstr(last_report(f)->message, (text)))                                      \
			fail_msg("got \"%s\", want \"%s\" in it", last_report(f)->message,         \
				 (text));                                                          \
	} while (0)

/* One check of one invariant that must report, once, with these words. */
#define assert_fires(f, invariant, when, object_name, text)                                        \
	do {                                                                                       \
		assert_int_equal(np_check_one((f)->m, (invariant), (when)), 1);                    \
		assert_reported((f), (object_name), (text));                                       \
		assert_violation((f)->m, (invariant));                                             \
	} while (0)

#define check_test(name) cmocka_unit_test_setup_teardown(name, up, down)

#endif /* CHECK_FIXTURE_H */
