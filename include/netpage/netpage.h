/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/** DOC: netpage - everything at once; each header also stands alone. */
#ifndef NETPAGE_NETPAGE_H
#define NETPAGE_NETPAGE_H

#include <netpage/check.h>
#include <netpage/machine.h>
#include <netpage/memcg.h>
#include <netpage/mmap.h>
#include <netpage/net_page.h>
#include <netpage/nic.h>
#include <netpage/page_alloc.h>
#include <netpage/page_counter.h>
#include <netpage/page_pool.h>
#include <netpage/put_page.h>
#include <netpage/scheme.h>
#include <netpage/skbuff.h>
#include <netpage/trace.h>
#include <netpage/zerocopy.h>

#endif /* NETPAGE_NETPAGE_H */
