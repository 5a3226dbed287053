/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: json - json-c without its error paths
 *
 * Reports are small: without memory for one there is nothing better to do than to stop, so these
 * never fail.
 */
#ifndef NP_SIM_JSON_H
#define NP_SIM_JSON_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct json_object *np_json_object(void);
struct json_object *np_json_array(void);

/** np_json_add*() - add a member to @object. Keys are kept, not copied: string literals. */
void np_json_add(struct json_object *object, const char *key, struct json_object *value);
void np_json_add_string(struct json_object *object, const char *key, const char *value);
void np_json_add_unsigned(struct json_object *object, const char *key, uint64_t value);
void np_json_add_signed(struct json_object *object, const char *key, int64_t value);
/** np_json_add_double() - with three digits behind the point. */
void np_json_add_double(struct json_object *object, const char *key, double value);
void np_json_add_bool(struct json_object *object, const char *key, bool value);
/** np_json_append() - add @value, which may be any, at the end of @array. */
void np_json_append(struct json_object *array, struct json_object *value);

/** np_json_print() - print @value with a newline, and free it. */
void np_json_print(FILE *out, struct json_object *value);

#endif /* NP_SIM_JSON_H */
