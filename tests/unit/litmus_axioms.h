/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * What a litmus test may end with, by the axioms of a memory model: all candidate executions
 * (who reads from whom, which write comes before which) are built, and looked at.
 *
 * Knows nothing of the explorer.  LKMM is tools/memory-model/linux-kernel.cat, 6.1, of which
 * relations have their names here; accesses are marked.
 */
#ifndef TESTS_LITMUS_AXIOMS_H
#define TESTS_LITMUS_AXIOMS_H

#include "litmus.h"

#define AXIOMS_EVENTS 32
#define AXIOMS_INITIAL 0xff

enum axioms {
	AXIOMS_SC,
	AXIOMS_TSO,
	AXIOMS_LKMM,
	/*
	 * LKMM with all that compiled code does not show taken to be there: a dependency of each
	 * write on all reads before it. And a read-modify-write is one event.
	 */
	AXIOMS_LKMM_COMPILED,
};

/* Successors of each event: a bit for each. */
struct relation {
	u32 of[AXIOMS_EVENTS];
};

struct axioms_event {
	const struct litmus_op *op;
	u8 actor, variable, value;
	bool reads, writes;
	u8 from;    /* what it reads: an event, or AXIOMS_INITIAL */
	u8 partner; /* the other half of a read-modify-write; itself */
};

struct candidate {
	const struct litmus *test;
	enum axioms axioms;
	struct litmus_outcomes *outcomes;
	struct axioms_event event[AXIOMS_EVENTS];
	unsigned int nr;
	struct relation po, rf, co, fr, rmw;
};

/* --- relations --- */

static inline bool related(const struct relation *r, unsigned int a, unsigned int b)
{
	return r->of[a] >> b & 1;
}

static inline void relate(struct relation *r, unsigned int a, unsigned int b)
{
	r->of[a] |= 1u << b;
}

static inline struct relation either(const struct relation *a, const struct relation *b)
{
	struct relation r;

	for (unsigned int i = 0; i < AXIOMS_EVENTS; i++)
		r.of[i] = a->of[i] | b->of[i];
	return r;
}

/* a ; b */
static inline struct relation then(const struct relation *a, const struct relation *b)
{
	struct relation r = { { 0 } };

	for (unsigned int i = 0; i < AXIOMS_EVENTS; i++)
		for (u32 left = a->of[i]; left; left &= left - 1)
			r.of[i] |= b->of[__builtin_ctz(left)];
	return r;
}

static inline struct relation closure(struct relation r)
{
	for (unsigned int k = 0; k < AXIOMS_EVENTS; k++)
		for (unsigned int i = 0; i < AXIOMS_EVENTS; i++)
			if (related(&r, i, k))
				r.of[i] |= r.of[k];
	return r;
}

static inline struct relation or_equal(struct relation r)
{
	for (unsigned int i = 0; i < AXIOMS_EVENTS; i++)
		relate(&r, i, i);
	return r;
}

static inline bool acyclic(const struct relation *r)
{
	struct relation all = closure(*r);

	for (unsigned int i = 0; i < AXIOMS_EVENTS; i++)
		if (related(&all, i, i))
			return false;
	return true;
}

/* Of one actor's events, or of different ones'. */
static inline struct relation restrict_to(const struct candidate *c, const struct relation *r,
					  bool same_actor)
{
	struct relation part = { { 0 } };

	for (unsigned int a = 0; a < c->nr; a++)
		for (unsigned int b = 0; b < c->nr; b++)
			if (related(r, a, b) &&
			    (c->event[a].actor == c->event[b].actor) == same_actor)
				relate(&part, a, b);
	return part;
}

/* Both halves of a read-modify-write as one event. */
static inline struct relation merged(const struct candidate *c, const struct relation *r)
{
	struct relation one = { { 0 } };

	for (unsigned int a = 0; a < c->nr; a++)
		for (unsigned int b = 0; b < c->nr; b++) {
			unsigned int to = c->event[b].partner > b ? c->event[b].partner : b;
			unsigned int from = c->event[a].partner > a ? c->event[a].partner : a;

			if (related(r, a, b) && from != to)
				relate(&one, from, to);
		}
	return one;
}

/* --- events of a program --- */

static inline unsigned int add_event(struct candidate *c, const struct litmus_op *op, u8 actor,
				     bool reads, bool writes)
{
	unsigned int e = c->nr++;

	if (e == AXIOMS_EVENTS)
		fail_msg("litmus: too many events");
	c->event[e] = (struct axioms_event){ .op = op,
					     .actor = actor,
					     .variable = op->variable,
					     .value = op->value,
					     .reads = reads,
					     .writes = writes,
					     .from = AXIOMS_INITIAL,
					     .partner = (u8)e };
	for (unsigned int b = 0; b < e; b++)
		if (c->event[b].actor == actor)
			relate(&c->po, b, e);
	return e;
}

