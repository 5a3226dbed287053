/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The steps on a TCP connection over the loopback device of a real kernel.
 *
 * MSG_ZEROCOPY is what makes whole pages arrive: loopback copies them into pages of their own,
 * packed from offset 0. The device's MTU has to leave room for a whole number of pages
 * (16436: four, and 52 bytes of headers). What of it is mapped, whether once, and who pays is
 * read from /proc/self/pagemap and /proc/kpagecgroup.
 *
 * Models: net/ipv4/tcp.c, tcp_zerocopy_receive(), 6.1.
 */
#define _GNU_SOURCE /* memfd_create() */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/errqueue.h>
#include <linux/tcp.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

#include "zerocopy_steps.h"

/* What is sent in one step must not be written before it has arrived. */
#define SEND_AREA (64 * PG)

struct world {
	int sender, receiver, file;
	unsigned char *area, *send;
	unsigned long sent, base; /* bytes; before the first step */
	int pagemap, kpagecgroup;
	unsigned long seen, unseen; /* pages that were asked after */
};

/* Bits of an entry of pagemap: Documentation/admin-guide/mm/pagemap.rst. */
#define PM_PFN ((1ULL << 55) - 1)
#define PM_EXCLUSIVE (1ULL << 56)
#define PM_PRESENT (1ULL << 63)

static struct world world;

static _Noreturn void give_up(const char *what)
{
	printf("Bail out! %s: %s\n", what, strerror(errno));
	exit(1);
}

static void set(int fd, int level, int option, int value)
{
	if (setsockopt(fd, level, option, &value, sizeof(value)))
		give_up("setsockopt");
}

static unsigned char content(unsigned long seq)
{
	/* Not the same in any two pages near each other. */
	return (unsigned char)(seq + (seq >> 12) * 7);
}

static unsigned int world_queued(void)
{
	int bytes = 0;

	if (ioctl(world.receiver, FIONREAD, &bytes))
		give_up("FIONREAD");
	return (unsigned int)bytes;
}

/* The kernel tells when it has let go of the pages; nobody here is interested. */
static void drain_errors(void)
{
	char control[128];
	struct msghdr msg = { .msg_control = control };

	do
		msg.msg_controllen = sizeof(control);
	while (recvmsg(world.sender, &msg, MSG_ERRQUEUE | MSG_DONTWAIT) >= 0);
}

/*
 * Until then the sender has a clone of what waits at the receiver, and nothing is put
 * together with that: what is in one packet would depend on who is faster.
 */
static bool unacknowledged(void)
{
	int bytes = 0;

	if (ioctl(world.sender, TIOCOUTQ, &bytes))
		give_up("TIOCOUTQ");
	return bytes;
}

/* @n: what was sent last, or an error. Return: whether that was the last of @nr. */
static bool sent_all(ssize_t n, unsigned int nr, unsigned int *done)
{
	if (n < 0)
		give_up("send");
	*done += (unsigned int)n;
	return *done >= nr;
}

static bool has_arrived(unsigned int expected)
{
	int patience = 2000;

	while ((world_queued() != expected || unacknowledged()) && patience--)
		usleep(1000);
	drain_errors();
	return world_queued() == expected && !unacknowledged();
}

/* Return: how many bytes will wait when @nr more have arrived. */
static unsigned int prepare(unsigned int nr)
{
	for (unsigned int i = 0; i < nr; i++)
		world.send[i] = content(world.sent + i);
	world.sent += nr;
	set(world.receiver, IPPROTO_TCP, TCP_QUICKACK, 1);
	return world_queued() + nr;
}

static bool send_all(unsigned int nr, int flags)
{
	unsigned int expected = prepare(nr), done = 0;

	while (!sent_all(send(world.sender, world.send + done, nr - done, flags), nr, &done))
		;
	return has_arrived(expected);
}

/* From the file's pages themselves: what is sent is what the page cache has. */
static bool world_send_file(unsigned int nr)
{
	unsigned int expected = prepare(nr * PG), done = 0;
	off_t at = 0;

	if (pwrite(world.file, world.send, nr * PG, 0) != (ssize_t)(nr * PG))
		give_up("pwrite");
	while (!sent_all(sendfile(world.sender, world.file, &at, nr * PG - done), nr * PG, &done))
		;
	return has_arrived(expected);
}

static bool world_send_pages(unsigned int nr)
{
	return send_all(nr * PG, MSG_ZEROCOPY);
}

static bool world_send_bytes(unsigned int nr)
{
	return send_all(nr, 0);
}

static struct result world_receive(long at, unsigned int length, unsigned int copybuf,
				   bool clean_hint)
{
	static unsigned char buffer[4 * PG];
	struct tcp_zerocopy_receive zc = {
		.address = (uint64_t)(uintptr_t)world.area + (uint64_t)at,
		.length = length,
		.copybuf_address = (uint64_t)(uintptr_t)buffer,
		.copybuf_len = (int)copybuf,
		.flags = clean_hint ? TCP_RECEIVE_ZEROCOPY_FLAG_TLB_CLEAN_HINT : 0,
	};
	socklen_t size = sizeof(zc);

	if (getsockopt(world.receiver, IPPROTO_TCP, TCP_ZEROCOPY_RECEIVE, &zc, &size))
		return (struct result){ .err = -errno };
	return (struct result){
		.err = zc.err,
		.length = zc.length,
		.hint = zc.recv_skip_hint,
		.inq = zc.inq,
		.copied = (unsigned int)zc.copybuf_len,
	};
}

