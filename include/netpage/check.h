/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: check - what must never break, who looks, and how it is reported
 *
 * Two kinds of finding: what the modelled code notices as it happens (a put
 * below zero, a bad page at free), and what np_check() finds by walking the
 * whole machine: every object that holds references is asked, and the answers
 * must add up.  The model keeps no books for this, so a mistake in the model
 * cannot hide itself.
 *
 * A violation never aborts: it goes to the machine's sink.
 */
#ifndef NETPAGE_CHECK_H
#define NETPAGE_CHECK_H

#include <netpage/machine.h>

NP_BEGIN_DECLS

enum np_invariant {
	NP_REFS_HAVE_HOLDERS,	  /* the count of every page is what its holders hold */
	NP_USE_AFTER_PUT,	  /* no put below zero, no get from zero */
	NP_PAGE_IN_ONE_PLACE,	  /* a page has one owner, and no page is lost */
	NP_NO_WRITE_TO_USED_PAGE, /* no NIC may write what somebody still reads */
	NP_CHARGE_CONSERVED, /* what carries a charge is what is charged, and somebody uses it */
	NP_COUNTER_NOT_NEGATIVE, /* no counter is uncharged below zero */
	NP_CLEAN_AT_FREE,    /* no page reaches the allocator charged, mapped, marked or flagged */
	NP_UNION_ARM,	     /* a union word is touched through its owner's arm only */
	NP_MEMCG_RELEASED,   /* a removed memcg goes away */
	NP_POOL_DRAINED,     /* a destroyed pool ends */
	NP_ZEROCOPY_CHARGED, /* what a process maps is charged to a memcg that maps it */
	NP_CHARGED_ONCE,     /* not to a socket and to a page at the same time */
	NP_ZEROCOPY_MAPS,    /* a page that could be mapped is mapped */
	NP_LOCK_ORDER,	     /* no thread waits for a lock it holds */
	NP_MACHINE_MEMORY,   /* a destroyed machine leaves nothing behind */
	/* The explorer's own (explore.h). */
	NP_DATA_RACE,	   /* two accesses, one a write and one not marked, are ordered */
	NP_USE_AFTER_FREE, /* no access to memory that was given back */
	NP_UNINITIALISED,  /* no word is read that its present owner has not written */
	NP_DEADLOCK,	   /* somebody can go on until all have ended */
	NP_LIVELOCK,	   /* all end within a bounded number of steps */
	NP_WRONG_CONTEXT,  /* locks and sleeps fit the context that they are used in */
	NP_ASSERTION,	   /* what the program itself asserts: np_assert() */
	NP_INVARIANTS,
};

/** struct np_violation - one finding; the strings are valid during delivery only. */
struct np_violation {
	enum np_invariant invariant;
	const char *where;   /* the context's np_set_where(), or "" */
	const char *object;  /* name of the page, memcg, pool ... */
	const char *message; /* what, got and wanted; further lines: who holds what */
	int cpu;	     /* -1 outside any context */
};

/** np_sink_fn - Context: any, in the thread that noticed; several at once when several run. */
typedef void np_sink_fn(void *arg, const struct np_violation *violation);

/** np_set_sink - who is told. NULL: violations are printed to standard error. */
NP_API void np_set_sink(struct np_machine *machine, np_sink_fn *sink, void *arg);
/**
 * np_get_sink - who is told at present, to put another sink in front of it
 * @arg: receives the argument that was set with it; may be NULL
 * Return: the sink, NULL for standard error.
 */
NP_API np_sink_fn *np_get_sink(const struct np_machine *machine, void **arg);
/** np_violations - how many there were since creation. */
NP_API unsigned long np_violations(const struct np_machine *machine);
/** np_invariant_name - "refs_have_holders" and so on; NULL for one that is not there. */
NP_API const char *np_invariant_name(enum np_invariant invariant);
/** np_invariant_help - one sentence. */
NP_API const char *np_invariant_help(enum np_invariant invariant);
/** np_violate - report; for models of further code, and for schemes. */
NP_API void np_violate(struct np_machine *machine, enum np_invariant invariant, const char *object,
		       const char *fmt, ...) NP_PRINTF(4, 5);

