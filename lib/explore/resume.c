/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The file of a search that was stopped; see resume.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <explore/dpor.h>
#include <explore/found.h>
#include <explore/resume.h>

#define FORMAT "netpage-explore-state"
#define VERSION 1

/* --- writing --- */

static void write_program(const struct np_explorer *x, FILE *out)
{
	const struct np_explore_options *o = x->options;

	fprintf(out, "program %zu %zu %zu %u %u %d %d %d %llx %u\n", sizeof(void *), x->image.size,
		o->state_size, x->max_events, o->memory, o->commute, o->check_rest,
		o->check_teardown, (unsigned long long)o->ignore, x->nr_actors);
	for (u8 a = 0; a < x->nr_actors; a++)
		fprintf(out, "actor %s %u %u\n", x->actors[a].name, x->actors[a].kind,
			x->actors[a].cpu);
}

static void write_counters(const struct np_explorer *x, FILE *out)
{
	const struct np_explored *e = &x->explored;

	fprintf(out, "counters %lu %lu %lu %lu %lu %lu %.0f %d\n", e->executions, e->blocked,
		e->failed, e->steps, e->max_steps, e->restarts, 1000 * np_explorer_seconds(x),
		x->cut_short);
}

static void write_shared(const struct np_explorer *x, FILE *out)
{
	fprintf(out, "present %u\nshared %zu", x->present, x->nr_shared);
	for (size_t i = 0; i < x->nr_shared; i++)
		fprintf(out, "%c%u", i % 16 ? ' ' : '\n', x->shared[i]);
	fputc('\n', out);
}

/* As one word: blanks and what is not ASCII as %20 and so on; "%" is an empty one. */
static void write_text(FILE *out, const char *text)
{
	fputc(' ', out);
	if (!*text)
		fputc('%', out);
	for (; *text; text++)
		if (*text > ' ' && *text < 0x7f && *text != '%')
			fputc(*text, out);
		else
			fprintf(out, "%%%02x", (unsigned char)*text);
}

static void write_found(const struct np_explorer *x, FILE *out)
{
	fprintf(out, "found %u\n", x->nr_found);
	for (unsigned int i = 0; i < x->nr_found; i++) {
		const struct np_known *known = np_found_nth(x, i);

		fprintf(out, "%u %lu %lu %u %d", known->invariant, known->executions, known->first,
			known->preemptions, known->set_up);
		write_text(out, known->actor);
		write_text(out, known->object);
		write_text(out, known->message);
		write_text(out, known->where);
		write_text(out, known->schedule);
		fputc('\n', out);
	}
}

static void write_effect(FILE *out, const struct np_effect *e)
{
	fprintf(out, " %u %u %u %u %u", e->location, e->excl, e->shared, e->flags, e->mask);
}

/* Branches side by side: each with what comes behind it. */
static void write_tree(FILE *out, const struct np_wakeup *w)
{
	for (; w; w = w->next) {
		fprintf(out, " ( %u", w->actor);
		write_effect(out, &w->effect);
		write_tree(out, w->child);
		fprintf(out, " )");
	}
	fprintf(out, " .");
}

static void write_path(const struct np_explorer *x, FILE *out)
{
	fprintf(out, "path %u\n", x->nr_path);
	for (u32 d = 0; d < x->nr_path; d++) {
		const struct np_node *node = &x->nodes[d];
		/* The last one's step has not been made yet: it is another actor's. */
		struct np_event last = { .actor = node->actor };
		const struct np_event *e = d + 1 < x->nr_path ? &x->events[d] : &last;

		fprintf(out, "node %u %u %u %u %u", node->actor, node->enabled, node->sleep,
			node->sleep_writes, node->done);
		fprintf(out, " %u %u %u %u %u", e->location, e->excl, e->shared, e->kind, e->mask);
		write_tree(out, node->wakeup);
		fputc('\n', out);
	}
	fprintf(out, "behind");
	write_tree(out, x->nr_path ? x->nodes[x->nr_path].wakeup : NULL);
	fputc('\n', out);
}

static int complain(const char *path, const char *what)
{
	fprintf(stderr, "netpage: np_explore: state_file: %s: %s\n", path, what);
	return -EINVAL;
}

static int failed(const char *path, int err)
{
	complain(path, strerror(err));
	return -err;
}