static unsigned int world_read(unsigned int bytes)
{
	static unsigned char buffer[NR_PLACES * PG];
	ssize_t n = bytes ? recv(world.receiver, buffer, bytes, MSG_DONTWAIT) : 0;

	return n < 0 ? 0 : (unsigned int)n;
}

static void world_unmap(unsigned int place, unsigned int nr)
{
	if (madvise(world.area + (size_t)place * PG, (size_t)nr * PG, MADV_DONTNEED))
		give_up("madvise");
}

/*
 * User Mode Linux does not show its last pages there: its max_pfn leaves out what is reserved,
 * and that includes a random gap behind the program, unless it runs under setarch -R.
 */
static bool is_charged(uint64_t pfn)
{
	uint64_t cgroup = 0;

	if (pread(world.kpagecgroup, &cgroup, sizeof(cgroup), (off_t)(pfn * sizeof(cgroup))) > 0)
		world.seen++;
	else
		world.unseen++;
	return cgroup;
}

static struct mapped world_mapped(void)
{
	struct mapped m = { 0, 0, 0 };
	uint64_t entries[NR_PLACES];
	off_t at = (off_t)((uintptr_t)world.area / PG * sizeof(entries[0]));

	if (pread(world.pagemap, entries, sizeof(entries), at) != sizeof(entries))
		give_up("pagemap");
	for (unsigned int i = 0; i < NR_PLACES; i++) {
		if (!(entries[i] & PM_PRESENT))
			continue;
		m.pages++;
		m.alone += (entries[i] & PM_EXCLUSIVE) != 0;
		m.charged += is_charged(entries[i] & PM_PFN);
	}
	return m;
}

static bool world_content(long at, unsigned int length, unsigned long seq)
{
	for (unsigned int i = 0; i < length; i++)
		if (world.area[at + (long)i] != content(world.base + seq + i))
			return false;
	return true;
}

static void connect_to_ourselves(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	socklen_t size = sizeof(address);

	world.sender = socket(AF_INET, SOCK_STREAM, 0);
	if (listener < 0 || world.sender < 0)
		give_up("socket");
	set(listener, SOL_SOCKET, SO_RCVBUFFORCE, 8 << 20);
	set(world.sender, SOL_SOCKET, SO_SNDBUFFORCE, 8 << 20);
	set(world.sender, SOL_SOCKET, SO_ZEROCOPY, 1);
	set(world.sender, IPPROTO_TCP, TCP_NODELAY, 1);
	if (bind(listener, (struct sockaddr *)&address, sizeof(address)) || listen(listener, 1) ||
	    getsockname(listener, (struct sockaddr *)&address, &size) ||
	    connect(world.sender, (struct sockaddr *)&address, sizeof(address)))
		give_up("connect");
	world.receiver = accept(listener, NULL, NULL);
	if (world.receiver < 0)
		give_up("accept");
	close(listener);
}

static int open_state(const char *path)
{
	int fd = open(path, O_RDONLY);

	if (fd < 0)
		give_up(path);
	return fd;
}

/* Nothing lies on either side of it. */
static void map_area(void)
{
	unsigned char *room = mmap(NULL, (NR_PLACES + 2) * PG, PROT_NONE,
				   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (room == MAP_FAILED)
		give_up("mmap");
	world.area = mmap(room + PG, NR_PLACES * PG, PROT_READ, MAP_SHARED | MAP_FIXED,
			  world.receiver, 0);
	if (world.area == MAP_FAILED)
		give_up("mmap of a socket");
}

/* Pages whose charge cannot be seen are kept in areas of their own, until none come any more. */
static void use_up_unseen_pages(void)
{
	int patience = 200;

	do {
		world.unseen = 0;
		map_area();
		if (!world_send_pages(NR_PLACES))
			give_up("no pages arrive");
		world_receive(0, NR_PLACES * PG, 0, true);
		world_mapped();
	} while (world.unseen && patience--);
	world_unmap(0, NR_PLACES);
	world.base = world.sent;
	world.seen = world.unseen = 0;
}

int main(void)
{
	int status;

	connect_to_ourselves();
	world.file = memfd_create("zerocopy_receive", 0);
	if (world.file < 0)
		give_up("memfd_create");
	world.send =
		mmap(NULL, SEND_AREA, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (world.send == MAP_FAILED)
		give_up("mmap");
	world.pagemap = open_state("/proc/self/pagemap");
	world.kpagecgroup = open_state("/proc/kpagecgroup");
	use_up_unseen_pages();
	status = play_all();
	printf("# charges of %lu pages were read, those of %lu cannot be\n", world.seen,
	       world.unseen);
	return status;
}
