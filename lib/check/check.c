/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The list of invariants, reports to the sink, and np_check() with its memory of
 * what it has already said.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <check/check.h>

#define MESSAGE_SIZE 2048

/* What np_check() found: so that a standing finding is reported once. */
struct np_finding {
	struct np_finding *next;
	enum np_invariant invariant;
	u32 hash;
	bool standing; /* seen again by the check that is running */
	char object[48];
	char headline[200];
};

/* Found by a walk of the machine; or seen by the code that it happens to. */
#define WALKED(id, word, text) [id] = { #word, text, np_check_##word }
#define NOTICED(id, word, text) [id] = { #word, text, NULL }

static const struct {
	const char *name, *help;
	void (*check)(struct np_census *census);
} invariants[NP_INVARIANTS] = {
	WALKED(NP_REFS_HAVE_HOLDERS, refs_have_holders,
	       "The reference count of every page is what its holders hold."),
	NOTICED(NP_USE_AFTER_PUT, use_after_put,
		"No put goes below zero, and no get starts from zero."),
	WALKED(NP_PAGE_IN_ONE_PLACE, page_in_one_place,
	       "A page has one owner at a time, and no page is lost."),
	WALKED(NP_NO_WRITE_TO_USED_PAGE, no_write_to_used_page,
	       "No NIC may write, or has written, what somebody still reads."),
	WALKED(NP_CHARGE_CONSERVED, charge_conserved,
	       "What carries a charge adds up to what is charged, and somebody uses it."),
	WALKED(NP_COUNTER_NOT_NEGATIVE, counter_not_negative, "No counter is taken below zero."),
	WALKED(NP_CLEAN_AT_FREE, clean_at_free,
	       "No page reaches the allocator charged, mapped, marked or flagged."),
	WALKED(NP_UNION_ARM, union_arm,
	       "A word of struct page is touched only as what the page's owner uses it for."),
	WALKED(NP_MEMCG_RELEASED, memcg_released,
	       "A removed memcg goes away, and its references are those that pin it."),
	WALKED(NP_POOL_DRAINED, pool_drained,
	       "A destroyed page_pool ends, and counts what is really out."),
	WALKED(NP_ZEROCOPY_CHARGED, zerocopy_charged,
	       "A page that processes map is charged to the memcg of one of them."),
	WALKED(NP_CHARGED_ONCE, charged_once,
	       "A page is not charged as a page and as socket memory at the same time."),
	NOTICED(NP_ZEROCOPY_MAPS, zerocopy_maps,
		"A page that could be mapped is mapped, not copied."),
	NOTICED(NP_LOCK_ORDER, lock_order, "No thread waits for a lock that it holds."),
	NOTICED(NP_MACHINE_MEMORY, machine_memory, "A destroyed machine leaves nothing behind."),
	NOTICED(NP_DATA_RACE, data_race,
		"Two accesses of which one writes and one is not marked are ordered."),
	NOTICED(NP_USE_AFTER_FREE, use_after_free, "No memory is used after it was given back."),
	NOTICED(NP_UNINITIALISED, uninitialised,
		"No word is read that its present owner has not written."),
	NOTICED(NP_DEADLOCK, deadlock, "There is always somebody who can go on."),
	NOTICED(NP_LIVELOCK, livelock, "Every actor ends within a bounded number of steps."),
	NOTICED(NP_WRONG_CONTEXT, wrong_context,
		"Locks and sleeps fit the context that they are used in."),
	NOTICED(NP_ASSERTION, assertion, "What the program asserts holds."),
};

const char *np_invariant_name(enum np_invariant invariant)
{
	return (unsigned int)invariant < NP_INVARIANTS ? invariants[invariant].name : NULL;
}

const char *np_invariant_help(enum np_invariant invariant)
{
	return (unsigned int)invariant < NP_INVARIANTS ? invariants[invariant].help : NULL;
}

void np_set_sink(struct np_machine *machine, np_sink_fn *sink, void *arg)
{
	machine->sink = sink;
	machine->sink_arg = arg;
}