static inline void add_op(struct candidate *c, const struct litmus_op *op, u8 actor)
{
	bool update = litmus_reads(op->kind) && op->kind != LITMUS_READ;
	unsigned int read, write;

	if (islower((unsigned char)op->kind))
		return;
	if (!update && op->kind != LITMUS_LOCK) {
		add_event(c, op, actor, op->kind == LITMUS_READ, op->kind != LITMUS_READ);
		return;
	}
	read = add_event(c, op, actor, true, false);
	write = add_event(c, op, actor, false, true);
	c->event[read].partner = (u8)write;
	c->event[write].partner = (u8)read;
	if (op->kind == LITMUS_LOCK)
		c->event[write].value = 1;
	relate(&c->rmw, read, write);
}

/* Whether a barrier of that kind is between two events of one actor. */
static inline bool barrier_between(const struct candidate *c, unsigned int a, unsigned int b,
				   char kind)
{
	for (const struct litmus_op *op = c->event[a].op + 1; op < c->event[b].op; op++)
		if (op->kind == kind)
			return true;
	return false;
}

/* --- LKMM --- */

static inline bool has_order(const struct axioms_event *e, enum litmus_order order)
{
	/* Release belongs to the half that writes, acquire to the one that reads. */
	if (e->op->kind == LITMUS_LOCK)
		return order == LITMUS_ACQUIRE && e->reads;
	if (e->op->kind == LITMUS_UNLOCK)
		return order == LITMUS_RELEASE;
	return e->op->order == order && (order == LITMUS_ACQUIRE ? e->reads : e->writes);
}

/* A read-modify-write that is fully ordered: unless it failed, a barrier on each side. */
static inline bool is_full(const struct candidate *c, unsigned int e)
{
	const struct axioms_event *event = &c->event[e];

	return event->partner != e && event->op->order == LITMUS_FULL &&
	       (event->writes || c->event[event->partner].writes);
}

static inline bool strong_fence(const struct candidate *c, unsigned int a, unsigned int b)
{
	if (!related(&c->po, a, b))
		return false;
	if (barrier_between(c, a, b, LITMUS_MB))
		return true;
	for (unsigned int r = 0; r < c->nr; r++) {
		unsigned int w = c->event[r].partner;

		if (c->event[r].reads && is_full(c, r) &&
		    ((related(&c->po, a, r) && (b == r || related(&c->po, r, b))) ||
		     ((a == w || related(&c->po, a, w)) && related(&c->po, w, b))))
			return true;
	}
	return false;
}

static inline bool unlock_lock_between(const struct candidate *c, unsigned int a, unsigned int b,
				       bool same_actor)
{
	for (unsigned int u = 0; u < c->nr; u++) {
		if (c->event[u].op->kind != LITMUS_UNLOCK || !related(&c->po, a, u))
			continue;
		for (unsigned int l = 0; l < c->nr; l++)
			if (c->event[l].op->kind == LITMUS_LOCK && c->event[l].reads &&
			    related(&c->po, l, b) &&
			    (related(&c->rf, u, l) || related(&c->po, u, l)) &&
			    (!same_actor || c->event[u].actor == c->event[b].actor))
				return true;
	}
	return false;
}

/* addr: through the last pointer that was read; compiled: whoever goes to where it points. */
static inline bool address_dependency(const struct candidate *c, unsigned int a, unsigned int b)
{
	if (c->event[a].variable != LITMUS_P || !c->event[a].reads || !related(&c->po, a, b))
		return false;
	if (c->axioms == AXIOMS_LKMM_COMPILED)
		return c->event[b].variable == c->event[a].value;
	if (c->event[b].op->variable != LITMUS_STAR)
		return false;
	for (unsigned int p = a + 1; p < b; p++)
		if (c->event[p].actor == c->event[b].actor && c->event[p].variable == LITMUS_P &&
		    c->event[p].reads)
			return false;
	return true;
}

static inline bool data_dependency(const struct candidate *c, unsigned int a, unsigned int b)
{
	const struct axioms_event *read = &c->event[a], *write = &c->event[b];

	if (!read->reads || !write->writes || !related(&c->po, a, b))
		return false;
	if (c->axioms == AXIOMS_LKMM_COMPILED || related(&c->rmw, a, b))
		return true;
	if (!write->op->data && !write->op->ctrl)
		return false;
	for (unsigned int r = a + 1; r < b; r++)
		if (c->event[r].actor == read->actor && c->event[r].reads)
			return false;
	return true;
}

