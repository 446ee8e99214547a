/* report_tree.h - building JSON trees where any step may fail: NULL goes through to the end.
 * Private to report*.c. */
#ifndef SERVER_TASKS_REPORT_TREE_H
#define SERVER_TASKS_REPORT_TREE_H

#include "server/formats/json.h"

/* NULL in, NULL out; value is consumed. */
static inline cJSON *put(cJSON *o, const char *name, cJSON *value)
{
    if (o && value && cJSON_AddItemToObject(o, name, value))
        return o;
    cJSON_Delete(value);
    cJSON_Delete(o);
    return NULL;
}

static inline cJSON *push(cJSON *a, cJSON *value)
{
    if (a && value && cJSON_AddItemToArray(a, value))
        return a;
    cJSON_Delete(value);
    cJSON_Delete(a);
    return NULL;
}

/* "arithmetic": the name, or null when it is "". */
static inline cJSON *put_arithmetic(cJSON *o, const char *name)
{
    return put(o, "arithmetic", name[0] ? cJSON_CreateString(name) : cJSON_CreateNull());
}

static inline cJSON *put_number(cJSON *o, const char *name, double v)
{
    return put(o, name, json_number_or_null(v));
}

#endif
