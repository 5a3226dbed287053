/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Places in the source, from DWARF, by way of elfutils' libdw.
 *
 * Modules are told to libdwfl one by one, when a program counter inside is asked
 * for, from what the dynamic linker knows.  /proc/self/maps would not do: there a
 * second mapping of a library's file, as of another struct np_symbols that reads
 * it, looks like a part of the library, and the load address comes out wrong.
 */
#define _GNU_SOURCE /* dl_iterate_phdr() */

#include <dwarf.h>
#include <elfutils/libdwfl.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <netpage/types.h>
#include <explore/symbol.h>

#define NR_BUCKETS 1024 /* a power of two */
#define UNKNOWN "?"

/* Where this file is in the source tree: what comes before in debug information is the root. */
#define THIS_FILE "lib/explore/symbol.c"

/* All that is known of one program counter. */
struct entry {
	struct entry *next;
	uintptr_t pc;
	unsigned int nr; /* never 0 */
	struct np_place *places;
};

/* A name of a file that was given out. */
struct file {
	struct file *next;
	char name[];
};

struct np_symbols {
	Dwfl *dwfl;
	char *root; /* see find_root(); NULL: not known */
	bool root_sought;
	struct file *files;
	struct entry *cache[NR_BUCKETS];
};

static const struct np_place nowhere = { .function = UNKNOWN, .file = UNKNOWN };

/*
 * Names of files.
 */

/*
 * Drops what is empty or "." between the slashes of @path, and each ".." with its parent.
 * A ".." that has none is dropped as well: it leads out of a build directory.
 */
static char *resolved(const char *path)
{
	char *copy = malloc(strlen(path) + 1), *end = copy, *first;

	if (!copy)
		return NULL;
	if (*path == '/')
		*end++ = '/';
	first = end;
	while (*path) {
		size_t length = strcspn(path, "/");

		if (length == 2 && strncmp(path, "..", 2) == 0) {
			while (end > first && *--end != '/')
				;
		} else if (length && !(length == 1 && *path == '.')) {
			if (end > first)
				*end++ = '/';
			memcpy(end, path, length);
			end += length;
		}
		path += length + (path[length] == '/');
	}
	*end = 0;
	return copy;
}

static const char *below(const char *path, const char *dir)
{
	size_t length = strlen(dir);

	return length && strncmp(path, dir, length) == 0 && path[length] == '/' ?
		       path + length + 1 :
		       NULL;
}

static const char *installed(const char *path)
{
	const char *found = strstr(path, "/include/netpage/");

	return found ? found + 1 : NULL;
}

/* @path without the directories it has in common with @dir; "/" alone is nothing in common. */
static const char *past_common(const char *path, const char *dir)
{
	size_t i, common = 0;

	for (i = 0; path[i] && path[i] == dir[i]; i++)
		if (path[i] == '/')
			common = i + 1;
	if (path[i] == '/' && !dir[i])
		common = i + 1;
	return common > 1 ? path + common : path;
}

char *np_source_path(const char *path, const char *comp_dir, const char *root)
{
	char *whole = resolved(path), *dir = resolved(comp_dir ? comp_dir : "");
	const char *rest;

	if (whole && dir) {
		rest = root ? below(whole, root) : NULL;
		rest = rest ? rest : installed(whole);
		rest = rest ? rest : past_common(whole, dir);
		memmove(whole, rest, strlen(rest) + 1);
	} else {
		free(whole);
		whole = NULL;
	}
	free(dir);
	return whole;
}

/* There are about as many as the program has source files: a list will do. */
static const char *remembered_file(struct np_symbols *symbols, const char *name)
{
	struct file *file;
	size_t size = strlen(name) + 1;

	for (file = symbols->files; file; file = file->next)
		if (strcmp(file->name, name) == 0)
			return file->name;
	file = malloc(sizeof(*file) + size);
	if (!file)
		return UNKNOWN;
	memcpy(file->name, name, size);
	file->next = symbols->files;
	symbols->files = file;
	return file->name;
}

static const char *file_of(struct np_symbols *symbols, Dwarf_Die *unit, const char *recorded)
{
	Dwarf_Attribute attr;
	const char *comp_dir = dwarf_formstring(dwarf_attr(unit, DW_AT_comp_dir, &attr));
	char *path = recorded ? np_source_path(recorded, comp_dir, symbols->root) : NULL;
	const char *name = path ? remembered_file(symbols, path) : UNKNOWN;

	free(path);
	return name;
}

