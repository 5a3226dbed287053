/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "host.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "assure.h"

static int fail(char *error, size_t size, int ret, const char *fmt, ...) NP_PRINTF(4, 5);
static int fail(char *error, size_t size, int ret, const char *fmt, ...)
{
	char what[100];
	va_list args;

	va_start(args, fmt);
	vsnprintf(what, sizeof(what), fmt, args);
	va_end(args);
	snprintf(error, size, "%s: %s%s", what, strerror(-ret),
		 ret == -ENOMEM ? " (more --pages, or a smaller --ring)" : "");
	return ret;
}

/*
 * Entering can only fail for a CPU or a task that is not there, or one that another thread is on:
 * none of that can be.
 */
void np_host_enter(struct np_context *context, struct np_host *host, int cpu,
		   enum np_context_kind kind, struct task_struct *task, const char *where)
{
	int ret = np_enter(context, host->machine, cpu, kind, task);

	np_assure(!ret);
	np_set_where(where);
}

int np_host_create_sockets(struct np_host *host, struct np_host_process *process, char *error,
			   size_t size)
{
	char name[32];

	for (unsigned int i = 0; i < host->options->sockets; i++) {
		struct np_host_socket *socket = &host->sockets[i];
		int ret;

		if (socket->process != process)
			continue;
		snprintf(name, sizeof(name), "sock%u", i);
		ret = np_sock_create(host->machine, name, process->task, &socket->sk);
		if (ret)
			return fail(error, size, ret, "%s", name);
		socket->waiting = 0;
	}
	return 0;
}

int np_host_create_task(struct np_host *host, struct np_host_process *process, char *error,
			size_t size)
{
	unsigned int number = (unsigned int)(process - host->processes);
	char name[32];
	int ret;

	snprintf(name, sizeof(name), "proc%u.%u", number, process->generation++);
	ret = np_task_create(host->machine, name, host->memcgs[number % host->options->memcgs],
			     &process->task);
	return ret ? fail(error, size, ret, "%s", name) : 0;
}

static void count_violation(void *arg, const struct np_violation *violation)
{
	struct np_workload_report *report = arg;
	char **first = &report->first[violation->invariant];
	size_t size = strlen(violation->object) + strlen(violation->message) + 3;

	report->violations++;
	report->violations_of[violation->invariant]++;
	if (*first)
		return;
	*first = malloc(size);
	if (*first)
		snprintf(*first, size, "%s: %s", violation->object, violation->message);
}

static int create_machine(struct np_host *host, char *error, size_t size)
{
	const struct np_workload_options *options = host->options;
	struct np_machine_options machine = {
		.nr_cpus = options->cpus,
		.nr_pages = options->pages,
		.policy = options->policy,
		.scheme = options->scheme,
		.unchecked = !options->check,
	};
	int ret = np_machine_create(&host->machine, &machine);

	if (ret)
		return fail(error, size, ret, "machine");
	np_set_sink(host->machine, count_violation, host->report);
	return 0;
}

static int create_memcgs(struct np_host *host, char *error, size_t size)
{
	const struct np_workload_options *options = host->options;

	for (unsigned int i = 0; i < options->memcgs; i++) {
		struct np_workload_memcg *memcg = &host->report->memcgs[i];
		int ret;

		snprintf(memcg->name, sizeof(memcg->name), "memcg%u", i);
		ret = np_memcg_create(host->machine, memcg->name, NULL, &host->memcgs[i]);
		if (ret)
			return fail(error, size, ret, "%s", memcg->name);
		if (options->memcg_max)
			np_memcg_set_max(host->memcgs[i], options->memcg_max);
	}
	return 0;
}

static int create_nics(struct np_host *host, char *error, size_t size)
{
	const struct np_workload_options *options = host->options;
	char name[32];

	for (unsigned int i = 0; i < options->nics; i++) {
		struct np_nic_options nic = {
			.name = name,
			.driver = options->driver,
			.ring_size = options->ring,
			.no_optin = options->no_optin,
		};
		int ret;

		snprintf(name, sizeof(name), "eth%u", i);
		ret = np_nic_create(host->machine, &nic, &host->nics[i]);
		if (ret)
			return fail(error, size, ret, "%s", name);
	}
	return 0;
}

