/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef NETPAGE_DMA_DIRECTION_H
#define NETPAGE_DMA_DIRECTION_H

/**
 * enum dma_data_direction - which way data goes, seen from memory
 * Models: include/linux/dma-direction.h, 6.1.
 */
enum dma_data_direction {
	DMA_BIDIRECTIONAL = 0,
	DMA_TO_DEVICE = 1,
	DMA_FROM_DEVICE = 2,
	DMA_NONE = 3,
};

#endif /* NETPAGE_DMA_DIRECTION_H */