/* A flavour's names are mapped to symbols before the compiler sees them: flavour.h. */
static const char *source_name(const char *name)
{
	static const char *const flavours[] = { "np_explore_", "np_native_" };

	for (size_t i = 0; name && i < ARRAY_SIZE(flavours); i++)
		if (strncmp(name, flavours[i], strlen(flavours[i])) == 0)
			return name + strlen(flavours[i]);
	return name ? name : UNKNOWN;
}

/*
 * Modules: the program, and the shared libraries.
 */

/*
 * The file of the program.  The text of the link is right under Valgrind, too, where the
 * link itself leads to Valgrind; the link is right when the program has been built anew.
 */
static int open_program(void)
{
	char path[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);
	int fd = -1;

	if (length > 0) {
		path[length] = 0;
		fd = open(path, O_RDONLY | O_CLOEXEC);
	}
	return fd >= 0 ? fd : open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
}

/* The file of a module: an open one, or -1. The program has no name, the vDSO no path. */
static int open_module(Dwfl_Module *module, void **userdata, const char *name, Dwarf_Addr base,
		       char **file_name, Elf **elf)
{
	int fd = -1;

	(void)module, (void)userdata, (void)base, (void)elf;
	if (!*name)
		fd = open_program();
	else if (strchr(name, '/'))
		fd = open(name, O_RDONLY | O_CLOEXEC);
	if (fd >= 0)
		*file_name = strdup(name);
	return fd;
}

/*
 * Not dwfl_standard_find_debuginfo(): that may ask a server, and then what is printed
 * depends on the network.
 */
static const Dwfl_Callbacks callbacks = {
	.find_elf = open_module,
	.find_debuginfo = dwfl_build_id_find_debuginfo,
};

struct wanted {
	uintptr_t pc, low, high;
	const char *name;
};

/* Whether @wanted->pc is in this module, which is filled in then. */
static int is_wanted(struct dl_phdr_info *info, size_t size, void *arg)
{
	struct wanted *wanted = arg;
	uintptr_t low = UINTPTR_MAX, high = 0;

	(void)size;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
		uintptr_t start = info->dlpi_addr + segment->p_vaddr;

		if (segment->p_type != PT_LOAD)
			continue;
		if (start < low)
			low = start;
		if (start + segment->p_memsz > high)
			high = start + segment->p_memsz;
	}
	if (wanted->pc < low || wanted->pc >= high)
		return 0;
	*wanted = (struct wanted){ wanted->pc, low, high, info->dlpi_name };
	return 1;
}

static Dwfl_Module *module_of(Dwfl *dwfl, uintptr_t pc)
{
	struct wanted wanted = { .pc = pc };
	Dwfl_Module *module = dwfl_addrmodule(dwfl, pc);

	if (module || !dl_iterate_phdr(is_wanted, &wanted))
		return module;
	dwfl_report_begin_add(dwfl);
	module = dwfl_report_module(dwfl, wanted.name, wanted.low, wanted.high);
	dwfl_report_end(dwfl, NULL, NULL);
	return module;
}

/*
 * Debug information.  Addresses in it, @at, are program counters less a module's bias.
 */

/*
 * Not dwfl_module_addrdie(): that looks in .debug_aranges only, which clang does not
 * write, and which is incomplete where objects of both compilers are linked together.
 */
static Dwarf_Die *unit_of(Dwfl_Module *module, uintptr_t pc, Dwarf_Addr *at)
{
	Dwarf_Die *unit = NULL;
	Dwarf_Addr bias;

	while ((unit = dwfl_module_nextcu(module, unit, &bias)) != NULL) {
		*at = pc - bias;
		if (dwarf_haspc(unit, *at) > 0)
			return unit;
	}
	return NULL;
}

/*
 * The top of the tree this file was compiled in, as debug information says it: in
 * contrast to __FILE__ it went through the same prefix maps as all other names there.
 * It makes an in-tree build and one from elsewhere print the same.
 */
