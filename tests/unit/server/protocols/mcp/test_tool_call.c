/* test_tool_call.c - the tools agree with config/mcp_tools.json and with the API; calls become
 * requests. */
#include "server/protocols/mcp/tool_call.h"

#include "server/api/api.h"
#include "server/base/embedded.h"
#include "server/formats/json.h"
#include "tests/unit/suite.h"

#include <stdio.h>
#include <string.h>

static cJSON *described, *given;
static struct tool_call call;
static struct err e;

static void setup(void)
{
    const struct embedded_file *f = embedded_find("config/mcp_tools.json");

    ck_assert_ptr_nonnull(f);
    ck_assert_int_eq(json_read(&described, (const char *)f->data, f->size, 16, &e), ST_OK);
    given = NULL;
    memset(&call, 0, sizeof(call));
    e = (struct err){0};
}

static void teardown(void)
{
    tool_call_release(&call);
    cJSON_Delete(given);
    cJSON_Delete(described);
}

static const cJSON *member(const cJSON *o, const char *name)
{
    const cJSON *v = cJSON_GetObjectItemCaseSensitive(o, name);

    ck_assert_msg(v != NULL, "no %s", name);
    return v;
}

/* ---- the description ---- */

static void expect_same_arguments(const struct tool *t, const cJSON *schema)
{
    const cJSON *properties = member(schema, "properties"), *p;
    int n = 0;

    for (const struct tool_argument *a = t->arguments; a->name; a++, n++)
        ck_assert_msg(cJSON_GetObjectItemCaseSensitive(properties, a->name) != NULL,
                      "%s does not describe %s", t->name, a->name);
    cJSON_ArrayForEach(p, properties) ck_assert_msg(
        strlen(member(p, "description")->valuestring) > 10, "%s %s", t->name, p->string);
    ck_assert_int_eq(cJSON_GetArraySize(properties), n);
    ck_assert(cJSON_IsFalse(member(schema, "additionalProperties")));
}

START_TEST(the_tools_are_those_of_the_description)
{
    const cJSON *list = member(described, "tools"), *d;
    int n = 0, i = 0;
    const struct tool *all = tool_all(&n);

    ck_assert_int_eq(cJSON_GetArraySize(list), n);
    cJSON_ArrayForEach(d, list)
    {
        ck_assert_str_eq(member(d, "name")->valuestring, all[i].name);
        ck_assert_ptr_eq(tool_find(all[i].name), &all[i]);
        expect_same_arguments(&all[i], member(d, "inputSchema"));
        ck_assert_str_eq(member(member(d, "outputSchema"), "type")->valuestring, "object");
        i++;
    }
    ck_assert_ptr_null(tool_find("delete_everything"));
}
END_TEST

/* A client may call what only reads without asking its user. */
START_TEST(a_tool_that_only_reads_says_so)
{
    const cJSON *d;

    cJSON_ArrayForEach(d, member(described, "tools"))
    {
        const struct tool *t = tool_find(member(d, "name")->valuestring);
        const cJSON *hints = member(d, "annotations");
        struct err ignored = {0};

        tool_call_release(&call);
        (void)tool_call_read(&call, t, NULL, false, &ignored);
        ck_assert_msg(cJSON_IsTrue(member(hints, "readOnlyHint")) ==
                          !http_route_writes(call.request.route),
                      "%s", t->name);
        ck_assert(cJSON_IsFalse(member(hints, "openWorldHint")));
    }
}
END_TEST

/* ---- calls ---- */

/* Reads a call; returns its status. */
static enum status take(const char *tool, const char *arguments, bool several)
{
    tool_call_release(&call);
    cJSON_Delete(given);
    given = arguments ? cJSON_Parse(arguments) : NULL;
    ck_assert(!arguments || given);
    e = (struct err){0};
    return tool_call_read(&call, tool_find(tool), given, several, &e);
}

static void expect_request(const char *tool, const char *arguments, enum http_method method,
                           const char *pattern, const char *query, const char *body)
{
    char text[400] = "";
    size_t used = 0;

    ck_assert_msg(take(tool, arguments, false) == ST_OK, "%s %s: %s %s", tool, arguments, e.message,
                  e.pointer);
    ck_assert_int_eq(call.request.route->method, method);
    ck_assert_str_eq(call.request.route->pattern, pattern);
    for (int i = 0; i < call.request.num_query; i++)
        used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s=%s", i ? "&" : "",
                                 call.request.query[i].name, call.request.query[i].value);
    ck_assert_str_eq(text, query);
    ck_assert_str_eq(call.request.body ? call.request.body : "", body);
    ck_assert_uint_eq(call.request.body_len, strlen(body));
}

#define FORECAST "/v1/models/{name}/forecast"

START_TEST(a_forecast_is_a_get_without_a_history_and_a_post_with_one)
{
    expect_request("forecast", "{\"model\":\"m\"}", HTTP_GET, FORECAST, "", "");
    ck_assert_str_eq(call.request.param[0], "m");
    expect_request(
        "forecast",
        "{\"model\":\"m\",\"horizon\":3,\"level\":[80,95.5],\"explain\":true,\"version\":2,"
        "\"series\":\"a b\",\"dataset\":null}",
        HTTP_GET, FORECAST, "version=2&horizon=3&level=80,95.5&explain=true&series=a b", "");
    expect_request(
        "forecast",
        "{\"model\":\"m\",\"version\":\"stable\",\"values\":[1,2],\"horizon\":3,\"chart\":true}",
        HTTP_POST, FORECAST, "version=stable", "{\"horizon\":3,\"values\":[1,2]}");
    ck_assert(call.chart);
    expect_request("forecast", "{\"model\":\"m\",\"series\":[{\"values\":[1]}]}", HTTP_POST,
                   FORECAST, "", "{\"series\":[{\"values\":[1]}]}");
    expect_request("forecast", "{\"model\":\"m\",\"dataset\":\"d\"}", HTTP_POST, FORECAST, "",
                   "{\"dataset\":\"d\"}");
}
END_TEST