static inline bool fence(const struct candidate *c, unsigned int a, unsigned int b)
{
	if (!related(&c->po, a, b))
		return false;
	return has_order(&c->event[a], LITMUS_ACQUIRE) || has_order(&c->event[b], LITMUS_RELEASE) ||
	       strong_fence(c, a, b) ||
	       (c->event[b].writes && barrier_between(c, a, b, LITMUS_WMB) &&
		(c->event[a].writes || c->axioms == AXIOMS_LKMM_COMPILED)) ||
	       (c->event[a].reads && barrier_between(c, a, b, LITMUS_RMB) &&
		(c->event[b].reads || c->axioms == AXIOMS_LKMM_COMPILED));
}

static inline struct relation preserved_program_order(const struct candidate *c)
{
	struct relation dep = { { 0 } }, addr = { { 0 } }, ppo = { { 0 } }, rfi, through;
	struct relation overwrite = either(&c->co, &c->fr);

	for (unsigned int a = 0; a < c->nr; a++)
		for (unsigned int b = 0; b < c->nr; b++) {
			bool data = data_dependency(c, a, b);

			if (address_dependency(c, a, b))
				relate(&addr, a, b);
			if (data && !c->event[b].op->ctrl)
				relate(&dep, a, b);
			if (data || fence(c, a, b) ||
			    (related(&c->po, a, b) &&
			     (related(&overwrite, a, b) || unlock_lock_between(c, a, b, true))))
				relate(&ppo, a, b);
		}
	dep = either(&dep, &addr);
	rfi = restrict_to(c, &c->rf, true);
	through = then(&dep, &rfi);
	ppo = either(&ppo, &addr);
	return either(&ppo, &through);
}

/* cumul-fence, with rmw-sequence where compiled code is meant. */
static inline struct relation cumul_fence(const struct candidate *c)
{
	struct relation rfe = restrict_to(c, &c->rf, false), plain = { { 0 } }, cumulative = plain;
	struct relation steps = rfe;

	for (unsigned int a = 0; a < c->nr; a++)
		for (unsigned int b = 0; b < c->nr; b++) {
			bool po = related(&c->po, a, b);

			if (strong_fence(c, a, b) ||
			    (po && (has_order(&c->event[b], LITMUS_RELEASE))))
				relate(&cumulative, a, b);
			if (po && c->event[b].writes && barrier_between(c, a, b, LITMUS_WMB))
				relate(c->axioms == AXIOMS_LKMM_COMPILED ? &cumulative : &plain, a,
				       b);
			if (c->event[a].writes && unlock_lock_between(c, a, b, false))
				relate(&plain, a, b);
		}
	steps = or_equal(steps);
	steps = then(&steps, &cumulative);
	steps = either(&steps, &plain);
	if (c->axioms == AXIOMS_LKMM_COMPILED) {
		struct relation update = then(&c->rf, &c->rmw),
				sequence = or_equal(closure(update));

		steps = then(&steps, &sequence);
		/* A sequence may also begin with what is overwritten, and what releases it. */
		update = or_equal(steps);
		steps = then(&update, &sequence);
	}
	return steps;
}

/* happens-before and propagation */
static inline bool lkmm_orders(const struct candidate *c)
{
	struct relation ppo = preserved_program_order(c), rfe = restrict_to(c, &c->rf, false);
	struct relation overwrite = either(&c->co, &c->fr), strong = { { 0 } }, hb, prop, pb, part;
	struct relation cumulative = or_equal(closure(cumul_fence(c)));

	for (unsigned int a = 0; a < c->nr; a++)
		for (unsigned int b = 0; b < c->nr; b++)
			if (strong_fence(c, a, b))
				relate(&strong, a, b);
	prop = or_equal(restrict_to(c, &overwrite, false));
	prop = then(&prop, &cumulative);
	part = or_equal(rfe);
	prop = then(&prop, &part);
	pb = then(&prop, &strong);
	part = restrict_to(c, &prop, true);
	for (unsigned int e = 0; e < c->nr; e++)
		part.of[e] &= ~(1u << e);
	hb = either(&ppo, &rfe);
	hb = either(&hb, &part);
	if (c->axioms == AXIOMS_LKMM_COMPILED) {
		hb = merged(c, &hb);
		/* What is put behind itself is no order between two events. */
		for (unsigned int e = 0; e < c->nr; e++)
			if (related(&pb, e, e) || related(&pb, e, c->event[e].partner))
				return false;
		pb = merged(c, &pb);
	}
	hb = either(&hb, &pb);
	return acyclic(&hb);
}

