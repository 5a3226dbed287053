/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * A driver for the loopback device: what it receives, it moves into pages of its page_pool, one
 * after the other, as a card that splits headers from data would have written it there.
 *
 * netpage_loopback/mode in debugfs is a letter, read once for each packet:
 *   o  off: loopback as it always was
 *   d  today's driver: pages are let go of by the pool as they are received
 *   n  a driver that has opted in to the proposal
 *   1  the same, and only __folio_put() asks the network
 * Writing it starts new counts; netpage_loopback/counts has them.
 */
#include <linux/debugfs.h>
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/page_network.h>
#include <linux/page_network_rig.h>
#include <linux/seq_file.h>
#include <linux/skbuff.h>
#include <linux/uaccess.h>
#include <net/page_pool.h>

#define GIVEN_MAX 8192

static struct {
	char mode;
	struct page_pool *pool;
	unsigned long recycled_before;
	int released_before;
	unsigned int nr;
	struct page *given[GIVEN_MAX];
} driver = { .mode = 'o' };

static unsigned long recycled(void)
{
	struct page_pool_stats stats = {};

	page_pool_get_stats(driver.pool, &stats);
	return stats.recycle_stats.cached + stats.recycle_stats.ring;
}

static int released(void)
{
	return atomic_read(&driver.pool->pages_state_release_cnt);
}

static bool add_page(struct sk_buff *to, struct sk_buff *from, int offset, int len)
{
	struct page *page = page_pool_dev_alloc_pages(driver.pool);

	if (!page)
		return false;
	if (skb_copy_bits(from, offset, page_address(page), len)) {
		page_pool_put_full_page(driver.pool, page, false);
		return false;
	}
	if (driver.mode == 'd')
		page_pool_release_page(driver.pool, page);
	else
		SetPageNetwork(page);
	skb_add_rx_frag(to, skb_shinfo(to)->nr_frags, page, 0, len, PAGE_SIZE);
	if (driver.nr < GIVEN_MAX)
		driver.given[driver.nr++] = page;
	return true;
}

/* Bottom halves are off: nobody else is in the pool. */
static struct sk_buff *loopback_driver_receive(struct sk_buff *skb)
{
	int offset = skb_headlen(skb), headroom = skb_headroom(skb);
	struct sk_buff *own;

	if (driver.mode == 'o' || !skb->data_len || skb->data_len > MAX_SKB_FRAGS * PAGE_SIZE)
		return skb;
	own = alloc_skb(headroom + offset, GFP_ATOMIC);
	if (!own)
		return skb;
	skb_reserve(own, headroom);
	skb_put_data(own, skb->data, offset);
	skb_copy_header(own, skb);
	for (; offset < skb->len; offset += PAGE_SIZE) {
		if (!add_page(own, skb, offset, min_t(int, PAGE_SIZE, skb->len - offset))) {
			kfree_skb(own);
			return skb;
		}
	}
	consume_skb(skb);
	return own;
}

/* Whether @page, once given, is in use as what it was given as: it may be anybody's by now. */
static bool still_ours(struct page *page)
{
	return PageNetwork(page) || (page_mapped(page) && !page->mapping);
}

static int counts_show(struct seq_file *file, void *data)
{
	unsigned int mapped = 0, charged = 0, i;

	for (i = 0; i < driver.nr; i++) {
		if (!still_ours(driver.given[i]))
			continue;
		mapped += page_mapped(driver.given[i]);
		charged += !!page_memcg_check(driver.given[i]);
	}
	seq_printf(file, "given %u mapped %u charged %u recycled %lu let-go %d\n", driver.nr,
		   mapped, charged, recycled() - driver.recycled_before,
		   released() - driver.released_before);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(counts);

static ssize_t mode_write(struct file *file, const char __user *from, size_t len, loff_t *pos)
{
	char mode;

	if (!len || get_user(mode, from))
		return -EFAULT;
	if (!strchr("odn1", mode))
		return -EINVAL;
	local_bh_disable();
	driver.mode = mode;
	driver.nr = 0;
	driver.recycled_before = recycled();
	driver.released_before = released();
	network_release_pages_asks = mode != '1';
	local_bh_enable();
	return (ssize_t)len;
}

static const struct file_operations mode_fops = { .write = mode_write };

static int __init loopback_driver_init(void)
{
	const struct page_pool_params params = { .pool_size = 4096, .nid = NUMA_NO_NODE };
	struct dentry *dir;

	driver.pool = page_pool_create(&params);
	if (IS_ERR(driver.pool))
		return PTR_ERR(driver.pool);
	dir = debugfs_create_dir("netpage_loopback", NULL);
	debugfs_create_file("mode", 0200, dir, NULL, &mode_fops);
	debugfs_create_file("counts", 0400, dir, NULL, &counts_fops);
	network_loopback_receive = loopback_driver_receive;
	return 0;
}
late_initcall(loopback_driver_init);