START_TEST(an_upload_goes_where_it_is_told)
{
    expect_request("upload_series", "{\"name\":\"d\",\"csv\":\"ds,y\\n\"}", HTTP_POST,
                   "/v1/datasets/{name}", "", "ds,y\n");
    ck_assert_str_eq(call.request.content_type, "text/csv");
    expect_request("upload_series",
                   "{\"name\":\"d\",\"csv\":\"a\",\"if_exists\":\"replace\",\"id\":\"shop\","
                   "\"covariates\":[\"price [EUR]\",\"day\"]}",
                   HTTP_PUT, "/v1/datasets/{name}", "id=shop&covariates=price [EUR],day", "a");
    expect_request("upload_series",
                   "{\"name\":\"d\",\"records\":[{\"ds\":1,\"y\":2}],\"if_exists\":\"append\","
                   "\"on_conflict\":\"replace\",\"dry_run\":true}",
                   HTTP_POST, "/v1/datasets/{name}/rows", "on_conflict=replace&dry_run=true",
                   "[{\"ds\":1,\"y\":2}]");
    ck_assert_str_eq(call.request.content_type, "application/json");
    expect_request("upload_series",
                   "{\"name\":\"d\",\"values\":[1,null],\"start\":\"2020-01\",\"frequency\":\"M\","
                   "\"covariates\":{\"x\":[1,2]}}",
                   HTTP_POST, "/v1/datasets/{name}", "",
                   "{\"values\":[1,null],\"start\":\"2020-01\",\"frequency\":\"M\","
                   "\"covariates\":{\"x\":[1,2]}}");
}
END_TEST

START_TEST(other_tools_are_one_request_each)
{
    expect_request("list_datasets", NULL, HTTP_GET, "/v1/datasets", "", "");
    expect_request("list_models", "{\"limit\":5,\"cursor\":\"a\"}", HTTP_GET, "/v1/models",
                   "limit=5&cursor=a", "");
    expect_request("train", "{\"task\":\"tag\",\"dataset\":\"d\",\"params\":{\"epochs\":1}}",
                   HTTP_POST, "/v1/jobs", "",
                   "{\"task\":\"tag\",\"dataset\":\"d\",\"params\":{\"epochs\":1}}");
    expect_request("train", "{}", HTTP_POST, "/v1/jobs", "", "{}");
    expect_request("job_status", "{\"id\":\"j\",\"wait\":9}", HTTP_GET, "/v1/jobs/{id}", "wait=9",
                   "");
    expect_request("detect_anomalies",
                   "{\"model\":\"m\",\"version\":1,\"dataset\":\"d\",\"last\":5}", HTTP_POST,
                   "/v1/models/{name}/anomalies", "version=1", "{\"dataset\":\"d\",\"last\":5}");
    expect_request("tag_text", "{\"model\":\"m\",\"text\":\"a\"}", HTTP_POST,
                   "/v1/models/{name}/tag", "", "{\"text\":\"a\"}");
}
END_TEST

START_TEST(one_of_several_calls_does_not_wait)
{
    ck_assert_int_eq(take("job_status", "{\"id\":\"j\",\"wait\":9}", true), ST_OK);
    ck_assert_int_eq(call.request.num_query, 0);
}
END_TEST

START_TEST(arguments_of_no_use_are_refused_with_their_place)
{
    static const struct {
        const char *tool, *arguments, *place, *message;
    } bad[] = {
        {"forecast", "{}", "/model", "model is needed"},
        {"forecast", "{\"model\":1}", "/model", "is a text"},
        {"forecast", "{\"model\":\"m\",\"horizn\":1}", "/horizn", "did you mean 'horizon'"},
        {"forecast", "{\"model\":\"m\",\"horizon\":{}}", "/horizon", "a number or a list"},
        {"forecast", "{\"model\":\"m\",\"level\":[[1]]}", "/level", "a number or a list"},
        {"forecast", "{\"model\":\"m\",\"chart\":\"yes\"}", "/chart", "true or false"},
        {"upload_series", "{\"name\":\"d\"}", "", "not 0 of them"},
        {"upload_series", "{\"name\":\"d\",\"csv\":\"\",\"values\":[1]}", "", "not 2 of them"},
        {"upload_series", "{\"name\":\"d\",\"csv\":5}", "/csv", "must be a text"},
        {"upload_series", "{\"name\":\"d\",\"records\":\"a\"}", "/records", "list of objects"},
        {"upload_series", "{\"name\":\"d\",\"csv\":\"\",\"if_exists\":\"merge\"}", "/if_exists",
         "error, replace or append"},
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        ck_assert_int_eq(take(bad[i].tool, bad[i].arguments, false), ST_INVALID);
        ck_assert_str_eq(e.pointer, bad[i].place);
        ck_assert_msg(strstr(e.message, bad[i].message) != NULL, "%s", e.message);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tool_call");
    TCase *tc = tcase_create("core");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, the_tools_are_those_of_the_description);
    tcase_add_test(tc, a_tool_that_only_reads_says_so);
    tcase_add_test(tc, a_forecast_is_a_get_without_a_history_and_a_post_with_one);
    tcase_add_test(tc, an_upload_goes_where_it_is_told);
    tcase_add_test(tc, other_tools_are_one_request_each);
    tcase_add_test(tc, one_of_several_calls_does_not_wait);
    tcase_add_test(tc, arguments_of_no_use_are_refused_with_their_place);
    suite_add_tcase(s, tc);
    return suite_run(s);
}
