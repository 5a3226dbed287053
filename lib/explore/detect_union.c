/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Union words through the wrong arm.
 *
 * Each state that a page can be in gives five words to an owner, with his own names for them.
 * An access does not tell by which name it was made.  It tells its size, whether it was
 * marked, and whose code made it: the mm knows nothing of a pool's words, a pool nothing of a
 * file's.  What could be right is not reported.
 *
 * Drivers, schemes and tests are taken to use the arm that the page's state gives them.
 */
#include <stdio.h>

#include <explore/detect.h>
#include <machine.h>

#define MM NP_CODE_MM
#define POOL NP_CODE_POOL
#define NET NP_CODE_NET
#define OTHER NP_CODE_OTHER
#define ANY (MM | POOL | NET | OTHER)
#define NOBODY 0

#define CALLERS 4

/* The allocator may do all of it: it is there before and after every owner. */
struct rule {
	const char *name;
	u8 read, write;
	bool counted; /* by atomics: plain accesses are for who writes it */
};

struct arm {
	const char *state;
	struct rule words[5]; /* from NP_WORD_1 on */
	struct rule parts[5]; /* the same words, touched in part; without a name: as above */
};

static const struct arm pool_arm = {
	.state = "the page is in a page_pool",
	.words = {
		{ "pp_magic", ANY, POOL, false },
		{ "pp", POOL | NET | OTHER, POOL, false },
		{ "_pp_mapping_pad", ANY, NOBODY, false },
		{ "dma_addr", POOL | NET | OTHER, POOL, false },
		{ "pp_frag_count", POOL | NET | OTHER, POOL, true },
	},
};

static const struct arm network_arm = {
	.state = "the page is the network's",
	.words = {
		{ "network_dma_addr", ANY, POOL | NET | OTHER, false },
		{ "network_owner", POOL | NET | OTHER, POOL | NET | OTHER, false },
		{ "_network_mapping_pad", ANY, NOBODY, false },
		{ "network_private[0]", POOL | NET | OTHER, POOL | NET | OTHER, false },
		{ "network_private[1]", POOL | NET | OTHER, POOL | NET | OTHER, false },
	},
};

static const struct arm file_arm = {
	.state = "the page is a file's",
	.words = {
		{ "lru.next", ANY, MM | OTHER, false },
		{ "lru.prev", MM | OTHER, MM | OTHER, false },
		{ "mapping", ANY, MM | OTHER, false },
		{ "index", MM | OTHER, MM | OTHER, false },
		{ "private", MM | OTHER, MM | OTHER, false },
	},
};

static const struct arm anon_arm = {
	.state = "the page is anonymous memory",
	.words = {
		{ "lru.next", ANY, MM | OTHER, false },
		{ "lru.prev", MM | OTHER, MM | OTHER, false },
		{ "mapping", ANY, MM | OTHER, false },
		{ "index", MM | OTHER, MM | OTHER, false },
		{ "private", MM | OTHER, MM | OTHER, false },
	},
};

/*
 * Tails: of the first one, single bytes and halves of words mean something, words as a whole
 * do not.  The mm asks any page whether it is anonymous.
 */
static const struct arm tail_1_arm = {
	.state = "the page is a tail",
	.words = {
		{ "compound_head", ANY, NOBODY, false },
		{ "compound_order", NOBODY, NOBODY, false },
		{ "compound_pincount", MM, NOBODY, false },
		{ "_private_1", NOBODY, NOBODY, false },
		{ "private", MM | OTHER, MM | OTHER, false },
	},
	.parts = {
		[1] = { "compound_order", ANY, MM | OTHER, false },
		[2] = { "compound_pincount", ANY, MM | OTHER, false },
	},
};

static const struct arm tail_2_arm = {
	.state = "the page is a tail",
	.words = {
		{ "compound_head", ANY, NOBODY, false },
		{ "_compound_pad_2", NOBODY, NOBODY, false },
		{ "deferred_list.next", MM | OTHER, MM | OTHER, false },
		{ "deferred_list.prev", MM | OTHER, MM | OTHER, false },
		{ "private", MM | OTHER, MM | OTHER, false },
	},
};

