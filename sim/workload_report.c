/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "workload.h"

#include <inttypes.h>

#include "json.h"

static const char *policy_name(enum np_zerocopy_policy policy)
{
	switch (policy) {
	case NP_POLICY_COPY:
		return "copy";
	case NP_POLICY_REFUSE:
		return "refuse";
	default:
		return "allow";
	}
}

static double pages_per_second(const struct np_workload_report *report)
{
	return report->wall_seconds > 0 ? (double)report->frags / report->wall_seconds : 0;
}

/*
 * Text.
 */

static void print_options(FILE *out, const struct np_workload_options *options)
{
	fprintf(out, "scheme %s, driver %s%s, policy %s, seed %" PRIu64 "\n", options->scheme->name,
		options->driver->name, options->no_optin ? " (not opted in)" : "",
		policy_name(options->policy), options->seed);
	fprintf(out, "cards %u of %u descriptors, sockets %u, processes %u, memcgs %u, CPUs %u\n\n",
		options->nics, options->ring, options->sockets, options->processes, options->memcgs,
		options->cpus);
}

static void print_traffic(FILE *out, const struct np_workload_report *report)
{
	fprintf(out, "packets    %12" PRIu64 "  in %" PRIu64 " virtual ms%s\n", report->packets,
		report->virtual_ms, report->interrupted ? ", interrupted" : "");
	fprintf(out, "skbs       %12" PRIu64 "  dropped %" PRIu64 "\n", report->skbs,
		report->dropped);
	fprintf(out, "received   %12" PRIu64 "  bytes in %" PRIu64 " fragments\n", report->bytes,
		report->frags);
	fprintf(out, "mapped     %12" PRIu64 "  pages in %" PRIu64 " calls\n", report->mapped,
		report->calls);
	fprintf(out, "copied     %12" PRIu64 "  bytes\n", report->copied);
	fprintf(out,
		"not mapped %12" PRIu64 "  calls: no charge; %" PRIu64 " refused, %" PRIu64
		" failed otherwise\n",
		report->no_charge, report->refused, report->failed);
	fprintf(out, "processes  %12" PRIu64 "  forks, %" PRIu64 " exits\n\n", report->forks,
		report->exits);
}

static void print_capture(FILE *out, const struct np_capture *capture)
{
	const char *name;

	fprintf(out, "capture    ");
	for (int fate = 0; (name = np_capture_fate_name(fate)); fate++)
		fprintf(out, "%s%s %" PRIu64, fate ? ", " : "", name,
			np_capture_count(capture, fate));
	fprintf(out, "\n\n");
}

static void print_memcgs(FILE *out, const struct np_workload_report *report)
{
	fprintf(out,
		"memcg       charged   mapped   queued      rss watermark  refused  at rest\n");
	for (unsigned int i = 0; i < report->nr_memcgs; i++) {
		const struct np_workload_memcg *memcg = &report->memcgs[i];

		fprintf(out, "%-10s %8lu %8ld %8ld %8ld  %8lu %8lu %8lu\n", memcg->name,
			memcg->charged, memcg->mapped, memcg->queued, memcg->rss, memcg->watermark,
			memcg->failed, memcg->at_rest);
	}
	fputc('\n', out);
}

static void print_stand(FILE *out, const char *name, const char *direction,
			const struct np_stand *stand)
{
	if (!stand->pages) {
		fprintf(out, "%-10s %-10s     none\n", name, direction);
		return;
	}
	fprintf(out, "%-10s %-10s %8" PRIu64 "  %12" PRIu64 "  %10" PRIu64 "  %10" PRIu64 "\n",
		name, direction, stand->pages, stand->at.packet, stand->packets, stand->ms);
}

static void print_gaps(FILE *out, const struct np_workload_report *report)
{
	fprintf(out,
		"Charged, against mapped and queued: the largest gap each way, and how long a\n"
		"gap that way stood then.\n"
		"memcg      charge        pages     at packet     packets  virtual ms\n");
	for (unsigned int i = 0; i < report->nr_memcgs; i++) {
		const struct np_workload_memcg *memcg = &report->memcgs[i];

		print_stand(out, memcg->name, "too much", &memcg->gap.over.largest);
		print_stand(out, memcg->name, "too little", &memcg->gap.under.largest);
	}
	fputc('\n', out);
}

