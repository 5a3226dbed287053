/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "btf.h"

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * libbpf gives types as they are in the file.  That an id is that of a type, and that structs do not
 * contain themselves, is for us to see: a kernel's BTF may be cut off or edited.
 */

/* Deeper than any type of a kernel is made of others. */
#define DEEPEST 32
/* More members than any struct of a kernel has; one that contains itself twice has 2^DEEPEST. */
#define MOST_MEMBERS 65536

struct np_btf {
	struct btf *btf;
};

bool np_btf_is_built_in(void)
{
	return true;
}

/* Warnings of libbpf would stand between a program and its own words. */
static int say_nothing(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level;
	(void)format;
	(void)args;
	return 0;
}

int np_btf_open(const char *path, struct np_btf **btf)
{
	struct np_btf *opened;
	int err;

	*btf = NULL;
	/* libbpf tells a missing file from a file without BTF by its words only. */
	if (access(path, R_OK))
		return -errno;
	opened = calloc(1, sizeof(*opened));
	if (!opened)
		return -ENOMEM;
	libbpf_set_print(say_nothing);
	opened->btf = btf__parse(path, NULL);
	err = libbpf_get_error(opened->btf) ? errno : 0;
	if (err) {
		free(opened);
		/* An ELF file without the section, and a file that is neither. */
		return err == ENOENT || err == EPROTO || err == LIBBPF_ERRNO__FORMAT ? -ENODATA :
		       err == ENOMEM || err == EACCES || err == EISDIR		     ? -err :
										       -EINVAL;
	}
	*btf = opened;
	return 0;
}

void np_btf_close(struct np_btf *btf)
{
	if (!btf)
		return;
	btf__free(btf->btf);
	free(btf);
}

unsigned int np_btf_bits(const struct np_btf *btf)
{
	size_t size = btf__pointer_size(btf->btf);

	return (unsigned int)(size ? size : sizeof(long)) * CHAR_BIT;
}

static const char *name_at(const struct np_btf *btf, uint32_t offset)
{
	const char *name = btf__name_by_offset(btf->btf, offset);

	return name ? name : "";
}

/* The type that @id stands for, without typedefs and qualifiers; NULL if there is none. */
static const struct btf_type *strip(const struct np_btf *btf, uint32_t *id)
{
	const struct btf_type *type = btf__type_by_id(btf->btf, *id);

	for (int depth = 0; type && depth < DEEPEST; depth++) {
		if (!btf_is_mod(type) && !btf_is_typedef(type))
			return type;
		*id = type->type;
		type = btf__type_by_id(btf->btf, *id);
	}
	return NULL;
}

static size_t size_of(const struct np_btf *btf, uint32_t id)
{
	int64_t size = btf__resolve_size(btf->btf, id);

	return size > 0 ? (size_t)size : 0;
}

/* Whether @id is a type of @kind, complete and called @name. */
static bool is_named(const struct np_btf *btf, uint32_t id, const char *kind, const char *name)
{
	const struct btf_type *type = btf__type_by_id(btf->btf, id);
	bool fits;

	if (!strcmp(kind, "enum"))
		fits = btf_is_enum(type);
	else if (!strcmp(kind, "struct"))
		fits = btf_is_struct(type);
	else
		fits = btf_is_typedef(type);
	return fits && (btf_is_typedef(type) || btf_vlen(type)) &&
	       !strcmp(name_at(btf, type->name_off), name);
}

bool np_btf_find_type(const struct np_btf *btf, const char *name, struct np_btf_type *type)
{
	const char *kind = "typedef";
	const struct btf_type *found;

	if (!strncmp(name, "struct ", 7)) {
		kind = "struct";
		name += 7;
	} else if (!strncmp(name, "enum ", 5)) {
		kind = "enum";
		name += 5;
	}
	/* Not btf__find_by_name_kind(): it is content with a struct that has no fields. */
	for (uint32_t id = 1; id < btf__type_cnt(btf->btf); id++) {
		if (!is_named(btf, id, kind, name))
			continue;
		found = strip(btf, &id);
		if (!found || (!btf_is_composite(found) && !btf_is_enum(found)))
			return false;
		*type = (struct np_btf_type){ id, size_of(btf, id), btf_is_enum(found) };
		return true;
	}
	return false;
}

static bool is_called(const char *name, const char *want, size_t len)
{
	return !strncmp(name, want, len) && !name[len];
}