/* --- the other models --- */

static inline bool tso_orders(const struct candidate *c)
{
	struct relation ghb = either(&c->co, &c->fr), rfe = restrict_to(c, &c->rf, false);

	for (unsigned int a = 0; a < c->nr; a++)
		for (unsigned int b = 0; b < c->nr; b++) {
			bool buffered = c->event[a].writes && !c->event[b].writes;

			if (!related(&c->po, a, b))
				continue;
			if (!buffered || barrier_between(c, a, b, LITMUS_MB) ||
			    c->event[a].partner != a || c->event[b].partner != b)
				relate(&ghb, a, b);
			for (unsigned int u = a + 1; u < b; u++)
				if (c->event[u].actor == c->event[a].actor &&
				    c->event[u].partner != u)
					relate(&ghb, a, b);
		}
	ghb = either(&ghb, &rfe);
	ghb = merged(c, &ghb);
	return acyclic(&ghb);
}

static inline bool is_consistent(const struct candidate *c)
{
	struct relation com = either(&c->co, &c->fr), order, po_loc = { { 0 } };

	com = either(&com, &c->rf);
	for (unsigned int a = 0; a < c->nr; a++)
		for (unsigned int b = 0; b < c->nr; b++)
			if (related(&c->po, a, b) && c->event[a].variable == c->event[b].variable)
				relate(&po_loc, a, b);
	order = either(&com, &po_loc);
	if (!acyclic(&order))
		return false;
	/* atomic: no write between what it reads and what it writes */
	for (unsigned int r = 0; r < c->nr; r++)
		for (unsigned int w = 0; w < c->nr; w++)
			if (related(&c->rmw, r, w) && c->event[w].writes)
				for (unsigned int o = 0; o < c->nr; o++)
					if (related(&c->fr, r, o) && related(&c->co, o, w))
						return false;
	if (c->axioms == AXIOMS_TSO)
		return tso_orders(c);
	if (c->axioms != AXIOMS_SC)
		return lkmm_orders(c);
	order = either(&com, &c->po);
	return acyclic(&order);
}

/* --- candidate executions --- */

static inline void note_outcome(struct candidate *c)
{
	struct litmus_outcome outcome;

	memset(&outcome, 0, sizeof(outcome));
	outcome.left[LITMUS_P] = LITMUS_W;
	for (unsigned int e = 0; e < c->nr; e++) {
		const struct axioms_event *event = &c->event[e];

		if (event->reads && event->op->kind != LITMUS_LOCK)
			outcome.read[event->op->read] = event->value;
		if (event->writes && event->variable < ARRAY_SIZE(outcome.left) && !c->co.of[e])
			outcome.left[event->variable] = event->value;
	}
	litmus_add(c->outcomes, &outcome);
}

/* fr, of a complete candidate: what a read does not see. */
static inline void judge(struct candidate *c)
{
	memset(&c->fr, 0, sizeof(c->fr));
	for (unsigned int r = 0; r < c->nr; r++) {
		if (!c->event[r].reads)
			continue;
		for (unsigned int w = 0; w < c->nr; w++)
			if (c->event[w].writes && c->event[w].variable == c->event[r].variable &&
			    (c->event[r].from == AXIOMS_INITIAL ||
			     related(&c->co, c->event[r].from, w)))
				relate(&c->fr, r, w);
	}
	if (is_consistent(c))
		note_outcome(c);
}

/* Puts write @e, and all after it, at every place in coherence order. */
static inline void order_writes(struct candidate *c, unsigned int e)
{
	unsigned int others[AXIOMS_EVENTS], nr = 0;
	struct relation before = c->co;

	while (e < c->nr && !c->event[e].writes)
		e++;
	if (e == c->nr) {
		judge(c);
		return;
	}
	for (unsigned int w = 0; w < e; w++)
		if (c->event[w].writes && c->event[w].variable == c->event[e].variable)
			others[nr++] = w;
	/* How many of the others come before it: they have an order already. */
	for (unsigned int place = 0; place <= nr; place++) {
		for (unsigned int i = 0; i < nr; i++) {
			unsigned int earlier = 0;

			for (unsigned int k = 0; k < nr; k++)
				earlier += related(&before, others[k], others[i]);
			if (earlier < place)
				relate(&c->co, others[i], e);
			else
				relate(&c->co, e, others[i]);
		}
		order_writes(c, e + 1);
		c->co = before;
	}
}

