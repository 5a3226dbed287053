/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Runs the modules that are linked into the program, on CPU 0 of a machine without checks.
 *	PROGRAM [PARAMETER=VALUE...]
 */
#include <linux/module.h>

#include <netpage/machine.h>

int main(int argc, char **argv)
{
	const struct np_machine_options options = { .nr_cpus = 2, .unchecked = true };
	struct np_context context;
	struct np_machine *machine;
	int err = np_machine_create(&machine, &options);

	if (err || np_enter(&context, machine, 0, NP_KTHREAD, NULL)) {
		fprintf(stderr, "no machine: error %d\n", err);
		return 1;
	}
	err = np_module_run(argc - 1, argv + 1);
	np_leave(&context);
	np_machine_destroy(machine);
	if (err)
		fprintf(stderr, "a module's init, or a parameter: error %d\n", err);
	return err ? 1 : 0;
}
