/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * detect - internal: looks at accesses to watched granules; see np_detect_access() in engine.h
 *
 * What is watched: the words of every struct page that has been in use, the stamps that stand
 * for the contents of pages, blocks of memory that were freed, counters of memcgs.
 *
 * Nothing here is undone with the image: what is known of an execution carries its number, and
 * is forgotten when that is not the present one's.
 *
 *	detect_page.c		what state each page is in, and who gave it that
 *	detect_code.c		which part of the kernel an access was made by
 *	detect_put.c		use after the last put
 *	detect_union.c		union words through the wrong arm
 *	detect_undefined.c	words that the owner has not written
 *	detect_atomic.c		what is promised to be atomic
 *	detect_content.c	pages that a NIC is writing
 *	detect_free.c		memory that was given back
 */
#ifndef NP_EXPLORE_DETECT_H
#define NP_EXPLORE_DETECT_H

#include <explore/report.h>

/* What .watch of a granule says. */
#define NP_WATCH_PAGE 1	   /* of a struct page */
#define NP_WATCH_CONTENT 2 /* the stamp of half a page */
#define NP_WATCH_COUNTER 4 /* page_counter.usage */
#define NP_WATCH_FREED 8   /* of a block that was freed, in this execution or another one */

/* After the set-up, before the first execution: what is to be watched. 0 or -ENOMEM. */
int np_detect_init(struct np_explorer *x);
void np_detect_exit(struct np_explorer *x);
/* An execution is over, and not yet undone: looks at what its last access has left. */
void np_detect_end(struct np_explorer *x);
/* The block of machine memory at @ptr has just been freed. */
void np_detect_freed(struct np_explorer *x, void *ptr, size_t size);

/* --- what follows is for lib/explore/detect*.c alone --- */

/* One access, as np_detect_access() is told. */
struct np_access {
	const char *ptr;
	u8 size, kind, how;
	u16 flags;
	const void *pc, *frame;
};

/* .how: a bit, so that several make a set. */
#define NP_READ_PLAIN 1
#define NP_READ_MARKED 2
#define NP_WRITE_PLAIN 4
#define NP_WRITE_MARKED 8
#define NP_READ_WRITE 16
#define NP_COMPARE 32 /* compare-and-swap: may turn out to be a read */
#define NP_READS (NP_READ_PLAIN | NP_READ_MARKED)
#define NP_WRITES (NP_WRITE_PLAIN | NP_WRITE_MARKED)
#define NP_UPDATES (NP_READ_WRITE | NP_COMPARE)

/* Which part of the kernel code belongs to; each a bit, so that several make a set. */
enum np_code {
	NP_CODE_ALLOCATOR = 1, /* mm/page_alloc.c */
	NP_CODE_MM = 2,	       /* the rest of mm/ */
	NP_CODE_POOL = 4,      /* page_pool.[ch] */
	NP_CODE_NET = 8,       /* the rest of net/ */
	NP_CODE_OTHER = 16,    /* drivers, schemes, tests */
	NP_CODE_OBSERVER = 32, /* of the model itself, for reports */
	NP_CODE_UNKNOWN = 64,  /* there is no debug information: nothing follows */
};
#define NP_CODE_KERNEL (NP_CODE_ALLOCATOR | NP_CODE_MM | NP_CODE_POOL | NP_CODE_NET)
#define NP_CODE_ANY (NP_CODE_KERNEL | NP_CODE_OTHER)

/* The words of struct page: what lies at one place has one name, whoever owns it. */
enum np_page_word {
	NP_WORD_FLAGS,
	NP_WORD_1, /* lru.next, and what else is there; the first of the union */
	NP_WORD_2, /* lru.prev */
	NP_WORD_3, /* mapping */
	NP_WORD_4, /* index */
	NP_WORD_5, /* private */
	NP_WORD_MAPCOUNT,
	NP_WORD_REFCOUNT,
	NP_WORD_MEMCG,
	NP_PAGE_WORDS,
	NP_WORD_CONTENT = NP_PAGE_WORDS, /* none of struct page, for reports: its contents */
};

enum np_page_state {
	NP_PAGE_UNSEEN, /* never given out */
	NP_PAGE_FREE,	/* the allocator's */
	NP_PAGE_USED,
	NP_PAGE_DEVICE, /* of no allocator */
};