static int create_users(struct np_host *host, char *error, size_t size)
{
	const struct np_workload_options *options = host->options;
	int ret = 0;

	for (unsigned int i = 0; i < options->sockets; i++) {
		struct np_host_socket *socket = &host->sockets[i];

		socket->process = &host->processes[i % options->processes];
		socket->dev = host->nics[i % options->nics];
		socket->cpu = (int)(i % options->nics % options->cpus);
	}
	for (unsigned int i = 0; i < options->processes && !ret; i++) {
		struct np_host_process *process = &host->processes[i];

		process->memcg = &host->report->memcgs[i % options->memcgs];
		process->cpu = (int)(i % options->cpus);
		ret = np_host_create_task(host, process, error, size);
		if (!ret)
			ret = np_host_create_sockets(host, process, error, size);
	}
	return ret;
}

static bool allocate(struct np_host *host)
{
	const struct np_workload_options *options = host->options;
	struct np_workload_report *report = host->report;

	report->nr_memcgs = options->memcgs;
	report->memcgs = calloc(options->memcgs, sizeof(*report->memcgs));
	host->memcgs = calloc(options->memcgs, sizeof(*host->memcgs));
	host->nics = calloc(options->nics, sizeof(*host->nics));
	host->processes = calloc(options->processes, sizeof(*host->processes));
	host->sockets = calloc(options->sockets, sizeof(*host->sockets));
	for (unsigned int i = 0; host->processes && i < options->processes; i++)
		INIT_LIST_HEAD(&host->processes[i].windows);
	return report->memcgs && host->memcgs && host->nics && host->processes && host->sockets;
}

int np_host_create(struct np_host *host, const struct np_workload_options *options,
		   struct np_workload_report *report, char *error, size_t size)
{
	struct np_context context;
	int ret;

	*host = (struct np_host){ .options = options, .report = report };
	if (!allocate(host))
		return fail(error, size, -ENOMEM, "host");
	ret = create_machine(host, error, size);
	if (ret)
		return ret;
	np_host_enter(&context, host, 0, NP_KTHREAD, NULL, "boot");
	ret = create_memcgs(host, error, size);
	if (!ret)
		ret = create_nics(host, error, size);
	if (!ret)
		ret = create_users(host, error, size);
	np_leave(&context);
	return ret;
}

static long rss_of(const struct task_struct *task)
{
	return task ? atomic_long_read(&task->mm->rss_filepages) : 0;
}

void np_host_collect(struct np_host *host)
{
	const struct np_workload_options *options = host->options;
	struct np_workload_report *report = host->report;

	for (unsigned int i = 0; i < options->memcgs; i++) {
		report->memcgs[i].charged = np_memcg_usage(host->memcgs[i]);
		report->memcgs[i].watermark = host->memcgs[i]->memory.watermark;
		report->memcgs[i].failed = host->memcgs[i]->memory.failcnt;
	}
	for (unsigned int i = 0; i < options->processes; i++) {
		struct np_host_process *process = &host->processes[i];

		process->memcg->rss += rss_of(process->task) + rss_of(process->child);
	}
	for (unsigned int i = 0; i < options->nics; i++) {
		struct net_device *dev = host->nics[i];

		report->reused += (u64)atomic_long_read(&dev->nr_reused);
		report->allocated += (u64)atomic_long_read(&dev->nr_allocated);
		if (!dev->pool)
			continue;
		report->has_pools = true;
		page_pool_get_stats(dev->pool, &report->pools);
	}
}

static void free_windows(struct np_host *host)
{
	for (unsigned int i = 0; i < host->options->processes; i++) {
		struct list_head *windows = &host->processes[i].windows;

		while (!list_empty(windows)) {
			struct np_host_window *window =
				list_first_entry(windows, struct np_host_window, list);

			list_del(&window->list);
			free(window);
		}
	}
}

void np_host_rest(struct np_host *host)
{
	np_machine_rest(host->machine);
	if (host->options->check)
		np_check(host->machine, NP_CHECK_REST);
	for (unsigned int i = 0; i < host->options->memcgs; i++)
		host->report->memcgs[i].at_rest = np_memcg_usage(host->memcgs[i]);
}

void np_host_destroy(struct np_host *host)
{
	if (host->machine)
		np_machine_destroy(host->machine);
	if (host->processes)
		free_windows(host);
	free(host->sockets);
	free(host->processes);
	free(host->nics);
	free(host->memcgs);
}
