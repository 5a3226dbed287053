/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#ifndef NP_SIM_ASSURE_H
#define NP_SIM_ASSURE_H

#include <stdio.h>
#include <stdlib.h>

/*
 * np_assure() - stop the program when something that cannot be, is.
 * @condition: what the code around relies on
 *
 * For mistakes of the program only, never for bad input. Stays on in every build: a tool that gives
 * verdicts must not go on with a broken idea of what it read.
 */
#define np_assure(condition)                                                                       \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			fprintf(stderr, "%s:%d: assurance failed: %s\n", __FILE__, __LINE__,       \
				#condition);                                                       \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

#endif /* NP_SIM_ASSURE_H */
