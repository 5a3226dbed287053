/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Returns 0 if standard input is one JSON value, and nothing behind it but a newline. */
#include <json-c/json.h>
#include <stdio.h>

#define TEXT_MAX (16u << 20)

static char text[TEXT_MAX];

int main(void)
{
	size_t len = fread(text, 1, sizeof(text), stdin);
	struct json_tokener *tokener = json_tokener_new();
	struct json_object *value;
	enum json_tokener_error error;

	if (!tokener || !len || len == sizeof(text)) {
		fprintf(stderr, "json_check: %zu bytes\n", len);
		return 1;
	}
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
	value = json_tokener_parse_ex(tokener, text, (int)len);
	error = json_tokener_get_error(tokener);
	if (error != json_tokener_success)
		fprintf(stderr, "json_check: byte %zu: %s\n", json_tokener_get_parse_end(tokener),
			json_tokener_error_desc(error));
	json_object_put(value);
	json_tokener_free(tokener);
	return error != json_tokener_success;
}
