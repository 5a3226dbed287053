/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * DMA addresses for kernel code, whose devices may be no cards of the machine.
 */
#include <linux/dma-mapping.h>

#include <netpage/nic.h>

dma_addr_t np_compat_dma_map(struct device *dev, struct page *page, size_t offset)
{
	dma_addr_t addr;

	if (!dev || !dev->np_netdev)
		return page_to_phys(page) + offset;
	addr = NP_FLAVOUR_SYMBOL(dma_map_page)(dev->np_netdev, page);
	return addr == DMA_MAPPING_ERROR ? addr : addr + offset;
}

void np_compat_dma_unmap(struct device *dev, dma_addr_t addr)
{
	if (dev && dev->np_netdev)
		NP_FLAVOUR_SYMBOL(dma_unmap_page)(dev->np_netdev, addr);
}