static void print_recycling(FILE *out, const struct np_workload_report *report)
{
	const struct page_pool_alloc_stats *alloc = &report->pools.alloc_stats;
	const struct page_pool_recycle_stats *recycle = &report->pools.recycle_stats;
	u64 posted = report->reused + report->allocated;

	fprintf(out,
		"posted     %12" PRIu64 "  pages: reused %" PRIu64 " (%.1f %%), fresh %" PRIu64
		"\n",
		posted, report->reused,
		posted ? 100.0 * (double)report->reused / (double)posted : 0.0, report->allocated);
	if (!report->has_pools)
		return;
	fprintf(out,
		"pools      alloc:   fast %" PRIu64 ", slow %" PRIu64 ", empty %" PRIu64
		", refill %" PRIu64 ", waive %" PRIu64 "\n",
		alloc->fast, alloc->slow, alloc->empty, alloc->refill, alloc->waive);
	fprintf(out,
		"           recycle: cached %" PRIu64 ", ring %" PRIu64 ", cache_full %" PRIu64
		", ring_full %" PRIu64 ",\n"
		"                    released_refcnt %" PRIu64 "\n",
		recycle->cached, recycle->ring, recycle->cache_full, recycle->ring_full,
		recycle->released_refcnt);
}

static void print_violations(FILE *out, const struct np_workload_report *report)
{
	fprintf(out, "\nviolations %12" PRIu64 "\n", report->violations);
	for (int i = 0; i < NP_INVARIANTS; i++) {
		if (!report->violations_of[i])
			continue;
		fprintf(out, "%12" PRIu64 "  %s, first:\n%s\n", report->violations_of[i],
			np_invariant_name(i), report->first[i] ? report->first[i] : "");
	}
}

void np_workload_print_text(FILE *out, const struct np_workload_options *options,
			    const struct np_workload_report *report)
{
	print_options(out, options);
	print_traffic(out, report);
	if (options->capture)
		print_capture(out, options->capture);
	print_memcgs(out, report);
	print_gaps(out, report);
	print_recycling(out, report);
	print_violations(out, report);
	/* Nothing but these two lines differs between runs with equal options. */
	fprintf(out, "\nwall seconds     %.3f\n", report->wall_seconds);
	fprintf(out, "pages per second %.0f\n", pages_per_second(report));
}

/*
 * JSON.
 */

static struct json_object *options_to_json(const struct np_workload_options *options)
{
	struct json_object *object = np_json_object();

	np_json_add_string(object, "scheme", options->scheme->name);
	np_json_add_string(object, "driver", options->driver->name);
	np_json_add_bool(object, "optin", !options->no_optin);
	np_json_add_string(object, "policy", policy_name(options->policy));
	np_json_add_unsigned(object, "nics", options->nics);
	np_json_add_unsigned(object, "ring", options->ring);
	np_json_add_unsigned(object, "sockets", options->sockets);
	np_json_add_unsigned(object, "processes", options->processes);
	np_json_add_unsigned(object, "memcgs", options->memcgs);
	np_json_add_unsigned(object, "memcg_max", options->memcg_max);
	np_json_add_unsigned(object, "frags", options->capture ? 0 : options->frags);
	np_json_add_unsigned(object, "pages", options->pages);
	np_json_add_unsigned(object, "cpus", options->cpus);
	np_json_add_unsigned(object, "read_delay", options->read_delay);
	np_json_add_unsigned(object, "hold", options->hold);
	np_json_add_unsigned(object, "seed", options->seed);
	np_json_add_bool(object, "check", options->check);
	return object;
}

static struct json_object *traffic_to_json(const struct np_workload_report *report)
{
	struct json_object *object = np_json_object();

	np_json_add_unsigned(object, "packets", report->packets);
	np_json_add_unsigned(object, "virtual_ms", report->virtual_ms);
	np_json_add_unsigned(object, "skbs", report->skbs);
	np_json_add_unsigned(object, "dropped", report->dropped);
	np_json_add_unsigned(object, "bytes", report->bytes);
	np_json_add_unsigned(object, "frags", report->frags);
	np_json_add_unsigned(object, "mapped_pages", report->mapped);
	np_json_add_unsigned(object, "copied_bytes", report->copied);
	np_json_add_unsigned(object, "calls", report->calls);
	np_json_add_unsigned(object, "no_charge", report->no_charge);
	np_json_add_unsigned(object, "refused", report->refused);
	np_json_add_unsigned(object, "failed", report->failed);
	np_json_add_unsigned(object, "forks", report->forks);
	np_json_add_unsigned(object, "exits", report->exits);
	return object;
}

static struct json_object *capture_to_json(const struct np_capture *capture)
{
	struct json_object *object = np_json_object();
	const char *name;

	for (int fate = 0; (name = np_capture_fate_name(fate)); fate++)
		np_json_add_unsigned(object, name, np_capture_count(capture, fate));
	return object;
}

