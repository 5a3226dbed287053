/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Names for addresses; see place.h for what they look like. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <explore/detect.h>
#include <explore/place.h>
#include <explore/symbol.h>
#include <machine.h>

/* --- fields --- */

struct field {
	const char *name;
	size_t offset, size;
};

#define FIELD(type, field)                                                                         \
	{                                                                                          \
#field, offsetof(struct type, field), sizeof(((struct type *)0)->field)            \
	}

/* One name for each word, whatever the page's owner calls it. */
static const struct field page_fields[] = {
	FIELD(page, flags),	FIELD(page, lru.next),	FIELD(page, lru.prev),
	FIELD(page, mapping),	FIELD(page, index),	FIELD(page, private),
	FIELD(page, _mapcount), FIELD(page, _refcount), FIELD(page, memcg_data),
};

static const struct field machine_fields[] = {
	FIELD(np_machine, objects_lock), FIELD(np_machine, objcg_lock),
	FIELD(np_machine, garbage_lock), FIELD(np_machine, delayed_lock),
	FIELD(np_machine, nr_bad_pages), FIELD(np_machine, next_memcg_id),
	FIELD(np_machine, next_stamp),	 FIELD(np_machine, jiffies),
	FIELD(np_machine, network),	 FIELD(np_machine, rmap),
	FIELD(np_machine, memcgs),	 FIELD(np_machine, objcgs),
	FIELD(np_machine, tasks),	 FIELD(np_machine, socks),
	FIELD(np_machine, skbs),	 FIELD(np_machine, devs),
	FIELD(np_machine, pools),	 FIELD(np_machine, files),
	FIELD(np_machine, claims),
};

static const struct field zone_fields[] = {
	FIELD(np_zone, lock),
	FIELD(np_zone, free_area),
	FIELD(np_zone, nr_free),
	FIELD(np_zone, frontier),
};

static const struct field cpu_fields[] = {
	FIELD(np_cpu, stock.cached), FIELD(np_cpu, stock.nr_pages), FIELD(np_cpu, stock.work),
	FIELD(np_cpu, pcp[0].count), FIELD(np_cpu, pcp[0].list),    FIELD(np_cpu, pcp[1].count),
	FIELD(np_cpu, pcp[1].list),  FIELD(np_cpu, pcp[2].count),   FIELD(np_cpu, pcp[2].list),
	FIELD(np_cpu, pcp[3].count), FIELD(np_cpu, pcp[3].list),
};

/* --- regions: what a name begins with, and where that is --- */

struct region {
	const char *base;
	size_t size;
	const struct field *fields;
	size_t nr_fields;
};

#define REGION(start, length, table)                                                               \
	(struct region)                                                                            \
	{                                                                                          \
		.base = (const char *)(start), .size = (length), .fields = (table),                \
		.nr_fields = ARRAY_SIZE(table),                                                    \
	}

static bool contains(const struct region *region, const char *ptr)
{
	return (uintptr_t)ptr - (uintptr_t)region->base < region->size;
}

static struct region page_region(const struct np_machine *machine, unsigned long pfn)
{
	return REGION(&machine->memmap[pfn], sizeof(struct page), page_fields);
}

static struct region note_region(const struct np_machine *machine, unsigned long pfn)
{
	return (struct region){ .base = (const char *)&machine->notes[pfn],
				.size = sizeof(struct np_page_note) };
}

static struct region stack_region(const struct np_explorer *x, u8 actor)
{
	return (struct region){ .base = x->image.base + x->image.stacks +
					(size_t)actor * NP_STACK_SIZE,
				.size = NP_STACK_SIZE };
}

/* The @n-th of the regions with a name of their own. Whether there is one. */
static bool named_region(const struct np_explorer *x, unsigned int n, struct region *region,
			 char name[48])
{
	const struct np_machine *machine = x->machine;
	unsigned int nr_cpus = machine ? machine->options.nr_cpus : 0;

	if (n == 0) {
		snprintf(name, 48, "state");
		*region = (struct region){ .base = x->state,
					   .size = x->state ? x->options->state_size : 0 };
	} else if (n < 1u + NP_ACTORS_MAX) {
		const char *actor = n - 1 < x->nr_actors ? x->actors[n - 1].name : "nobody";

		snprintf(name, 48, "stack_of_%.32s", actor);
		*region = stack_region(x, (u8)(n - 1));
	} else if (!machine) {
		return false;
	} else if (n - 1 - NP_ACTORS_MAX < NP_NODES_MAX) {
		n -= 1 + NP_ACTORS_MAX;
		snprintf(name, 48, "node%u", n);
		*region = REGION(&machine->zones[n], sizeof(machine->zones[n]), zone_fields);
	} else if (n - 1 - NP_ACTORS_MAX - NP_NODES_MAX < nr_cpus) {
		n -= 1 + NP_ACTORS_MAX + NP_NODES_MAX;
		snprintf(name, 48, "cpu%u", n);
		*region = REGION(&machine->cpus[n], sizeof(machine->cpus[n]), cpu_fields);
	} else if (n - 1 - NP_ACTORS_MAX - NP_NODES_MAX == nr_cpus) {
		/* Behind its own zones. */
		snprintf(name, 48, "machine");
		*region = REGION(machine, sizeof(*machine), machine_fields);
	} else {
		return false;
	}
	return true;
}

