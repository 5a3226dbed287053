/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <btf.h>
#include <layout_check.h>

#ifdef NP_BTF
#include <bpf/btf.h>

/*
 * The kernels here are made up: each has the fields that the model says a kernel has, where the
 * model has its own, but for one that a test has tampered with.
 */

enum tamper { NOTHING, MOVED, RESIZED, REMOVED };

struct kernel {
	const struct np_layout *layout;
	struct btf *btf;
	/* what is not as the model has it */
	unsigned int type;
	const char *field;
	enum tamper tamper;
};

static const char *kernel_name(const struct np_model_field *field)
{
	return field->kernel ? field->kernel : field->name;
}

static size_t head_length(const char *name)
{
	return strcspn(name, ".[");
}

/* The next field that the kernel has, its name the kernel's; @index moves on. */
static bool next_field(const struct kernel *kernel, unsigned int type, size_t *index,
		       struct np_model_field *field)
{
	while (np_model_field_at(kernel->layout, type, (*index)++, field)) {
		bool tampered = kernel->tamper && type == kernel->type &&
				!strcmp(kernel_name(field), kernel->field);

		if (field->liberty == NP_OURS || !strcmp(field->name, NP_MODEL_SIZE) ||
		    (tampered && kernel->tamper == REMOVED))
			continue;
		field->name = kernel_name(field);
		if (tampered && kernel->tamper == MOVED)
			field->place.offset += 8;
		if (tampered && kernel->tamper == RESIZED)
			field->place.size += 8;
		/* Two halves make the whole, and the lower one is told of first. */
		if (field->liberty == NP_WITHIN || strstr(field->name, "[0]"))
			field->place.size *= 2;
		return true;
	}
	return false;
}

static bool has_head(const struct np_model_field *field, const char *head)
{
	size_t len = head_length(head);

	return head_length(field->name) == len && !strncmp(field->name, head, len);
}

/* Arms share fields, lists have two halves: whether one in front of @end is called so, too. */
static bool is_told(const struct kernel *kernel, unsigned int type, size_t end, const char *head)
{
	struct np_model_field field;

	for (size_t i = 0; next_field(kernel, type, &i, &field) && i < end;) {
		if (has_head(&field, head))
			return true;
	}
	return false;
}

static bool has_parts(const struct kernel *kernel, unsigned int type, const char *head)
{
	struct np_model_field field;

	for (size_t i = 0; next_field(kernel, type, &i, &field);) {
		if (has_head(&field, head) && strchr(field.name, '.'))
			return true;
	}
	return false;
}

static void add_field(const struct kernel *kernel, const char *name, int type, size_t offset)
{
	assert_int_equal(btf__add_field(kernel->btf, name, type, (uint32_t)(offset * CHAR_BIT), 0),
			 0);
}

/* @size bytes: words where that goes, for the fields that are arrays. */
static int add_bytes(const struct kernel *kernel, size_t size)
{
	size_t word = kernel->layout->bits / CHAR_BIT;
	int element;

	word = size % word ? 1 : word;
	element = btf__add_int(kernel->btf, "word", word, 0);
	return btf__add_array(kernel->btf, element, element, (uint32_t)(size / word));
}

/* A struct that begins where the whole does, with all parts of @head where they are. */
static int add_inner(const struct kernel *kernel, unsigned int type, const char *head)
{
	struct np_model_field field;
	int bytes[8], nr = 0, id;

	for (size_t i = 0; next_field(kernel, type, &i, &field);) {
		if (has_head(&field, head) && strchr(field.name, '.') && nr < 8)
			bytes[nr++] = add_bytes(kernel, field.place.size);
	}
	nr = 0;
	id = btf__add_struct(kernel->btf, "inner", 64);
	for (size_t i = 0; next_field(kernel, type, &i, &field);) {
		if (has_head(&field, head) && strchr(field.name, '.') && nr < 8)
			add_field(kernel, strchr(field.name, '.') + 1, bytes[nr++],
				  field.place.offset);
	}
	return id;
}

struct member {
	char name[32];
	int id;
	size_t offset;
};

