/* test_openapi.c - config/openapi.json says what the route table and the parameter table say. */
#include "server/api/api.h"
#include "server/embedded.h"

#include <check.h>
#include <cjson/cJSON.h>
#include <lstm/params.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static cJSON *doc;

static void setup(void)
{
    const struct embedded_file *f = embedded_find("config/openapi.json");

    ck_assert_ptr_nonnull(f);
    doc = cJSON_ParseWithLength((const char *)f->data, f->size);
    ck_assert_ptr_nonnull(doc);
}

static void teardown(void)
{
    cJSON_Delete(doc);
}

static const char *method_member(enum http_method m)
{
    switch (m) {
    case HTTP_GET:
        return "get";
    case HTTP_POST:
        return "post";
    case HTTP_PUT:
        return "put";
    case HTTP_DELETE:
        return "delete";
    default:
        return "?";
    }
}

static const cJSON *operation(const struct http_route *r)
{
    const cJSON *paths = cJSON_GetObjectItemCaseSensitive(doc, "paths");
    const cJSON *path = cJSON_GetObjectItemCaseSensitive(paths, r->pattern);

    return cJSON_GetObjectItemCaseSensitive(path, method_member(r->method));
}

/* Resolves {"$ref": "#/components/parameters/x"}. */
static const cJSON *resolve(const cJSON *p)
{
    const cJSON *ref = cJSON_GetObjectItemCaseSensitive(p, "$ref");
    const cJSON *all;

    if (!ref)
        return p;
    all = cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(doc, "components"),
                                           "parameters");
    return cJSON_GetObjectItemCaseSensitive(all, strrchr(ref->valuestring, '/') + 1);
}

START_TEST(every_route_is_documented)
{
    int n = 0;
    const struct http_route *routes = api_routes(&n);

    for (int i = 0; i < n; i++)
        ck_assert_msg(operation(&routes[i]) != NULL, "%s %s is not in openapi.json",
                      method_member(routes[i].method), routes[i].pattern);
}
END_TEST

START_TEST(every_documented_operation_is_a_route)
{
    const cJSON *paths = cJSON_GetObjectItemCaseSensitive(doc, "paths"), *path, *op;
    int n = 0;
    const struct http_route *routes = api_routes(&n);

    cJSON_ArrayForEach(path, paths)
    {
        cJSON_ArrayForEach(op, path)
        {
            bool found = strcmp(op->string, "parameters") == 0;

            for (int i = 0; i < n; i++)
                found |= strcmp(routes[i].pattern, path->string) == 0 &&
                         strcmp(method_member(routes[i].method), op->string) == 0;
            ck_assert_msg(found, "%s %s is no route", op->string, path->string);
        }
    }
}
END_TEST

START_TEST(query_parameters_agree)
{
    int n = 0;
    const struct http_route *routes = api_routes(&n);

    for (int i = 0; i < n; i++) {
        const cJSON *list = cJSON_GetObjectItemCaseSensitive(operation(&routes[i]), "parameters");
        const cJSON *p;
        char names[256];
        int documented = 0, taken = 0;

        snprintf(names, sizeof(names), " %s ", routes[i].query ? routes[i].query : "");
        for (const char *s = names; *s; s++)
            taken += s[0] == ' ' && s[1] && s[1] != ' ';
        cJSON_ArrayForEach(p, list)
        {
            const cJSON *q = resolve(p);
            char name[80];

            if (strcmp(cJSON_GetObjectItemCaseSensitive(q, "in")->valuestring, "query") != 0)
                continue;
            documented++;
            snprintf(name, sizeof(name), " %s ",
                     cJSON_GetObjectItemCaseSensitive(q, "name")->valuestring);
            ck_assert_msg(strstr(names, name) != NULL, "%s documents%sbut takes '%s'",
                          routes[i].pattern, name, names);
        }
        ck_assert_msg(documented == taken, "%s %s takes '%s'; openapi.json has %d of them",
                      method_member(routes[i].method), routes[i].pattern, names, documented);
    }
}
END_TEST

static const cJSON *documented_params(void)
{
    const cJSON *s = cJSON_GetObjectItemCaseSensitive(
        cJSON_GetObjectItemCaseSensitive(doc, "components"), "schemas");

    return cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(s, "Params"),
                                            "properties");
}

START_TEST(training_parameters_agree)
{
    int n = 0;
    const struct param_spec *table = params_table(&n);
    const cJSON *all = documented_params();

    ck_assert_int_eq(cJSON_GetArraySize(all), n);
    for (int i = 0; i < n; i++) {
        const cJSON *p = cJSON_GetObjectItemCaseSensitive(all, table[i].name);
        const cJSON *choices = cJSON_GetObjectItemCaseSensitive(p, "enum");

        ck_assert_msg(p != NULL, "%s is not in openapi.json", table[i].name);
        if (table[i].type == PARAM_ENUM) {
            int k = 0;

            while (table[i].choices[k]) {
                ck_assert_str_eq(cJSON_GetArrayItem(choices, k)->valuestring, table[i].choices[k]);
                k++;
            }
            ck_assert_int_eq(cJSON_GetArraySize(choices), k);
        } else if (table[i].type != PARAM_BOOL) {
            ck_assert_double_eq(cJSON_GetObjectItemCaseSensitive(p, "minimum")->valuedouble,
                                table[i].min);
            ck_assert_double_eq(cJSON_GetObjectItemCaseSensitive(p, "maximum")->valuedouble,
                                table[i].max);
        }
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("OpenAPI document");
    TCase *t = tcase_create("agreement");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, every_route_is_documented);
    tcase_add_test(t, every_documented_operation_is_a_route);
    tcase_add_test(t, query_parameters_agree);
    tcase_add_test(t, training_parameters_agree);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
