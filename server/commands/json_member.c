/* json_member.c - see json_member.h. */
#include "server/commands/json_member.h"

#include <math.h>

const cJSON *member_of(const cJSON *object, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

const char *member_text(const cJSON *object, const char *name, const char *otherwise)
{
    const cJSON *t = member_of(object, name);

    return cJSON_IsString(t) ? t->valuestring : otherwise;
}

double member_number(const cJSON *object, const char *name)
{
    const cJSON *n = member_of(object, name);

    return cJSON_IsNumber(n) ? n->valuedouble : (double)NAN;
}