static size_t make_members(const struct kernel *kernel, unsigned int type, struct member *members,
			   size_t room)
{
	struct np_model_field field;
	size_t nr = 0;

	for (size_t i = 0; next_field(kernel, type, &i, &field);) {
		struct member *member = &members[nr];

		if (is_told(kernel, type, i, field.name))
			continue;
		assert_true(nr < room);
		snprintf(member->name, sizeof(member->name), "%.*s", (int)head_length(field.name),
			 field.name);
		if (has_parts(kernel, type, field.name)) {
			member->id = add_inner(kernel, type, field.name);
			member->offset = 0;
		} else {
			member->id = add_bytes(kernel, field.place.size);
			member->offset = field.place.offset;
		}
		nr++;
	}
	return nr;
}

static void add_struct(const struct kernel *kernel, unsigned int type)
{
	const char *name = np_model_type_at(kernel->layout, type)->name;
	bool is_typedef = strncmp(name, "struct ", 7) != 0;
	struct member members[100];
	struct np_model_field size;
	size_t nr = make_members(kernel, type, members, 100);
	int id;

	np_model_field_at(kernel->layout, type, 0, &size);
	id = btf__add_struct(kernel->btf, is_typedef ? "untold" : name + 7,
			     (uint32_t)size.place.size);
	for (size_t i = 0; i < nr; i++)
		add_field(kernel, members[i].name, members[i].id, members[i].offset);
	if (is_typedef)
		btf__add_typedef(kernel->btf, name, id);
}

static void add_enum(const struct kernel *kernel, unsigned int type)
{
	struct np_model_field field;

	btf__add_enum(kernel->btf, np_model_type_at(kernel->layout, type)->name + 5, 4);
	for (size_t i = 0; next_field(kernel, type, &i, &field);)
		btf__add_enum_value(kernel->btf, field.name, (int64_t)field.place.offset);
}

static void make_kernel(struct kernel *kernel)
{
	const struct np_model_type *type;

	kernel->btf = btf__new_empty();
	assert_non_null(kernel->btf);
	btf__set_pointer_size(kernel->btf, kernel->layout->bits / CHAR_BIT);
	/* By this one its reader knows how long a pointer is. */
	btf__add_int(kernel->btf, "long", kernel->layout->bits / CHAR_BIT, BTF_INT_SIGNED);
	for (unsigned int i = 0; (type = np_model_type_at(kernel->layout, i)); i++) {
		if (!strncmp(type->name, "enum ", 5))
			add_enum(kernel, i);
		else
			add_struct(kernel, i);
	}
}

/* A file with @size bytes; the caller removes it. */
static void write_file(char *path, const void *bytes, size_t size)
{
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, size), size);
	close(fd);
}

/* Writes @btf to a file and frees it. */
static void write_types(struct btf *btf, char *path)
{
	uint32_t size;
	const void *raw = btf__raw_data(btf, &size);

	assert_non_null(raw);
	write_file(path, raw, size);
	btf__free(btf);
}

#define TEMPORARY "/tmp/sim_layout_check_test.XXXXXX"

static void check_kernel(struct kernel *kernel, struct np_check *check)
{
	char path[] = TEMPORARY;
	struct np_btf *btf;

	make_kernel(kernel);
	write_types(kernel->btf, path);
	assert_int_equal(np_btf_open(path, &btf), 0);
	unlink(path);
	assert_int_equal(np_btf_bits(btf), kernel->layout->bits);
	assert_int_equal(np_check_run(check, strdup("made up"), btf, kernel->layout), 0);
}

static const struct np_check_row *row_of(const struct np_check *check, unsigned int type,
					 const char *name)
{
	for (size_t i = 0; i < check->nr_rows; i++) {
		if (check->rows[i].type == type &&
		    !strcmp(kernel_name(&check->rows[i].field), name))
			return &check->rows[i];
	}
	fail_msg("there is no row for %s", name);
	return NULL;
}

static void assert_verdict(const struct np_check *check, unsigned int type, const char *name,
			   enum np_check_verdict want)
{
	enum np_check_verdict got = row_of(check, type, name)->verdict;

