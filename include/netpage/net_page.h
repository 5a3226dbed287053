/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: net_page - the network page as seen by the mm: a mark, and whom to ask
 *
 * All that lib/mm knows of the network.  The network registers, once for each
 * machine, how its pages are marked and what to call when the count of a marked
 * page becomes 0; there is no other way from the put path to the network and
 * none from the network to memcg's internals.
 *
 * The thread draws the mark as one page flag.  The alternatives that were tried
 * or feared are only other marks: an alias of PG_owner_priv_1, a page type.
 */
#ifndef NETPAGE_NET_PAGE_H
#define NETPAGE_NET_PAGE_H

#include <netpage/page.h>

NP_BEGIN_DECLS

/** Where the put path consults the network. */
#define NP_HOOK___PUT_PAGE BIT(0)    /* in __put_page() */
#define NP_HOOK_RELEASE_PAGES BIT(1) /* in release_pages(), before the page is put on a list */
#define NP_HOOK_PUT_PAGE BIT(2)	     /* in every put_page() of a page marked PG_network_callback */

/**
 * struct network_page_ops - how network pages are recognized and who takes them
 */
struct network_page_ops {
	unsigned long flags_mask; /* any of these flags marks a network page; 0: none */
	unsigned int page_type;	  /* or this type; 0: none */
	unsigned int hooks;	  /* NP_HOOK_* */
	/*
	 * The count of a marked page is 0. Return true: the page now belongs to the
	 * network; false: its mark has been cleared, go on freeing it.
	 * Context: any, must not sleep.
	 */
	bool (*put_page_network)(struct page *page);
	/*
	 * One reference of a marked page has been dropped and others remain.
	 * Context: any, must not sleep. The caller's own reference is gone.
	 */
	void (*put_page_callback)(struct page *page);
};

/**
 * register_network_page_ops - tell the mm of @machine about network pages
 * @ops: in use until the machine is destroyed
 * Context: before any page is marked.
 */
NP_API void register_network_page_ops(struct np_machine *machine,
				      const struct network_page_ops *ops);

/** PageNetwork - whether @page carries the mark of this machine's network pages. */
NP_API bool PageNetwork(const struct page *page);
/** SetPageNetwork - mark @page. Context: its owner, before others can see it. */
NP_API void SetPageNetwork(struct page *page);
/** ClearPageNetwork - take the mark off. Context: its owner. */
NP_API void ClearPageNetwork(struct page *page);

/**
 * put_page_network - hand a marked page with count 0 to the network
 * Return: as ops->put_page_network. A page whose owner words are not the
 * network's is reported as `union_arm` and goes to the allocator.
 */
NP_API bool put_page_network(struct page *page);

NP_END_DECLS

#endif /* NETPAGE_NET_PAGE_H */