/* Which page of an allocation it is. */
enum np_page_part {
	NP_PART_FIRST,	/* has the reference count */
	NP_PART_BEHIND, /* of 2^order pages that are not compound: has none */
	NP_PART_TAIL_1, /* of a compound page */
	NP_PART_TAIL_2,
	NP_PART_TAIL,
};

/* The latest access of an actor to a page that he must have a reference for. */
struct np_page_use {
	u32 life;	/* that it is of */
	u16 ordered_at; /* what comes after this event of the actor comes after it */
	u8 word, how;
	const void *pc;
};

struct np_page_life {
	u32 number; /* no other life has it */
	u8 state, part;
	u8 undefined;	       /* a bit for each word that the owner has not written */
	bool pool;	       /* between page_pool_state_hold and _release */
	bool told;	       /* of one wrong arm: what follows from it is not told */
	u8 actor;	       /* who allocated or freed it */
	struct np_stack stack; /* where */
	struct np_page_use uses[NP_ACTORS_MAX];
	struct np_page_use mappers[NP_ACTORS_MAX]; /* accesses to _mapcount */
};

struct np_page_shadow {
	u32 execution; /* that .now is of */
	struct np_page_life now;
	struct {
		u8 state, part;
		bool pool;
	} before; /* the first execution */
};

/* A page of which somebody touched a word. */
struct np_page_access {
	const struct np_access *access;
	struct page *page;
	struct np_page_life *life;
	u8 word;
	u8 within; /* offset in it */
};

/* A write to the first word of a union, to be looked at once it is done. */
struct np_first_word {
	u32 execution; /* that it is of */
	u8 actor;
	struct page *page;
	const void *pc;
	struct np_stack stack;
};

/* A block that was freed. */
struct np_freed_block {
	u32 execution;
	u8 actor;
	const char *ptr;
	size_t size;
	struct np_stack stack;
};

#define NP_FREED_BLOCKS 128
#define NP_CODE_CACHE 1024

struct np_detector {
	struct np_explorer *x;
	struct np_machine *machine; /* NULL: there are no pages */
	struct page *memmap;
	struct np_page_note *notes;
	unsigned long nr_pfns;
	struct np_page_shadow *shadow;
	u32 lives; /* so far */
	struct np_first_word first_word;
	struct {
		const void *pc;
		const char *end;
	} last;					      /* access to a page */
	struct np_freed_block freed[NP_FREED_BLOCKS]; /* the latest ones */
	unsigned int nr_freed;

	/* detect_code.c */
	struct {
		const void *pc;
		u8 code;
	} codes[NP_CODE_CACHE];
	bool allocator_sought, allocator_known;
	char *aside; /* a stack large enough to read debug information on */
	struct np_fiber fiber, *from;
	void (*job)(void *arg);
	void *job_arg;
};

static inline unsigned int np_code_slot(const void *pc)
{
	return (unsigned int)(((uintptr_t)pc >> 2) % NP_CODE_CACHE);
}

/* The part of the kernel that @pc belongs to. Looking it up takes microseconds, once. */
u8 np_code_of(struct np_detector *d, const void *pc);
/* Whether @pc is known to be the allocator's already. */
static inline bool np_code_is_allocators(const struct np_detector *d, const void *pc)
{
	unsigned int slot = np_code_slot(pc);

	return d->codes[slot].pc == pc && d->codes[slot].code == NP_CODE_ALLOCATOR;
}

/* Return addresses from @frame of the running actor on. Return: how many. */
unsigned int np_code_callers(const struct np_detector *d, const void *frame, uintptr_t *pcs,
			     unsigned int max);
/* Whether code of @codes called, or is, the function at whose call to the runtime @access is. */
bool np_code_called_by(struct np_detector *d, const struct np_access *access, u8 codes);
/* "mm", "a page_pool" ... */
const char *np_code_name(u8 code);
void np_code_exit(struct np_detector *d);
/* Calls @job on a stack that is large enough for names of code. */
void np_code_aside(struct np_detector *d, void (*job)(void *arg), void *arg);