/** When a check is made: some sentences are only true when nobody is left. */
enum np_check_time {
	NP_CHECK_STEP,	   /* between any two steps */
	NP_CHECK_REST,	   /* after np_machine_rest() */
	NP_CHECK_TEARDOWN, /* after np_machine_teardown() */
};

/**
 * np_check - walk the machine and check every invariant that has a checker
 *
 * A finding that is the same as at the previous call is not reported again: same
 * invariant, same object, same first line of its message.  One that vanishes is
 * forgotten, and reported anew when it comes back.
 * Context: no other thread is inside the machine; a CPU need not be entered.
 * Errors: without memory for the walk, that is reported as `machine_memory`.
 * Return: how many violations were reported by this call.
 */
NP_API unsigned long np_check(struct np_machine *machine, enum np_check_time when);
/** np_check_one - the same for one invariant. */
NP_API unsigned long np_check_one(struct np_machine *machine, enum np_invariant invariant,
				  enum np_check_time when);
/** np_check_forget - report standing findings again from now on. */
NP_API void np_check_forget(struct np_machine *machine);

/** What kind of thing holds references to a page. */
enum np_holder_kind {
	NP_HOLDER_CLAIM,      /* np_claim() */
	NP_HOLDER_MAPPING,    /* a page table entry */
	NP_HOLDER_PIN,	      /* a pipe or a FOLL_PIN */
	NP_HOLDER_SKB,	      /* a fragment of an skb in a socket's queue */
	NP_HOLDER_RX_RING,    /* posted to a NIC: it may write */
	NP_HOLDER_DRIVER,     /* a driver's base reference, cache or bias */
	NP_HOLDER_POOL,	      /* in the cache, the ring, or the fragment page of a page_pool */
	NP_HOLDER_PAGE_CACHE, /* a file */
	NP_HOLDER_SCHEME,     /* a scheme's private list */
};

/** np_holder_kind_name - "claim", "mapping" and so on; NULL for one that is not there. */
NP_API const char *np_holder_kind_name(enum np_holder_kind kind);

/**
 * struct np_holder - one answer to "who holds references to this page"
 *
 * @name and @where stay valid as long as the object that gave them: no buffers.
 */
struct np_holder {
	enum np_holder_kind kind;
	const char *name;  /* the object */
	const char *where; /* taken where; may be NULL */
	struct page *page;
	long refs;		  /* references held; 0: only knows the page */
	unsigned int offset, len; /* bytes of the page it reads or lets a NIC write */
	u64 stamp;		  /* content it expects; 0: does not care */
	struct task_struct *task; /* of a mapping or a pin */
	u32 memcg_id;		  /* its group when it was made */
	struct sock *sk;	  /* of an skb */
	struct net_device *dev;	  /* of a ring */
};

typedef void np_holder_fn(void *arg, const struct np_holder *holder);
/** np_for_each_holder - ask everything in the machine. Context: as np_check(). */
NP_API void np_for_each_holder(struct np_machine *machine, np_holder_fn *fn, void *arg);

/**
 * np_claim - say that @refs references to @page are held by @holder
 *
 * For tests and drivers that hold references the library cannot know of.
 * Negative @refs take the claim back. @holder is copied.
 * Return: 0; -ENOMEM; -EINVAL when more is taken back than was claimed.
 */
NP_API int np_claim(struct np_machine *machine, struct page *page, const char *holder, long refs);
/**
 * np_claim_charge - say that @nr_pages charged to @memcg are held by @holder
 *
 * The same for charges that lie on no page and in no skb: try_charge() or
 * mem_cgroup_charge_skmem() called by hand. Return: as np_claim().
 */
NP_API int np_claim_charge(struct np_machine *machine, struct mem_cgroup *memcg, const char *holder,
			   long nr_pages);

/**
 * np_describe_page - all about @page in a few lines: counts, flags, holders, history
 * Context: as np_check().
 * Return: the length of the text, which is cut to fit, as snprintf() does.
 */
NP_API int np_describe_page(struct np_machine *machine, struct page *page, char *buf, size_t size);

NP_END_DECLS

#endif /* NETPAGE_CHECK_H */
