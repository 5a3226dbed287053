/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The names of both flavours, from one set of headers.  That a name says which
 * flavour it is of makes a mixture fail to link.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include <netpage/netpage.h>

#define TEXT_OF(name) #name
#define TEXT(name) TEXT_OF(name)

static void kernel_names_become_symbols_of_the_native_flavour(void **state)
{
	(void)state;
	assert_string_equal(TEXT(alloc_pages), "np_native_alloc_pages");
	assert_string_equal(TEXT(__put_page), "np_native___put_page");
	assert_string_equal(TEXT(release_pages), "np_native_release_pages");
	assert_string_equal(TEXT(smp_processor_id), "np_native_smp_processor_id");
}

static void names_of_our_own_have_no_second_prefix(void **state)
{
	(void)state;
	assert_string_equal(TEXT(np_machine_create), "np_native_machine_create");
	assert_string_equal(TEXT(np_scheme_find), "np_native_scheme_find");
	assert_string_equal(TEXT(np_driver_page_pool), "np_native_driver_page_pool");
}

static void inline_functions_keep_their_names(void **state)
{
	(void)state;
	assert_string_equal(TEXT(put_page), "put_page");
	assert_string_equal(TEXT(page_ref_inc), "page_ref_inc");
	assert_string_equal(TEXT(compound_head), "compound_head");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kernel_names_become_symbols_of_the_native_flavour),
		cmocka_unit_test(names_of_our_own_have_no_second_prefix),
		cmocka_unit_test(inline_functions_keep_their_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