	if (got != want)
		fail_msg("%s, %s: got '%s', want '%s'", np_model_type_at(check->layout, type)->name,
			 name, np_check_verdict_name(got), np_check_verdict_name(want));
	assert_int_equal(np_check_passed(check), want == NP_CHECK_SAME || want == NP_CHECK_ARGUED ||
							 want == NP_CHECK_KERNEL_ONLY);
}

static void kernel_with_the_fields_of_a_layout_agrees_with_it(void **state)
{
	const struct np_layout *layout;

	(void)state;
	for (unsigned int i = 0; (layout = np_layout_at(i)); i++) {
		struct kernel kernel = { .layout = layout };
		struct np_check check;

		check_kernel(&kernel, &check);
		if (!np_check_passed(&check) || check.nr[NP_CHECK_KERNEL_ONLY]) {
			np_check_print(stderr, NP_LAYOUT_TEXT, &check, 1);
			fail_msg("%s", layout->name);
		}
		np_check_end(&check);
	}
}

/* Tampers with each field that this @applies to, and wants @want for it. */
static void assert_tampering(enum tamper tamper, enum np_check_verdict want,
			     bool (*applies)(const struct np_model_field *field),
			     unsigned int least)
{
	const struct np_layout *layout = np_layout_at(0);
	struct np_model_field field;
	unsigned int tried = 0;

	for (unsigned int type = 0; np_model_type_at(layout, type); type++) {
		for (size_t i = 0; np_model_field_at(layout, type, i, &field); i++) {
			struct kernel kernel = { layout, NULL, type, kernel_name(&field), tamper };
			struct np_check check;

			if (!strcmp(field.name, NP_MODEL_SIZE) || strchr(field.name, '[') ||
			    !applies(&field))
				continue;
			check_kernel(&kernel, &check);
			assert_verdict(&check, type, kernel.field, want);
			np_check_end(&check);
			tried++;
		}
	}
	if (tried < least)
		fail_msg("only %u fields were tried", tried);
}

static bool has_no_liberty(const struct np_model_field *field)
{
	return field->liberty == NP_AT_ITS_PLACE;
}

static bool has_no_liberty_but_a_size(const struct np_model_field *field)
{
	return has_no_liberty(field) && field->place.size;
}

static bool is_elsewhere(const struct np_model_field *field)
{
	return field->liberty == NP_ELSEWHERE;
}

static bool is_elsewhere_with_a_size(const struct np_model_field *field)
{
	return is_elsewhere(field) && field->place.size;
}

static bool is_elsewhere_in_every_kernel(const struct np_model_field *field)
{
	return is_elsewhere(field) && !field->may_lack;
}

static bool is_in_every_kernel(const struct np_model_field *field)
{
	return has_no_liberty(field) && !field->may_lack;
}

static bool is_not_in_every_kernel(const struct np_model_field *field)
{
	return field->may_lack;
}

static void every_field_that_moves_is_reported(void **state)
{
	(void)state;
	assert_tampering(MOVED, NP_CHECK_DIFFERS, has_no_liberty, 100);
}

static void every_field_of_another_size_is_reported(void **state)
{
	(void)state;
	assert_tampering(RESIZED, NP_CHECK_DIFFERS, has_no_liberty_but_a_size, 80);
}

static void every_field_that_is_gone_is_reported(void **state)
{
	(void)state;
	assert_tampering(REMOVED, NP_CHECK_MODEL_ONLY, is_in_every_kernel, 90);
}

static void field_that_may_be_elsewhere_may(void **state)
{
	(void)state;
	assert_tampering(MOVED, NP_CHECK_ARGUED, is_elsewhere, 20);
}

static void field_that_may_be_elsewhere_must_have_its_size(void **state)
{
	(void)state;
	assert_tampering(RESIZED, NP_CHECK_DIFFERS, is_elsewhere_with_a_size, 20);
}

static void field_that_may_be_elsewhere_must_be_somewhere(void **state)
{
	(void)state;
	assert_tampering(REMOVED, NP_CHECK_MODEL_ONLY, is_elsewhere_in_every_kernel, 20);
}