static void write_all(struct np_explorer *x, bool over, FILE *out)
{
	fprintf(out, "%s %d\n", FORMAT, VERSION);
	write_program(x, out);
	write_counters(x, out);
	write_shared(x, out);
	write_found(x, out);
	fprintf(out, "over %d\n", over);
	if (!over)
		write_path(x, out);
	fprintf(out, "end\n");
}

int np_resume_save(struct np_explorer *x, bool over)
{
	const char *path = x->options->state_file;
	size_t size = strlen(path) + sizeof(".new");
	char *beside = malloc(size);
	FILE *out;
	int err = 0;

	if (!beside)
		return -ENOMEM;
	/* Beside it first: what is there stays whole until this one is. */
	snprintf(beside, size, "%s.new", path);
	out = fopen(beside, "w");
	if (!out) {
		err = failed(beside, errno);
		free(beside);
		return err;
	}
	write_all(x, over, out);
	if (ferror(out))
		err = failed(beside, EIO);
	if (fclose(out) && !err)
		err = failed(beside, errno);
	if (!err && rename(beside, path))
		err = failed(path, errno);
	if (err)
		remove(beside);
	free(beside);
	return err;
}

/* --- reading --- */

struct reader {
	struct np_explorer *x;
	char *at;
	unsigned int line;
	const char *why; /* it is refused */
};

static bool refuse(struct reader *r, const char *why)
{
	if (!r->why)
		r->why = why;
	return false;
}

/* The next word, cut out; NULL when there is none. */
static char *next_word(struct reader *r)
{
	char *word;

	while (*r->at == ' ' || *r->at == '\n')
		r->line += *r->at++ == '\n';
	if (!*r->at)
		return NULL;
	word = r->at;
	while (*r->at && *r->at != ' ' && *r->at != '\n')
		r->at++;
	if (*r->at) {
		r->line += *r->at == '\n';
		*r->at++ = 0;
	}
	return word;
}

static bool expect(struct reader *r, const char *wanted)
{
	const char *word = next_word(r);

	return (word && !strcmp(word, wanted)) || refuse(r, "is damaged");
}

static bool read_number(struct reader *r, u64 max, u64 *number)
{
	const char *word = next_word(r);
	char *end;

	if (!word || *word < '0' || *word > '9')
		return refuse(r, "is damaged");
	errno = 0;
	*number = strtoull(word, &end, 10);
	return (!*end && !errno && *number <= max) || refuse(r, "is damaged");
}

static bool read_u32(struct reader *r, u32 *number)
{
	u64 value = 0;
	bool ok = read_number(r, UINT32_MAX, &value);

	*number = (u32)value;
	return ok;
}

static bool read_u16(struct reader *r, u16 *number)
{
	u64 value = 0;
	bool ok = read_number(r, UINT16_MAX, &value);

	*number = (u16)value;
	return ok;
}

static bool read_u8(struct reader *r, u8 *number)
{
	u64 value = 0;
	bool ok = read_number(r, UINT8_MAX, &value);

	*number = (u8)value;
	return ok;
}

static bool read_long(struct reader *r, unsigned long *number)
{
	u64 value = 0;
	bool ok = read_number(r, ULONG_MAX, &value);

	*number = (unsigned long)value;
	return ok;
}

/* The lines about the program, word by word what this search would write. */
static bool read_program(struct reader *r)
{
	char *text = NULL, *at, *rest;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	bool same = true;

	if (!out)
		return refuse(r, "needs more memory");
	write_program(r->x, out);
	fclose(out);
	for (at = strtok_r(text, " \n", &rest); at && same; at = strtok_r(NULL, " \n", &rest)) {
		const char *word = next_word(r);

		same = word && !strcmp(word, at);
	}
	free(text);
	return same || refuse(r, "is of another program, or of other options");
}

static bool read_counters(struct reader *r)
{
	struct np_explored *e = &r->x->explored;
	unsigned long ms;
	u8 cut_short;

	if (!expect(r, "counters") || !read_long(r, &e->executions) || !read_long(r, &e->blocked) ||
	    !read_long(r, &e->failed) || !read_long(r, &e->steps) || !read_long(r, &e->max_steps) ||
	    !read_long(r, &e->restarts) || !read_long(r, &ms) || !read_u8(r, &cut_short))
		return false;
	r->x->started_at -= 1e-3 * (double)ms;
	r->x->cut_short = cut_short;
	return true;
}

/* No bit but the lowest @nr. */
static bool read_bits(struct reader *r, unsigned int nr, u32 *bits)
{
	return read_u32(r, bits) && (!(*bits >> nr) || refuse(r, "is damaged"));
}