static void find_root(struct np_symbols *symbols)
{
	uintptr_t here = (uintptr_t)np_symbols_open;
	Dwfl_Module *module = module_of(symbols->dwfl, here);
	Dwarf_Addr at;
	Dwarf_Die *unit = module ? unit_of(module, here, &at) : NULL;
	Dwarf_Line *row = unit ? dwarf_getsrc_die(unit, at) : NULL;
	const char *recorded = row ? dwarf_linesrc(row, NULL, NULL) : NULL;
	char *path = recorded ? resolved(recorded) : NULL;
	size_t length = path ? strlen(path) : 0, tail = strlen("/" THIS_FILE);

	symbols->root_sought = true;
	if (length > tail && strcmp(path + length - tail, "/" THIS_FILE) == 0) {
		path[length - tail] = 0;
		symbols->root = path;
	} else {
		free(path);
	}
}

/* The function or block directly inside of @parent that holds @at. */
static bool inner_scope(Dwarf_Die *parent, Dwarf_Addr at, Dwarf_Die *scope)
{
	Dwarf_Die die;

	if (dwarf_child(parent, &die) != 0)
		return false;
	do {
		switch (dwarf_tag(&die)) {
		case DW_TAG_namespace: /* has no address of its own */
			if (inner_scope(&die, at, scope))
				return true;
			break;
		case DW_TAG_subprogram:
		case DW_TAG_inlined_subroutine:
		case DW_TAG_lexical_block:
		case DW_TAG_try_block:
		case DW_TAG_catch_block:
			if (dwarf_haspc(&die, at) > 0) {
				*scope = die;
				return true;
			}
			break;
		}
	} while (dwarf_siblingof(&die, &die) == 0);
	return false;
}

/* 0 when there is none. */
static unsigned int number_of(Dwarf_Die *die, unsigned int name)
{
	Dwarf_Attribute attr;
	Dwarf_Word value;

	return dwarf_formudata(dwarf_attr(die, name, &attr), &value) == 0 ? (unsigned int)value : 0;
}

static const char *caller_file(Dwarf_Die *unit, Dwarf_Die *inlined)
{
	Dwarf_Files *files;

	if (!dwarf_hasattr(inlined, DW_AT_call_file) || dwarf_getsrcfiles(unit, &files, NULL) != 0)
		return NULL;
	return dwarf_filesrc(files, number_of(inlined, DW_AT_call_file), NULL, NULL);
}

static bool append(struct entry *entry, const struct np_place *place)
{
	struct np_place *places = realloc(entry->places, (entry->nr + 1) * sizeof(*places));

	if (!places)
		return false;
	places[entry->nr++] = *place;
	entry->places = places;
	return true;
}

static void reverse(struct entry *entry)
{
	for (unsigned int i = 0, j = entry->nr; i + 1 < j; i++) {
		struct np_place place = entry->places[i];

		entry->places[i] = entry->places[--j];
		entry->places[j] = place;
	}
}

/* One search in debug information, and what it has come to. */
struct search {
	struct np_symbols *symbols;
	Dwfl_Module *module;
	Dwarf_Die *unit; /* NULL: the module has no debug information for it */
	Dwarf_Addr at;
	Dwarf_Die function;    /* the innermost; .addr is NULL when none is known */
	struct np_place place; /* in it */
};

/* The debug information of @unit, wherever it is: with -gsplit-dwarf in a file of its own. */
static Dwarf_Die whole_unit(Dwarf_Die *unit)
{
	Dwarf_Die split = { 0 };
	uint8_t type;

	if (dwarf_cu_info(unit->cu, NULL, &type, NULL, &split, NULL, NULL, NULL) == 0 &&
	    type == DW_UT_skeleton && split.addr)
		return split;
	return *unit;
}

/* From the outermost function inwards: where one was inlined is where its caller stands. */
static bool append_callers(struct search *search, struct entry *entry)
{
	Dwarf_Die scope = whole_unit(search->unit);
	struct np_place *place = &search->place;
	int tag;

	while (inner_scope(&scope, search->at, &scope)) {
		tag = dwarf_tag(&scope);
		if (tag == DW_TAG_inlined_subroutine) {
			place->file = file_of(search->symbols, search->unit,
					      caller_file(search->unit, &scope));
			place->line = number_of(&scope, DW_AT_call_line);
			if (!append(entry, place))
				return false;
		} else if (tag != DW_TAG_subprogram) {
			continue;
		}
		search->function = scope;
		*place = nowhere;
		place->function = source_name(dwarf_diename(&scope));
		place->inlined = tag == DW_TAG_inlined_subroutine;
	}
	return true;
}

