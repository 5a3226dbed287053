/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The language and the library name the same things, in the same order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <netpage/netpage.h>

#include "vocabulary.h"

static const struct np_vocabulary_attribute *attribute(enum np_declaration declaration,
						       unsigned int index)
{
	assert_true(index < np_vocabulary_declarations[declaration].attributes);
	return &np_vocabulary_declarations[declaration].attribute[index];
}

static const char *const *words(enum np_declaration declaration, unsigned int index)
{
	return attribute(declaration, index)->words;
}

static void points_are_the_trace_points(void **state)
{
	(void)state;
	assert_int_equal(NP_POINTS, NP_TRACE_NR);
	for (int i = 0; i < NP_TRACE_NR; i++)
		assert_string_equal(np_vocabulary_points[i].name,
				    np_trace_name((enum np_trace_id)i));
	assert_null(np_trace_name(NP_TRACE_NR));
}

static void rules_begin_with_the_invariants(void **state)
{
	(void)state;
	assert_int_equal(NP_RULE_CHECK, NP_INVARIANTS);
	for (int i = 0; i < NP_INVARIANTS; i++)
		assert_string_equal(np_vocabulary_rules[i].name,
				    np_invariant_name((enum np_invariant)i));
	assert_null(np_invariant_name(NP_INVARIANTS));
}

static void features_are_those_of_schemes_and_one_of_every_model(void **state)
{
	const char *const *needs = words(NP_DECLARE_MODEL, NP_MODEL_ATTR_NEEDS);

	(void)state;
	assert_int_equal(NP_NEEDS_WORDS, NP_FEATURES + 1);
	for (unsigned int i = 0; i < NP_FEATURES; i++) {
		assert_string_equal(np_vocabulary_features[i].name, np_feature_name(i));
		assert_string_equal(needs[i], np_feature_name(i));
	}
	assert_string_equal(needs[NP_NEEDS_PAGE_POOL], "page_pool");
	assert_null(needs[NP_NEEDS_WORDS]);
}

static void each_feature_of_a_scheme_has_a_word(void **state)
{
	const struct np_scheme *scheme;

	(void)state;
	for (unsigned int i = 0; (scheme = np_scheme_at(i)); i++)
		assert_true(scheme->features < BIT(NP_FEATURES));
}

static void faults_are_in_the_order_of_fault_points(void **state)
{
	static const char *const names[NP_FAULT_POINTS] = {
		[NP_FAULT_ALLOC_PAGES] = "alloc_pages",
		[NP_FAULT_TRY_CHARGE] = "try_charge",
		[NP_FAULT_VM_INSERT_PAGE] = "vm_insert_page",
		[NP_FAULT_DMA_MAP_PAGE] = "dma_map_page",
		[NP_FAULT_PTR_RING_PRODUCE] = "ptr_ring_produce",
		[NP_FAULT_PFMEMALLOC] = "pfmemalloc",
	};
	const char *const *faults = words(NP_DECLARE_FAULT, NP_FAULT_ATTR_FUNCTION);

	(void)state;
	for (int i = 0; i < NP_FAULT_POINTS; i++)
		assert_string_equal(faults[i], names[i]);
	assert_null(faults[NP_FAULT_POINTS]);
}

static void drivers_are_the_built_in_strategies(void **state)
{
	const char *const *drivers = words(NP_DECLARE_NIC, NP_NIC_ATTR_DRIVER);
	const struct np_driver *const order[] = {
		[NP_DRIVER_WORD_PAGE_POOL] = &np_driver_page_pool,
		[NP_DRIVER_WORD_PAGE_BIAS] = &np_driver_page_bias,
		[NP_DRIVER_WORD_PAGE_CACHE] = &np_driver_page_cache,
		[NP_DRIVER_WORD_PAGE_ALLOC] = &np_driver_page_alloc,
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(order); i++) {
		assert_ptr_equal(np_driver_find(drivers[i]), order[i]);
		assert_string_equal(order[i]->name, drivers[i]);
	}
	assert_null(drivers[ARRAY_SIZE(order)]);
}

