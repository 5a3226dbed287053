/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: workload - a whole host under one accounting scheme
 *
 * Cards receive packets for sockets, processes map what they can and copy the rest, hold the pages
 * for a while, unmap the oldest, fork and exit now and then. After every packet each memcg is asked
 * what it is charged, and that is compared with what its processes map and its sockets queue.
 *
 * One thread: for equal options and seed every number but the wall clock's is the same.
 *
 * Unit: pages, packets, virtual milliseconds; bytes where a name says so.
 */
#ifndef NP_SIM_WORKLOAD_H
#define NP_SIM_WORKLOAD_H

#include <netpage/netpage.h>
#include <signal.h>
#include <stdio.h>

#include "capture.h"
#include "gap.h"
#include "progress.h"

/** Virtual time between two packets that come from no capture. */
#define NP_WORKLOAD_PACKET_NS 10000
/** Packets between two np_check(), and between two looks at the signal. */
#define NP_WORKLOAD_CHECK_PACKETS 256

/** struct np_workload_options - the host and what happens to it. */
struct np_workload_options {
	const struct np_scheme *scheme;
	const struct np_driver *driver;
	enum np_zerocopy_policy policy;
	bool no_optin; /* no driver has been converted */
	bool check;    /* np_check() now and then, and at the end */
	unsigned int nics, ring, sockets, processes, memcgs, cpus;
	unsigned int frags;	  /* of each packet, at most MAX_SKB_FRAGS and ring */
	unsigned long memcg_max;  /* 0: no limit */
	unsigned long pages;	  /* of the machine */
	unsigned long read_delay; /* packets that wait before a process reads; at least 1 */
	unsigned long hold;	  /* pages that a process keeps mapped */
	u64 packets;		  /* at most; with a capture UINT64_MAX for all of it */
	u64 seed;
	struct np_capture *capture;   /* NULL: every packet has @frags pages, some end short */
	struct np_progress *progress; /* may be NULL */
	const volatile sig_atomic_t *interrupted; /* ends the run when not 0; may be NULL */
};

/** struct np_workload_memcg - what one memcg came to. */
struct np_workload_memcg {
	char name[32];
	unsigned long charged;	 /* np_memcg_usage() when the last packet was dealt with */
	unsigned long at_rest;	 /* the same after everybody had let go */
	unsigned long watermark; /* of the counter, so with what stocks held */
	unsigned long failed;	 /* charges that the limit refused */
	long rss;		 /* of its processes, shared pages counted for each */
	long mapped;		 /* pages that any of them maps */
	long queued;		 /* socket memory */
	struct np_gap gap;	 /* charged - mapped - queued, after every packet */
};

/** struct np_workload_report - everything that was counted. */
struct np_workload_report {
	u64 packets; /* of the capture, or made up */
	u64 virtual_ms;
	u64 skbs;      /* one for each packet, and one for each part of a page at its end */
	u64 dropped;   /* of them */
	u64 bytes;     /* payload of the others */
	u64 frags;     /* fragments of the others */
	u64 mapped;    /* pages that were mapped */
	u64 copied;    /* bytes */
	u64 calls;     /* of tcp_zerocopy_receive() */
	u64 no_charge; /* of them -ENOMEM: the scheme could not charge */
	u64 refused;   /* of them -EINVAL: policy, or a page that cannot be mapped */
	u64 failed;    /* of them with any other error */
	u64 forks, exits;
	u64 reused;    /* pages posted again without the page allocator */
	u64 allocated; /* pages posted fresh */
	bool has_pools;
	struct page_pool_stats pools; /* sum over all cards */
	u64 violations;
	u64 violations_of[NP_INVARIANTS];
	char *first[NP_INVARIANTS]; /* first message of each kind, or NULL */
	unsigned int nr_memcgs;
	struct np_workload_memcg *memcgs;
	bool interrupted;
	double wall_seconds;
};

/**
 * np_workload_run() - build the host, run, take it apart
 * @report: receives the numbers; np_workload_report_free() it in any case
 * @error: receives a message of one line when this fails
 *
 * Return: 0; -ENOMEM when the machine is too small for its rings; -EIO when the capture is damaged;
 * -EINVAL what the library refused.
 */
int np_workload_run(const struct np_workload_options *options, struct np_workload_report *report,
		    char *error, size_t size);
void np_workload_report_free(struct np_workload_report *report);

/** np_workload_print_text() - for people, within 80 columns but for messages of violations. */
void np_workload_print_text(FILE *out, const struct np_workload_options *options,
			    const struct np_workload_report *report);
/** np_workload_print_json() - the same numbers; "wall" holds those that differ from run to run. */
void np_workload_print_json(FILE *out, const struct np_workload_options *options,
			    const struct np_workload_report *report);

#endif /* NP_SIM_WORKLOAD_H */