/* What is read, and so what is written; false when a write would have to read itself. */
static inline bool find_value(struct candidate *c, unsigned int e, unsigned int depth)
{
	struct axioms_event *event = &c->event[e], *from;

	if (depth > c->nr)
		return false;
	if (event->writes) {
		if (event->op->kind == LITMUS_ADD) {
			if (!find_value(c, event->partner, depth + 1))
				return false;
			event->value = (u8)(c->event[event->partner].value + event->op->value);
		}
		return true;
	}
	if (event->from == AXIOMS_INITIAL) {
		event->value = event->variable == LITMUS_P ? LITMUS_W : 0;
		return true;
	}
	from = &c->event[event->from];
	if (!find_value(c, event->from, depth + 1))
		return false;
	event->value = from->value;
	return true;
}

/* All reads have a source: whether each of these writes, and to where it is read. */
static inline void settle_sources(struct candidate *c)
{
	struct candidate full = *c;

	memset(&full.rf, 0, sizeof(full.rf));
	for (unsigned int e = 0; e < full.nr; e++)
		if (full.event[e].reads && !find_value(&full, e, 0))
			return;
	for (unsigned int e = 0; e < full.nr; e++)
		if (full.event[e].writes && !find_value(&full, e, 0))
			return;
	for (unsigned int e = 0; e < full.nr; e++) {
		struct axioms_event *event = &full.event[e];

		if (event->op->kind == LITMUS_LOCK && event->reads && event->value)
			return;
		if (event->op->kind == LITMUS_CAS && event->writes &&
		    full.event[event->partner].value != event->op->expected)
			event->writes = false;
	}
	for (unsigned int e = 0; e < full.nr; e++) {
		u8 from = full.event[e].from;

		if (!full.event[e].reads || from == AXIOMS_INITIAL)
			continue;
		if (!full.event[from].writes)
			return;
		relate(&full.rf, from, e);
	}
	memset(&full.co, 0, sizeof(full.co));
	order_writes(&full, 0);
}

/* Where what goes through a pointer goes to: the one read last before it. */
static inline void follow_pointers(struct candidate *c)
{
	u8 pointee[LITMUS_ACTORS] = { LITMUS_W, LITMUS_W, LITMUS_W, LITMUS_W };

	for (unsigned int e = 0; e < c->nr; e++) {
		struct axioms_event *event = &c->event[e];

		if (event->op->variable == LITMUS_STAR)
			event->variable = pointee[event->actor];
		if (event->variable == LITMUS_P && event->reads)
			pointee[event->actor] = event->from == AXIOMS_INITIAL ?
							(u8)LITMUS_W :
							c->event[event->from].value;
	}
}

/* Gives read @e, and all after it, every source; pointers first, as they say where others go. */
static inline void choose_sources(struct candidate *c, unsigned int e, bool pointers)
{
	while (e < c->nr &&
	       (!c->event[e].reads || (c->event[e].op->variable == LITMUS_P) != pointers))
		e++;
	if (e == c->nr && pointers) {
		follow_pointers(c);
		choose_sources(c, 0, false);
		return;
	}
	if (e == c->nr) {
		settle_sources(c);
		return;
	}
	c->event[e].from = AXIOMS_INITIAL;
	choose_sources(c, e + 1, pointers);
	for (unsigned int w = 0; w < c->nr; w++) {
		if (!c->event[w].writes || c->event[e].partner == w ||
		    (pointers ? c->event[w].op->variable != LITMUS_P :
				c->event[w].variable != c->event[e].variable))
			continue;
		c->event[e].from = (u8)w;
		choose_sources(c, e + 1, pointers);
	}
	c->event[e].from = AXIOMS_INITIAL;
}

/* All outcomes that the model allows; .executions: consistent candidates. */
static inline void litmus_allowed(const struct litmus *test, enum axioms axioms,
				  struct litmus_outcomes *outcomes)
{
	struct candidate c;

	memset(&c, 0, sizeof(c));
	memset(outcomes, 0, sizeof(*outcomes));
	c.test = test;
	c.axioms = axioms;
	c.outcomes = outcomes;
	for (u8 a = 0; a < test->nr_actors; a++)
		for (unsigned int i = 0; i < test->nr_ops[a]; i++)
			add_op(&c, &test->ops[a][i], a);
	choose_sources(&c, 0, true);
}

#endif /* TESTS_LITMUS_AXIOMS_H */
