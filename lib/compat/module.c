/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * insmod and rmmod of what is linked into the program.
 */
#include <linux/module.h>
#include <linux/string.h>

/* The linker's names for the ends of sections; of one that is empty there are none. */
extern const struct np_module_param __start_np_params[] __weak, __stop_np_params[] __weak;
extern const np_initcall_t __start_np_initcalls[] __weak, __stop_np_initcalls[] __weak;
extern const np_exitcall_t __start_np_exitcalls[] __weak, __stop_np_exitcalls[] __weak;

static void set_integer(const struct np_module_param *param, unsigned long long value)
{
	switch (param->size) {
	case 1:
		*(u8 *)param->value = (u8)value;
		break;
	case 4:
		*(u32 *)param->value = (u32)value;
		break;
	case 8:
		*(u64 *)param->value = value;
		break;
	}
}

/* @arg: name=value. Return: 0, -EINVAL. */
static int set_param(const char *arg)
{
	size_t length = strcspn(arg, "=");
	char *end;
	unsigned long long value;

	if (!arg[length])
		return -EINVAL;
	value = simple_strtoull(arg + length + 1, &end, 0);
	if (*end || end == arg + length + 1)
		return -EINVAL;
	for (const struct np_module_param *p = __start_np_params; p < __stop_np_params; p++) {
		if (strncmp(p->name, arg, length) || p->name[length])
			continue;
		set_integer(p, value);
		return 0;
	}
	return -EINVAL;
}

int np_module_run(int argc, char **argv)
{
	int err = 0;

	for (int i = 0; i < argc && !err; i++)
		err = set_param(argv[i]);
	for (const np_initcall_t *fn = __start_np_initcalls; !err && fn < __stop_np_initcalls; fn++)
		err = (*fn)();
	for (const np_exitcall_t *fn = __start_np_exitcalls; !err && fn < __stop_np_exitcalls; fn++)
		(*fn)();
	return err;
}
