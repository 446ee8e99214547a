/* json_build.h - builds trees of JSON when any step may run out of memory.
 *
 * A call that gets or makes NULL frees the tree and returns NULL. So a whole response is built
 * without checks, and only the result is tested. */
#ifndef SERVER_FORMATS_JSON_BUILD_H
#define SERVER_FORMATS_JSON_BUILD_H

#include <cjson/cJSON.h>

/* Returns obj with the new member, or the array with a new last element. Consumes value. */
cJSON *json_put(cJSON *obj, const char *name, cJSON *value);
cJSON *json_push(cJSON *array, cJSON *value);

cJSON *json_put_text(cJSON *obj, const char *name, const char *text); /* NULL text: null */
cJSON *json_put_number(cJSON *obj, const char *name, double v);       /* not finite: null */
/* Parses a JSON text from the store. NULL text: null. */
cJSON *json_put_raw(cJSON *obj, const char *name, const char *json);

/* New trees. Values that are not finite become null. */
cJSON *json_numbers(const double *v, int n);
cJSON *json_number_or_null(double v);

#endif