np_sink_fn *np_get_sink(const struct np_machine *machine, void **arg)
{
	if (arg)
		*arg = machine->sink_arg;
	return machine->sink;
}

unsigned long np_violations(const struct np_machine *machine)
{
	return (unsigned long)atomic_long_read(&machine->nr_violations);
}

static void print_violation(const struct np_violation *violation)
{
	/* One call, so that reports of two threads do not run into each other. */
	fprintf(stderr, "netpage: %s: %s: %s%s%s%s\n", np_invariant_name(violation->invariant),
		violation->object, violation->message, *violation->where ? " (at " : "",
		violation->where, *violation->where ? ")" : "");
}

static void deliver(struct np_machine *machine, const struct np_violation *violation)
{
	atomic_long_inc(&machine->nr_violations);
	if (machine->sink)
		machine->sink(machine->sink_arg, violation);
	else
		print_violation(violation);
}

/* Where the caller is, if it is in @machine at all. */
static void fill_place(struct np_violation *violation, const struct np_machine *machine)
{
	const struct np_context *here = np_here();
	bool inside = here && here->machine == machine;

	violation->where = inside ? np_where() : "";
	violation->cpu = inside ? here->cpu : -1;
}

void np_violate(struct np_machine *machine, enum np_invariant invariant, const char *object,
		const char *fmt, ...)
{
	char message[MESSAGE_SIZE];
	struct np_violation violation = { .invariant = invariant,
					  .object = object ? object : "",
					  .message = message };
	va_list args;

	if ((unsigned int)invariant >= NP_INVARIANTS)
		return;
	va_start(args, fmt);
	vsnprintf(message, sizeof(message), fmt, args);
	va_end(args);
	fill_place(&violation, machine);
	deliver(machine, &violation);
}

/* --- findings --- */

/* FNV-1a: a finding differs from another in its hash before it is compared. */
static u32 hash_text(u32 hash, const char *text)
{
	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 16777619u;
	return hash;
}

static void fill_finding(struct np_finding *finding, enum np_invariant invariant,
			 const char *object, const char *message)
{
	size_t line = strcspn(message, "\n");

	memset(finding, 0, sizeof(*finding));
	finding->invariant = invariant;
	snprintf(finding->object, sizeof(finding->object), "%s", object);
	snprintf(finding->headline, sizeof(finding->headline), "%.*s", (int)line, message);
	finding->hash = hash_text(hash_text(2166136261u, finding->object), finding->headline);
	finding->standing = true;
}

static bool same_finding(const struct np_finding *a, const struct np_finding *b)
{
	return a->hash == b->hash && a->invariant == b->invariant &&
	       !strcmp(a->object, b->object) && !strcmp(a->headline, b->headline);
}

/* Whether it is new; it is then remembered. */
static bool remember(struct np_machine *machine, enum np_invariant invariant, const char *object,
		     const char *message)
{
	struct np_finding finding, *found;

	fill_finding(&finding, invariant, object, message);
	for (found = machine->findings; found; found = found->next) {
		if (!same_finding(found, &finding))
			continue;
		found->standing = true;
		return false;
	}
	found = np_alloc(machine, sizeof(*found));
	/* Without memory to remember it, it is said again: too much is better than nothing. */
	if (found) {
		*found = finding;
		found->next = machine->findings;
		machine->findings = found;
	}
	return true;
}

static void report(struct np_census *census, enum np_invariant invariant, const char *object,
		   const char *message)
{
	struct np_violation violation = census->place;

	if (!remember(census->machine, invariant, object, message))
		return;
	census->nr_reported++;
	violation.invariant = invariant;
	violation.object = object;
	violation.message = message;
	deliver(census->machine, &violation);
}

void np_report(struct np_census *census, enum np_invariant invariant, const char *object,
	       const char *fmt, ...)
{
	char message[MESSAGE_SIZE];
	va_list args;

	va_start(args, fmt);
	vsnprintf(message, sizeof(message), fmt, args);
	va_end(args);
	report(census, invariant, object, message);
}

