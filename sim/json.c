/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
#include "json.h"

#include "assure.h"

struct json_object *np_json_object(void)
{
	struct json_object *object = json_object_new_object();

	np_assure(object);
	return object;
}

struct json_object *np_json_array(void)
{
	struct json_object *array = json_object_new_array();

	np_assure(array);
	return array;
}

void np_json_add(struct json_object *object, const char *key, struct json_object *value)
{
	int ret = json_object_object_add_ex(
		object, key, value, JSON_C_OBJECT_ADD_KEY_IS_NEW | JSON_C_OBJECT_KEY_IS_CONSTANT);

	np_assure(value && !ret);
}

void np_json_add_string(struct json_object *object, const char *key, const char *value)
{
	np_json_add(object, key, json_object_new_string(value));
}

void np_json_add_unsigned(struct json_object *object, const char *key, uint64_t value)
{
	np_json_add(object, key, json_object_new_uint64(value));
}

void np_json_add_signed(struct json_object *object, const char *key, int64_t value)
{
	np_json_add(object, key, json_object_new_int64(value));
}

void np_json_add_double(struct json_object *object, const char *key, double value)
{
	char text[64];

	snprintf(text, sizeof(text), "%.3f", value);
	np_json_add(object, key, json_object_new_double_s(value, text));
}

void np_json_add_bool(struct json_object *object, const char *key, bool value)
{
	np_json_add(object, key, json_object_new_boolean(value));
}

void np_json_append(struct json_object *array, struct json_object *value)
{
	int ret = json_object_array_add(array, value);

	np_assure(value && !ret);
}

void np_json_print(FILE *out, struct json_object *value)
{
	const char *text = json_object_to_json_string_ext(
		value,
		JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED | JSON_C_TO_STRING_NOSLASHESCAPE);

	np_assure(text);
	fprintf(out, "%s\n", text);
	json_object_put(value);
}