static void field_that_a_kernel_may_lack_may_be_gone(void **state)
{
	(void)state;
	assert_tampering(REMOVED, NP_CHECK_ARGUED, is_not_in_every_kernel, 10);
}

/* The 32-bit struct page of 36 bytes in a kernel where it has @size. */
static void assert_size_is(uint32_t size, enum np_check_verdict want)
{
	struct kernel kernel = { .layout = np_layout_at(1) };
	char path[] = TEMPORARY;
	struct np_check check;
	struct np_btf *btf;

	make_kernel(&kernel);
	/* Not for users of libbpf, but its types are in its memory, and it was added last. */
	((struct btf_type *)btf__type_by_id(kernel.btf, btf__type_cnt(kernel.btf) - 1))->size =
		size;
	write_types(kernel.btf, path);
	assert_int_equal(np_btf_open(path, &btf), 0);
	unlink(path);
	assert_int_equal(np_check_run(&check, strdup("made up"), btf, np_layout_at(1)), 0);
	assert_verdict(&check, 0, NP_MODEL_SIZE, want);
	np_check_end(&check);
}

static void page_of_36_bytes_may_be_rounded_up_to_40(void **state)
{
	(void)state;
	assert_int_equal(np_layout_at(1)->size, 36);
	assert_size_is(36, NP_CHECK_SAME);
	assert_size_is(40, NP_CHECK_ARGUED);
	assert_size_is(44, NP_CHECK_DIFFERS);
	assert_size_is(48, NP_CHECK_DIFFERS);
}

/* A kernel of struct page only, with one field more, called @name. */
static void check_page_with(const char *name, struct np_check *check)
{
	struct kernel kernel = { .layout = np_layout_at(1) };
	char path[] = TEMPORARY;
	struct np_btf *btf;
	int byte;

	make_kernel(&kernel);
	/* libbpf adds to the type that was added last: struct page is the only one. */
	byte = btf__find_by_name_kind(kernel.btf, "word", BTF_KIND_INT);
	add_field(&kernel, name, byte, 35);
	write_types(kernel.btf, path);
	assert_int_equal(np_btf_open(path, &btf), 0);
	unlink(path);
	assert_int_equal(np_check_run(check, strdup("made up"), btf, np_layout_at(1)), 0);
}

static void field_that_only_the_kernel_has_is_listed(void **state)
{
	struct np_check check;

	(void)state;
	check_page_with("_last_cpupid", &check);
	assert_verdict(&check, 0, "_last_cpupid", NP_CHECK_KERNEL_ONLY);
	assert_int_equal(row_of(&check, 0, "_last_cpupid")->kernel.offset, 35);
	np_check_end(&check);
}

static void field_of_the_models_own_that_the_kernel_has_is_reported(void **state)
{
	struct np_check check;

	(void)state;
	check_page_with("network_owner", &check);
	assert_verdict(&check, 0, "network_owner", NP_CHECK_DIFFERS);
	np_check_end(&check);
}

static void every_liberty_has_a_reason(void **state)
{
	const struct np_layout *layout;
	struct np_model_field field;

	(void)state;
	for (unsigned int i = 0; (layout = np_layout_at(i)); i++) {
		for (unsigned int type = 0; np_model_type_at(layout, type); type++) {
			for (size_t f = 0; np_model_field_at(layout, type, f, &field); f++) {
				if ((field.liberty || field.may_lack) && !field.reason)
					fail_msg("%s has none", field.name);
			}
		}
	}
}

static void text_fits_80_columns(void **state)
{
	struct kernel kernel = { .layout = np_layout_at(0) };
	struct np_check check;
	char *text = NULL;
	size_t size = 0, len;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	assert_non_null(out);
	check_kernel(&kernel, &check);
	np_check_print(out, NP_LAYOUT_TEXT, &check, 1);
	fclose(out);
	for (const char *line = text; *line; line += len + 1) {
		len = strcspn(line, "\n");
		if (len > 80 || (len && line[len - 1] == ' '))
			fail_msg("%zu columns: '%.*s'", len, (int)len, line);
	}
	free(text);
	np_check_end(&check);
}