int np_detect_pages_init(struct np_detector *d);
/* Where the present execution has the page numbered @pfn. */
struct np_page_life *np_page_life(struct np_detector *d, unsigned long pfn);
/* An access that needs a reference: remembered, for the last put has to come after it. */
void np_page_used(struct np_detector *d, struct np_page_life *life, const struct np_access *access,
		  u8 word);
/* The running actor gives the page to the allocator: all others must be done with it. */
void np_detect_last_put(struct np_detector *d, struct page *page, struct np_page_life *life);
/* "lru.prev": one name, whatever the page's owner calls it. */
const char *np_page_word_name(u8 word);
/*
 * Who wrote to _refcount last in this execution; NP_NOBODY: that cannot be said.
 * @event: the event by which, if there is one, else NP_NO_EVENT.
 */
u8 np_page_last_count(struct np_detector *d, const struct page *page, u32 *event);

/* Whether it is an access that one who has no reference may make. */
bool np_is_speculative(const struct np_detector *d, const struct np_page_access *a);
/* Each: whether there is something to report, which it has reported then. */
bool np_detect_put(struct np_detector *d, struct np_page_access *a);
bool np_detect_atomic(struct np_detector *d, struct np_page_access *a);
bool np_detect_union(struct np_detector *d, struct np_page_access *a);
bool np_detect_undefined(struct np_detector *d, struct np_page_access *a);

/* A write to the first word is about to be made; it has been made. */
void np_first_word_begins(struct np_detector *d, const struct np_page_access *a);
void np_first_word_ends(struct np_detector *d);

void np_detect_content(struct np_detector *d, const struct np_access *access);
void np_detect_counter(struct np_detector *d, const struct np_access *access);
int np_detect_counters_init(struct np_detector *d);
/* Return: whether the block at it is in fact free. */
bool np_detect_use(struct np_detector *d, const struct np_access *access);

/*
 * The latest event of another actor that updated what @access is about to, that the running
 * actor has not looked at since, and that could as well come after; NP_NO_EVENT: there is none.
 * @kinds: a bit for each enum np_op_kind.
 */
u32 np_detect_unordered(struct np_detector *d, const struct np_access *access, u32 kinds);

/* Whether the access that is about to be made was written down as an event: the latest one. */
bool np_is_event(const struct np_explorer *x, const struct np_access *access);
/* The running actor's event before it; NP_NO_EVENT: there is none. */
u32 np_event_before(const struct np_explorer *x, const struct np_access *access);

/*
 * Whether @actor's event number @index comes before @event in every schedule of the same
 * trace; NP_NO_EVENT comes after nothing.
 */
static inline bool np_comes_after(const struct np_explorer *x, u32 event, u8 actor, u16 index)
{
	return event != NP_NO_EVENT && np_row(x, x->clocks, event)[actor] >= index;
}

/* "marked write" and so on. */
const char *np_access_name(u8 how);
/* "owner", "the set-up". */
const char *np_actor_name(const struct np_detector *d, u8 actor);
/* np_page_name(), which is itself instrumented. Return: @buf. */
const char *np_detect_page_name(struct np_detector *d, const struct page *page, char *buf,
				size_t size);
/* "\n  freed by owner at put_page ... < ..."; appended. Return: the new length. */
size_t np_add_stack(struct np_detector *d, char *buf, size_t size, size_t len, const char *what,
		    u8 actor, const struct np_stack *stack);
size_t np_add_place(struct np_detector *d, char *buf, size_t size, size_t len, const char *what,
		    u8 actor, const void *pc);
/* "\n  allocated in: step 3", if that is known; appended. Return: the new length. */
size_t np_add_where(char *buf, size_t size, size_t len, const char *what, const char *where);

/*
 * A check walks the machine, as an execution of its own inside of another one, and is undone
 * (state.c): what it does is none of the detectors' business.
 */
static inline bool np_is_checking(const struct np_explorer *x)
{
	return x->hot.execution == UINT32_MAX;
}

static inline void np_watch(struct np_explorer *x, const void *ptr, size_t size, u8 watch)
{
	u32 first = np_location_of(&x->image, ptr);
	u32 last = np_location_of(&x->image, (const char *)ptr + size - 1);

	for (u32 location = first; location <= last; location++)
		x->image.locations[location].watch |= watch;
}

#endif /* NP_EXPLORE_DETECT_H */
