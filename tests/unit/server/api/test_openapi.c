/* test_openapi.c - config/openapi.json agrees with the route table, with the table of
 * hyper-parameters and with itself. With OPENAPI_WRITE=FILE the program writes FILE anew instead
 * (make openapi). */
#include "server/api/api.h"
#include "server/base/embedded.h"
#include "tests/contract/contract.h"
#include "tests/contract/document.h"
#include "tests/contract/hyperparameters.h"
#include "tests/contract/schema.h"
#include "tests/unit/server/protocols/every_route.h"

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

static const cJSON *member(const cJSON *o, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(o, name);
}

static const char *text_of(const cJSON *o, const char *name)
{
    const cJSON *v = member(o, name);

    return cJSON_IsString(v) ? v->valuestring : "";
}

static const cJSON *resolve(const cJSON *p)
{
    return schema_resolve(doc, p);
}

/* A path item has parameters beside its operations. */
static bool is_operation(const cJSON *op)
{
    return strcmp(op->string, "parameters") != 0;
}

START_TEST(every_route_is_documented)
{
    int n = 0;
    const struct http_route *routes = every_route(&n);

    for (int i = 0; i < n; i++)
        ck_assert_msg(operation(&routes[i]) != NULL, "%s %s is not in openapi.json",
                      method_member(routes[i].method), routes[i].pattern);
}
END_TEST