void np_report_page(struct np_census *census, enum np_invariant invariant,
		    const struct np_page_fact *fact, const char *fmt, ...)
{
	char message[MESSAGE_SIZE], name[48];
	struct np_text text = { message, sizeof(message), 0 };
	unsigned int lines = 0;
	va_list args;

	va_start(args, fmt);
	text.len = (size_t)vsnprintf(message, sizeof(message), fmt, args);
	va_end(args);
	for (const struct np_held *held = fact->held; held; held = held->next) {
		/* A page that a thousand tasks map: some of them will do. */
		if (++lines <= 16)
			np_text_holder(&text, &held->holder);
	}
	if (lines > 16)
		np_text_add(&text, "\n  and %u more", lines - 16);
	np_text_history(&text, np_note(census->machine, fact->page));
	report(census, invariant, np_page_name(census->machine, fact->page, name, sizeof(name)),
	       message);
}

/* Forgets the findings about @invariant (NP_INVARIANTS: about all) that do not stand any more. */
static void forget_vanished(struct np_machine *machine, enum np_invariant invariant)
{
	struct np_finding **link = &machine->findings, *finding;

	while ((finding = *link)) {
		bool asked = invariant == NP_INVARIANTS || finding->invariant == invariant;

		if (!asked || finding->standing) {
			finding->standing = false;
			link = &finding->next;
			continue;
		}
		*link = finding->next;
		np_free(machine, finding, sizeof(*finding));
	}
}

void np_check_forget(struct np_machine *machine)
{
	struct np_finding *finding;

	while ((finding = machine->findings)) {
		machine->findings = finding->next;
		np_free(machine, finding, sizeof(*finding));
	}
}

/* --- the check --- */

/*
 * Some of what is asked takes locks, for which one has to be somewhere.  Leaving
 * a CPU runs its pending work, and a check must not change what it looks at: so a
 * CPU without any.  Whether one was entered.
 */
static bool enter_idle_cpu(struct np_machine *machine, struct np_context *context)
{
	if (np_this_machine() == machine)
		return false;
	for (unsigned int cpu = 0; cpu < machine->options.nr_cpus; cpu++)
		if (!machine->cpus[cpu].work_head &&
		    !np_enter(context, machine, (int)cpu, NP_KTHREAD, NULL))
			return true;
	return false;
}

static void run_checkers(struct np_census *census, enum np_invariant invariant)
{
	for (unsigned int i = 0; i < NP_INVARIANTS; i++)
		if (invariants[i].check && (invariant == NP_INVARIANTS || invariant == i))
			invariants[i].check(census);
	forget_vanished(census->machine, invariant);
}

/* @invariant: NP_INVARIANTS for all */
static unsigned long check(struct np_machine *machine, enum np_invariant invariant,
			   enum np_check_time when)
{
	struct np_census census = { .machine = machine, .when = when };
	struct np_context context;
	bool entered;

	fill_place(&census.place, machine);
	entered = enter_idle_cpu(machine, &context);
	if (np_census_take(&census)) {
		np_violate(machine, NP_MACHINE_MEMORY, "np_check", "has no memory for its walk");
		census.nr_reported++;
	} else {
		run_checkers(&census, invariant);
	}
	np_census_free(&census);
	if (entered)
		np_leave(&context);
	return census.nr_reported;
}

unsigned long np_check(struct np_machine *machine, enum np_check_time when)
{
	return check(machine, NP_INVARIANTS, when);
}

unsigned long np_check_one(struct np_machine *machine, enum np_invariant invariant,
			   enum np_check_time when)
{
	if ((unsigned int)invariant >= NP_INVARIANTS || !invariants[invariant].check)
		return 0;
	return check(machine, invariant, when);
}

void np_check_exit(struct np_machine *machine)
{
	struct np_claimed *claim, *next;

	np_check_forget(machine);
	list_for_each_entry_safe(claim, next, &machine->claims, list)
		np_free(machine, claim, sizeof(*claim));
	INIT_LIST_HEAD(&machine->claims);
}
