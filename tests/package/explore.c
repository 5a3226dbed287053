/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The least a program can do with the explorer: lose an update, and find that out. */
#include <netpage/explore.h>

struct shared {
	int counter;
};

static void increment(void *state)
{
	struct shared *shared = state;
	int counter = READ_ONCE(shared->counter);

	WRITE_ONCE(shared->counter, counter + 1);
}

static void nothing_is_lost(void *state)
{
	int counter = ((struct shared *)state)->counter;

	np_assert(counter == 2, "got %d, want 2", counter);
}

int main(void)
{
	struct np_explore_options options = {
		.state_size = sizeof(struct shared),
		.actors = { { .name = "one", .body = increment },
			    { .name = "two", .body = increment } },
		.final = nothing_is_lost,
	};
	struct np_explored *explored;
	bool found = np_explore(&options, &explored) == 1 && explored->exhausted &&
		     explored->executions == 4 && explored->nr_found == 1;

	np_explored_free(explored);
	return !found;
}
