/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The least a program can do with the library: see that it is there. */
#include <netpage/machine.h>

int main(void)
{
	struct np_machine *machine;

	if (np_machine_create(&machine, NULL))
		return 1;
	return np_machine_destroy(machine) ? 1 : 0;
}
