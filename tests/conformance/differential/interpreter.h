/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: interpreter - plays a program of operations, prints the state after each
 *
 * One operation a line: a name and its arguments, for example "pool_alloc q0 p3".  Registers are
 * p0.. (pages), q0.. (page pools), c0.. (page counters) and r0.. (pointer rings); README.md lists
 * the operations.  Every program is safe to play: an operation that would break the rules of the
 * kernel's functions (a put of a reference that nobody holds) is answered with "skip".
 *
 * The log has one line for each operation: what it returned, the state of what it touched, and a
 * sum over the state of everything.  Pages are named in the order in which they were first seen;
 * no line holds an address, a time, or anything else that two runs need not share.
 *
 * The source is in the vocabulary of the kernel and is built for Linux 6.1 as it is built for the
 * headers of include/netpage/compat.
 */
#ifndef DIFFER_INTERPRETER_H
#define DIFFER_INTERPRETER_H

#include <linux/types.h>

struct device;

/**
 * struct differ_host - what the interpreter needs of the world it runs in
 * @write: take @len bytes of the log
 * @dev: a device that DMA works for
 * @nodes: memory nodes; the program runs on the first
 * @fail: make the @nth call from now on fail, and @times - 1 after it, of 'a', the page allocator,
 *	  or 'd', mapping for DMA; 0: no call
 * @mapped: pages that are mapped for DMA
 * @held: 'm' bytes of memory in use, 'p' pages in use, since the program began; 'c' complaints
 *	  about locks, contexts and freed pages
 */
struct differ_host {
	void (*write)(struct differ_host *host, const char *text, size_t len);
	/* What not every world has: 0 or NULL there, and operations that need it are skipped. */
	struct device *dev;
	int nodes;
	void (*fail)(struct differ_host *host, char what, unsigned long nth, unsigned long times);
	long (*mapped)(struct differ_host *host);
	long (*held)(struct differ_host *host, char what);
};

/** differ_size - bytes of memory that differ_run() needs. */
size_t differ_size(void);
/**
 * differ_run - play @program
 * @memory: differ_size() bytes of zeroes, aligned for any type
 *
 * Context: may sleep; nothing else uses pages, pools or counters meanwhile.
 * Return: the number of operations played.
 */
unsigned long differ_run(struct differ_host *host, void *memory, const char *program, size_t len);

#endif /* DIFFER_INTERPRETER_H */
