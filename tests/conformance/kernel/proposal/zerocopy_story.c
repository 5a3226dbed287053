/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The story in the kernel: an ordinary process and an ordinary socket, over loopback, whose driver
 * is loopback_driver.c. Wants to be alone in a cgroup, and root.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "zerocopy_story.h"

#define PAGE 4096u
#define BYTES (PAGES * PAGE)
#define DRIVER "/sys/kernel/debug/netpage_loopback/"

static void die(const char *what)
{
	printf("# %s: %s\n", what, strerror(errno));
	fflush(stdout);
	_exit(1);
}

static void check(int ok, const char *what)
{
	if (!ok)
		die(what);
}

static void set_mode(char mode)
{
	FILE *file = fopen(DRIVER "mode", "w");

	check(file && fputc(mode, file) == mode && !fclose(file), "mode");
}

static void tell(const char *driver, const char *step, unsigned long copied)
{
	struct story_counts counts;
	FILE *file = fopen(DRIVER "counts", "r");

	check(file && fscanf(file, "given %u mapped %u charged %u recycled %lu let-go %d",
			     &counts.given, &counts.mapped, &counts.charged, &counts.recycled,
			     &counts.let_go) == 5,
	      "counts");
	fclose(file);
	story_step(driver, step, &counts, copied);
}

/* Kernel memory of our cgroup, in pages: near what the driver counts, page tables are in it too. */
static long kernel_pages(void)
{
	FILE *file = fopen("/sys/fs/cgroup/zerocopy_story/memory.stat", "r");
	char name[64];
	long bytes, kernel = -1;

	check(file != NULL, "memory.stat");
	while (fscanf(file, "%63s %ld", name, &bytes) == 2)
		if (!strcmp(name, "kernel"))
			kernel = bytes / PAGE;
	fclose(file);
	return kernel;
}

static void fill(unsigned char *data)
{
	for (unsigned int i = 0; i < BYTES; i++)
		data[i] = (unsigned char)(i * 7 + i / PAGE);
}

static void send_all(const struct sockaddr_in *to)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	unsigned char *data = malloc(BYTES);

	check(data && !connect(fd, (const struct sockaddr *)to, sizeof(*to)), "connect");
	fill(data);
	for (unsigned int sent = 0; sent < BYTES;) {
		ssize_t n = send(fd, data + sent, BYTES - sent, 0);

		check(n > 0, "send");
		sent += (unsigned int)n;
	}
	close(fd);
	_exit(0);
}

/* Maps what can be mapped, reads the rest. Returns how many bytes had to be read. */
static unsigned long receive_all(int fd, unsigned char *area, unsigned char *wanted)
{
	static unsigned char buffer[1 << 16];
	unsigned long got = 0, copied = 0;

	while (got < BYTES) {
		struct tcp_zerocopy_receive zc = { .address = (uint64_t)(uintptr_t)(area + got),
						   .length = (uint32_t)(BYTES - got) };
		struct pollfd readable = { .fd = fd, .events = POLLIN };
		socklen_t len = sizeof(zc);
		ssize_t n;

		check(poll(&readable, 1, 10000) == 1, "poll");
		check(!getsockopt(fd, IPPROTO_TCP, TCP_ZEROCOPY_RECEIVE, &zc, &len), "receive");
		check(!memcmp(area + got, wanted + got, zc.length), "content");
		got += zc.length;
		if (!zc.recv_skip_hint)
			continue;
		n = read(fd, buffer,
			 zc.recv_skip_hint < sizeof(buffer) ? zc.recv_skip_hint : sizeof(buffer));
		check(n > 0 && !memcmp(buffer, wanted + got, (size_t)n), "read");
		/* The next mapping must begin at a page again: what is copied ends the story. */
		got += (unsigned long)n;
		copied += (unsigned long)n;
		check(got % PAGE == 0, "a part of a page was copied");
	}
	/* The last packet may carry the FIN, and then stays in the queue until that has been read. */
	check(read(fd, buffer, 1) == 0, "end");
	return copied;
}

static void story(char mode, const char *driver)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t len = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM, 0), fd, room = 64 << 20, on = 1;
	unsigned char *area, *wanted = malloc(BYTES);
	unsigned long copied;
	long before;
	pid_t sender;

	check(wanted != NULL, "malloc");
	fill(wanted);
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	setsockopt(listener, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	check(!bind(listener, (struct sockaddr *)&address, len) && !listen(listener, 1) &&
		      !getsockname(listener, (struct sockaddr *)&address, &len),
	      "listen");
	set_mode(mode);
	sender = fork();
	check(sender >= 0, "fork");
	if (!sender)
		send_all(&address);
	fd = accept(listener, NULL, NULL);
	area = mmap(NULL, BYTES, PROT_READ, MAP_SHARED, fd, 0);
	check(fd >= 0 && area != MAP_FAILED, "mmap");
	before = kernel_pages();
	copied = receive_all(fd, area, wanted);
	tell(driver, "received", copied);
	printf("# %s: memory.stat: kernel grew by %ld pages\n", driver, kernel_pages() - before);
	waitpid(sender, NULL, 0);
	close(fd);
	close(listener);
	tell(driver, "closed", copied);
	munmap(area, BYTES / 2);
	tell(driver, "half unmapped", copied);
	munmap(area + BYTES / 2, BYTES / 2);
	tell(driver, "unmapped", copied);
	printf("# %s: memory.stat: kernel grew by %ld pages\n", driver, kernel_pages() - before);
	fflush(stdout);
	set_mode('o');
	free(wanted);
}

int main(void)
{
	setbuf(stdout, NULL);
	story('d', "today's");
	story('n', "opted in");
	story('1', "opted in, one place");
	return 0;
}
