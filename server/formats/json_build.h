/* json_build.h - trees of JSON where any step may run out of memory.
 *
 * NULL goes through to the end: a call that gets or makes NULL frees the tree and returns NULL, so
 * that a whole answer is built without a check and looked at once. */
#ifndef SERVER_FORMATS_JSON_BUILD_H
#define SERVER_FORMATS_JSON_BUILD_H

#include <cjson/cJSON.h>

/* obj with the member; array with the element behind the others. value is consumed. */
cJSON *json_put(cJSON *obj, const char *name, cJSON *value);
cJSON *json_push(cJSON *array, cJSON *value);

cJSON *json_put_text(cJSON *obj, const char *name, const char *text); /* NULL text: null */
cJSON *json_put_number(cJSON *obj, const char *name, double v);       /* not finite: null */
/* A JSON text that the store keeps, parsed; NULL text: null. */
cJSON *json_put_raw(cJSON *obj, const char *name, const char *json);

/* New trees. What is not finite becomes null. */
cJSON *json_numbers(const double *v, int n);
cJSON *json_number_or_null(double v);

#endif
