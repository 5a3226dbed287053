/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "assure.h"
#include "command.h"
#include "layout_check.h"
#include "layout_check_command.h"

#define COMPLAINT "netpage-sim layout: "

static int complain(const char *path, int err)
{
	if (err == -ENOSYS) {
		fprintf(stderr, COMPLAINT "built without libbpf (NP_BTF=OFF), which reads the BTF "
					  "of a kernel\n");
		return NP_EXIT_SKIP;
	}
	if (err == -ENODATA)
		fprintf(stderr, COMPLAINT "%s: there is no BTF in it\n", path);
	else if (err == -EINVAL)
		fprintf(stderr, COMPLAINT "%s: its BTF is broken\n", path);
	else
		fprintf(stderr, COMPLAINT "%s: %s\n", path, strerror(-err));
	if (!strcmp(path, NP_BTF_RUNNING))
		fprintf(stderr, COMPLAINT "the running kernel does not show its types; name a file "
					  "with --btf (scripts/kernel-btf.sh makes some)\n");
	return NP_EXIT_DATA;
}

/* What to call it: the release of the running kernel, else the file's name. */
static char *label_of(const char *path)
{
	const char *name = strrchr(path, '/');
	struct utsname kernel;
	char *label;
	size_t len;

	if (!strcmp(path, NP_BTF_RUNNING) && !uname(&kernel)) {
		label = strdup(kernel.release);
	} else {
		name = name ? name + 1 : path;
		len = strlen(name);
		if (len > 4 && !strcmp(name + len - 4, ".btf"))
			len -= 4;
		label = strndup(name, len);
	}
	np_assure(label);
	return label;
}

static const struct np_layout *layout_named(const char *name)
{
	const struct np_layout *layout;

	for (unsigned int i = 0; (layout = np_layout_at(i)); i++) {
		if (!strcmp(layout->name, name))
			return layout;
	}
	fprintf(stderr, COMPLAINT "--model: there is no '%s', only", name);
	for (unsigned int i = 0; (layout = np_layout_at(i)); i++)
		fprintf(stderr, "%s %s", i ? "," : "", layout->name);
	fputc('\n', stderr);
	return NULL;
}

/* The first whose longs are as long as the kernel's. */
static const struct np_layout *layout_for(const struct np_btf *btf)
{
	const struct np_layout *layout;

	for (unsigned int i = 0; (layout = np_layout_at(i)); i++) {
		if (layout->bits == np_btf_bits(btf))
			return layout;
	}
	return NULL;
}

/* The kernel in @path becomes @check; all kernels of a call have the layout of the first. */
static int check_one(const char *path, const struct np_layout **layout, struct np_check *check)
{
	struct np_btf *btf;
	int err = np_btf_open(path, &btf);

	if (err)
		return complain(path, err);
	if (!*layout)
		*layout = layout_for(btf);
	if (!*layout || (*layout)->bits != np_btf_bits(btf)) {
		fprintf(stderr, COMPLAINT "%s: a long has %u bits there%s%s\n", path,
			np_btf_bits(btf), *layout ? ", unlike in " : "",
			*layout ? (*layout)->name : "");
		np_btf_close(btf);
		return NP_EXIT_DATA;
	}
	err = np_check_run(check, label_of(path), btf, *layout);
	np_assure(!err);
	return np_check_passed(check) ? NP_EXIT_PASS : NP_EXIT_FAIL;
}

int np_layout_check_command(const struct np_layout_check_choice *choice)
{
	static const char *const running[] = { NP_BTF_RUNNING };
	const char *const *paths = choice->nr ? choice->paths : running;
	size_t nr = choice->nr ? choice->nr : 1, done = 0;
	const struct np_layout *layout = NULL;
	struct np_check *checks;
	int ret = NP_EXIT_PASS, one;

	if (choice->model) {
		layout = layout_named(choice->model);
		if (!layout)
			return NP_EXIT_USAGE;
	}
	checks = calloc(nr, sizeof(*checks));
	np_assure(checks);
	while (done < nr) {
		one = check_one(paths[done], &layout, &checks[done]);
		if (one > ret)
			ret = one;
		if (one > NP_EXIT_FAIL)
			break;
		done++;
	}
	if (done == nr)
		np_check_print(stdout, choice->format, checks, nr);
	for (size_t i = 0; i < done; i++)
		np_check_end(&checks[i]);
	free(checks);
	return ret;
}