static bool read_shared(struct reader *r)
{
	u32 limit = np_pseudo_location(r->x, NP_PSEUDO_LOCATIONS), nr, location;

	if (!expect(r, "present") || !read_bits(r, r->x->nr_sections, &r->x->newly_present) ||
	    !expect(r, "shared") || !read_u32(r, &nr))
		return false;
	while (nr--) {
		if (!read_u32(r, &location))
			return false;
		if (location >= limit)
			return refuse(r, "is damaged");
		if (r->x->image.locations[location].state != NP_LOC_SHARED)
			np_explore_now_shared(r->x, location);
	}
	return true;
}

static int hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* In place: it does not get longer. */
static bool read_text(struct reader *r, char **text)
{
	char *from = next_word(r), *to = from;

	*text = from;
	if (!from)
		return refuse(r, "is damaged");
	if (!strcmp(from, "%"))
		*from = 0;
	while (*from) {
		int high, low;

		if (*from != '%') {
			*to++ = *from++;
			continue;
		}
		high = hex_digit(from[1]);
		low = high < 0 ? -1 : hex_digit(from[2]);
		if (low < 0 || !(high | low))
			return refuse(r, "is damaged");
		*to++ = (char)(high << 4 | low);
		from += 3;
	}
	*to = 0;
	return true;
}

static const char *find_actor(const struct np_explorer *x, const char *name)
{
	for (u8 a = 0; a < x->nr_actors; a++)
		if (!strcmp(x->actors[a].name, name))
			return x->actors[a].name;
	return *name ? NULL : "";
}

static bool read_finding(struct reader *r)
{
	struct np_known *known, numbers = { .executions = 0 };
	char *actor, *object, *message, *where, *schedule;
	u32 invariant, preemptions;
	u8 set_up;

	if (!read_u32(r, &invariant) || !read_long(r, &numbers.executions) ||
	    !read_long(r, &numbers.first) || !read_u32(r, &preemptions) || !read_u8(r, &set_up) ||
	    !read_text(r, &actor) || !read_text(r, &object) || !read_text(r, &message) ||
	    !read_text(r, &where) || !read_text(r, &schedule))
		return false;
	numbers.actor = find_actor(r->x, actor);
	if (invariant >= NP_INVARIANTS || !numbers.actor)
		return refuse(r, "is damaged");
	/* What the set-up does it has done again. */
	if (set_up)
		return true;
	known = np_found_know(r->x, (enum np_invariant)invariant, object, message, where);
	if (!known)
		return refuse(r, "needs more memory");
	known->executions = numbers.executions;
	known->first = numbers.first;
	known->actor = numbers.actor;
	known->preemptions = preemptions;
	known->schedule = strdup(schedule);
	return known->schedule || refuse(r, "needs more memory");
}

static bool read_found(struct reader *r)
{
	u32 nr;

	if (!expect(r, "found") || !read_u32(r, &nr))
		return false;
	while (nr--)
		if (!read_finding(r))
			return false;
	return true;
}

static bool read_effect(struct reader *r, struct np_effect *e)
{
	unsigned int sections = r->x->nr_sections;

	if (!read_u32(r, &e->location) || !read_bits(r, sections, &e->excl) ||
	    !read_bits(r, sections, &e->shared) || !read_u16(r, &e->flags) || !read_u8(r, &e->mask))
		return false;
	return e->location == NP_NOWHERE ||
	       e->location < np_pseudo_location(r->x, NP_PSEUDO_LOCATIONS) ||
	       refuse(r, "is damaged");
}

/* Up to the "." behind the last branch; @depth: no deeper than an execution is long. */
static bool read_tree(struct reader *r, struct np_wakeup **link, u32 depth)
{
	const char *word;

	while ((word = next_word(r)) && !strcmp(word, "(")) {
		struct np_wakeup *w = np_wakeup_new(r->x);

		if (!w)
			return refuse(r, "needs more memory");
		*w = (struct np_wakeup){ .actor = 0 };
		*link = w;
		link = &w->next;
		if (!depth || !read_u8(r, &w->actor) || w->actor >= r->x->nr_actors ||
		    !read_effect(r, &w->effect) || !read_tree(r, &w->child, depth - 1) ||
		    !expect(r, ")"))
			return refuse(r, "is damaged");
	}
	return (word && !strcmp(word, ".")) || refuse(r, "is damaged");
}

