/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "crew.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define WAIT_MS 100
#define NO_TASK SIZE_MAX

/* What all processes see: which task is the next one, and who has which. */
struct board {
	size_t next;
	size_t current[];
};

/* In front of what a task wrote. */
struct header {
	size_t task, len;
};

/* One process. */
struct hand {
	pid_t pid;
	int in; /* what it writes; -1: it is gone */
	char *bytes;
	size_t len;
};

struct run {
	const struct np_crew *crew;
	struct board *board;
	size_t board_size;
	struct hand *hands;
	struct pollfd *polls;
	bool told;
};

/* --- in a process of its own --- */

static bool write_all(int fd, const void *bytes, size_t len)
{
	const char *at = bytes;

	while (len) {
		ssize_t written = write(fd, at, len);

		if (written < 0 && errno != EINTR)
			return false;
		if (written > 0) {
			at += written;
			len -= (size_t)written;
		}
	}
	return true;
}

static bool do_task(const struct run *run, size_t task, int fd)
{
	struct header header = { .task = task };
	char *text = NULL;
	FILE *out = open_memstream(&text, &header.len);
	bool good = out;

	if (out) {
		run->crew->work(run->crew->arg, task, out);
		good = !fclose(out);
	}
	good = good && write_all(fd, &header, sizeof(header)) && write_all(fd, text, header.len);
	free(text);
	return good;
}

static void __attribute__((noreturn)) work(const struct run *run, size_t number, int fd)
{
	size_t *current = &run->board->current[number], task;

	for (;;) {
		task = __atomic_fetch_add(&run->board->next, 1, __ATOMIC_RELAXED);
		if (task >= run->crew->tasks)
			break;
		__atomic_store_n(current, task, __ATOMIC_RELAXED);
		if (!do_task(run, task, fd))
			_exit(1);
		__atomic_store_n(current, NO_TASK, __ATOMIC_RELAXED);
	}
	/* Not exit(): buffers and handlers are the parent's. */
	_exit(0);
}

/* --- in the caller --- */

static int hire(struct run *run, size_t number)
{
	struct hand *hand = &run->hands[number];
	int ends[2];

	hand->in = -1;
	if (pipe(ends))
		return -errno;
	run->board->current[number] = NO_TASK;
	hand->pid = fork();
	if (!hand->pid) {
		close(ends[0]);
		for (size_t i = 0; i < run->crew->jobs; i++)
			if (run->hands[i].in >= 0)
				close(run->hands[i].in);
		work(run, number, ends[1]);
	}
	close(ends[1]);
	if (hand->pid < 0) {
		close(ends[0]);
		return -EAGAIN;
	}
	hand->in = ends[0];
	return 0;
}

/* All tasks of which everything has arrived. */
static int take_tasks(const struct run *run, struct hand *hand)
{
	struct header header;
	size_t at = 0;
	int err = 0;

	while (!err && hand->len - at >= sizeof(header)) {
		memcpy(&header, hand->bytes + at, sizeof(header));
		if (hand->len - at - sizeof(header) < header.len)
			break;
		err = run->crew->take(run->crew->arg, header.task,
				      hand->bytes + at + sizeof(header), header.len);
		at += sizeof(header) + header.len;
	}
	if (at)
		memmove(hand->bytes, hand->bytes + at, hand->len - at);
	hand->len -= at;
	return err;
}

static int bury(struct run *run, size_t number)
{
	struct hand *hand = &run->hands[number];
	size_t task = run->board->current[number];
	int status = 0, err = 0;

	close(hand->in);
	hand->in = -1;
	hand->len = 0;
	while (waitpid(hand->pid, &status, 0) < 0 && errno == EINTR)
		;
	if (task != NO_TASK)
		err = run->crew->take(run->crew->arg, task, NULL,
				      WIFSIGNALED(status) ? (size_t)WTERMSIG(status) : 0);
	if (!err && run->board->next < run->crew->tasks)
		err = hire(run, number);
	return err;
}

static int hear(struct run *run, size_t number)
{
	struct hand *hand = &run->hands[number];
	char *grown = realloc(hand->bytes, hand->len + 65536);
	ssize_t got;

	if (!grown)
		return -ENOMEM;
	hand->bytes = grown;
	got = read(hand->in, grown + hand->len, 65536);
	if (got < 0)
		return errno == EINTR ? 0 : -errno;
	hand->len += (size_t)got;
	return got ? take_tasks(run, hand) : bury(run, number);
}

static void pass_interrupt(struct run *run)
{
	if (run->told || !run->crew->interrupted || !run->crew->interrupted(run->crew->arg))
		return;
	run->told = true;
	/* What has not begun never will. */
	__atomic_store_n(&run->board->next, run->crew->tasks, __ATOMIC_RELAXED);
	for (size_t i = 0; i < run->crew->jobs; i++)
		if (run->hands[i].in >= 0)
			kill(run->hands[i].pid, SIGINT);
}

static int attend(struct run *run)
{
	size_t left = 0;
	int err = 0;

	for (size_t i = 0; i < run->crew->jobs; i++) {
		run->polls[i] = (struct pollfd){ .fd = run->hands[i].in, .events = POLLIN };
		left += run->hands[i].in >= 0;
	}
	if (!left)
		return 0;
	if (poll(run->polls, run->crew->jobs, WAIT_MS) > 0)
		for (size_t i = 0; i < run->crew->jobs && !err; i++)
			if (run->polls[i].revents)
				err = hear(run, i);
	pass_interrupt(run);
	return err ? err : 1;
}

static void dismiss(struct run *run)
{
	for (size_t i = 0; run->hands && i < run->crew->jobs; i++) {
		if (run->hands[i].in >= 0) {
			kill(run->hands[i].pid, SIGKILL);
			close(run->hands[i].in);
			waitpid(run->hands[i].pid, NULL, 0);
		}
		free(run->hands[i].bytes);
	}
	free(run->hands);
	free(run->polls);
	if (run->board != MAP_FAILED)
		munmap(run->board, run->board_size);
}

int np_crew_run(const struct np_crew *crew)
{
	struct run run = { .crew = crew,
			   .board_size = sizeof(struct board) + crew->jobs * sizeof(size_t) };
	int err = 0;

	run.board = mmap(NULL, run.board_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			 -1, 0);
	run.hands = calloc(crew->jobs, sizeof(*run.hands));
	run.polls = calloc(crew->jobs, sizeof(*run.polls));
	if (run.board == MAP_FAILED || !run.hands || !run.polls)
		err = -ENOMEM;
	for (size_t i = 0; run.hands && i < crew->jobs; i++)
		run.hands[i].in = -1;
	for (size_t i = 0; i < crew->jobs && !err; i++)
		err = hire(&run, i);
	while (!err && (err = attend(&run)) > 0)
		err = 0;
	dismiss(&run);
	return err;
}
