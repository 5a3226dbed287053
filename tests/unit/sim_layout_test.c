/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <json-c/json.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <command.h>
#include <layout.h>

static const struct np_layout *layout_named(const char *name)
{
	const struct np_layout *layout;

	for (unsigned int i = 0; (layout = np_layout_at(i)); i++) {
		if (!strcmp(layout->name, name))
			return layout;
	}
	fail_msg("there is no layout %s", name);
	return NULL;
}

static void assert_field(const char *layout_name, const char *arm, const char *name, size_t offset,
			 size_t size)
{
	const struct np_layout *layout = layout_named(layout_name);
	const struct np_layout_field *field = np_layout_find_field(layout, arm, name);

	if (!field)
		fail_msg("%s: arm %s has no field %s", layout_name, arm, name);
	if (field->offset != offset || field->size != size)
		fail_msg("%s: %s is %zu bytes at %zu, wanted %zu at %zu", layout_name, name,
			 field->size, field->offset, size, offset);
}

/* The witness for 64 bits is what pahole printed of the BTF of linux-image-6.1-cloud-amd64. */
static void page_of_64_bits_is_that_of_the_distributed_kernel(void **state)
{
	const struct {
		const char *arm, *field;
		size_t offset, size;
	} btf[] = {
		{ "lru", "flags", 0, 8 },
		{ "lru", "lru.next", 8, 8 },
		{ "lru", "lru.prev", 16, 8 },
		{ "lru", "__filler", 8, 8 },
		{ "lru", "mlock_count", 16, 4 },
		{ "lru", "mapping", 24, 8 },
		{ "lru", "index", 32, 8 },
		{ "lru", "private", 40, 8 },
		{ "free", "buddy_list.next", 8, 8 },
		{ "free", "pcp_list.prev", 16, 8 },
		{ "page_pool", "pp_magic", 8, 8 },
		{ "page_pool", "pp", 16, 8 },
		{ "page_pool", "_pp_mapping_pad", 24, 8 },
		{ "page_pool", "dma_addr", 32, 8 },
		{ "page_pool", "dma_addr_upper", 40, 8 },
		{ "page_pool", "pp_frag_count", 40, 8 },
		{ "tail1", "compound_head", 8, 8 },
		{ "tail1", "compound_dtor", 16, 1 },
		{ "tail1", "compound_order", 17, 1 },
		{ "tail1", "compound_mapcount", 20, 4 },
		{ "tail1", "compound_pincount", 24, 4 },
		{ "tail1", "compound_nr", 28, 4 },
		{ "tail1", "_private_1", 32, 8 },
		{ "tail2", "_compound_pad_1", 8, 8 },
		{ "tail2", "_compound_pad_2", 16, 8 },
		{ "tail2", "deferred_list.next", 24, 8 },
		{ "page_table", "_pt_pad_1", 8, 8 },
		{ "page_table", "pmd_huge_pte", 16, 8 },
		{ "page_table", "_pt_pad_2", 24, 8 },
		{ "page_table", "pt_mm", 32, 8 },
		{ "page_table", "pt_frag_refcount", 32, 4 },
		{ "page_table", "ptl", 40, 4 },
		{ "zone_device", "pgmap", 8, 8 },
		{ "zone_device", "zone_device_data", 16, 8 },
		{ "lru", "_mapcount", 48, 4 },
		{ "lru", "page_type", 48, 4 },
		{ "lru", "_refcount", 52, 4 },
		{ "lru", "memcg_data", 56, 8 },
	};

	(void)state;
	if (sizeof(long) != 8)
		skip();
	assert_int_equal(layout_named("6.1-64")->size, 64);
	for (size_t i = 0; i < sizeof(btf) / sizeof(btf[0]); i++)
		assert_field("6.1-64", btf[i].arm, btf[i].field, btf[i].offset, btf[i].size);
}

static void page_of_32_bits_has_five_words_of_four_bytes(void **state)
{
	(void)state;
	assert_int_equal(layout_named("6.1-32")->size, 36);
	assert_field("6.1-32", "page_pool", "pp_magic", 4, 4);
	assert_field("6.1-32", "page_pool", "dma_addr_upper", 20, 4);
	assert_field("6.1-32", "lru", "_refcount", 28, 4);
}