/* --- from an address to a name --- */

static void name_in_region(const struct region *region, const char *name, const char *ptr,
			   char *buf, size_t size)
{
	size_t offset = (size_t)(ptr - region->base);

	for (size_t i = 0; i < region->nr_fields; i++) {
		const struct field *field = &region->fields[i];
		size_t inside = offset - field->offset;

		if (inside >= field->size)
			continue;
		if (inside)
			snprintf(buf, size, "%s.%s+%zu", name, field->name, inside);
		else
			snprintf(buf, size, "%s.%s", name, field->name);
		return;
	}
	snprintf(buf, size, "%s+%zu", name, offset);
}

/* np_page_name(), without accesses that are seen: the caller may be an actor. */
static void name_of_page(const struct np_machine *machine, unsigned long pfn, char name[48])
{
	if (machine->notes && machine->notes[pfn].name[0])
		snprintf(name, 48, "%.40s", machine->notes[pfn].name);
	else
		snprintf(name, 48, "pfn:%lu", pfn);
}

static bool name_page(const struct np_machine *machine, const char *ptr, char *buf, size_t size)
{
	struct region region = { .base = (const char *)machine->memmap,
				 .size = machine->nr_pfns * sizeof(*machine->memmap) };
	char name[48], note[64];
	unsigned long pfn;

	if (contains(&region, ptr)) {
		pfn = (unsigned long)(ptr - region.base) / sizeof(struct page);
		region = page_region(machine, pfn);
		name_of_page(machine, pfn, name);
		name_in_region(&region, name, ptr, buf, size);
		return true;
	}
	region = (struct region){ .base = (const char *)machine->notes,
				  .size = machine->nr_pfns * sizeof(*machine->notes) };
	if (!machine->notes || !contains(&region, ptr))
		return false;
	pfn = (unsigned long)(ptr - region.base) / sizeof(struct np_page_note);
	region = note_region(machine, pfn);
	name_of_page(machine, pfn, name);
	snprintf(note, sizeof(note), "%s.note", name);
	name_in_region(&region, note, ptr, buf, size);
	return true;
}

const char *np_explore_name_address(const struct np_explorer *x, const void *ptr, char *buf,
				    size_t size)
{
	struct region region;
	char name[48];

	if (!np_in_image(&x->image, ptr)) {
		snprintf(buf, size, "(outside)");
		return buf;
	}
	if (x->machine && name_page(x->machine, ptr, buf, size))
		return buf;
	for (unsigned int n = 0; named_region(x, n, &region, name); n++) {
		if (!contains(&region, ptr))
			continue;
		name_in_region(&region, name, ptr, buf, size);
		return buf;
	}
	snprintf(buf, size, "memory+0x%zx", (size_t)((const char *)ptr - x->image.base));
	return buf;
}

static const char *const pseudo_names[] = {
	[NP_PSEUDO_RCU] = "rcu",
	[NP_PSEUDO_DELAYED] = "delayed",
	[NP_PSEUDO_GARBAGE] = "garbage",
};

const char *np_explore_name_location(const struct np_explorer *x, u32 location, char *buf,
				     size_t size)
{
	u32 pseudo = location - np_pseudo_location(x, 0);

	if (location < np_pseudo_location(x, 0))
		return np_explore_name_address(x, x->image.base + (size_t)location * NP_GRANULE,
					       buf, size);
	if (pseudo < ARRAY_SIZE(pseudo_names))
		snprintf(buf, size, "%s", pseudo_names[pseudo]);
	else if (pseudo < NP_PSEUDO_WORK + NP_EXPLORE_CPUS)
		snprintf(buf, size, "work:cpu%u", pseudo - NP_PSEUDO_WORK);
	else
		snprintf(buf, size, "(nowhere)");
	return buf;
}

/* --- from a name to an address --- */

/* A number at the end of a text, and nothing behind it. */
static bool parse_number(const char *text, size_t *number)
{
	char *end;

	if (!isdigit((unsigned char)*text))
		return false;
	errno = 0;
	*number = strtoull(text, &end, strncmp(text, "0x", 2) ? 10 : 16);
	return !*end && !errno;
}

