/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * A smaller schedule that shows the same.
 *
 * First words are left out, joined, and let run on: delta debugging over words (Zeller,
 * Hildebrandt: "Simplifying and Isolating Failure-Inducing Input", TSE 2002), each
 * candidate executed and, if it is smaller, written down as what really happened.  Then
 * all schedules with fewer preemptions are tried, as far as the effort goes.
 */
#include <stdlib.h>
#include <string.h>

#include <explore/lock_order.h>
#include <explore/minimise.h>
#include <explore/replay.h>

#define EFFORT 500	 /* executions, of all kinds */
#define EFFORT_WORDS 250 /* of those: on leaving words out */

struct minimiser {
	struct np_explorer *x;
	const struct np_known *known;
	struct np_schedule best;
	struct np_word *words; /* a candidate: as long as the best */
	/* Of the best; compared in this order. */
	unsigned int preemptions;
	u32 steps;
	unsigned int executions;
};

static bool smaller(const struct minimiser *m, unsigned int preemptions, u32 steps, u32 words)
{
	if (preemptions != m->preemptions)
		return preemptions < m->preemptions;
	if (steps != m->steps)
		return steps < m->steps;
	return words < m->best.nr;
}

/* The execution that is over: whether it becomes the best. */
static bool take_if_smaller(struct minimiser *m)
{
	const struct np_violated *v = np_found_same(m->x, m->known);
	struct np_schedule schedule;
	unsigned int preemptions;

	if (!v)
		return false;
	if (np_schedule_record(m->x, v->events, &schedule, &preemptions)) {
		m->x->error = -ENOMEM;
		return false;
	}
	if (!smaller(m, preemptions, v->events, schedule.nr)) {
		np_schedule_free(&schedule);
		return false;
	}
	np_schedule_free(&m->best);
	m->best = schedule;
	m->preemptions = preemptions;
	m->steps = v->events;
	return true;
}

/* Once, as if nothing had been executed before. */
static void execute(struct minimiser *m)
{
	np_lock_order_free(m->x);
	np_execute_and_check(m->x);
	m->executions++;
}

/* Executes the words; memory that turns out to be shared changes nothing about them. */
static void follow(struct minimiser *m, const struct np_schedule *schedule, bool loosely)
{
	struct np_replay replay = { .schedule = *schedule, .loosely = loosely };

	do {
		np_replay_use(m->x, &replay);
		execute(m);
	} while (m->x->outcome == NP_NEWLY_SHARED && !m->x->error);
	m->x->strategy_private = NULL;
}

static bool effort_left(const struct minimiser *m, unsigned int limit)
{
	return !m->x->error && m->executions < limit;
}

/* --- fewer words --- */

/* What is smaller may have more words: steps count before words do. */
static bool copy_best(struct minimiser *m)
{
	free(m->words);
	m->words = malloc((m->best.nr + 1) * sizeof(*m->words));
	if (!m->words) {
		m->x->error = -ENOMEM;
		return false;
	}
	if (m->best.nr)
		memcpy(m->words, m->best.words, m->best.nr * sizeof(*m->words));
	return true;
}

static bool try_words(struct minimiser *m, u32 nr)
{
	follow(m, &(struct np_schedule){ .words = m->words, .nr = nr }, true);
	return take_if_smaller(m);
}

static void leave_out(struct minimiser *m, u32 from, u32 nr)
{
	memmove(m->words + from, m->words + from + nr,
		(m->best.nr - from - nr) * sizeof(*m->words));
}

/* Without the @nr words from @from on. */
static bool try_without(struct minimiser *m, u32 from, u32 nr)
{
	if (!copy_best(m))
		return false;
	leave_out(m, from, nr);
	return try_words(m, m->best.nr - nr);
}

/* Word @i runs as far as its actor can. */
static bool try_run_on(struct minimiser *m, u32 i)
{
	if (!m->best.words[i].place_given || m->best.words[i].older || !copy_best(m))
		return false;
	m->words[i].place_given = false;
	return try_words(m, m->best.nr);
}

/* Word @i runs as far as its actor's next one, which goes. */
static bool try_join(struct minimiser *m, u32 i)
{
	const struct np_word *best = m->best.words;
	u32 next = i + 1;

	while (next < m->best.nr && (best[next].actor != best[i].actor || best[next].older))
		next++;
	if (next >= m->best.nr || best[i].older || !copy_best(m))
		return false;
	m->words[i] = best[next];
	leave_out(m, next, 1);
	return try_words(m, m->best.nr - 1);
}

/* Whether anything became smaller. */
static bool one_round(struct minimiser *m, unsigned int limit)
{
	bool any = false;

	for (u32 size = m->best.nr > 1 ? m->best.nr / 2 : 1; size; size /= 2)
		for (u32 from = 0; from + size <= m->best.nr && effort_left(m, limit);)
			if (try_without(m, from, size))
				any = true;
			else
				from += size;
	for (u32 i = 0; i < m->best.nr && effort_left(m, limit); i++)
		any |= try_run_on(m, i) || try_join(m, i);
	return any;
}

static void fewer_words(struct minimiser *m, unsigned int limit)
{
	while (effort_left(m, limit) && one_round(m, limit))
		;
}

/* --- fewer preemptions --- */

/* All schedules with up to @bound preemptions; whether one of them shows it. */
static bool search_bound(struct minimiser *m, u32 bound)
{
	struct np_explorer *x = m->x;
	bool more = true;

	x->strategy = &np_strategy_bounded;
	x->strategy->init(x);
	x->bound = bound;
	while (more && effort_left(m, EFFORT)) {
		execute(m);
		if (x->outcome == NP_NEWLY_SHARED) {
			x->nr_path = x->kept = 0;
			continue;
		}
		if (take_if_smaller(m))
			return true;
		more = x->strategy->next(x, x->outcome);
	}
	return false;
}

static void fewer_preemptions(struct minimiser *m)
{
	for (u32 bound = 0; bound < m->preemptions && effort_left(m, EFFORT); bound++)
		if (search_bound(m, bound))
			return;
}

/* --- the last one --- */

static void tell(struct minimiser *m, struct np_known *known)
{
	struct np_explorer *x = m->x;
	struct np_violated *v;
	char *text;

	x->capture = true;
	follow(m, &m->best, false);
	x->capture = false;
	v = (struct np_violated *)(uintptr_t)np_found_same(x, known);
	if (!v)
		return;
	np_found_reword(x, known, v);
	text = np_schedule_text(x, &m->best);
	if (!text) {
		x->error = -ENOMEM;
		return;
	}
	free(known->schedule);
	known->schedule = text;
	known->preemptions = m->preemptions;
}

void np_minimise(struct np_explorer *x, struct np_known *known)
{
	struct minimiser m = { .x = x, .known = known, .preemptions = known->preemptions };
	struct np_schedule_error error;
	int err;

	if (known->set_up)
		return;
	err = np_schedule_parse(x, known->schedule, &m.best, &error);
	if (err) {
		x->error = err;
		return;
	}
	m.steps = UINT32_MAX;
	if (!x->options->no_minimise) {
		follow(&m, &m.best, true);
		take_if_smaller(&m);
		fewer_words(&m, EFFORT_WORDS);
		fewer_preemptions(&m);
		fewer_words(&m, EFFORT);
	}
	tell(&m, known);
	np_schedule_free(&m.best);
	free(m.words);
}