static const struct arm tail_arm = {
	.state = "the page is a tail",
	.words = {
		{ "compound_head", ANY, NOBODY, false },
		{ "lru.prev", NOBODY, NOBODY, false },
		{ "mapping", MM, NOBODY, false },
		{ "index", NOBODY, NOBODY, false },
		{ "private", MM | OTHER, MM | OTHER, false },
	},
};

/* --- which arm --- */

static const struct arm *arm_of_tail(u8 part)
{
	switch (part) {
	case NP_PART_TAIL_1:
		/* Of words half as long the first tail has others. */
		return sizeof(long) == 8 ? &tail_1_arm : NULL;
	case NP_PART_TAIL_2:
		return &tail_2_arm;
	default:
		return &tail_arm;
	}
}

/* NULL: a page of whoever allocated it, who does with its words as he likes. */
static const struct arm *arm_of(const struct np_detector *d, const struct np_page_access *a)
{
	uintptr_t mapping = (uintptr_t)a->page->mapping;

	if (a->life->state != NP_PAGE_USED || a->life->part == NP_PART_BEHIND)
		return NULL;
	if (a->life->part != NP_PART_FIRST)
		return arm_of_tail(a->life->part);
	if (a->life->pool)
		return &pool_arm;
	/* Before the mark: that may be an alias, and then it is the file's own flag. */
	if (mapping)
		return mapping & 1 ? &anon_arm : &file_arm;
	return page_is_network(d->machine, a->page) ? &network_arm : NULL;
}

static const struct rule *rule_of(const struct arm *arm, const struct np_page_access *a)
{
	unsigned int word = a->word - NP_WORD_1;
	bool part = a->within || a->access->size != sizeof(long);

	return part && arm->parts[word].name ? &arm->parts[word] : &arm->words[word];
}

const char *np_page_word_name(u8 word)
{
	static const char *const names[NP_PAGE_WORDS + 1] = {
		[NP_WORD_FLAGS] = "flags",
		[NP_WORD_1] = "lru.next",
		[NP_WORD_2] = "lru.prev",
		[NP_WORD_3] = "mapping",
		[NP_WORD_4] = "index",
		[NP_WORD_5] = "private",
		[NP_WORD_MAPCOUNT] = "_mapcount",
		[NP_WORD_REFCOUNT] = "_refcount",
		[NP_WORD_MEMCG] = "memcg_data",
		[NP_WORD_CONTENT] = "contents",
	};

	return names[word];
}

/* --- what is wrong --- */

static NP_COLD bool report(struct np_detector *d, struct np_page_access *a, const struct arm *arm,
			   const struct rule *rule, u8 code)
{
	char name[48], text[768];
	const struct np_page_note *note = d->notes ? &d->notes[a->page - d->memmap] : NULL;
	const char *who = code == NP_CODE_OTHER ? "" : np_code_name(code);

	text[0] = 0;
	np_add_where(text, sizeof(text), 0, "allocated", note ? note->allocated : NULL);
	np_explorer_violate(d->x, NP_UNION_ARM, np_detect_page_name(d, a->page, name, sizeof(name)),
			    "%s of %s%s%s%s: %s, whose word it is as %s%s",
			    np_access_name(a->access->how), np_page_word_name(a->word),
			    *who ? " by " : "", who,
			    a->access->size < sizeof(long) ? ", in part" : "", arm->state,
			    rule->name, text);
	a->life->told = true;
	return true;
}