/* Whether the instruction at @at is @function's own, not that of one inlined into it. */
static bool directly_in(Dwarf_Die *function, Dwarf_Addr at)
{
	Dwarf_Die scope = *function;

	while (inner_scope(&scope, at, &scope))
		if (dwarf_tag(&scope) != DW_TAG_lexical_block)
			return false;
	return true;
}

/* Where the piece of @function begins in which @at is: it may be in several. */
static Dwarf_Addr piece_of(Dwarf_Die *function, Dwarf_Addr at)
{
	Dwarf_Addr base, begin, end;
	ptrdiff_t offset = 0;

	while ((offset = dwarf_ranges(function, offset, &base, &begin, &end)) > 0)
		if (at >= begin && at < end)
			return begin;
	return at;
}

/*
 * clang gives no line to what it merged from several: to one in twenty of the accesses it
 * instruments.  What comes before in the same piece of the same function is close enough
 * for a reader to find the place.
 */
static Dwarf_Line *row_with_line(Dwarf_Die *unit, Dwarf_Die *function, Dwarf_Addr at)
{
	Dwarf_Addr begin = piece_of(function, at), address;
	Dwarf_Line *found = NULL, *row;
	Dwarf_Lines *rows;
	size_t nr;
	int line;

	if (dwarf_getsrclines(unit, &rows, &nr) != 0)
		return NULL;
	for (size_t i = 0; i < nr; i++) {
		row = dwarf_onesrcline(rows, i);
		if (dwarf_lineaddr(row, &address) != 0 || address > at)
			break;
		if (address >= begin && dwarf_lineno(row, &line) == 0 && line &&
		    directly_in(function, address))
			found = row;
	}
	return found;
}

/*
 * @start is where the function begins, or before.  Assembly between C functions has no
 * rows of its own; it would seem to be in the last line of the function before.
 */
static void set_line(struct search *search, Dwarf_Addr start)
{
	Dwarf_Line *row = dwarf_getsrc_die(search->unit, search->at), *other;
	Dwarf_Addr address;
	int line;

	if (!row || dwarf_lineaddr(row, &address) != 0 || address < start ||
	    dwarf_lineno(row, &line) != 0)
		return;
	if (!line && search->function.addr) {
		other = row_with_line(search->unit, &search->function, search->at);
		if (other && dwarf_lineno(other, &line) == 0)
			row = other;
	}
	search->place.file = file_of(search->symbols, search->unit, dwarf_linesrc(row, NULL, NULL));
	search->place.line = (unsigned int)line;
}

/* A symbol that really holds @pc, not only the last one before; @offset is 0 without one. */
static const char *elf_name(Dwfl_Module *module, uintptr_t pc, GElf_Off *offset)
{
	GElf_Sym symbol;
	const char *name = dwfl_module_addrinfo(module, pc, offset, &symbol, NULL, NULL, NULL);

	if (name && *offset < symbol.st_size)
		return source_name(name);
	*offset = 0;
	return UNKNOWN;
}

static bool append_places(struct np_symbols *symbols, struct entry *entry, uintptr_t pc)
{
	struct search search = { .symbols = symbols, .place = nowhere };
	GElf_Off offset = 0;

	search.module = module_of(symbols->dwfl, pc);
	if (search.module)
		search.unit = unit_of(search.module, pc, &search.at);
	if (search.unit && !symbols->root_sought)
		find_root(symbols);
	if (search.unit && !append_callers(&search, entry))
		return false;
	if (search.module && !search.function.addr)
		search.place.function = elf_name(search.module, pc, &offset);
	if (search.unit)
		set_line(&search, search.function.addr ? 0 : search.at - offset);
	if (!append(entry, &search.place))
		return false;
	reverse(entry);
	return true;
}

/*
 * The cache.
 */

static void free_entry(struct entry *entry)
{
	free(entry->places);
	free(entry);
}

