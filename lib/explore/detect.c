/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * From an access to a watched granule to those who look at it, and what their reports have
 * in common.
 */
#include <stdio.h>
#include <string.h>

#include <explore/detect.h>
#include <explore/report.h>
#include <machine.h>

/* --- struct page: where its words are --- */

#define WORD(field, word)                                                                          \
	[offsetof(struct page, field) /                                                            \
		4 ...(offsetof(struct page, field) + sizeof(((struct page *)0)->field) - 1) / 4] = \
		(word)

static const u8 word_at[sizeof(struct page) / 4] = {
	WORD(flags, NP_WORD_FLAGS),
	WORD(lru.next, NP_WORD_1),
	WORD(lru.prev, NP_WORD_2),
	WORD(mapping, NP_WORD_3),
	WORD(index, NP_WORD_4),
	WORD(private, NP_WORD_5),
	WORD(_mapcount, NP_WORD_MAPCOUNT),
	WORD(_refcount, NP_WORD_REFCOUNT),
	WORD(memcg_data, NP_WORD_MEMCG),
};

static const struct {
	u8 offset, size;
} words[NP_PAGE_WORDS] = {
	[NP_WORD_FLAGS] = { offsetof(struct page, flags), sizeof(long) },
	[NP_WORD_1] = { offsetof(struct page, lru.next), sizeof(long) },
	[NP_WORD_2] = { offsetof(struct page, lru.prev), sizeof(long) },
	[NP_WORD_3] = { offsetof(struct page, mapping), sizeof(long) },
	[NP_WORD_4] = { offsetof(struct page, index), sizeof(long) },
	[NP_WORD_5] = { offsetof(struct page, private), sizeof(long) },
	[NP_WORD_MAPCOUNT] = { offsetof(struct page, _mapcount), sizeof(atomic_t) },
	[NP_WORD_REFCOUNT] = { offsetof(struct page, _refcount), sizeof(atomic_t) },
	[NP_WORD_MEMCG] = { offsetof(struct page, memcg_data), sizeof(long) },
};

/*
 * What anybody may do to any page at any time: those who walk over all pages, or find one in
 * a page table, have nothing but these to know whether the page is what they look for.
 */
static const u8 speculative[NP_PAGE_WORDS] = {
	[NP_WORD_FLAGS] = NP_READ_MARKED,
	[NP_WORD_1] = NP_READ_MARKED,
	[NP_WORD_MAPCOUNT] = NP_READ_MARKED,
	[NP_WORD_REFCOUNT] = NP_READ_MARKED,
};

/* What needs no further look while the page is in use, and is not a tail. */
static const u8 ordinary[NP_PAGE_WORDS] = {
	[NP_WORD_FLAGS] = NP_READS | NP_UPDATES,
	[NP_WORD_3] = NP_READS,
	[NP_WORD_REFCOUNT] = NP_UPDATES,
	[NP_WORD_MEMCG] = NP_READS | NP_WRITES | NP_UPDATES,
};

static u8 how_of(enum np_op_kind kind, u16 flags)
{
	switch (kind) {
	case NP_OP_READ:
		return flags & NP_OP_PLAIN ? NP_READ_PLAIN : NP_READ_MARKED;
	case NP_OP_WRITE:
		return flags & NP_OP_PLAIN ? NP_WRITE_PLAIN : NP_WRITE_MARKED;
	case NP_OP_CAS:
		return NP_COMPARE;
	default:
		return NP_READ_WRITE;
	}
}

/* Who writes a word defines it, in checks as well. */
static void note_write(const struct np_page_access *a)
{
	if (a->access->how & (NP_WRITES | NP_READ_WRITE))
		a->life->undefined &= (u8)~BIT(a->word);
}

static NP_COLD void page_looked_at(struct np_detector *d, struct np_page_access *a)
{
	struct np_context *here = np_here();

	/* A subscriber of a trace point looks at what the tracepoint of the kernel looks at. */
	if (!(here && here->tracing) && !np_detect_put(d, a) && !np_detect_atomic(d, a) &&
	    !np_detect_union(d, a))
		np_detect_undefined(d, a);
	if (a->word == NP_WORD_1 && (a->access->how & ~NP_READS))
		np_first_word_begins(d, a);
}

/* Words of the union are the owner's to use, if he has no arm of it. */
static bool is_ordinary(const struct np_detector *d, const struct np_page_access *a)
{
	const struct np_page_life *life = a->life;

	if (life->state != NP_PAGE_USED || life->part != NP_PART_FIRST ||
	    a->page->_refcount.counter <= 0)
		return false;
	if (ordinary[a->word] & a->access->how)
		return true;
	if (a->word < NP_WORD_2 || a->word > NP_WORD_5 || life->pool || a->page->mapping)
		return false;
	return ((a->access->how & NP_WRITES) || !(life->undefined & BIT(a->word))) &&
	       !page_is_network(d->machine, a->page);
}

static void page_touched(struct np_detector *d, const struct np_access *access)
{
	size_t offset = (size_t)(access->ptr - (const char *)d->memmap);
	unsigned long pfn = offset / sizeof(struct page);
	unsigned int at = offset % sizeof(struct page);
	struct np_page_access a;
	bool whole;

	if (unlikely(pfn >= d->nr_pfns))
		return;
	a.word = word_at[at / 4];
	a.within = (u8)(at - words[a.word].offset);
	whole = !a.within && access->size == words[a.word].size;
	if (likely(whole && (speculative[a.word] & access->how)))
		return;
	/* It is there before every owner, and after him. */
	if (np_code_is_allocators(d, access->pc))
		return;
	a.life = np_page_life(d, pfn);
	a.page = &d->memmap[pfn];
	a.access = access;
	if (!d->x->quiet && d->x->running != NP_NOBODY) {
		if (!whole || !is_ordinary(d, &a))
			page_looked_at(d, &a);
		/* A walker who finds that the count has changed has used nothing. */
		if (a.life->state == NP_PAGE_USED && !np_is_speculative(d, &a))
			np_page_used(d, a.life, access, a.word);
	}
	note_write(&a);
}

