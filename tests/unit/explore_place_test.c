/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Names of addresses, and addresses of names: lib/explore/place.c. */
#include "explore_fixture.h"

#include <explore/place.h>

static const struct np_machine_options two_cpus = { .nr_cpus = 2, .nr_pages = 64 };

struct shared {
	int words[8];
	struct page *page;
};

/* The names are compared by an actor; what is wrong comes out as an assertion. */
static void expect_name(const void *ptr, const char *want)
{
	struct np_explorer *x = np_explorer_here();
	char name[64];

	np_explore_name_address(x, ptr, name, sizeof(name));
	np_assert(!strcmp(name, want), "got \"%s\", want \"%s\"", name, want);
}

/* @want is the name of @ptr, and @ptr what is found by it. */
static void expect_place(const void *ptr, const char *want)
{
	struct np_explorer *x = np_explorer_here();
	u32 location = 0;

	expect_name(ptr, want);
	np_assert(np_explore_find_address(x, want, &location) == 0, "\"%s\" is not found", want);
	np_assert(location == np_location_of(&x->image, ptr), "\"%s\" is found elsewhere", want);
}

static int name_a_page(struct np_machine *machine, void *state)
{
	struct shared *s = state;

	s->page = pfn_to_page(machine, 5);
	return np_page_set_name(machine, s->page, "p") |
	       np_page_set_name(machine, pfn_to_page(machine, 6), "eth0.rx[1]");
}

static void run_with(void (*body)(void *state), const struct np_machine_options *machine)
{
	struct np_explore_options options = {
		.machine = machine,
		.state_size = sizeof(struct shared),
		.setup = machine ? name_a_page : NULL,
		.actors = { { .name = "one", .body = body, .kind = NP_KTHREAD } },
	};

	expect_nothing(&options);
}

static void name_words_of_the_state(void *state)
{
	struct shared *s = state;

	expect_place(&s->words[0], "state+0");
	expect_place(&s->words[4], "state+16");
	expect_place(&s->words[5], "state+20");
}

static void state_is_named_by_its_bytes(void **state)
{
	(void)state;
	run_with(name_words_of_the_state, NULL);
}

static void name_fields_of_a_page(void *state)
{
	struct page *page = ((struct shared *)state)->page;

	expect_place(&page->flags, "p.flags");
	expect_place(&page->lru.next, "p.lru.next");
	expect_place(&page->pp_magic, "p.lru.next");
	expect_place(&page->pp, "p.lru.prev");
	expect_place(&page->mapping, "p.mapping");
	expect_place(&page->dma_addr, "p.index");
	expect_place(&page->pp_frag_count, "p.private");
	expect_place(&page->_mapcount, "p._mapcount");
	expect_place(&page->_refcount, "p._refcount");
	expect_place(&page->memcg_data, "p.memcg_data");
	expect_place((char *)&page->memcg_data + 3, "p.memcg_data+3");
	expect_place(&page[1]._refcount, "eth0.rx[1]._refcount");
	expect_place(&page[2]._refcount, "pfn:7._refcount");
}

static void field_of_a_page_is_named_by_the_page(void **state)
{
	(void)state;
	run_with(name_fields_of_a_page, &two_cpus);
}

static void name_words_of_the_machine(void *state)
{
	struct np_machine *machine = np_this_machine();

	(void)state;
	expect_place(&machine->objects_lock, "machine.objects_lock");
	expect_place(&machine->options, "machine+0");
	expect_place(&machine->zones[0].lock, "node0.lock");
	expect_place(&machine->cpus[1].stock.nr_pages, "cpu1.stock.nr_pages");
	expect_place(&machine->cpus[0].owner, "cpu0+0");
	expect_place(&machine->notes[5].stamp[1], "p.note+8");
}

static void machine_and_cpus_are_named(void **state)
{
	(void)state;
	run_with(name_words_of_the_machine, &two_cpus);
}

static void name_other_memory(void *state)
{
	struct np_explorer *x = np_explorer_here();
	char name[64];
	u32 location;
	int local;

	(void)state;
	np_explore_name_address(x, &local, name, sizeof(name));
	np_assert(!strncmp(name, "stack_of_one+", 13), "got \"%s\"", name);
	np_assert(!np_explore_find_address(x, name, &location) &&
			  location == np_location_of(&x->image, &local),
		  "\"%s\" is found elsewhere", name);
	expect_place(x->image.base + 64, "memory+0x40");
	expect_name(x, "(outside)");
}