static void page_grew_in_2021_where_u64_is_aligned_to_8(void **state)
{
	(void)state;
	assert_int_equal(layout_named("5.12-32-align4")->size, 36);
	assert_int_equal(layout_named("5.12-32-align8-little")->size, 48);
	assert_int_equal(layout_named("5.12-32-align8-big")->size, 48);
	assert_field("5.12-32-align8-little", "lru", "_refcount", 36, 4);
}

static void upper_half_of_the_dma_address_was_over_compound_head_on_big_endian(void **state)
{
	(void)state;
	assert_field("5.12-32-align8-big", "page_pool", "dma_addr_high", 8, 4);
	assert_field("5.12-32-align8-big", "tail1", "compound_head", 8, 4);
}

static void fix_gave_the_bytes_back_and_put_the_lower_half_first(void **state)
{
	(void)state;
	assert_int_equal(layout_named("5.13-32-fixed")->size, 36);
	assert_field("5.13-32-fixed", "page_pool", "dma_addr[0]", 4, 4);
	assert_field("5.13-32-fixed", "page_pool", "dma_addr[1]", 8, 4);
}

static void every_field_of_an_arm_is_in_one_of_the_five_words(void **state)
{
	const struct np_layout *layout;

	(void)state;
	for (unsigned int i = 0; (layout = np_layout_at(i)); i++) {
		for (size_t arm = 0; arm < layout->nr_arms; arm++) {
			for (size_t f = 0; f < layout->arms[arm].nr_fields; f++) {
				unsigned int word =
					np_layout_word(layout, &layout->arms[arm].fields[f]);

				assert_in_range(word, 1, 5);
			}
		}
	}
}

static void fields_of_every_page_are_in_none_of_the_five_words(void **state)
{
	const struct np_layout *layout;

	(void)state;
	for (unsigned int i = 0; (layout = np_layout_at(i)); i++) {
		for (size_t f = 0; f < layout->nr_common; f++)
			assert_int_equal(np_layout_word(layout, &layout->common[f]), 0);
	}
}

static void mapping_is_w3_wherever_there_is_one(void **state)
{
	const struct np_layout *layout;

	(void)state;
	for (unsigned int i = 0; (layout = np_layout_at(i)); i++) {
		const struct np_layout_field *field =
			np_layout_find_field(layout, "lru", "mapping");

		assert_non_null(field);
		assert_int_equal(np_layout_word(layout, field), 3);
	}
}

static const struct np_layout_uses *uses_of(const char *arm)
{
	const struct np_layout_uses *uses;

	for (unsigned int i = 0; (uses = np_layout_uses_at(i)); i++) {
		if (!strcmp(uses->arm, arm))
			return uses;
	}
	fail_msg("nothing is said about arm %s", arm);
	return NULL;
}

static void every_word_of_a_network_page_is_spoken_of(void **state)
{
	const char *arms[] = { "network", "page_pool" };

	(void)state;
	for (int arm = 0; arm < 2; arm++) {
		const struct np_layout_uses *uses = uses_of(arms[arm]);
		unsigned int words = 0;

		for (size_t i = 0; i < uses->nr_rows; i++)
			words |= 1u << uses->rows[i].word;
		assert_int_equal(words, 0x3e);
	}
}

static void no_word_survives_the_allocator_but_what_must_be_zero(void **state)
{
	const struct np_layout_uses *uses = uses_of("network");

	(void)state;
	for (size_t i = 0; i < uses->nr_rows; i++) {
		enum np_word_use use = uses->rows[i].use[NP_STATE_FREED];

		assert_true(use == NP_USE_LOST || use == NP_USE_ZERO);
	}
}

static void driver_of_a_page_pool_has_no_word(void **state)
{
	const struct np_layout_uses *uses = uses_of("page_pool");

	(void)state;
	for (size_t i = 0; i < uses->nr_rows; i++) {
		for (int s = 0; s < NP_STATES; s++)
			assert_int_not_equal(uses->rows[i].use[s], NP_USE_FREE);
	}
}

