/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: btf - where a real kernel has its fields
 *
 * BTF is what a kernel says about its own types: in /sys/kernel/btf/vmlinux, in the section .BTF of
 * its image.  It is read with libbpf; a build without libbpf opens none.
 *
 * Unit: bytes.
 */
#ifndef NP_SIM_BTF_H
#define NP_SIM_BTF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Where the running kernel keeps its own. */
#define NP_BTF_RUNNING "/sys/kernel/btf/vmlinux"

struct np_btf;

/** struct np_btf_place - of a field; of an enumerator: its value, and no size. */
struct np_btf_place {
	size_t offset;
	size_t size;
};

/** struct np_btf_type - a struct, union or enum; a struct without fields is none. */
struct np_btf_type {
	uint32_t id;
	size_t size;
	bool is_enum;
};

/** np_btf_is_built_in() - whether this build can open any. */
bool np_btf_is_built_in(void);

/**
 * np_btf_open() - the types in @path: raw BTF, or an ELF file with a section .BTF
 * @btf: receives it; give it back with np_btf_close()
 *
 * Return: 0; -ENOENT and its like when @path cannot be read; -ENODATA when there is no BTF in it;
 * -EINVAL when it is broken; -ENOSYS in a build without libbpf.
 */
int np_btf_open(const char *path, struct np_btf **btf);
void np_btf_close(struct np_btf *btf);

/** np_btf_bits() - of a long: 32 or 64. */
unsigned int np_btf_bits(const struct np_btf *btf);

/** np_btf_find_type() - @name is "struct x", "enum x", or a typedef. Return: whether it is there. */
bool np_btf_find_type(const struct np_btf *btf, const char *name, struct np_btf_type *type);

/**
 * np_btf_find_field() - where @path is in @type
 * @path: "field", "field.field", "field[2]": structs and unions without a name are looked through
 * @place: receives it; untouched on failure
 *
 * Return: whether it is there.
 */
bool np_btf_find_field(const struct np_btf *btf, const struct np_btf_type *type, const char *path,
		       struct np_btf_place *place);

/** np_btf_visit_fn - told of each field; @name lives as long as the struct np_btf. */
typedef void np_btf_visit_fn(void *arg, const char *name, const struct np_btf_place *place);

/** np_btf_visit() - all named fields of @type in its order, those of nameless structs among them. */
void np_btf_visit(const struct np_btf *btf, const struct np_btf_type *type, np_btf_visit_fn *visit,
		  void *arg);

#endif /* NP_SIM_BTF_H */