START_TEST(every_documented_operation_is_a_route)
{
    const cJSON *paths = cJSON_GetObjectItemCaseSensitive(doc, "paths"), *path, *op;
    int n = 0;
    const struct http_route *routes = every_route(&n);

    cJSON_ArrayForEach(path, paths)
    {
        cJSON_ArrayForEach(op, path)
        {
            bool found = !is_operation(op);

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
    const struct http_route *routes = every_route(&n);

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

/* The document and the route table agree about keys and scopes, and a documented body is
 * accepted. */
START_TEST(keys_and_bodies_agree)
{
    int n = 0;
    const struct http_route *routes = every_route(&n);
    static const char *const scopes[] = {
        [ACCESS_ADMIN] = "admin", [ACCESS_OPEN] = "",           [ACCESS_KEY] = "",
        [ACCESS_READ] = "read",   [ACCESS_PREDICT] = "predict", [ACCESS_TRAIN] = "train"};

    for (int i = 0; i < n; i++) {
        const cJSON *op = operation(&routes[i]), *security = member(op, "security");

        ck_assert_msg(cJSON_IsArray(security), "%s has no security", text_of(op, "operationId"));
        ck_assert_msg((cJSON_GetArraySize(security) == 0) == (routes[i].access == ACCESS_OPEN),
                      "%s: security and the route table differ", text_of(op, "operationId"));
        ck_assert_msg(strcmp(text_of(op, "x-scope"), scopes[routes[i].access]) == 0,
                      "%s: x-scope and the route table differ", text_of(op, "operationId"));
        if (member(op, "requestBody"))
            ck_assert_msg(routes[i].body, "%s takes no body", text_of(op, "operationId"));
    }
}
END_TEST

/* ---- descriptions ---- */

static void each_operation(void (*look)(const cJSON *item, const cJSON *op))
{
    const cJSON *item, *op;

    cJSON_ArrayForEach(item, member(doc, "paths"))
    {
        cJSON_ArrayForEach(op, item)
        {
            if (is_operation(op))
                look(item, op);
        }
    }
}

static bool declared_tag(const char *name)
{
    const cJSON *tag;

    cJSON_ArrayForEach(tag, member(doc, "tags"))
    {
        if (strcmp(text_of(tag, "name"), name) == 0 && text_of(tag, "description")[0])
            return true;
    }
    return false;
}

static void is_described(const cJSON *item, const cJSON *op)
{
    const char *id = text_of(op, "operationId"), *text = text_of(op, "description");
    const cJSON *tag = cJSON_GetArrayItem(member(op, "tags"), 0);
    size_t n = strlen(text);

    ck_assert_msg(id[0] != '\0', "%s %s has no operationId", op->string, item->string);
    ck_assert_msg(text_of(op, "summary")[0] != '\0', "%s has no summary", id);
    ck_assert_msg(n > 20 && text[n - 1] == '.', "%s: no sentence describes it: '%s'", id, text);
    ck_assert_msg(cJSON_IsString(tag) && declared_tag(tag->valuestring), "%s: unknown tag", id);
}

START_TEST(every_operation_is_described)
{
    each_operation(is_described);
}
END_TEST

static void has_problems(const cJSON *item, const cJSON *op)
{
    const cJSON *r, *all = member(op, "responses");

    (void)item;
    ck_assert_msg(member(all, "default") != NULL, "%s: no response for other errors",
                  text_of(op, "operationId"));
    cJSON_ArrayForEach(r, all)
    {
        const cJSON *response = resolve(r);
        bool error = r->string[0] == 'd' || r->string[0] >= '4';

        ck_assert_msg(text_of(response, "description")[0] != '\0', "%s: %s is not described",
                      text_of(op, "operationId"), r->string);
        if (error)
            ck_assert_msg(member(member(response, "content"), "application/problem+json") != NULL,
                          "%s: %s has no problem", text_of(op, "operationId"), r->string);
    }
}

START_TEST(every_error_is_a_problem)
{
    each_operation(has_problems);
}
END_TEST

/* An optional parameter has a default, or its description says what happens without it. */
static void parameter_is_described(const cJSON *p)
{
    const char *name = text_of(p, "name"), *text = text_of(p, "description");

    ck_assert_msg(text[0] != '\0', "the parameter %s has no description", name);
    ck_assert_msg(cJSON_IsTrue(member(p, "required")) || member(member(p, "schema"), "default") ||
                      strstr(text, "Left out:"),
                  "the parameter %s has neither a default nor a \"Left out:\"", name);
}

static void parameters_are_described(const cJSON *item, const cJSON *op)
{
    const cJSON *lists[] = {member(item, "parameters"), member(op, "parameters")}, *p;

    for (int i = 0; i < 2; i++) {
        cJSON_ArrayForEach(p, lists[i])
        {
            parameter_is_described(resolve(p));
        }
    }
}

START_TEST(every_parameter_is_described)
{
    each_operation(parameters_are_described);
}
END_TEST

/* ---- hyper-parameters ---- */

/* The text that `make openapi` writes, made from the file and not from the embedded one. NULL: the
 * file cannot be read. */
static char *up_to_date_text(void)
{
    cJSON *tree = document_read("config/openapi.json");
    char *text;

    if (tree)
        document_put_hyperparameters(tree);
    text = tree ? document_text(tree) : NULL;
    cJSON_Delete(tree);
    return text;
}

START_TEST(the_document_is_what_make_openapi_writes)
{
    const struct embedded_file *f = embedded_find("config/openapi.json");
    char *text = up_to_date_text();
    const char *have = (const char *)f->data;
    int line = 1;
    size_t i = 0;

    ck_assert_msg(text != NULL, "config/openapi.json is not JSON");
    while (i < f->size && text[i] && have[i] == text[i])
        line += have[i++] == '\n';
    ck_assert_msg(
        i == f->size && !text[i],
        "config/openapi.json is not laid out as it should be, or differs from the table of "
        "hyper-parameters, from line %d on; run make openapi",
        line);
    free(text);
}
END_TEST

static const cJSON *documented(const char *schema)
{
    const cJSON *s = member(member(member(doc, "components"), "schemas"), schema);

    ck_assert_msg(s != NULL, "there is no schema %s", schema);
    return member(s, "properties");
}

static void agrees(const cJSON *p, const struct param_spec *s, const struct params *values)
{
    const cJSON *dflt = member(p, "default"), *choices = member(p, "enum");
    int k = 0;

    ck_assert_msg(p != NULL && dflt != NULL, "%s has no default", s->name);
    if (s->type == PARAM_ENUM) {
        ck_assert_str_eq(dflt->valuestring, params_text(values, s));
        for (; s->choices[k]; k++)
            ck_assert_str_eq(cJSON_GetArrayItem(choices, k)->valuestring, s->choices[k]);
        ck_assert_int_eq(cJSON_GetArraySize(choices), k);
    } else if (s->type == PARAM_BOOL) {
        ck_assert_int_eq(cJSON_IsTrue(dflt), params_number(values, s) > 0);
    } else {
        ck_assert_double_eq(dflt->valuedouble, params_number(values, s));
        ck_assert_double_eq(member(p, "minimum")->valuedouble, s->min);
        ck_assert_double_eq(member(p, "maximum")->valuedouble, s->max);
    }
}

START_TEST(hyperparameters_agree)
{
    static const char *const names[] = {
        [TASK_FORECAST] = "ForecastHyperparameters", [TASK_TAG] = "TagHyperparameters"};
    int n = 0, taken = 0;
    const struct param_spec *table = params_table(&n);
    const cJSON *of_answers = documented("EffectiveHyperparameters");

    for (int task = TASK_FORECAST; task <= TASK_TAG; task++) {
        struct params values;
        struct err e = {0};

        taken = 0;
        ck_assert_int_eq(params_defaults(&values, (enum task)task, NULL, &e), ST_OK);
        for (int i = 0; i < n; i++) {
            const struct param_spec *s = params_find((enum task)task, table[i].name);

            if (s)
                agrees(member(documented(names[task]), s->name), s, &values);
            taken += s != NULL;
        }
        ck_assert_int_eq(cJSON_GetArraySize(documented(names[task])), taken);
    }
    for (int i = 0; i < n; i++)
        ck_assert_msg(member(of_answers, table[i].name) != NULL, "%s is not in answers",
                      table[i].name);
}
END_TEST

/* ---- schemas ---- */

/* Calls look for every schema of the document that is not within another one. */
static void each_schema(const cJSON *node, bool map, void (*look)(const cJSON *schema))
{
    const cJSON *m;

    cJSON_ArrayForEach(m, node)
    {
        if (!map && m->string && strcmp(m->string, "schema") == 0)
            look(m);
        else if (node->string && strcmp(node->string, "schemas") == 0)
            look(m);
        else if (cJSON_IsObject(m) || cJSON_IsArray(m))
            each_schema(m, !map && m->string && strcmp(m->string, "parameters") == 0, look);
    }
}

static void keywords_are_known(const cJSON *schema)
{
    const char *unknown = schema_unknown(doc, schema);

    ck_assert_msg(!unknown, "%s: '%s' is no keyword that the tests check", schema->string, unknown);
}

START_TEST(schemas_hold_only_what_is_checked)
{
    each_schema(doc, false, keywords_are_known);
}
END_TEST

/* The schemas that stand in a schema. */
static void is_closed(const cJSON *schema);
static void each_below(const cJSON *schema, void (*look)(const cJSON *schema))
{
    static const char *const lists[] = {"properties", "oneOf", "anyOf", "allOf"};
    const cJSON *one;

    for (int i = 0; i < 4; i++) {
        cJSON_ArrayForEach(one, member(schema, lists[i]))
        {
            look(one);
        }
    }
    if (member(schema, "items"))
        look(member(schema, "items"));
    if (cJSON_IsObject(member(schema, "additionalProperties")))
        look(member(schema, "additionalProperties"));
}

/* A document of another service. Its schema only lists members that it does not have. */
static bool is_foreign(const cJSON *schema)
{
    const cJSON *title = member(schema, "title"), *one;

    if (!cJSON_IsString(title) || strcmp(title->valuestring, "Table of another service") != 0)
        return false;
    cJSON_ArrayForEach(one, member(schema, "properties"))
    {
        ck_assert_str_eq(member(one, "type")->valuestring, "null");
    }
    return true;
}

static void is_closed(const cJSON *schema)
{
    const cJSON *more = member(schema, "additionalProperties"), *type = member(schema, "type");
    bool object = cJSON_IsString(type) && strcmp(type->valuestring, "object") == 0;

    ck_assert_msg(object == (more != NULL), "%s: an object says what other members it may have",
                  schema->string ? schema->string : "an item");
    if (member(schema, "properties") && !is_foreign(schema))
        ck_assert_msg(cJSON_IsFalse(more), "%s: additionalProperties is not false",
                      schema->string ? schema->string : "an item");
    each_below(schema, is_closed);
}

START_TEST(objects_have_no_other_members)
{
    each_schema(doc, false, is_closed);
}
END_TEST

static void fits(const cJSON *schema, const cJSON *value, const char *what)
{
    struct schema_fault f;

    ck_assert_msg(schema_check(&f, doc, schema, value), "%s: at \"%s\": %s", what, f.place, f.text);
}

static void examples_fit(const cJSON *schema)
{
    const cJSON *example;
    const char *name = schema->string ? schema->string : "an item";

    cJSON_ArrayForEach(example, member(schema, "examples"))
    {
        fits(schema, example, name);
    }
    if (member(schema, "default"))
        fits(schema, member(schema, "default"), name);
    each_below(schema, examples_fit);
}

START_TEST(examples_and_defaults_fit_their_schemas)
{
    const cJSON *body, *example, *media;

    each_schema(doc, false, examples_fit);
    cJSON_ArrayForEach(body, member(member(doc, "components"), "requestBodies"))
    {
        media = member(member(body, "content"), "application/json");
        cJSON_ArrayForEach(example, member(media, "examples"))
        {
            fits(member(media, "schema"), member(example, "value"), body->string);
        }
    }
}
END_TEST

/* ---- requests ---- */

static const struct {
    const char *body; /* of components/requestBodies */
    const char *json;
    const char *place; /* where it is wrong; NULL: it is right */
} requests[] = {
    {"Upload", "{\"sentences\":[{\"tokens\":[\"a\"]}]}", NULL},
    {"Upload", "{\"values\":[1,null,3]}", NULL},
    {"Upload", "{\"columns\":[\"x\",\"y\"],\"values\":[[1,2],[3,null]]}", NULL},
    {"Upload", "{\"series\":[{\"id\":\"a\",\"values\":[1]}]}", NULL},
    {"Upload", "{\"series\":[{\"id\":\"a\",\"values\":[1],\"unit\":\"m\"}]}", "/series/0/unit"},
    {"Upload", "{\"values\":[1],\"sentences\":[]}", "/sentences"},
    {"Upload", "{}", ""},
    {"JobRequest", "{\"task\":\"forecast\",\"dataset\":\"f\",\"model\":\"f\"}", NULL},
    {"JobRequest", "{\"task\":\"backtest\",\"dataset\":\"f\",\"windows\":3}", NULL},
    {"JobRequest", "{\"task\":\"forecast\",\"dataset\":\"f\"}", ""},
    {"JobRequest",
     "{\"task\":\"tag\",\"dataset\":\"f\",\"model\":\"f\",\"params\":{\"column\":\"upos\"}}", NULL},
    {"JobRequest",
     "{\"task\":\"tag\",\"dataset\":\"f\",\"model\":\"f\",\"params\":{\"ensemble\":true}}",
     "/params/ensemble"},
    {"JobRequest",
     "{\"task\":\"forecast\",\"dataset\":\"f\",\"model\":\"f\",\"params\":{\"epochs\":0}}",
     "/params/epochs"},
    {"JobRequest",
     "{\"task\":\"forecast\",\"dataset\":\"f\",\"model\":\"f\",\"search\":{\"trials\":2.5}}",
     "/search/trials"},
    {"ForecastRequest", "{\"dataset\":\"f\",\"horizon\":3}", NULL},
    {"ForecastRequest", "{\"values\":[1,2],\"level\":[]}", NULL},
    {"ForecastRequest", "{\"future_covariates\":{\"a\":{\"t\":[1]}}}", NULL},
    {"ForecastRequest", "{\"dataset\":\"f\",\"horizon\":0}", "/horizon"},
    {"AnomalyRequest", "{\"dataset\":\"f\",\"last\":12}", NULL},
    {"AnomalyRequest", "{\"dataset\":\"f\",\"horizon\":12}", "/horizon"},
    {"TagRequest", "{\"sentences\":[[\"a\",\"b\"]]}", NULL},
    {"TagRequest", "{\"text\":\"a\",\"tokens\":[\"a\"]}", "/tokens"},
};

START_TEST(requests_fit_one_branch)
{
    const cJSON *bodies = member(member(doc, "components"), "requestBodies");
    const cJSON *media =
        member(member(member(bodies, requests[_i].body), "content"), "application/json");
    cJSON *value = cJSON_Parse(requests[_i].json);
    struct schema_fault f = {0};
    bool ok = schema_check(&f, doc, member(media, "schema"), value);

    ck_assert_ptr_nonnull(value);
    ck_assert_msg(ok == !requests[_i].place, "%s: at \"%s\": %s", requests[_i].json, f.place,
                  f.text);
    if (requests[_i].place && requests[_i].place[0])
        ck_assert_str_eq(f.place, requests[_i].place);
    cJSON_Delete(value);
}
END_TEST

static int write_anew(const char *path)
{
    char *text = up_to_date_text();
    FILE *f = text ? fopen(path, "w") : NULL;
    bool ok = f && fputs(text, f) >= 0;

    if (!text)
        fprintf(stderr, "config/openapi.json is not JSON\n");

    free(text);
    return f && fclose(f) == 0 && ok ? EXIT_SUCCESS : EXIT_FAILURE;
}

static Suite *suite(void)
{
    Suite *s = suite_create("OpenAPI document");
    TCase *t = tcase_create("agreement");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, every_route_is_documented);
    tcase_add_test(t, every_documented_operation_is_a_route);
    tcase_add_test(t, query_parameters_agree);
    tcase_add_test(t, keys_and_bodies_agree);
    tcase_add_test(t, every_operation_is_described);
    tcase_add_test(t, every_error_is_a_problem);
    tcase_add_test(t, every_parameter_is_described);
    tcase_add_test(t, the_document_is_what_make_openapi_writes);
    tcase_add_test(t, hyperparameters_agree);
    tcase_add_test(t, schemas_hold_only_what_is_checked);
    tcase_add_test(t, objects_have_no_other_members);
    tcase_add_test(t, examples_and_defaults_fit_their_schemas);
    tcase_add_loop_test(t, requests_fit_one_branch, 0, sizeof(requests) / sizeof(requests[0]));
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    const char *path = getenv("OPENAPI_WRITE");
    SRunner *r;
    int failed;

    if (path)
        return write_anew(path);
    r = srunner_create(suite());
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
