// SPDX-License-Identifier: MIT OR GPL-2.0-only
//
// The proposal as a change to Linux 6.1: who asks the network when a count becomes 0, who pays for
// a page that is mapped, and where the mark ends. What they call is in tree/.
//
// spatch --sp-file page_network.cocci --in-place mm/swap.c net/ipv4/tcp.c net/core/page_pool.c

@swap_header@
@@
 #include <linux/pagevec.h>
+#include <linux/page_network.h>

@tcp_header@
@@
 #include <net/tcp.h>
+#include <linux/page_network.h>

@pool_header@
@@
 #include <linux/page-flags.h>
+#include <linux/page_network.h>

@one_page@
identifier folio;
@@
 void __folio_put(struct folio *folio)
 {
+	if (unlikely(PageNetwork(&folio->page)) && put_page_network(&folio->page))
+		return;
 	...
 }

// The unmap path does not go through __folio_put(). The lock of the LRU is held here with interrupts
// off, now and then: whoever takes the page back must not find it so.
@many_pages@
identifier folio, lruvec, flags;
@@
 void release_pages(...)
 {
 	...
 	struct lruvec *lruvec = NULL;
 	...
 	unsigned long flags = 0;
 	<+...
 	if (!folio_put_testzero(folio))
 		continue;
+	if (unlikely(PageNetwork(&folio->page))) {
+		if (lruvec) {
+			unlock_page_lruvec_irqrestore(lruvec, flags);
+			lruvec = NULL;
+		}
+		if (put_page_network(&folio->page))
+			continue;
+	}
 	...+>
 }

@zerocopy_receive@
expression list arguments;
@@
-vm_insert_pages(arguments)
+vm_insert_network_pages(arguments)

@let_go@
identifier pool, page;
@@
 void page_pool_release_page(struct page_pool *pool, struct page *page)
 {
 	...
 	page_pool_clear_pp_info(page);
+	ClearPageNetwork(page);
 	...
 }