/* Whatever a file says: an answer or an error, no crash, no endless search. */
static void try_bytes(const void *bytes, size_t size)
{
	char path[] = TEMPORARY;
	struct np_check check;
	struct np_btf *btf;
	int err;

	write_file(path, bytes, size);
	err = np_btf_open(path, &btf);
	unlink(path);
	if (err) {
		assert_true(err < 0);
		return;
	}
	assert_int_equal(np_check_run(&check, strdup("broken"), btf, np_layout_at(1)), 0);
	np_check_end(&check);
}

static void broken_btf_is_refused_or_read(void **state)
{
	static const unsigned char values[] = { 0x00, 0x01, 0x7f, 0x80, 0xff };
	struct kernel kernel = { .layout = np_layout_at(1) };
	unsigned char *copy;
	const void *raw;
	uint32_t size;

	(void)state;
	make_kernel(&kernel);
	raw = btf__raw_data(kernel.btf, &size);
	copy = malloc(size);
	assert_non_null(copy);
	for (uint32_t at = 0; at < size; at++) {
		memcpy(copy, raw, size);
		copy[at] = values[at % sizeof(values)];
		try_bytes(copy, size);
		if (at % 16 == 0)
			try_bytes(raw, at);
	}
	free(copy);
	btf__free(kernel.btf);
}

static void struct_within_itself_is_no_endless_search(void **state)
{
	struct btf *btf = btf__new_empty();
	const void *raw;
	uint32_t size;

	(void)state;
	btf__add_int(btf, "long", 4, BTF_INT_SIGNED);
	btf__add_struct(btf, "page", 36);
	for (int i = 0; i < 8; i++)
		btf__add_field(btf, NULL, 2, 0, 0);
	raw = btf__raw_data(btf, &size);
	try_bytes(raw, size);
	btf__free(btf);
}

static void file_without_btf_is_told_from_a_broken_one(void **state)
{
	char text[] = TEMPORARY, cut[] = TEMPORARY;
	struct np_btf *btf;

	(void)state;
	write_file(text, "no types here\n", 14);
	write_file(cut, "\x9f\xeb\x01\x00\x18\x00\x00\x00", 8);
	assert_int_equal(np_btf_open("/nonexistent/vmlinux", &btf), -ENOENT);
	assert_int_equal(np_btf_open(text, &btf), -ENODATA);
	assert_int_equal(np_btf_open(cut, &btf), -EINVAL);
	assert_int_equal(np_btf_open("/proc/self/exe", &btf), -ENODATA);
	unlink(text);
	unlink(cut);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kernel_with_the_fields_of_a_layout_agrees_with_it),
		cmocka_unit_test(every_field_that_moves_is_reported),
		cmocka_unit_test(every_field_of_another_size_is_reported),
		cmocka_unit_test(every_field_that_is_gone_is_reported),
		cmocka_unit_test(field_that_may_be_elsewhere_may),
		cmocka_unit_test(field_that_may_be_elsewhere_must_have_its_size),
		cmocka_unit_test(field_that_may_be_elsewhere_must_be_somewhere),
		cmocka_unit_test(field_that_a_kernel_may_lack_may_be_gone),
		cmocka_unit_test(page_of_36_bytes_may_be_rounded_up_to_40),
		cmocka_unit_test(field_that_only_the_kernel_has_is_listed),
		cmocka_unit_test(field_of_the_models_own_that_the_kernel_has_is_reported),
		cmocka_unit_test(every_liberty_has_a_reason),
		cmocka_unit_test(text_fits_80_columns),
		cmocka_unit_test(broken_btf_is_refused_or_read),
		cmocka_unit_test(struct_within_itself_is_no_endless_search),
		cmocka_unit_test(file_without_btf_is_told_from_a_broken_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#else /* no libbpf, nothing to read with */

static void build_without_libbpf_says_so(void **state)
{
	struct np_btf *btf;

	(void)state;
	assert_false(np_btf_is_built_in());
	assert_int_equal(np_btf_open(NP_BTF_RUNNING, &btf), -ENOSYS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(build_without_libbpf_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#endif
