/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "workload.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "host.h"

/* Packets between two forks or exits, on average. */
#define EVENT_PACKETS 512
/* One made-up packet in so many does not end with a full page. */
#define SHORT_PACKETS 8

enum { STREAM_PACKETS, STREAM_SOCKETS, STREAM_EVENTS, NR_STREAMS };

struct run {
	const struct np_workload_options *options;
	struct np_workload_report *report;
	struct np_host host;
	struct np_random streams[NR_STREAMS];
	struct np_moment now;
	char *error;
	size_t size;
};

static struct np_packet make_up(struct run *run)
{
	struct np_random *random = &run->streams[STREAM_PACKETS];
	struct np_packet packet = {
		.time_ns = run->now.packet * NP_WORKLOAD_PACKET_NS,
		.flow = (uint32_t)np_random_next(&run->streams[STREAM_SOCKETS]),
		.payload = (uint32_t)(run->options->frags * PAGE_SIZE),
	};

	if (np_random_one_in(random, SHORT_PACKETS))
		packet.payload -= (uint32_t)np_random_below(random, PAGE_SIZE);
	return packet;
}

/* Return: 1, 0 when there is no more, or -EIO. */
static int next_packet(struct run *run, struct np_packet *packet)
{
	const volatile sig_atomic_t *interrupted = run->options->interrupted;

	if (interrupted && *interrupted) {
		run->report->interrupted = true;
		return 0;
	}
	if (run->now.packet >= run->options->packets)
		return 0;
	if (run->options->capture)
		return np_capture_next(run->options->capture, packet, run->error, run->size);
	*packet = make_up(run);
	return 1;
}

static void pass_time(struct run *run, u64 time_ns)
{
	u64 ms = time_ns / 1000000;

	if (ms > run->now.ms)
		np_machine_advance(run->host.machine, (unsigned long)(ms - run->now.ms));
	run->now.ms = ms;
}

static void measure(struct run *run)
{
	for (unsigned int i = 0; i < run->report->nr_memcgs; i++) {
		struct np_workload_memcg *memcg = &run->report->memcgs[i];
		unsigned long charged = np_memcg_usage(run->host.memcgs[i]);

		np_gap_measure(&memcg->gap, (int64_t)charged - memcg->mapped - memcg->queued,
			       run->now);
	}
}

static int maybe_event(struct run *run)
{
	struct np_random *random = &run->streams[STREAM_EVENTS];
	u64 number;

	if (!np_random_one_in(random, EVENT_PACKETS))
		return 0;
	number = np_random_below(random, run->options->processes);
	return np_host_event(&run->host, &run->host.processes[number], random);
}

static void every_now_and_then(struct run *run)
{
	if (run->now.packet % NP_WORKLOAD_CHECK_PACKETS)
		return;
	/* What other CPUs have been asked to do, they do when they are idle. */
	np_machine_settle(run->host.machine);
	if (run->options->check)
		np_check(run->host.machine, NP_CHECK_STEP);
	if (run->options->progress)
		np_progress_update(run->options->progress, run->now.packet);
}

static int handle(struct run *run, const struct np_packet *packet)
{
	struct np_host *host = &run->host;
	struct np_host_socket *socket = &host->sockets[packet->flow % run->options->sockets];
	int ret;

	pass_time(run, packet->time_ns);
	run->now.packet++;
	ret = np_host_receive(host, socket, packet->payload);
	if (!ret && socket->waiting >= run->options->read_delay)
		ret = np_host_read(host, socket);
	if (!ret)
		ret = maybe_event(run);
	if (ret)
		return ret;
	measure(run);
	every_now_and_then(run);
	return 0;
}

static int loop(struct run *run)
{
	struct np_packet packet;
	int ret;

	while ((ret = next_packet(run, &packet)) == 1) {
		ret = handle(run, &packet);
		if (ret) {
			snprintf(run->error, run->size, "packet %" PRIu64 ": %s", run->now.packet,
				 strerror(-ret));
			return ret;
		}
	}
	return ret;
}

static double wall_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int run_host(struct run *run)
{
	struct np_workload_report *report = run->report;
	double begun = wall_seconds();
	int ret = loop(run);

	if (ret)
		return ret;
	report->wall_seconds = wall_seconds() - begun;
	report->packets = run->now.packet;
	report->virtual_ms = run->now.ms;
	np_machine_settle(run->host.machine);
	if (run->options->check)
		np_check(run->host.machine, NP_CHECK_STEP);
	for (unsigned int i = 0; i < report->nr_memcgs; i++)
		np_gap_end(&report->memcgs[i].gap, run->now);
	np_host_collect(&run->host);
	np_host_rest(&run->host);
	return 0;
}

int np_workload_run(const struct np_workload_options *options, struct np_workload_report *report,
		    char *error, size_t size)
{
	struct run run = { .options = options, .report = report, .error = error, .size = size };
	int ret;

	*report = (struct np_workload_report){ 0 };
	for (unsigned int i = 0; i < NR_STREAMS; i++)
		np_random_seed(&run.streams[i], options->seed, i);
	ret = np_host_create(&run.host, options, report, error, size);
	if (!ret)
		ret = run_host(&run);
	np_host_destroy(&run.host);
	return ret;
}

void np_workload_report_free(struct np_workload_report *report)
{
	for (unsigned int i = 0; i < NP_INVARIANTS; i++)
		free(report->first[i]);
	free(report->memcgs);
}