static void page_accessed(struct np_detector *d, const struct np_access *access)
{
	page_touched(d, access);
	d->last.pc = access->pc;
	d->last.end = access->ptr + access->size;
}

void np_detect_access(struct np_explorer *x, const void *ptr, u8 size, enum np_op_kind kind,
		      u16 flags, const void *pc, const void *frame)
{
	struct np_access access = {
		.ptr = ptr,
		.size = size,
		.kind = (u8)kind,
		.how = how_of(kind, flags),
		.flags = flags,
		.pc = pc,
		.frame = frame,
	};
	struct np_detector *d = x->detector_private;
	u8 watch = x->image.locations[np_location_of(&x->image, ptr)].watch;

	/* The set-up is over by the first access that is seen: there is a detector. */
	if (unlikely(np_is_checking(x)))
		return;
	if (unlikely(d->first_word.page))
		np_first_word_ends(d);
	if (likely(watch & NP_WATCH_PAGE)) {
		page_accessed(d, &access);
		return;
	}
	if ((watch & NP_WATCH_FREED) && np_detect_use(d, &access))
		return;
	if (x->quiet || x->running == NP_NOBODY)
		return;
	if (watch & NP_WATCH_CONTENT)
		np_detect_content(d, &access);
	else if (watch & NP_WATCH_COUNTER)
		np_detect_counter(d, &access);
}

/* --- beginning and end --- */

int np_detect_init(struct np_explorer *x)
{
	struct np_machine *machine = x->machine;
	struct np_detector *d = np_explorer_alloc(x, sizeof(*d));
	int err;

	if (!d)
		return -ENOMEM;
	x->detector_private = d;
	d->x = x;
	if (!machine)
		return 0;
	d->machine = machine;
	d->memmap = machine->memmap;
	d->notes = machine->notes;
	d->nr_pfns = machine->nr_pfns;
	err = np_detect_pages_init(d);
	if (!err)
		np_detect_counters_init(d);
	return err;
}

void np_detect_exit(struct np_explorer *x)
{
	struct np_detector *d = x->detector_private;

	/* The machine that knows it goes with the image. */
	if (d)
		np_code_exit(d);
	x->detector_private = NULL;
}

void np_detect_end(struct np_explorer *x)
{
	struct np_detector *d = x->detector_private;

	if (d->first_word.page)
		np_first_word_ends(d);
}

/* --- words for reports --- */

const char *np_access_name(u8 how)
{
	switch (how) {
	case NP_READ_PLAIN:
		return "plain read";
	case NP_READ_MARKED:
		return "marked read";
	case NP_WRITE_PLAIN:
		return "plain write";
	case NP_WRITE_MARKED:
		return "marked write";
	case NP_COMPARE:
		return "compare-and-swap";
	default:
		return "read-modify-write";
	}
}

const char *np_actor_name(const struct np_detector *d, u8 actor)
{
	return actor == NP_NOBODY ? "the set-up" : d->x->actors[actor].name;
}

const char *np_detect_page_name(struct np_detector *d, const struct page *page, char *buf,
				size_t size)
{
	bool quiet = d->x->quiet;

	d->x->quiet = true;
	np_page_name(d->machine, page, buf, size);
	d->x->quiet = quiet;
	return buf;
}

static size_t added(size_t size, size_t len, int more)
{
	len += more > 0 ? (size_t)more : 0;
	return len < size ? len : size - 1;
}

struct stack_text {
	struct np_explorer *x;
	const struct np_stack *stack;
	char *buf;
	size_t size, len;
};

static void write_stack(void *arg)
{
	struct stack_text *text = arg;

	text->len = np_report_stack(text->x, text->stack, text->buf, text->size);
}

size_t np_add_stack(struct np_detector *d, char *buf, size_t size, size_t len, const char *what,
		    u8 actor, const struct np_stack *stack)
{
	struct stack_text text = { .x = d->x, .stack = stack };
	size_t before;

	if (actor == NP_NOBODY && !stack->nr)
		return len;
	before = len = added(size, len,
			     snprintf(buf + len, size - len, "\n  %s by %s", what,
				      np_actor_name(d, actor)));
	len = added(size, len, snprintf(buf + len, size - len, " at "));
	text.buf = buf + len;
	text.size = size - len;
	if (stack->nr)
		np_code_aside(d, write_stack, &text);
	if (text.len)
		return added(size, len, (int)text.len);
	buf[before] = 0;
	return before;
}

size_t np_add_place(struct np_detector *d, char *buf, size_t size, size_t len, const char *what,
		    u8 actor, const void *pc)
{
	struct np_stack stack = { .nr = 1, .pcs = { (uintptr_t)pc } };

	return np_add_stack(d, buf, size, len, what, actor, &stack);
}

size_t np_add_where(char *buf, size_t size, size_t len, const char *what, const char *where)
{
	if (!where || !*where)
		return len;
	return added(size, len, snprintf(buf + len, size - len, "\n  %s in: %s", what, where));
}