static bool read_node(struct reader *r, u32 d, u32 nr)
{
	struct np_node *node = &r->x->nodes[d];
	struct np_resume_step *step = &r->x->resume->step[d];
	unsigned int actors = r->x->nr_actors;

	*node = (struct np_node){ .actor = 0 };
	if (!expect(r, "node") || !read_u8(r, &node->actor) ||
	    !read_bits(r, actors, &node->enabled) || !read_bits(r, actors, &node->sleep) ||
	    !read_bits(r, actors, &node->sleep_writes) || !read_u32(r, &node->done) ||
	    !read_u32(r, &step->location) || !read_u32(r, &step->excl) ||
	    !read_u32(r, &step->shared) || !read_u8(r, &step->kind) || !read_u8(r, &step->mask) ||
	    !read_tree(r, &node->wakeup, r->x->max_events - nr))
		return false;
	return node->actor < r->x->nr_actors || refuse(r, "is damaged");
}

static bool read_path(struct reader *r)
{
	struct np_explorer *x = r->x;
	u32 nr;

	if (!expect(r, "path") || !read_u32(r, &nr))
		return false;
	if (!nr || nr > x->max_events)
		return refuse(r, "is damaged");
	x->resume = calloc(1, sizeof(*x->resume));
	if (x->resume)
		x->resume->step = calloc(nr, sizeof(*x->resume->step));
	if (!x->resume || !x->resume->step)
		return refuse(r, "needs more memory");
	x->resume->nr = nr;
	/* As far as it has been read: that is freed if the rest is refused. */
	for (x->nr_path = 0; x->nr_path < nr; x->nr_path++)
		if (!read_node(r, x->nr_path, x->nr_path))
			return false;
	x->nodes[nr] = (struct np_node){ .actor = 0 };
	return expect(r, "behind") && read_tree(r, &x->nodes[nr].wakeup, x->max_events - nr);
}

static bool read_all(struct reader *r, bool *over)
{
	u8 flag;

	if (!expect(r, FORMAT))
		return false;
	if (!expect(r, "1"))
		return refuse(r, "is of another version");
	if (!read_program(r) || !read_counters(r) || !read_shared(r))
		return false;
	if (!read_found(r) || !expect(r, "over") || !read_u8(r, &flag))
		return false;
	*over = flag;
	if (!*over && !read_path(r))
		return false;
	return expect(r, "end") && (!next_word(r) || refuse(r, "is damaged"));
}

static char *read_file(const char *path)
{
	char *text = NULL;
	size_t size;
	FILE *in = fopen(path, "r"), *out;
	int c;

	if (!in)
		return NULL;
	out = open_memstream(&text, &size);
	while (out && (c = fgetc(in)) != EOF)
		fputc(c, out);
	if (out)
		fclose(out);
	fclose(in);
	return text;
}

int np_resume_load(struct np_explorer *x, bool *over)
{
	const char *path = x->options->state_file;
	struct reader r = { .x = x, .line = 1 };
	char *text, why[160];

	*over = false;
	if (x->strategy != &np_strategy_dpor)
		return complain(path, "only NP_DPOR with NP_MEMORY_SC can be resumed");
	errno = 0;
	text = read_file(path);
	if (!text)
		return errno == ENOENT ? 0 : errno ? failed(path, errno) : -ENOMEM;
	r.at = text;
	if (read_all(&r, over)) {
		free(text);
		return 0;
	}
	snprintf(why, sizeof(why), "line %u: %s", r.line, r.why);
	free(text);
	return complain(path, why);
}

/* --- walking the path again --- */

bool np_resume_follows(struct np_explorer *x, u32 enabled)
{
	u32 d = x->nr_events;
	const struct np_resume_step *step = &x->resume->step[d];
	u8 a = x->nodes[d].actor;
	const struct np_op *op = &x->actors[a].op;
	bool same = enabled == x->nodes[d].enabled && (enabled & (1u << a));

	/* The last step was still to be made. */
	if (same && d + 1 < x->resume->nr)
		same = op->location == step->location && op->excl == step->excl &&
		       op->shared == step->shared && op->kind == step->kind &&
		       op->mask == step->mask;
	if (!same) {
		complain(x->options->state_file, "is of another program");
		x->error = -EINVAL;
	}
	return same;
}

void np_resume_free(struct np_explorer *x)
{
	if (x->resume)
		free(x->resume->step);
	free(x->resume);
	x->resume = NULL;
}
