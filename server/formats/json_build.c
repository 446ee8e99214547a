/* json_build.c - see json_build.h. */
#include "server/formats/json_build.h"

#include <math.h>

cJSON *json_put(cJSON *obj, const char *name, cJSON *value)
{
    if (obj && value && cJSON_AddItemToObject(obj, name, value))
        return obj;
    cJSON_Delete(value);
    cJSON_Delete(obj);
    return NULL;
}

cJSON *json_put_text(cJSON *obj, const char *name, const char *text)
{
    return json_put(obj, name, text ? cJSON_CreateString(text) : cJSON_CreateNull());
}

cJSON *json_put_number(cJSON *obj, const char *name, double v)
{
    return json_put(obj, name, json_number_or_null(v));
}

cJSON *json_put_raw(cJSON *obj, const char *name, const char *json)
{
    return json_put(obj, name, json ? cJSON_Parse(json) : cJSON_CreateNull());
}

cJSON *json_push(cJSON *array, cJSON *value)
{
    if (array && value && cJSON_AddItemToArray(array, value))
        return array;
    cJSON_Delete(value);
    cJSON_Delete(array);
    return NULL;
}

cJSON *json_number_or_null(double v)
{
    return isfinite(v) ? cJSON_CreateNumber(v) : cJSON_CreateNull();
}

cJSON *json_numbers(const double *v, int n)
{
    cJSON *a = cJSON_CreateArray();

    for (int i = 0; a && i < n; i++) {
        cJSON *item = json_number_or_null(v[i]);

        if (!item || !cJSON_AddItemToArray(a, item)) {
            cJSON_Delete(item);
            cJSON_Delete(a);
            return NULL;
        }
    }
    return a;
}
