/* json_at.c - see json_at.h. */
#include "tests/unit/server/json_at.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const cJSON *json_at(const cJSON *tree, const char *path)
{
    char step[80];

    for (const char *s = path; tree && *s;) {
        size_t n = strcspn(s, "/");

        snprintf(step, sizeof(step), "%.*s", (int)n, s);
        tree = cJSON_IsArray(tree) ? cJSON_GetArrayItem(tree, atoi(step))
                                   : cJSON_GetObjectItemCaseSensitive(tree, step);
        s += n + (s[n] != '\0');
    }
    return tree;
}

double json_number_at(const cJSON *tree, const char *path)
{
    const cJSON *m = json_at(tree, path);

    ck_assert_msg(cJSON_IsNumber(m), "%s is no number", path);
    return m->valuedouble;
}

const char *json_text_at(const cJSON *tree, const char *path)
{
    const cJSON *m = json_at(tree, path);

    ck_assert_msg(cJSON_IsString(m), "%s is no text", path);
    return m->valuestring;
}

int json_count_at(const cJSON *tree, const char *path)
{
    const cJSON *m = json_at(tree, path);

    ck_assert_msg(cJSON_IsArray(m), "%s is no array", path);
    return cJSON_GetArraySize(m);
}
