# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# Undoes 271683bb2cf3 (CVE-2025-38129) in net/core/page_pool.c: whoever ends a pool does not
# wait for producers to leave the ring's lock, and a recycler counts after it has let go.
/^static int page_pool_release(/,/^}/{
	/bool in_softirq;/d
	/Acquire producer lock/d
	/page_pool_producer_lock(pool)/d
	/page_pool_producer_unlock(/d
}
/^static bool page_pool_recycle_in_ring(/,/^}/{
	/if (ret)/{
		N
		h
		d
	}
	/page_pool_producer_unlock(/G
}