static void what_has_no_name_is_memory(void **state)
{
	(void)state;
	run_with(name_other_memory, NULL);
}

static void name_pseudo_locations(void *state)
{
	static const struct {
		unsigned int pseudo;
		const char *name;
	} want[] = {
		{ NP_PSEUDO_RCU, "rcu" },
		{ NP_PSEUDO_DELAYED, "delayed" },
		{ NP_PSEUDO_GARBAGE, "garbage" },
		{ NP_PSEUDO_WORK, "work:cpu0" },
		{ NP_PSEUDO_WORK + 7, "work:cpu7" },
	};
	struct np_explorer *x = np_explorer_here();
	char name[64];
	u32 location;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
		location = np_pseudo_location(x, want[i].pseudo);
		np_explore_name_location(x, location, name, sizeof(name));
		np_assert(!strcmp(name, want[i].name), "got %s, want %s", name, want[i].name);
		location = 0;
		np_explore_find_address(x, want[i].name, &location);
		np_assert(location == np_pseudo_location(x, want[i].pseudo), "%s", want[i].name);
	}
	np_explore_name_location(x, 0, name, sizeof(name));
	np_assert(!strcmp(name, "memory+0x0"), "got %s", name);
	np_explore_name_location(x, NP_NOWHERE, name, sizeof(name));
	np_assert(!strcmp(name, "(nowhere)"), "got %s", name);
}

static void pseudo_locations_have_names(void **state)
{
	(void)state;
	run_with(name_pseudo_locations, NULL);
}

static void look_for_what_is_not_there(void *state)
{
	static const char *const names[] = {
		"",
		"q._refcount",
		"p",
		"p.",
		"p._refcnt",
		"p._refcount+4",
		"p._refcount+",
		"p._refcount+x",
		"p._refcount ",
		"pfn:._refcount",
		"pfn:x.flags",
		"pfn:999999999.flags",
		"p.note+999",
		"state+40000",
		"state+-1",
		"state+1x",
		"state.words",
		"memory+0x",
		"memory+0xffffffffffff",
		"memory",
		"stack_of_two+0",
		"work:cpu8",
		"work:cpu",
		"work:cpu0x",
		"machine.nowhere",
		"cpu9.stock",
		"+0",
		".flags",
		"state+99999999999999999999999999999999",
	};
	struct np_explorer *x = np_explorer_here();
	u32 location = 17;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		int err = np_explore_find_address(x, names[i], &location);

		np_assert(err == -EINVAL, "\"%s\" is found", names[i]);
		np_assert(location == 17, "\"%s\" has changed the location", names[i]);
	}
}

static void names_of_nothing_are_refused(void **state)
{
	(void)state;
	run_with(look_for_what_is_not_there, &two_cpus);
}

static __attribute__((noinline)) void name_own_code(void *state)
{
	char name[128];

	(void)state;
	np_explore_name_code(np_explorer_here(), __builtin_return_address(0), 1, name,
			     sizeof(name));
	np_assert(strstr(name, "lib/explore/engine.c:"), "got \"%s\"", name);
}

static void code_is_named_by_function_and_line(void **state)
{
	(void)state;
	run_with(name_own_code, NULL);
}

static void cut_short(void *state)
{
	struct np_explorer *x = np_explorer_here();
	char name[6];

	np_explore_name_address(x, state, name, sizeof(name));
	np_assert(!strcmp(name, "state"), "got \"%s\"", name);
}

static void name_without_room_is_cut(void **state)
{
	(void)state;
	run_with(cut_short, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(state_is_named_by_its_bytes),
		cmocka_unit_test(field_of_a_page_is_named_by_the_page),
		cmocka_unit_test(machine_and_cpus_are_named),
		cmocka_unit_test(what_has_no_name_is_memory),
		cmocka_unit_test(pseudo_locations_have_names),
		cmocka_unit_test(names_of_nothing_are_refused),
		cmocka_unit_test(code_is_named_by_function_and_line),
		cmocka_unit_test(name_without_room_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
