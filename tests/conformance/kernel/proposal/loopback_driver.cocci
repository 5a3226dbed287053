// SPDX-License-Identifier: MIT OR GPL-2.0-only
//
// Not the proposal's: a driver to try it with. What the loopback device receives may be moved into
// network pages first, as a card that has opted in would have written it there.
//
// spatch --sp-file loopback_driver.cocci --in-place drivers/net/loopback.c

@@
@@
 #include <linux/module.h>
+#include <linux/page_network_rig.h>

@@
identifier skb, dev;
@@
 loopback_xmit(struct sk_buff *skb, struct net_device *dev)
 {
 	...
 	skb_dst_force(skb);
+	if (network_loopback_receive)
+		skb = network_loopback_receive(skb);
 	...
 }
