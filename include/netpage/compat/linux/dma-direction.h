/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: linux/dma-direction.h - which way data goes
 *
 * Provenance: real (netpage/dma_direction.h).
 */
#ifndef NETPAGE_COMPAT_LINUX_DMA_DIRECTION_H
#define NETPAGE_COMPAT_LINUX_DMA_DIRECTION_H

#include <netpage/dma_direction.h>

#endif /* NETPAGE_COMPAT_LINUX_DMA_DIRECTION_H */