static struct json_object *stand_to_json(const struct np_stand *stand)
{
	struct json_object *object = np_json_object();

	np_json_add_unsigned(object, "pages", stand->pages);
	np_json_add_unsigned(object, "at_packet", stand->at.packet);
	np_json_add_unsigned(object, "at_ms", stand->at.ms);
	np_json_add_unsigned(object, "packets", stand->packets);
	np_json_add_unsigned(object, "virtual_ms", stand->ms);
	return object;
}

static struct json_object *memcg_to_json(const struct np_workload_memcg *memcg)
{
	struct json_object *object = np_json_object();

	np_json_add_string(object, "name", memcg->name);
	np_json_add_unsigned(object, "charged", memcg->charged);
	np_json_add_signed(object, "mapped", memcg->mapped);
	np_json_add_signed(object, "queued", memcg->queued);
	np_json_add_signed(object, "rss", memcg->rss);
	np_json_add_unsigned(object, "watermark", memcg->watermark);
	np_json_add_unsigned(object, "refused_charges", memcg->failed);
	np_json_add_unsigned(object, "charged_at_rest", memcg->at_rest);
	np_json_add(object, "charged_too_much", stand_to_json(&memcg->gap.over.largest));
	np_json_add(object, "charged_too_little", stand_to_json(&memcg->gap.under.largest));
	return object;
}

static struct json_object *pools_to_json(const struct page_pool_stats *pools)
{
	struct json_object *object = np_json_object();

	np_json_add_unsigned(object, "alloc_fast", pools->alloc_stats.fast);
	np_json_add_unsigned(object, "alloc_slow", pools->alloc_stats.slow);
	np_json_add_unsigned(object, "alloc_slow_ho", pools->alloc_stats.slow_high_order);
	np_json_add_unsigned(object, "alloc_empty", pools->alloc_stats.empty);
	np_json_add_unsigned(object, "alloc_refill", pools->alloc_stats.refill);
	np_json_add_unsigned(object, "alloc_waive", pools->alloc_stats.waive);
	np_json_add_unsigned(object, "recycle_cached", pools->recycle_stats.cached);
	np_json_add_unsigned(object, "recycle_cache_full", pools->recycle_stats.cache_full);
	np_json_add_unsigned(object, "recycle_ring", pools->recycle_stats.ring);
	np_json_add_unsigned(object, "recycle_ring_full", pools->recycle_stats.ring_full);
	np_json_add_unsigned(object, "recycle_released_ref", pools->recycle_stats.released_refcnt);
	return object;
}

static struct json_object *recycling_to_json(const struct np_workload_report *report)
{
	struct json_object *object = np_json_object();

	np_json_add_unsigned(object, "reused", report->reused);
	np_json_add_unsigned(object, "allocated", report->allocated);
	if (report->has_pools)
		np_json_add(object, "page_pools", pools_to_json(&report->pools));
	return object;
}

static struct json_object *violations_to_json(const struct np_workload_report *report)
{
	struct json_object *object = np_json_object(), *kinds = np_json_array();

	np_json_add_unsigned(object, "total", report->violations);
	for (int i = 0; i < NP_INVARIANTS; i++) {
		struct json_object *kind;

		if (!report->violations_of[i])
			continue;
		kind = np_json_object();
		np_json_add_string(kind, "invariant", np_invariant_name(i));
		np_json_add_unsigned(kind, "count", report->violations_of[i]);
		np_json_add_string(kind, "first", report->first[i] ? report->first[i] : "");
		np_json_append(kinds, kind);
	}
	np_json_add(object, "invariants", kinds);
	return object;
}

void np_workload_print_json(FILE *out, const struct np_workload_options *options,
			    const struct np_workload_report *report)
{
	struct json_object *root = np_json_object(), *memcgs = np_json_array();
	struct json_object *wall = np_json_object();

	for (unsigned int i = 0; i < report->nr_memcgs; i++)
		np_json_append(memcgs, memcg_to_json(&report->memcgs[i]));
	np_json_add(root, "options", options_to_json(options));
	np_json_add_bool(root, "interrupted", report->interrupted);
	np_json_add(root, "traffic", traffic_to_json(report));
	if (options->capture)
		np_json_add(root, "capture", capture_to_json(options->capture));
	np_json_add(root, "memcgs", memcgs);
	np_json_add(root, "recycling", recycling_to_json(report));
	np_json_add(root, "violations", violations_to_json(report));
	np_json_add_double(wall, "seconds", report->wall_seconds);
	np_json_add_double(wall, "pages_per_second", pages_per_second(report));
	np_json_add(root, "wall", wall);
	np_json_print(out, root);
}