/* NULL: no memory. */
static const struct entry *look_up(struct np_symbols *symbols, uintptr_t pc)
{
	struct entry **bucket, *entry;

	bucket = &symbols->cache[(pc * UINT64_C(0x9e3779b97f4a7c15) >> 32) % NR_BUCKETS];
	for (entry = *bucket; entry; entry = entry->next)
		if (entry->pc == pc)
			return entry;
	entry = calloc(1, sizeof(*entry));
	if (!entry)
		return NULL;
	/* After a call that is a function's last instruction comes another function. */
	if (!append_places(symbols, entry, pc - 1)) {
		free_entry(entry);
		return NULL;
	}
	entry->pc = pc;
	entry->next = *bucket;
	*bucket = entry;
	return entry;
}

unsigned int np_symbols_find(struct np_symbols *symbols, uintptr_t pc, struct np_place *places,
			     unsigned int max)
{
	const struct entry *entry = look_up(symbols, pc);
	unsigned int nr = entry ? entry->nr : 1;

	if (nr > max)
		nr = max;
	if (nr)
		memcpy(places, entry ? entry->places : &nowhere, nr * sizeof(*places));
	return nr;
}

int np_symbols_open(struct np_symbols **out)
{
	struct np_symbols *symbols = calloc(1, sizeof(*symbols));

	*out = NULL;
	if (!symbols)
		return -ENOMEM;
	symbols->dwfl = dwfl_begin(&callbacks);
	if (!symbols->dwfl) {
		free(symbols);
		return -ENOMEM;
	}
	*out = symbols;
	return 0;
}

void np_symbols_close(struct np_symbols *symbols)
{
	if (!symbols)
		return;
	for (unsigned int i = 0; i < NR_BUCKETS; i++) {
		for (struct entry *entry = symbols->cache[i], *next; entry; entry = next) {
			next = entry->next;
			free_entry(entry);
		}
	}
	for (struct file *file = symbols->files, *next; file; file = next) {
		next = file->next;
		free(file);
	}
	dwfl_end(symbols->dwfl);
	free(symbols->root);
	free(symbols);
}

/*
 * Text and stacks.
 */

static int print_place(char *buf, size_t size, const char *before, const struct np_place *place)
{
	if (strcmp(place->file, UNKNOWN) == 0)
		return snprintf(buf, size, "%s%s", before, place->function);
	if (!place->line)
		return snprintf(buf, size, "%s%s %s", before, place->function, place->file);
	return snprintf(buf, size, "%s%s %s:%u", before, place->function, place->file, place->line);
}

void np_symbols_text(struct np_symbols *symbols, const uintptr_t *pcs, unsigned int nr,
		     unsigned int depth, char *buf, size_t size)
{
	size_t used = 0;

	if (size)
		*buf = 0;
	for (unsigned int i = 0; i < nr && depth; i++) {
		const struct entry *entry = look_up(symbols, pcs[i]);

		for (unsigned int j = 0; j < (entry ? entry->nr : 1) && depth; j++, depth--) {
			int more = print_place(buf + used, size - used, used ? ", " : "",
					       entry ? &entry->places[j] : &nowhere);

			if (more < 0 || (size_t)more >= size - used) {
				if (used)
					buf[used] = 0;
				return;
			}
			used += (size_t)more;
		}
	}
}

/* Without the signature that pointer authentication may have put into it. */
static uintptr_t plain_address(uintptr_t pc)
{
#ifdef __aarch64__
	/* xpaclri: a hint, which older processors pass over; it works on this register only. */
	register uintptr_t lr __asm__("x30") = pc;

	__asm__("hint #7" : "+r"(lr));
	pc = lr;
#endif
	return pc;
}

/*
 * A wrong frame pointer may lead into any word of the stack: what AddressSanitizer keeps
 * between variables is read, then, and does no harm.
 */
static __attribute__((no_sanitize("address"))) uintptr_t word_at(uintptr_t address)
{
	return *(const uintptr_t *)address;
}

unsigned int np_stack_walk(const void *frame, const void *low, const void *high, uintptr_t *pcs,
			   unsigned int max)
{
	const size_t word = sizeof(uintptr_t), record = 2 * word;
	uintptr_t at = (uintptr_t)frame, floor = (uintptr_t)low, end = (uintptr_t)high, pc;
	unsigned int nr = 0;

	/* A record: where the caller's is, and the return address. */
	while (nr < max && at % word == 0 && at >= floor && at < end && end - at >= record) {
		pc = plain_address(word_at(at + word));
		if (!pc)
			break;
		pcs[nr++] = pc;
		floor = at + record;
		at = word_at(at);
	}
	return nr;
}
