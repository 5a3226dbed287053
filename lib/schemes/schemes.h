/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* schemes - internal: the designs that are built in */
#ifndef NP_SCHEMES_H
#define NP_SCHEMES_H

#include <netpage/netpage.h>

/* Each flavour has its own: the names are mapped as those of functions are. */
#define np_scheme_unaccounted NP_FLAVOUR_SYMBOL(scheme_unaccounted)
#define np_scheme_mapcount_precharge NP_FLAVOUR_SYMBOL(scheme_mapcount_precharge)
#define np_scheme_mapcount_postcharge NP_FLAVOUR_SYMBOL(scheme_mapcount_postcharge)
#define np_scheme_network_at_zero NP_FLAVOUR_SYMBOL(scheme_network_at_zero)
#define np_scheme_network_at_zero_naive NP_FLAVOUR_SYMBOL(scheme_network_at_zero_naive)
#define np_scheme_network_freelist NP_FLAVOUR_SYMBOL(scheme_network_freelist)
#define np_scheme_network_to_allocator NP_FLAVOUR_SYMBOL(scheme_network_to_allocator)
#define np_scheme_network_callback NP_FLAVOUR_SYMBOL(scheme_network_callback)
#define np_scheme_page_pool_magic NP_FLAVOUR_SYMBOL(scheme_page_pool_magic)
#define np_scheme_page_type NP_FLAVOUR_SYMBOL(scheme_page_type)
#define np_scheme_owner_priv_alias NP_FLAVOUR_SYMBOL(scheme_owner_priv_alias)

extern const struct np_scheme np_scheme_unaccounted, np_scheme_mapcount_precharge,
	np_scheme_mapcount_postcharge, np_scheme_network_at_zero, np_scheme_network_at_zero_naive,
	np_scheme_network_freelist, np_scheme_network_to_allocator, np_scheme_network_callback,
	np_scheme_page_pool_magic, np_scheme_page_type, np_scheme_owner_priv_alias;

#endif /* NP_SCHEMES_H */
