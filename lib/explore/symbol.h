/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * symbol - which function and which source line a program counter is
 *
 * What is said is the same for two build directories and wherever a program was
 * loaded.  Debug information (DWARF) of the program and of the shared libraries
 * it has loaded is read when it is first asked for, and kept.
 *
 * Context: one thread at a time for each struct np_symbols, on an ordinary stack:
 * reading debug information takes up to 200 KiB of it, and memory of malloc().
 * Nothing is global.
 */
#ifndef NP_EXPLORE_SYMBOL_H
#define NP_EXPLORE_SYMBOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct np_symbols;

/*
 * struct np_place - a line of source that a program counter stands for
 *
 * The strings live as long as the struct np_symbols.  What is not known is "?", or 0.
 * Code that the compiler merged from several lines, and gave none, has the line before.
 */
struct np_place {
	const char *function; /* no suffix of a clone, no namespace; API: without its flavour */
	const char *file;     /* "lib/mm/put_page.c": see np_source_path() */
	unsigned int line;
	bool inlined; /* into the function of the next place */
};

/*
 * np_symbols_open - begin to name places
 *
 * It opens whatever is missing.  Without debug information a place has the name of the ELF
 * symbol, if there is one; without a readable /proc the program's own places are unknown.
 *
 * Return: 0 or -ENOMEM.
 */
int np_symbols_open(struct np_symbols **out);
void np_symbols_close(struct np_symbols *symbols);

/*
 * np_symbols_find - the places of @pc, the innermost inlined function first
 * @pc: a return address: the call before it is meant
 *
 * Return: how many places are filled in: no more than @max, and at least 1 if @max is.
 */
unsigned int np_symbols_find(struct np_symbols *symbols, uintptr_t pc, struct np_place *places,
			     unsigned int max);

/*
 * np_symbols_text - "get_page include/netpage/put_page.h:49, foo_body tests/foo.c:12"
 * @depth: as many places at most
 *
 * A place that has no room in @buf is left out, with all after it; of the first as much
 * is written as there is room for.  The text always ends in a 0 byte, if @size is not 0.
 */
void np_symbols_text(struct np_symbols *symbols, const uintptr_t *pcs, unsigned int nr,
		     unsigned int depth, char *buf, size_t size);

/*
 * np_stack_walk - return addresses of a chain of frame pointers
 * @frame: as of __builtin_frame_address(0), say
 * @low: the chain is followed as long as it stays in [@low, @high), which must be readable
 *
 * Any words may be on the stack: the walk ends at the first frame pointer that is not
 * aligned, not inside, or not above the frame before.  Architectures: x86-64, aarch64.
 *
 * Return: how many of @pcs are filled in; no more than @max.
 */
unsigned int np_stack_walk(const void *frame, const void *low, const void *high, uintptr_t *pcs,
			   unsigned int max);

/*
 * np_source_path - a source file's name without what depends on the build directory
 * @path: as the compiler recorded it, absolute or below @comp_dir
 * @comp_dir: the directory in which it was compiled; may be NULL
 * @root: the top of this source tree, without a slash at the end; may be NULL
 *
 * "." and ".." are resolved.  Then goes @root; else what comes before "include/netpage/"
 * (a header that is installed somewhere); else the directories that @path shares with
 * @comp_dir.  What shares none stays absolute.
 *
 * Return: to be freed by the caller; NULL when there is no memory.
 */
char *np_source_path(const char *path, const char *comp_dir, const char *root);

#endif /* NP_EXPLORE_SYMBOL_H */
