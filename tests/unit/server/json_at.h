/* json_at.h - members of a JSON tree by their path. */
#ifndef TESTS_UNIT_SERVER_JSON_AT_H
#define TESTS_UNIT_SERVER_JSON_AT_H

#include <cjson/cJSON.h>

/* The member at "a/0/b"; NULL when there is none. Borrowed. */
const cJSON *json_at(const cJSON *tree, const char *path);
/* Its value; the test fails when it is not there or of another type. */
double json_number_at(const cJSON *tree, const char *path);
const char *json_text_at(const cJSON *tree, const char *path);
int json_count_at(const cJSON *tree, const char *path); /* of an array's elements */

#endif
