/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* context - internal: what a thread is called in locks and CPU ownership */
#ifndef NP_PLAT_CONTEXT_H
#define NP_PLAT_CONTEXT_H

#include <netpage/types.h>

/* Never 0, different for every live thread. */
u32 np_thread_tag(void);

#endif /* NP_PLAT_CONTEXT_H */
