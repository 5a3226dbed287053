/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "btf.h"

#include <errno.h>

/* A build without libbpf: nothing is ever opened, so nothing else is ever asked. */

bool np_btf_is_built_in(void)
{
	return false;
}

int np_btf_open(const char *path, struct np_btf **btf)
{
	(void)path;
	*btf = NULL;
	return -ENOSYS;
}

void np_btf_close(struct np_btf *btf)
{
	(void)btf;
}

unsigned int np_btf_bits(const struct np_btf *btf)
{
	(void)btf;
	return 0;
}

bool np_btf_find_type(const struct np_btf *btf, const char *name, struct np_btf_type *type)
{
	(void)btf;
	(void)name;
	(void)type;
	return false;
}

bool np_btf_find_field(const struct np_btf *btf, const struct np_btf_type *type, const char *path,
		       struct np_btf_place *place)
{
	(void)btf;
	(void)type;
	(void)path;
	(void)place;
	return false;
}

void np_btf_visit(const struct np_btf *btf, const struct np_btf_type *type, np_btf_visit_fn *visit,
		  void *arg)
{
	(void)btf;
	(void)type;
	(void)visit;
	(void)arg;
}
