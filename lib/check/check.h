/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * check - internal: one walk of the machine, and the checkers that read it
 *
 * np_check() takes a census: who holds what, which page lies on which free list
 * or in which pool, which page is charged to whom.  Each checker is a sentence
 * about the census and the structures themselves.  No lock is taken: nobody else
 * is inside the machine.
 */
#ifndef NP_LIB_CHECK_H
#define NP_LIB_CHECK_H

#include <machine.h>

/* One holder of one page, in the order in which the rooms answered. */
struct np_held {
	struct np_holder holder;
	struct np_held *next; /* of the same page */
};

/* A page that was ever in use, and what was found out about it. */
struct np_page_fact {
	struct page *page;
	struct np_held *held; /* holders of the page itself, or of a part of it */
	struct np_held *held_last;
	long refs;		  /* what they hold */
	unsigned int nr_mappings; /* of this very page */
	unsigned short nr_free;	  /* how often it lies on a free list */
	unsigned short nr_pooled; /* how often in a page_pool's cache or ring */
	unsigned int block_pages; /* of an allocation without a compound head; else 1 */
	bool block_tail;	  /* not the first of such a block */
	bool seen;		  /* the struct page has been written to */
};

/* A group, what is charged to it, and what pins it. */
struct np_memcg_fact {
	struct mem_cgroup *memcg;
	long pages, socks, claimed, stock; /* pages charged, by what carries them */
	long children;			   /* what children have charged */
	long explained;			   /* all of that together */
	long page_pins, stock_pins, sock_pins, child_pins;
};

/* pfns [start, end) have facts from facts[base] on. */
struct np_pfn_range {
	unsigned long start, end, base;
};

struct np_census {
	struct np_machine *machine;
	enum np_check_time when;
	struct np_violation place; /* who called np_check() from where */
	struct np_pfn_range ranges[NP_NODES_MAX + 1];
	unsigned int nr_ranges;
	struct np_page_fact *facts;
	unsigned long nr_facts;
	struct np_page_fact **pages; /* those that were in use or are held */
	unsigned long nr_pages;
	struct np_held *held;
	unsigned long nr_held, max_held;
	struct np_memcg_fact *memcgs; /* in the order of the machine's list */
	struct np_memcg_fact **by_address;
	unsigned long nr_memcgs;
	struct obj_cgroup **objcgs; /* by address */
	unsigned long nr_objcgs;
	bool lists_broken; /* a free list cannot be followed, so free pages are unknown */
	const struct page *broken_behind; /* NULL: from its head on */
	unsigned long nr_reported;
};

/* Fills in all but @machine, @when and @place. 0 or -ENOMEM; np_census_free() is due either way. */
int np_census_take(struct np_census *census);
void np_census_free(struct np_census *census);
/* Their parts in census_memcg.c; charges are counted when pages and holders are known. */
int np_census_take_memcgs(struct np_census *census);
void np_census_count_charges(struct np_census *census);
void np_census_free_memcgs(struct np_census *census);

/* The fact about @page; NULL for one that was never in use, or is no page at all. */
struct np_page_fact *np_census_page(const struct np_census *census, const struct page *page);
/* The fact about the page that counts for @page. NULL also where its head is no head. */
struct np_page_fact *np_census_head(const struct np_census *census, const struct page *page);
/* The group that exists at this address, or NULL: a pointer may be stale. */
struct np_memcg_fact *np_census_memcg(const struct np_census *census, const void *memcg);
/* The group that @page is charged to; NULL when none is, or the word points nowhere. */
struct np_memcg_fact *np_census_charged(const struct np_census *census, const struct page *page);
/* Whether there is an objcg at this address. */
bool np_census_objcg(const struct np_census *census, const void *objcg);
/* Pages that count as one with @fact's page: compound, or a block without a head. */
unsigned long np_census_nr_pages(const struct np_page_fact *fact);

/* Calls @fn for each page that was ever in use, or is held. */
void np_census_each_page(struct np_census *census,
			 void (*fn)(struct np_census *census, struct np_page_fact *fact));
/* Calls @fn for each group that has not been released. */
void np_census_each_memcg(struct np_census *census,
			  void (*fn)(struct np_census *census, struct np_memcg_fact *fact));

/* The first holder of @kind, or NULL. */
const struct np_held *np_held_by(const struct np_page_fact *fact, enum np_holder_kind kind);
/* Whether somebody outside drivers, pools and schemes uses the page. */
bool np_held_by_user(const struct np_page_fact *fact);

/* Reports, unless the previous np_check() did. The message goes on where @object ends. */
void np_report(struct np_census *census, enum np_invariant invariant, const char *object,
	       const char *fmt, ...) NP_PRINTF(4, 5);
/* The same about a page; who holds it and where it comes from follow on further lines. */
void np_report_page(struct np_census *census, enum np_invariant invariant,
		    const struct np_page_fact *fact, const char *fmt, ...) NP_PRINTF(4, 5);

/* Text that is put together piece by piece; @len goes on counting beyond @size. */
struct np_text {
	char *buf;
	size_t size, len;
};
void np_text_add(struct np_text *text, const char *fmt, ...) NP_PRINTF(2, 3);
void np_text_holder(struct np_text *text, const struct np_holder *holder);
void np_text_history(struct np_text *text, const struct np_page_note *note);
/* lib/trace.c: "lru|network", or "none". */
void np_text_page_flags(struct np_text *text, unsigned long flags);

/* The checkers, one file each. */
void np_check_refs_have_holders(struct np_census *census);
void np_check_page_in_one_place(struct np_census *census);
void np_check_no_write_to_used_page(struct np_census *census);
void np_check_charge_conserved(struct np_census *census);
void np_check_counter_not_negative(struct np_census *census);
void np_check_clean_at_free(struct np_census *census);
void np_check_union_arm(struct np_census *census);
void np_check_memcg_released(struct np_census *census);
void np_check_pool_drained(struct np_census *census);
void np_check_zerocopy_charged(struct np_census *census);
void np_check_charged_once(struct np_census *census);

#endif /* NP_LIB_CHECK_H */
