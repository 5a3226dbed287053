/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/dma-mapping.h - DMA addresses
 *
 * Provenance: real (netpage/nic.h) where the device is a card (np_netdev): mappings are
 * counted; custom: without a card an address is the number of the page. stub: dma_sync_*() do
 * nothing, because memory is coherent.
 */
#ifndef NETPAGE_COMPAT_LINUX_DMA_MAPPING_H
#define NETPAGE_COMPAT_LINUX_DMA_MAPPING_H

#include <linux/device.h>
#include <linux/dma-direction.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/types.h>

#include <netpage/nic.h>

#define DMA_ATTR_SKIP_CPU_SYNC (1UL << 5)
#define DMA_ATTR_WEAK_ORDERING (1UL << 1)
#ifndef DMA_MAPPING_ERROR
#define DMA_MAPPING_ERROR (~(dma_addr_t)0)
#endif
#define DMA_BIT_MASK(n) ((n) == 64 ? ~0ULL : (1ULL << (n)) - 1)

dma_addr_t np_compat_dma_map(struct device *dev, struct page *page, size_t offset);
void np_compat_dma_unmap(struct device *dev, dma_addr_t addr);

#undef dma_map_page
#undef dma_unmap_page
#define dma_map_page_attrs(dev, page, offset, size, dir, attrs)                                    \
	((void)(size), (void)(dir), (void)(attrs), np_compat_dma_map(dev, page, offset))
#define dma_unmap_page_attrs(dev, addr, size, dir, attrs)                                          \
	((void)(size), (void)(dir), (void)(attrs), np_compat_dma_unmap(dev, addr))
#define dma_map_page(dev, page, offset, size, dir)                                                 \
	dma_map_page_attrs(dev, page, offset, size, dir, 0UL)
#define dma_unmap_page(dev, addr, size, dir) dma_unmap_page_attrs(dev, addr, size, dir, 0UL)

static inline int dma_mapping_error(struct device *dev, dma_addr_t addr)
{
	(void)dev;
	return addr == DMA_MAPPING_ERROR ? -ENOMEM : 0;
}

/* A cast for each: pointer or number, nothing is done with it. */
#define NP_DMA_SYNC_(dev, addr) ((void)(dev), (void)(addr))
#define dma_sync_single_for_cpu(dev, addr, size, dir)                                              \
	((void)(size), (void)(dir), NP_DMA_SYNC_(dev, addr))
#define dma_sync_single_for_device(dev, addr, size, dir)                                           \
	dma_sync_single_for_cpu(dev, addr, size, dir)
#define dma_sync_single_range_for_cpu(dev, addr, offset, size, dir)                                \
	((void)(offset), dma_sync_single_for_cpu(dev, addr, size, dir))
#define dma_sync_single_range_for_device(dev, addr, offset, size, dir)                             \
	dma_sync_single_range_for_cpu(dev, addr, offset, size, dir)

static inline int dma_get_cache_alignment(void)
{
	return 1;
}

#define dma_set_mask(dev, mask) ((void)(dev), (void)(mask), 0)
#define dma_set_mask_and_coherent(dev, mask) dma_set_mask(dev, mask)

#endif /* NETPAGE_COMPAT_LINUX_DMA_MAPPING_H */