static void words_that_become_enums_have_their_order(void **state)
{
	const char *const *dma = words(NP_DECLARE_MODEL, NP_MODEL_ATTR_DMA);
	const char *const *policy = words(NP_DECLARE_SYSCTL, NP_SYSCTL_ATTR_TCP_ZEROCOPY_POLICY);

	(void)state;
	assert_string_equal(dma[NP_DMA_64], "64");
	assert_string_equal(dma[NP_DMA_32_FIXED], "32_fixed");
	assert_string_equal(dma[NP_DMA_32_BROKEN], "32_broken");
	assert_string_equal(policy[NP_POLICY_ALLOW], "allow");
	assert_string_equal(policy[NP_POLICY_COPY], "copy");
	assert_string_equal(policy[NP_POLICY_REFUSE], "refuse");
}

static void limits_are_those_of_the_library(void **state)
{
	const struct np_vocabulary_step *rx = &np_vocabulary_steps[NP_STEP_RX];

	(void)state;
	assert_int_equal(attribute(NP_DECLARE_MODEL, NP_MODEL_ATTR_CPUS)->maximum, NP_CPUS_MAX);
	assert_int_equal(attribute(NP_DECLARE_MODEL, NP_MODEL_ATTR_NODES)->maximum, NP_NODES_MAX);
	assert_int_equal(attribute(NP_DECLARE_PAGE, NP_PAGE_ATTR_ORDER)->maximum, MAX_ORDER - 1);
	assert_int_equal(attribute(NP_DECLARE_NIC, NP_NIC_ATTR_COMPOUND)->maximum, MAX_ORDER - 1);
	assert_string_equal(rx->argument[2].name, "frags");
	assert_int_equal(rx->argument[2].maximum, MAX_SKB_FRAGS);
}

/* What a scenario gets that says nothing is what a machine gets that is told nothing. */
static void defaults_are_those_of_the_library(void **state)
{
	const struct np_machine_options *options;
	struct np_machine *machine;

	(void)state;
	assert_int_equal(np_machine_create(&machine, NULL), 0);
	options = np_machine_options_of(machine);
	assert_int_equal(attribute(NP_DECLARE_MODEL, NP_MODEL_ATTR_CPUS)->otherwise,
			 options->nr_cpus);
	assert_int_equal(attribute(NP_DECLARE_MODEL, NP_MODEL_ATTR_NODES)->otherwise,
			 options->nr_nodes);
	assert_int_equal(attribute(NP_DECLARE_MODEL, NP_MODEL_ATTR_PAGES)->otherwise,
			 options->nr_pages);
	assert_int_equal(attribute(NP_DECLARE_MODEL, NP_MODEL_ATTR_DMA)->otherwise,
			 options->dma_layout);
	assert_int_equal(
		attribute(NP_DECLARE_SYSCTL, NP_SYSCTL_ATTR_TCP_ZEROCOPY_POLICY)->otherwise,
		options->policy);
	assert_int_equal(np_machine_destroy(machine), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(points_are_the_trace_points),
		cmocka_unit_test(rules_begin_with_the_invariants),
		cmocka_unit_test(features_are_those_of_schemes_and_one_of_every_model),
		cmocka_unit_test(each_feature_of_a_scheme_has_a_word),
		cmocka_unit_test(faults_are_in_the_order_of_fault_points),
		cmocka_unit_test(drivers_are_the_built_in_strategies),
		cmocka_unit_test(words_that_become_enums_have_their_order),
		cmocka_unit_test(limits_are_those_of_the_library),
		cmocka_unit_test(defaults_are_those_of_the_library),
	};

	return cmocka_run_group_tests_name("sim_vocabulary_matches_library", tests, NULL, NULL);
}
