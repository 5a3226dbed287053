// SPDX-License-Identifier: MIT OR GPL-2.0-only
//
// Not the proposal's: a knob, to show what is missed when only __folio_put() asks the network.
//
// spatch --sp-file one_place.cocci --in-place mm/swap.c (after page_network.cocci)

@@
@@
 #include <linux/page_network.h>
+#include <linux/page_network_rig.h>

@@
identifier folio;
@@
 void release_pages(...)
 {
 	<+...
-	if (unlikely(PageNetwork(&folio->page)))
+	if (unlikely(PageNetwork(&folio->page)) && network_release_pages_asks)
 	{ ... }
 	...+>
 }