static bool wrong_arm(struct np_detector *d, struct np_page_access *a)
{
	const struct arm *arm = arm_of(d, a);
	const struct rule *rule;
	u8 may, code;

	if (!arm || a->life->told)
		return false;
	rule = rule_of(arm, a);
	may = a->access->how & NP_READS ? rule->read : rule->write;
	if (rule->counted) {
		if (a->access->how & NP_UPDATES)
			may = rule->read;
		else if (a->access->how & (NP_READ_PLAIN | NP_WRITE_PLAIN))
			may = rule->write;
	}
	if (may == ANY)
		return false;
	code = np_code_of(d, a->access->pc);
	if (code & (may | NP_CODE_ALLOCATOR | NP_CODE_OBSERVER | NP_CODE_UNKNOWN))
		return false;
	return report(d, a, arm, rule, code);
}

/* The word of _mapcount is a page type where no page table can map the page. */
static bool wrong_count(struct np_detector *d, struct np_page_access *a)
{
	int mapcount = a->page->_mapcount.counter;
	char name[48];

	np_detect_page_name(d, a->page, name, sizeof(name));
	if ((a->access->how & NP_UPDATES) && mapcount < PAGE_MAPCOUNT_RESERVE) {
		np_explorer_violate(d->x, NP_UNION_ARM, name,
				    "%s of _mapcount: the page has a type (page_type 0x%08x)",
				    np_access_name(a->access->how), (unsigned int)mapcount);
		return true;
	}
	if (a->access->how != NP_WRITE_MARKED || mapcount < 0 ||
	    (np_code_of(d, a->access->pc) & (NP_CODE_ALLOCATOR | NP_CODE_UNKNOWN)))
		return false;
	np_explorer_violate(d->x, NP_UNION_ARM, name,
			    "%s of page_type over _mapcount: %d page tables map the page",
			    np_access_name(a->access->how), mapcount + 1);
	return true;
}

/* The head counts for its tails. */
static bool wrong_refcount(struct np_detector *d, struct np_page_access *a)
{
	char name[48];

	if (a->access->how != NP_READ_WRITE || a->life->part < NP_PART_TAIL_1)
		return false;
	np_explorer_violate(d->x, NP_UNION_ARM, np_detect_page_name(d, a->page, name, sizeof(name)),
			    "%s of _refcount: the page is a tail, and has none",
			    np_access_name(a->access->how));
	return true;
}

bool np_detect_union(struct np_detector *d, struct np_page_access *a)
{
	if (a->word >= NP_WORD_1 && a->word <= NP_WORD_5)
		return wrong_arm(d, a);
	if (a->life->state != NP_PAGE_USED)
		return false;
	if (a->word == NP_WORD_MAPCOUNT)
		return wrong_count(d, a);
	return a->word == NP_WORD_REFCOUNT && wrong_refcount(d, a);
}

/* --- a tail by accident --- */

void np_first_word_begins(struct np_detector *d, const struct np_page_access *a)
{
	struct np_first_word *first = &d->first_word;
	struct np_explorer *x = d->x;

	/* The links of the allocator's lists are even. */
	if (a->life->state == NP_PAGE_FREE)
		return;
	first->execution = x->hot.execution;
	first->actor = x->running;
	first->page = a->page;
	first->pc = a->access->pc;
	/* It is hardly ever looked at: a few will do. */
	first->stack.nr = np_code_callers(d, a->access->frame, first->stack.pcs, CALLERS);
}

void np_first_word_ends(struct np_detector *d)
{
	struct np_first_word *first = &d->first_word;
	struct page *page = first->page;
	struct np_explorer *x = d->x;
	struct np_violated *v;

	first->page = NULL;
	if (first->execution != x->hot.execution || !(page->compound_head & 1))
		return;
	if (np_page_life(d, (unsigned long)(page - d->memmap))->part >= NP_PART_TAIL_1 ||
	    np_code_of(d, first->pc) == NP_CODE_ALLOCATOR)
		return;
	v = np_found_add(x, NP_UNION_ARM);
	if (!v)
		return;
	/* Not whoever runs by now. */
	v->actor = first->actor;
	v->stack = first->stack;
	np_detect_page_name(d, page, v->object, sizeof(v->object));
	snprintf(
		v->message, sizeof(v->message),
		"a write has set bit 0 of the first union word: whoever looks at the page takes it "
		"for a tail (compound_head)");
}