/* A search through one struct. */
struct search {
	const struct np_btf *btf;
	const char *name;
	size_t len;
	unsigned int members_left;
};

static bool is_within(struct search *search, const struct btf_type *type, int depth)
{
	return type && btf_is_composite(type) && depth < DEEPEST && search->members_left;
}

/* Adds to @offset that of the member in @type, and tells its type in @id. */
static bool find_member(struct search *search, const struct btf_type *type, size_t *offset,
			uint32_t *id, int depth)
{
	if (!is_within(search, type, depth))
		return false;
	for (uint32_t i = 0; i < btf_vlen(type) && search->members_left; i++) {
		const struct btf_member *member = &btf_members(type)[i];
		const char *called = name_at(search->btf, member->name_off);
		size_t inside = btf_member_bit_offset(type, i) / CHAR_BIT;
		uint32_t its = member->type;

		search->members_left--;
		if (*called) {
			if (!is_called(called, search->name, search->len))
				continue;
			*offset += inside;
			*id = its;
			return true;
		}
		if (find_member(search, strip(search->btf, &its), &inside, id, depth + 1)) {
			*offset += inside;
			return true;
		}
	}
	return false;
}

/* Goes from the array @id to its element @text, "3]..."; tells where the text goes on. */
static bool find_element(const struct np_btf *btf, const char **text, size_t *offset, uint32_t *id)
{
	const struct btf_type *type = strip(btf, id);
	unsigned long index;
	char *end;

	if (!type || !btf_is_array(type))
		return false;
	index = strtoul(*text, &end, 10);
	if (*end != ']' || index >= btf_array(type)->nelems)
		return false;
	*id = btf_array(type)->type;
	*offset += index * size_of(btf, *id);
	*text = end + 1;
	return true;
}

static bool find_enumerator(const struct np_btf *btf, const struct btf_type *type, const char *name,
			    struct np_btf_place *place)
{
	for (uint32_t i = 0; i < btf_vlen(type); i++) {
		const struct btf_enum *one = &btf_enum(type)[i];

		if (strcmp(name_at(btf, one->name_off), name) != 0)
			continue;
		*place = (struct np_btf_place){ (size_t)(uint32_t)one->val, 0 };
		return true;
	}
	return false;
}

bool np_btf_find_field(const struct np_btf *btf, const struct np_btf_type *type, const char *path,
		       struct np_btf_place *place)
{
	size_t offset = 0;
	uint32_t id = type->id;

	if (type->is_enum)
		return find_enumerator(btf, btf__type_by_id(btf->btf, id), path, place);
	while (*path) {
		struct search search = { btf, path, strcspn(path, ".["), MOST_MEMBERS };

		if (!find_member(&search, strip(btf, &id), &offset, &id, 0))
			return false;
		path += search.len;
		while (*path == '[') {
			path++;
			if (!find_element(btf, &path, &offset, &id))
				return false;
		}
		path += *path == '.';
	}
	*place = (struct np_btf_place){ offset, size_of(btf, id) };
	return true;
}

static void visit_members(struct search *search, const struct btf_type *type, size_t offset,
			  np_btf_visit_fn *visit, void *arg, int depth)
{
	if (!is_within(search, type, depth))
		return;
	for (uint32_t i = 0; i < btf_vlen(type) && search->members_left; i++) {
		const struct btf_member *member = &btf_members(type)[i];
		const char *name = name_at(search->btf, member->name_off);
		size_t place = offset + btf_member_bit_offset(type, i) / CHAR_BIT;
		uint32_t id = member->type;

		search->members_left--;
		if (*name)
			visit(arg, name, &(struct np_btf_place){ place, size_of(search->btf, id) });
		else
			visit_members(search, strip(search->btf, &id), place, visit, arg,
				      depth + 1);
	}
}

void np_btf_visit(const struct np_btf *btf, const struct np_btf_type *type, np_btf_visit_fn *visit,
		  void *arg)
{
	const struct btf_type *found = btf__type_by_id(btf->btf, type->id);
	struct search search = { .btf = btf, .members_left = MOST_MEMBERS };

	if (!type->is_enum) {
		visit_members(&search, found, 0, visit, arg, 0);
		return;
	}
	for (uint32_t i = 0; i < btf_vlen(found); i++) {
		const struct btf_enum *one = &btf_enum(found)[i];

		visit(arg, name_at(btf, one->name_off),
		      &(struct np_btf_place){ (size_t)(uint32_t)one->val, 0 });
	}
}