/* @text is what comes behind the region's name: "", "+8", ".field", ".field+4". */
static const char *find_in_region(const struct region *region, const char *text)
{
	size_t offset = 0, limit = region->size, more = 0;

	if (*text == '.') {
		const struct field *field = region->fields, *end = field + region->nr_fields;
		size_t length = strcspn(++text, "+");

		while (field < end &&
		       (strlen(field->name) != length || strncmp(field->name, text, length)))
			field++;
		if (field == end)
			return NULL;
		text += length;
		offset = field->offset;
		limit = field->size;
	}
	if (*text == '+' ? !parse_number(text + 1, &more) : *text)
		return NULL;
	return more < limit ? region->base + offset + more : NULL;
}

static bool find_pfn(const struct np_machine *machine, const char *text, size_t length,
		     unsigned long *pfn)
{
	char name[48];
	size_t number;

	if (!length || length >= sizeof(name))
		return false;
	snprintf(name, sizeof(name), "%.*s", (int)length, text);
	if (!strncmp(name, "pfn:", 4) && parse_number(name + 4, &number)) {
		*pfn = number;
		return number < machine->nr_pfns;
	}
	for (*pfn = 0; machine->notes && *pfn < machine->nr_pfns; ++*pfn)
		if (!strcmp(machine->notes[*pfn].name, name))
			return true;
	return false;
}

/* A page's name may have points in it: each of them could be the one before the field. */
static const char *find_in_page(const struct np_machine *machine, const char *text)
{
	const char *found = NULL;

	for (const char *point = strchr(text, '.'); point && !found;
	     point = strchr(point + 1, '.')) {
		bool note = !strncmp(point, ".note", 5) && (!point[5] || point[5] == '+');
		unsigned long pfn;
		struct region region;

		if (!find_pfn(machine, text, (size_t)(point - text), &pfn))
			continue;
		if (note && !machine->notes)
			continue;
		region = note ? note_region(machine, pfn) : page_region(machine, pfn);
		found = find_in_region(&region, note ? point + 5 : point);
	}
	return found;
}

static bool find_pseudo(const char *text, unsigned int *pseudo)
{
	size_t cpu;

	for (*pseudo = 0; *pseudo < ARRAY_SIZE(pseudo_names); ++*pseudo)
		if (!strcmp(text, pseudo_names[*pseudo]))
			return true;
	if (strncmp(text, "work:cpu", 8) || !parse_number(text + 8, &cpu) || cpu >= NP_EXPLORE_CPUS)
		return false;
	*pseudo = NP_PSEUDO_WORK + (unsigned int)cpu;
	return true;
}

static const char *find_in_regions(const struct np_explorer *x, const char *text)
{
	size_t length = strcspn(text, ".+"), offset;
	struct region region;
	char name[48];

	for (unsigned int n = 0; named_region(x, n, &region, name); n++)
		if (strlen(name) == length && !strncmp(name, text, length))
			return find_in_region(&region, text + length);
	if (strncmp(text, "memory+", 7) || !parse_number(text + 7, &offset) ||
	    offset >= x->image.size)
		return NULL;
	return x->image.base + offset;
}

int np_explore_find_address(const struct np_explorer *x, const char *text, u32 *location)
{
	const char *found = NULL;
	unsigned int pseudo;

	if (find_pseudo(text, &pseudo)) {
		*location = np_pseudo_location(x, pseudo);
		return 0;
	}
	if (x->machine)
		found = find_in_page(x->machine, text);
	if (!found)
		found = find_in_regions(x, text);
	if (!found || !np_in_image(&x->image, found))
		return -EINVAL;
	*location = np_location_of(&x->image, found);
	return 0;
}

/* --- code --- */

struct code {
	struct np_symbols *symbols;
	uintptr_t pc;
	unsigned int depth;
	char *buf;
	size_t size;
};

static void look_up(void *arg)
{
	const struct code *code = arg;

	np_symbols_text(code->symbols, &code->pc, 1, code->depth, code->buf, code->size);
}

const char *np_explore_name_code(struct np_explorer *x, const void *pc, unsigned int depth,
				 char *buf, size_t size)
{
	struct code code = { .pc = (uintptr_t)pc, .depth = depth, .buf = buf, .size = size };

	snprintf(buf, size, "?");
	if (!x->symbols && np_symbols_open(&x->symbols))
		return buf;
	code.symbols = x->symbols;
	/* An actor's stack may be too small for that. */
	if (x->detector_private)
		np_code_aside(x->detector_private, look_up, &code);
	else
		look_up(&code);
	return buf;
}
