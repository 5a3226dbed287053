/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: scheme - an accounting design: one file, one struct of operations
 *
 * A scheme decides how network pages are marked, when zerocopy memory is
 * charged and uncharged, and what happens when the count of such a page becomes
 * 0.  Everything else is the same kernel for all schemes.
 *
 * A shared object may bring its own: it defines np_scheme_entry (see
 * NP_SCHEME_ENTRY), and is loaded with np_scheme_load() or `--scheme ./mine.so`.
 */
#ifndef NETPAGE_SCHEME_H
#define NETPAGE_SCHEME_H

#include <netpage/check.h>
#include <netpage/machine.h>
#include <netpage/net_page.h>

NP_BEGIN_DECLS

/** Raised when struct np_scheme changes; a scheme of another number is refused. */
#define NP_SCHEME_ABI 1

/** What a scheme has: corner cases that need more are not applicable to it. */
#define NP_FEATURE_NETWORK_MARK BIT(0) /* pages carry a mark that the put path sees */
#define NP_FEATURE_CHARGING BIT(1)     /* mapped pages are charged */
#define NP_FEATURE_AT_ZERO BIT(2)      /* the network is asked when the count is 0 */
#define NP_FEATURE_CALLBACK BIT(3)     /* the driver is asked at every put */
#define NP_FEATURE_MAPCOUNT BIT(4)     /* the charge follows the mapping */
#define NP_FEATURE_SKB_RECYCLE BIT(5)  /* freed skbs give pages back to their pool */
#define NP_FEATURE_ALIAS BIT(6)	       /* the mark is an alias of another flag */
#define NP_FEATURE_PAGE_TYPE BIT(7)    /* the mark is a page type */
#define NP_FEATURES 8

/** How a page_pool driver that opted in gets its pages back from the stack. */
enum np_recycle {
	NP_RECYCLE_DETACH,   /* it does not: page_pool_release_page() on receive (5.12) */
	NP_RECYCLE_SKB,	     /* skb_mark_for_recycle() (5.14 and later) */
	NP_RECYCLE_AT_ZERO,  /* its reference goes to the skb; the hook at zero returns the page */
	NP_RECYCLE_CALLBACK, /* it keeps one reference and is asked at every put */
};

/** struct np_receive - one tcp_zerocopy_receive() call, as a scheme sees it. */
struct np_receive {
	struct np_machine *machine;
	struct sock *sk;
	struct mm_struct *mm;
	struct mem_cgroup *memcg; /* of mm's owner, pinned for the call; root when it is root */
	unsigned long total;	  /* the scheme's own, 0 at the start */
	u8 page_prepared[32];	  /* the scheme's own, for the batch being inserted */
};

/** struct np_scheme_cost - what the design asks for; what put_page() pays is measured. */
struct np_scheme_cost {
	const char *page_words;	    /* words and flags of struct page it needs */
	const char *driver_changes; /* what drivers must do */
};

struct np_scheme {
	unsigned int abi; /* NP_SCHEME_ABI */
	const char *name;
	const char *summary; /* one line */
	const char *origin;  /* mail or commit */
	unsigned int features;
	enum np_recycle recycle;
	struct np_scheme_cost cost;
	/* Marks and the put path's questions. NULL functions only without hooks. */
	struct network_page_ops put;
	/* Optional: state for one machine, found by np_scheme_private(). 0 or -errno. */
	int (*init)(struct np_machine *machine, void **priv);
	/* Optional: let go of all pages, free the state. After NICs are gone. */
	void (*exit)(struct np_machine *machine, void *priv);
	/* Optional: @nr pages are about to be mapped. 0, or -errno: none of them is mapped. */
	int (*charge_pages)(struct np_receive *receive, struct page **pages, unsigned int nr);
	/* Optional: of the batch just charged, pages[first..nr) were not mapped. */
	void (*pages_not_mapped)(struct np_receive *receive, struct page **pages,
				 unsigned int first, unsigned int nr);
	/* Optional: all mapped, skbs freed, locks dropped. */
	void (*receive_done)(struct np_receive *receive);
	/* Optional: the last mapping of @page is gone, under the page table lock. */
	void (*page_unmapped)(struct page *page);
	/* Optional: a page for a driver, count 1, instead of the allocator's; or NULL. */
	struct page *(*alloc_page)(struct np_machine *machine, int nid);
	/* Optional: the pages it keeps itself. */
	void (*for_each_holder)(struct np_machine *machine, void *priv, np_holder_fn *fn,
				void *arg);
	/* Optional: numbers for reports: name and value for @index, false beyond the last. */
	bool (*statistic)(struct np_machine *machine, void *priv, unsigned int index,
			  const char **name, unsigned long *value);
};

/** np_scheme_private - what the scheme's init left for this machine. */
NP_API void *np_scheme_private(const struct np_machine *machine);
/** np_scheme_find - a built-in scheme by name, or NULL. */
NP_API const struct np_scheme *np_scheme_find(const char *name);
/** np_scheme_at - the built-in scheme number @index in the order of the docs, NULL beyond. */
NP_API const struct np_scheme *np_scheme_at(unsigned int index);
/** np_feature_name - "network_flag" and so on for feature number @index; NULL beyond. */
NP_API const char *np_feature_name(unsigned int index);

/**
 * np_scheme_validate - whether @scheme can be used
 * @error: receives what is wrong with it, at most @size bytes; may be NULL
 * Return: 0 or -EINVAL.
 */
NP_API int np_scheme_validate(const struct np_scheme *scheme, char *error, size_t size);
/**
 * np_scheme_load - a scheme from a shared object
 * @handle: receives what np_scheme_unload() needs
 * Return: 0; -ENOENT, -ENOEXEC (not loadable), -EINVAL (no entry, wrong ABI, incomplete).
 */
NP_API int np_scheme_load(const char *path, const struct np_scheme **scheme, void **handle,
			  char *error, size_t size);
/** np_scheme_unload - after every machine that uses it is destroyed. */
NP_API void np_scheme_unload(void *handle);

/** NP_SCHEME_ENTRY - names the scheme that a shared object brings. */
#define NP_SCHEME_ENTRY(scheme) NP_API const struct np_scheme *const np_scheme_entry = &(scheme)

/** np_alloc - zeroed memory of @machine for a scheme's or driver's state; NULL without memory. */
NP_API void *np_alloc(struct np_machine *machine, size_t size);
/** np_free - give it back; NULL is allowed. @size as it was allocated. */
NP_API void np_free(struct np_machine *machine, void *ptr, size_t size);
/** np_trace_point - deliver NP_TRACE_PUT_PAGE_NETWORK_UNCHARGED and its like from a scheme. */
NP_API void np_trace_point(int id, struct page *page, long result);

NP_END_DECLS

#endif /* NETPAGE_SCHEME_H */
