/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Finding, checking and loading schemes.
 */
#include <dlfcn.h>
#include <link.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <schemes/schemes.h>

const struct np_scheme *np_scheme_at(unsigned int index)
{
	/* The order of the docs: history first, then the proposal and its rivals. */
	static const struct np_scheme *const schemes[] = {
		&np_scheme_unaccounted,		  &np_scheme_mapcount_precharge,
		&np_scheme_mapcount_postcharge,	  &np_scheme_network_at_zero,
		&np_scheme_network_at_zero_naive, &np_scheme_network_freelist,
		&np_scheme_network_to_allocator,  &np_scheme_network_callback,
		&np_scheme_page_pool_magic,	  &np_scheme_page_type,
		&np_scheme_owner_priv_alias,
	};

	return index < ARRAY_SIZE(schemes) ? schemes[index] : NULL;
}

const struct np_scheme *np_scheme_find(const char *name)
{
	const struct np_scheme *scheme;

	for (unsigned int i = 0; name && (scheme = np_scheme_at(i)); i++)
		if (!strcmp(scheme->name, name))
			return scheme;
	return NULL;
}

const char *np_feature_name(unsigned int index)
{
	static const char *const names[NP_FEATURES] = {
		"network_flag", "charging",    "at_zero", "callback",
		"mapcount",	"skb_recycle", "alias",	  "page_type",
	};

	return index < NP_FEATURES ? names[index] : NULL;
}

static int refuse(char *error, size_t size, int err, const char *fmt, ...) NP_PRINTF(4, 5);

static int refuse(char *error, size_t size, int err, const char *fmt, ...)
{
	va_list args;

	if (error && size) {
		va_start(args, fmt);
		vsnprintf(error, size, fmt, args);
		va_end(args);
	}
	return err;
}

int np_scheme_validate(const struct np_scheme *scheme, char *error, size_t size)
{
	const struct network_page_ops *put;

	if (!scheme)
		return refuse(error, size, -EINVAL, "no scheme");
	if (scheme->abi != NP_SCHEME_ABI)
		return refuse(error, size, -EINVAL, "scheme ABI is %u, this library speaks %u",
			      scheme->abi, NP_SCHEME_ABI);
	if (!scheme->name || !*scheme->name || !scheme->summary || !scheme->origin ||
	    !scheme->cost.page_words || !scheme->cost.driver_changes)
		return refuse(error, size, -EINVAL,
			      "scheme needs a name, a summary, an origin and its costs in words");
	put = &scheme->put;
	if (scheme->recycle > NP_RECYCLE_CALLBACK || scheme->features >= BIT(NP_FEATURES))
		return refuse(error, size, -EINVAL, "%s: unknown recycle mode or feature",
			      scheme->name);
	if (put->hooks & (NP_HOOK___PUT_PAGE | NP_HOOK_RELEASE_PAGES) && !put->put_page_network)
		return refuse(error, size, -EINVAL, "%s: hooks at zero need put.put_page_network",
			      scheme->name);
	if (put->hooks & NP_HOOK_PUT_PAGE && !put->put_page_callback)
		return refuse(error, size, -EINVAL,
			      "%s: NP_HOOK_PUT_PAGE needs put.put_page_callback", scheme->name);
	if (put->hooks && !put->flags_mask && !put->page_type)
		return refuse(error, size, -EINVAL,
			      "%s: hooks need a mark: put.flags_mask or put.page_type",
			      scheme->name);
	return 0;
}

/*
 * dlopen() maps what the headers of a file promise; where the file was cut off, the first look there
 * would be a bus error.  Anything else that is wrong with it, dlopen() says itself.
 */
static bool is_cut_off(const char *path)
{
	FILE *file = fopen(path, "rb");
	ElfW(Ehdr) header;
	ElfW(Phdr) segment;
	bool cut_off = false;
	long size = -1;

	if (!file)
		return false;
	if (!fseek(file, 0, SEEK_END))
		size = ftell(file);
	rewind(file);
	if (size < 0 || fread(&header, sizeof(header), 1, file) != 1 ||
	    memcmp(header.e_ident, ELFMAG, SELFMAG) || header.e_phentsize != sizeof(segment))
		header.e_phnum = 0;
	else
		cut_off = fseek(file, (long)header.e_phoff, SEEK_SET) != 0;
	for (unsigned int i = 0; i < header.e_phnum && !cut_off; i++)
		cut_off = fread(&segment, sizeof(segment), 1, file) != 1 ||
			  (segment.p_type == PT_LOAD &&
			   segment.p_offset + segment.p_filesz > (unsigned long)size);
	fclose(file);
	return cut_off;
}

int np_scheme_load(const char *path, const struct np_scheme **scheme, void **handle, char *error,
		   size_t size)
{
	const struct np_scheme *const *entry;
	void *object;
	int err;

	if (!path || !*path || !scheme || !handle)
		return refuse(error, size, -EINVAL, "no file name");
	if (is_cut_off(path))
		return refuse(error, size, -ENOEXEC, "%s: file is cut off", path);
	object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (!object)
		return refuse(error, size, access(path, F_OK) ? -ENOENT : -ENOEXEC, "%s",
			      dlerror());
	entry = dlsym(object, "np_scheme_entry");
	if (!entry || !*entry) {
		dlclose(object);
		return refuse(error, size, -EINVAL,
			      "%s: no np_scheme_entry: end the file with NP_SCHEME_ENTRY(scheme)",
			      path);
	}
	err = np_scheme_validate(*entry, error, size);
	if (err) {
		dlclose(object);
		return err;
	}
	*scheme = *entry;
	*handle = object;
	return 0;
}

void np_scheme_unload(void *handle)
{
	if (handle)
		dlclose(handle);
}
