/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The interpreter as a program: plays a file on a machine of the library. The log is a file too:
 * standard output is where kernel code has its say.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/device.h>

#include <netpage/netpage.h>

#include "interpreter.h"

struct main_host {
	struct differ_host host;
	struct device dev;
	struct np_machine *machine;
	long mapped_before; /* the card has pages of its own */
	FILE *log;
	long memory_before, pages_before;
	unsigned long complaints;
};

static void host_write(struct differ_host *host, const char *text, size_t len)
{
	fwrite(text, 1, len, ((struct main_host *)host)->log);
}

static void host_fail(struct differ_host *host, char what, unsigned long nth, unsigned long times)
{
	struct np_machine *machine = ((struct main_host *)host)->machine;

	np_fault_set(machine, what == 'd' ? NP_FAULT_DMA_MAP_PAGE : NP_FAULT_ALLOC_PAGES, nth,
		     nth ? times : 1);
}

static long host_held(struct differ_host *host, char what)
{
	struct main_host *own = (struct main_host *)host;

	/* What readers under RCU might still see is given back later. */
	np_machine_settle(own->machine);
	switch (what) {
	case 'm':
		return (long)np_machine_memory(own->machine) - own->memory_before;
	case 'p':
		return own->pages_before - (long)nr_free_pages(own->machine);
	}
	return (long)own->complaints;
}

static long host_mapped(struct differ_host *host)
{
	struct main_host *own = (struct main_host *)host;

	return atomic_long_read(&own->dev.np_netdev->nr_dma_mapped) - own->mapped_before;
}

/*
 * Programs go over the edge on purpose (a counter below zero), and the kernel only warns: of what
 * the library finds, the log has what is not the business of pools and counters.
 */
static void note_violation(void *arg, const struct np_violation *violation)
{
	struct main_host *host = arg;

	if (violation->invariant == NP_LOCK_ORDER || violation->invariant == NP_WRONG_CONTEXT ||
	    violation->invariant == NP_CLEAN_AT_FREE)
		host->complaints++;
	if (getenv("DIFFER_VERBOSE"))
		fprintf(stderr, "%s: %s: %s\n", np_invariant_name(violation->invariant),
			violation->object, violation->message);
}

static char *read_all(FILE *file, size_t *len)
{
	size_t room = 1 << 16, n;
	char *text = malloc(room), *more;

	*len = 0;
	while (text && (n = fread(text + *len, 1, room - *len, file)) > 0) {
		*len += n;
		if (*len < room)
			continue;
		room *= 2;
		more = realloc(text, room);
		if (!more)
			free(text);
		text = more;
	}
	return text;
}

/* A card, for its DMA. It wants a task; the interpreter, as any kernel thread, is none. */
static int make_device(struct main_host *host)
{
	struct np_context context;
	struct task_struct *task;
	int err = np_task_create(host->machine, "interpreter", NULL, &task);

	if (!err)
		err = np_enter(&context, host->machine, 0, NP_TASK, task);
	if (err)
		return err;
	err = np_nic_create(host->machine, NULL, &host->dev.np_netdev);
	if (!err) {
		host->mapped_before = atomic_long_read(&host->dev.np_netdev->nr_dma_mapped);
		host->host.dev = &host->dev;
	}
	np_leave(&context);
	return err;
}

static int play(const char *program, size_t len, FILE *log)
{
	struct main_host host = {
		.host = { .write = host_write,
			  .nodes = 2,
			  .fail = host_fail,
			  .mapped = host_mapped,
			  .held = host_held },
		.log = log,
	};
	struct np_machine_options options = { .nr_nodes = 2 };
	void *memory = calloc(1, differ_size());
	struct np_context context;
	int err = memory ? np_machine_create(&host.machine, &options) : -ENOMEM;

	if (err)
		goto out;
	np_set_sink(host.machine, note_violation, &host);
	err = make_device(&host);
	if (!err)
		err = np_enter(&context, host.machine, 0, NP_KTHREAD, NULL);
	if (!err) {
		host.memory_before = (long)np_machine_memory(host.machine);
		host.pages_before = (long)nr_free_pages(host.machine);
		differ_run(&host.host, memory, program, len);
		np_leave(&context);
		printf("references to the device: %d\n", atomic_read(&host.dev.np_refs));
	}
	np_machine_abandon(host.machine);
out:
	free(memory);
	return err;
}

int main(int argc, char **argv)
{
	FILE *in = argc == 3 ? fopen(argv[1], "r") : NULL;
	FILE *log = in ? fopen(argv[2], "w") : NULL;
	char *program;
	size_t len;
	int err;

	if (argc != 3) {
		fprintf(stderr, "usage: %s PROGRAM LOG\n", argv[0]);
		return 2;
	}
	if (!log) {
		fprintf(stderr, "%s: %s\n", argv[in ? 2 : 1], strerror(errno));
		return 2;
	}
	program = read_all(in, &len);
	fclose(in);
	err = program ? play(program, len, log) : -ENOMEM;
	free(program);
	if (fclose(log) && !err)
		err = -errno;
	if (err)
		fprintf(stderr, "%s: %s\n", argv[0], strerror(-err));
	return err ? 2 : 0;
}