static char *print(const struct np_layout_choice *choice)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	np_layout_print(out, choice);
	fclose(out);
	return text;
}

static void text_fits_80_columns_and_has_no_trailing_blanks(void **state)
{
	char *text = print(&(struct np_layout_choice){ .format = NP_LAYOUT_TEXT });
	size_t len;

	(void)state;
	for (const char *line = text; *line; line += len + 1) {
		len = strcspn(line, "\n");
		if (len > 80 || (len && line[len - 1] == ' '))
			fail_msg("%zu columns: '%.*s'", len, (int)len, line);
	}
	free(text);
}

static void arm_is_printed_alone(void **state)
{
	char *text = print(&(struct np_layout_choice){ .arm = "tail2" });

	(void)state;
	assert_non_null(strstr(text, "deferred_list.next"));
	assert_null(strstr(text, "pp_magic"));
	free(text);
}

static void markdown_is_one_page_with_every_layout(void **state)
{
	char *text = print(&(struct np_layout_choice){ .format = NP_LAYOUT_MARKDOWN });
	const struct np_layout *layout;

	(void)state;
	assert_memory_equal(text, "# struct page", 13);
	for (unsigned int i = 0; (layout = np_layout_at(i)); i++)
		assert_non_null(strstr(text, layout->title));
	free(text);
}

static void json_says_where_a_field_is(void **state)
{
	struct np_layout_choice choice = { .format = NP_LAYOUT_JSON,
					   .bits = 32,
					   .arm = "page_pool" };
	char *text = print(&choice);
	struct json_object *root = json_tokener_parse(text), *layouts, *layout, *value;

	(void)state;
	assert_non_null(root);
	assert_true(json_object_object_get_ex(root, "layouts", &layouts));
	assert_int_equal(json_object_array_length(layouts), 5);
	layout = json_object_array_get_idx(layouts, 0);
	assert_true(json_object_object_get_ex(layout, "size", &value));
	assert_int_equal(json_object_get_int(value), 36);
	json_object_put(root);
	free(text);
}

static void command_line_that_is_wrong_exits_with_64(void **state)
{
	char *lines[][3] = {
		{ (char *)"layout", (char *)"--bits=31", NULL },
		{ (char *)"layout", (char *)"--arm=nothing", NULL },
		{ (char *)"layout", (char *)"--nothing", NULL },
		{ (char *)"layout", (char *)"--arm", NULL },
		{ (char *)"layout", (char *)"--json=yes", NULL },
		{ (char *)"layout", (char *)"-x", NULL },
		{ (char *)"layout", (char *)"nothing", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		if (np_command_layout(2, lines[i]) != NP_EXIT_USAGE)
			fail_msg("%s was accepted", lines[i][1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(page_of_64_bits_is_that_of_the_distributed_kernel),
		cmocka_unit_test(page_of_32_bits_has_five_words_of_four_bytes),
		cmocka_unit_test(page_grew_in_2021_where_u64_is_aligned_to_8),
		cmocka_unit_test(
			upper_half_of_the_dma_address_was_over_compound_head_on_big_endian),
		cmocka_unit_test(fix_gave_the_bytes_back_and_put_the_lower_half_first),
		cmocka_unit_test(every_field_of_an_arm_is_in_one_of_the_five_words),
		cmocka_unit_test(fields_of_every_page_are_in_none_of_the_five_words),
		cmocka_unit_test(mapping_is_w3_wherever_there_is_one),
		cmocka_unit_test(every_word_of_a_network_page_is_spoken_of),
		cmocka_unit_test(no_word_survives_the_allocator_but_what_must_be_zero),
		cmocka_unit_test(driver_of_a_page_pool_has_no_word),
		cmocka_unit_test(text_fits_80_columns_and_has_no_trailing_blanks),
		cmocka_unit_test(arm_is_printed_alone),
		cmocka_unit_test(markdown_is_one_page_with_every_layout),
		cmocka_unit_test(json_says_where_a_field_is),
		cmocka_unit_test(command_line_that_is_wrong_exits_with_64),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
