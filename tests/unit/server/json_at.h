/* json_at.h - finds members of a JSON tree by their path. */
#ifndef TESTS_UNIT_SERVER_JSON_AT_H
#define TESTS_UNIT_SERVER_JSON_AT_H

#include <cjson/cJSON.h>

/* The member at "a/0/b"; NULL when there is none. Borrowed. */
const cJSON *json_at(const cJSON *tree, const char *path);
/* The number of the member; the test fails if it does not exist or has another type. */
double json_number_at(const cJSON *tree, const char *path);
const char *json_text_at(const cJSON *tree, const char *path);
int json_count_at(const cJSON *tree, const char *path); /* number of an array's elements */

#endif
