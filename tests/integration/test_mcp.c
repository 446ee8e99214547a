/* test_mcp.c - the Model Context Protocol as it is on the wire: HTTP, keys, limits, the audit, and
 * what a hostile client sends. */
#include "tests/integration/suite.h"

#include <lstm/buf.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct daemon d;
static struct reply r;
static const char *const on[] = {"--mcp", NULL};

static void setup(void)
{
    daemon_init(&d);
    daemon_start(&d, on);
}

static void teardown(void)
{
    reply_release(&r);
    daemon_free(&d);
}

#define RPC "{\"jsonrpc\":\"2.0\","
#define CALL(tool, arguments)                                                                      \
    RPC "\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"" tool                          \
        "\",\"arguments\":" arguments "}}"

static void send_with(const char *header, const char *body, size_t len, long status)
{
    const struct request q = {.method = "POST",
                              .path = "/mcp",
                              .type = "application/json",
                              .body = body,
                              .len = len,
                              .headers = {"Accept: application/json, text/event-stream", header}};

    http_send(&r, &d, &q);
    expect_status(&r, status, body);
}

static void say(const char *body, long status)
{
    send_with(NULL, body, 0, status);
}

/* Calls a tool; fails unless the result is an error with this text, or none if that is NULL. */
static void call(const char *header, const char *body, const char *error)
{
    bool is_error;

    send_with(header, body, 0, 200);
    is_error = cJSON_IsTrue(at(r.json, "result.isError"));
    ck_assert_msg(is_error == (error != NULL), "%s: %.500s", body, r.body);
    if (error)
        ck_assert_msg(strstr(text_at(r.json, "result.content.0.text"), error) != NULL, "%s",
                      r.body);
}

/* ---- HTTP ---- */

START_TEST(it_is_there_only_when_it_is_switched_on)
{
    struct daemon other;

    daemon_init(&other);
    daemon_start(&other, NULL);
    http_send(&r, &other,
              &(struct request){.method = "POST",
                                .path = "/mcp",
                                .type = "application/json",
                                .body = RPC "\"id\":1,\"method\":\"ping\"}"});
    expect_status(&r, 404, "off");
    daemon_free(&other);
    say(RPC "\"id\":1,\"method\":\"ping\"}", 200);
    ck_assert_str_eq(r.body, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}\n");
}
END_TEST

START_TEST(other_methods_get_405)
{
    static const char *const methods[] = {"GET", "DELETE", "PUT"};
    char allow[80];

    for (size_t i = 0; i < 3; i++) {
        http_send(&r, &d,
                  &(struct request){.method = methods[i],
                                    .path = "/mcp",
                                    .headers = {"Accept: text/event-stream"}});
        expect_status(&r, 405, methods[i]);
        ck_assert_str_eq(reply_header(allow, sizeof(allow), &r, "Allow"), "POST, OPTIONS");
    }
}
END_TEST

START_TEST(a_page_of_another_origin_is_refused)
{
    const char *ping = RPC "\"id\":1,\"method\":\"ping\"}";

    send_with("Origin: https://evil.example", ping, 0, 403);
    send_with("Origin: null", ping, 0, 403);
    send_with("Sec-Fetch-Site: cross-site", ping, 0, 403);
    send_with("Host: evil.example", ping, 0, 421);
}
END_TEST

START_TEST(a_session_runs_from_the_beginning_to_a_forecast)
{
    char *csv = example("airpassengers.csv"), *json;
    cJSON *arguments = cJSON_CreateObject(), *text;
    char id[40], body[400];

    say(RPC "\"id\":\"i\",\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-06-18\","
            "\"capabilities\":{},\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}}}",
        200);
    ck_assert_str_eq(text_at(r.json, "result.protocolVersion"), "2025-06-18");
    say(RPC "\"method\":\"notifications/initialized\"}", 202);
    ck_assert_uint_eq(r.len, 0);

    cJSON_AddStringToObject(arguments, "name", "flights");
    cJSON_AddStringToObject(arguments, "csv", csv);
    text = cJSON_CreateObject();
    cJSON_AddStringToObject(text, "jsonrpc", "2.0");
    cJSON_AddStringToObject(text, "id", "u");
    cJSON_AddStringToObject(text, "method", "tools/call");
    cJSON_AddStringToObject(cJSON_AddObjectToObject(text, "params"), "name", "upload_series");
    cJSON_AddItemToObject(cJSON_GetObjectItem(text, "params"), "arguments", arguments);
    json = cJSON_PrintUnformatted(text);
    call(NULL, json, NULL);
    ck_assert_str_eq(text_at(r.json, "id"), "u");
    ck_assert_int_eq((int)number_at(r.json, "result.structuredContent.series.0.length"), 144);
    free(json);
    cJSON_Delete(text);
    free(csv);

    call(NULL,
         CALL("train", "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"flights\","
                       "\"params\":{\"epochs\":2,\"ensemble\":false}}"),
         NULL);
    snprintf(id, sizeof(id), "%s", text_at(r.json, "result.structuredContent.id"));
    snprintf(body, sizeof(body), CALL("job_status", "{\"id\":\"%s\",\"wait\":300}"), id);
    call(NULL, body, NULL);
    ck_assert_str_eq(text_at(r.json, "result.structuredContent.state"), "succeeded");
    call(NULL, CALL("forecast", "{\"model\":\"flights\",\"horizon\":3,\"chart\":true}"), NULL);
    ck_assert_str_eq(text_at(r.json, "result.structuredContent.series.0.time.0"), "1961-01");
    ck_assert_str_eq(text_at(r.json, "result.content.1.mimeType"), "image/svg+xml");
    call(NULL,
         CALL("detect_anomalies", "{\"model\":\"flights\",\"dataset\":\"flights\",\"last\":4}"),
         NULL);
    ck_assert_int_eq(cJSON_GetArraySize(at(r.json, "result.structuredContent.series.0.anomaly")),
                     4);
}
END_TEST

/* What a tool returns is what the API returns. */
START_TEST(a_result_is_the_response_of_the_api)
{
    cJSON *mine;

    call(NULL, CALL("upload_series", "{\"name\":\"d\",\"values\":[1,2,3]}"), NULL);
    call(NULL, CALL("list_datasets", "{\"limit\":10}"), NULL);
    mine = cJSON_Duplicate(at(r.json, "result.structuredContent"), true);
    get(&r, &d, "/v1/datasets?limit=10", 200);
    ck_assert(cJSON_Compare(mine, r.json, true));
    cJSON_Delete(mine);
}
END_TEST

START_TEST(errors_tell_what_would_be_right)
{
    call(NULL, CALL("forecast", "{\"model\":\"none\"}"), "Call list_models");
    call(NULL, CALL("forecast", "{\"model\":\"NO/NE\"}"), "(404)");
    call(NULL, CALL("forecast", "{\"model\":\"\"}"), "(404)");
    call(NULL, CALL("forecast", "{\"model\":\"a\\nb\"}"), "control character");
    call(NULL, CALL("forecast", "{\"model\":\"none\",\"horizon\":0}"), "At /horizon");
    call(NULL, CALL("job_status", "{\"id\":\"x\"}"), "in the result of train");
    call(NULL, CALL("job_status", "{\"id\":\"x\",\"wait\":-1}"), "At /wait");
    call(NULL, CALL("list_datasets", "{\"limit\":\"many\"}"), "At /limit");
    call(NULL, CALL("train", "{\"task\":\"dance\",\"dataset\":\"d\"}"), "At /task");
    call(NULL, CALL("train", "{\"task\":\"forecast\",\"dataset\":\"none\",\"model\":\"m\"}"),
         "Call list_datasets");
    call(NULL, CALL("upload_series", "{\"name\":\"No\",\"values\":[1]}"), "1 to 64 characters");
    call(NULL,
         CALL("upload_series", "{\"name\":\"d\",\"csv\":\"ds,y\\n2020-01,1\\n2020-02,x\\n\"}"),
         "In line 3");
    call(NULL, CALL("tag_text", "{\"model\":\"none\",\"text\":\"a\"}"), "(404)");
}
END_TEST

/* ---- batches ---- */

START_TEST(a_batch_is_worked_on_in_order_and_once)
{
    say("[" CALL(
            "upload_series",
            "{\"name\":\"d\",\"values\":[1,2,3],\"start\":\"2020-01\","
            "\"frequency\":\"M\"}") "," CALL("upload_series",
                                             "{\"name\":\"d\",\"values\":[4],"
                                             "\"start\":\"2020-04\","
                                             "\"frequency\":\"M\",\"if_exists\":"
                                             "\"append\"}") "," CALL("job_status",
                                                                     "{\"id\":"
                                                                     "\"none\","
                                                                     "\"wait\":"
                                                                     "300}") "," RPC "\"me"
                                                                             "thod"
                                                                             "\":"
                                                                             "\"no"
                                                                             "tifi"
                                                                             "cati"
                                                                             "ons/"
                                                                             "canc"
                                                                             "elle"
                                                                             "d\"}"
                                                                             "," CALL(
                                                                                 "list_datasets",
                                                                                 "{}") "]",
        200);
    ck_assert_int_eq(cJSON_GetArraySize(r.json), 4);
    ck_assert(cJSON_IsFalse(at(r.json, "0.result.isError")));
    ck_assert_int_eq((int)number_at(r.json, "1.result.structuredContent.rows.appended"), 1);
    ck_assert(cJSON_IsTrue(at(r.json, "2.result.isError")));
    ck_assert_int_eq((int)number_at(r.json, "3.result.structuredContent.items.0.bytes"), 32);
}
END_TEST

/* ---- hostile input ---- */

static void send_repeated(const char *begin, const char *part, int count, const char *end,
                          long status)
{
    struct buf body;

    buf_init(&body, 1 << 24);
    buf_puts(&body, begin);
    for (int i = 0; i < count; i++)
        buf_puts(&body, part);
    buf_puts(&body, end);
    ck_assert_int_eq(buf_status(&body, NULL), ST_OK);
    send_with(NULL, body.data, body.len, status);
    buf_release(&body);
}

START_TEST(large_and_deep_bodies_are_bounded)
{
    send_repeated("", "[", 100000, "", 400);
    ck_assert_int_eq((int)number_at(r.json, "error.code"), -32700);
    send_repeated("[", "{},", 200000, "{}]", 400);
    ck_assert_int_eq((int)number_at(r.json, "error.code"), -32600);
    send_repeated("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"", "x", 3000000, "\"}", 200);
    ck_assert_int_eq((int)number_at(r.json, "error.code"), -32601);
    send_repeated("{\"jsonrpc\":\"2.0\",\"id\":\"", "x", 3000000, "\",\"method\":\"ping\"}", 400);
    send_repeated(RPC "\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"forecast\","
                      "\"arguments\":{\"model\":\"",
                  "x", 1000000, "\"}}}", 200);
    ck_assert_ptr_nonnull(strstr(r.body, "(404)"));
    send_repeated(RPC "\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"list_datasets\","
                      "\"arguments\":{\"limit\":[",
                  "1,", 200000, "1]}}}", 200);
    ck_assert(cJSON_IsTrue(at(r.json, "result.isError")));
    send_repeated(RPC "\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"upload_series\","
                      "\"arguments\":{\"name\":\"big\",\"values\":[",
                  "1.5,", 400000, "1]}}}", 200);
    ck_assert_int_eq((int)number_at(r.json, "result.structuredContent.series.0.length"), 400001);
    say(RPC "\"id\":1,\"method\":\"ping\"}", 200);
}
END_TEST

START_TEST(arguments_of_every_type_are_answered)
{
    static const char *const values[] = {"null",
                                         "true",
                                         "0",
                                         "-1e300",
                                         "\"\"",
                                         "\"a\"",
                                         "[]",
                                         "[[]]",
                                         "[null]",
                                         "{}",
                                         "\"\\u0001\"",
                                         "[1,\"a\",true]",
                                         "{\"a\":{\"b\":[]}}"};
    static const char *const tools[][2] = {{"list_datasets", "limit"},
                                           {"list_models", "cursor"},
                                           {"upload_series", "name"},
                                           {"upload_series", "csv"},
                                           {"upload_series", "records"},
                                           {"upload_series", "values"},
                                           {"upload_series", "series"},
                                           {"upload_series", "if_exists"},
                                           {"train", "task"},
                                           {"train", "params"},
                                           {"train", "search"},
                                           {"job_status", "id"},
                                           {"job_status", "wait"},
                                           {"forecast", "model"},
                                           {"forecast", "version"},
                                           {"forecast", "level"},
                                           {"forecast", "series"},
                                           {"forecast", "chart"},
                                           {"forecast", "future_covariates"},
                                           {"detect_anomalies", "last"},
                                           {"tag_text", "text"},
                                           {"tag_text", "sentences"}};
    char body[400];

    for (size_t t = 0; t < sizeof(tools) / sizeof(tools[0]); t++)
        for (size_t v = 0; v < sizeof(values) / sizeof(values[0]); v++) {
            snprintf(body, sizeof(body),
                     RPC "\"id\":%zu,\"method\":\"tools/call\",\"params\":{\"name\":\"%s\","
                         "\"arguments\":{\"%s\":%s}}}",
                     v, tools[t][0], tools[t][1], values[v]);
            say(body, 200);
            ck_assert_int_eq((int)number_at(r.json, "id"), (int)v);
            (void)at(r.json, "result.content.0.text");
        }
    get(&r, &d, "/v1/datasets", 200);
    ck_assert_int_eq(cJSON_GetArraySize(at(r.json, "items")), 0);
    get(&r, &d, "/v1/jobs", 200);
    ck_assert_int_eq(cJSON_GetArraySize(at(r.json, "items")), 0);
}
END_TEST

/* ---- keys ---- */

/* Makes a key with these JSON members; returns its header. */
static const char *make_key(char header[160], const char *json)
{
    const struct request q = {.method = "POST",
                              .path = "/v1/keys",
                              .type = "application/json",
                              .body = json,
                              .headers = {"X-API-Key: root"}};

    http_send(&r, &d, &q);
    expect_status(&r, 201, json);
    snprintf(header, 160, "Authorization: Bearer %s", text_at(r.json, "key"));
    return header;
}

static void start_with_keys(void)
{
    static const char *const args[] = {"--mcp", "--api-key", "root", NULL};

    daemon_init(&d);
    daemon_start(&d, args);
}

static int count_audited(const char *action, const char *resource, int status)
{
    char path[200];
    int count = 0;

    snprintf(path, sizeof(path), "/v1/audit?status=%d&limit=50", status);
    http_send(&r, &d,
              &(struct request){.method = "GET", .path = path, .headers = {"X-API-Key: root"}});
    expect_status(&r, 200, path);
    for (int i = 0; i < cJSON_GetArraySize(at(r.json, "items")); i++) {
        const cJSON *entry = cJSON_GetArrayItem(at(r.json, "items"), i);

        count += strcmp(text_at(entry, "action"), action) == 0 &&
                 strcmp(text_at(entry, "resource"), resource) == 0;
    }
    return count;
}

/* Refusals are written after a while. */
static void expect_audited(const char *action, const char *resource, int status)
{
    int64_t deadline = now_ms() + 20000;
    int count;

    while ((count = count_audited(action, resource, status)) == 0 && now_ms() < deadline)
        (void)poll(NULL, 0, 50);
    ck_assert_msg(count == 1, "%d times %s %s: %s", count, action, resource, r.body);
}

START_TEST(keys_hold_for_each_tool_and_changes_are_audited)
{
    char reader[160], trainer[160], header[100];
    const char *upload = CALL("upload_series", "{\"name\":\"a1\",\"values\":[1,2,3]}");

    say(RPC "\"id\":1,\"method\":\"ping\"}", 401);
    ck_assert_ptr_nonnull(reply_header(header, sizeof(header), &r, "WWW-Authenticate"));
    make_key(reader, "{\"name\":\"reader\",\"scopes\":[\"read\"]}");
    make_key(trainer, "{\"name\":\"trainer\",\"scopes\":[\"train\",\"read\"],\"names\":\"a*\"}");
    call(reader, upload, "needs a key with the scope train");
    call(reader, CALL("forecast", "{\"model\":\"a1\"}"), "scope predict");
    call(reader, CALL("list_models", "{}"), NULL);
    call(trainer, CALL("upload_series", "{\"name\":\"b1\",\"values\":[1]}"), "names that match");
    call(trainer, upload, NULL);
    call(trainer, CALL("train", "{\"task\":\"forecast\",\"dataset\":\"a1\",\"model\":\"b\"}"),
         "names that match");
    call("X-API-Key: root", CALL("upload_series", "{\"name\":\"b2\",\"values\":[1]}"), NULL);
    call(trainer, CALL("list_datasets", "{}"), NULL);
    ck_assert_int_eq(cJSON_GetArraySize(at(r.json, "result.structuredContent.items")), 1);
    expect_audited("POST /v1/datasets/{name}", "/v1/datasets/a1", 201);
    expect_audited("POST /v1/datasets/{name}", "/v1/datasets/b2", 201);
    expect_audited("POST /v1/datasets/{name}", "/v1/datasets/a1", 403);
    expect_audited("POST /v1/datasets/{name}", "/v1/datasets/b1", 403);
    ck_assert_int_eq(count_audited("POST /mcp", "/mcp", 200), 0);
}
END_TEST

/* Each call of a batch is a request of the key's limit. */
START_TEST(limits_hold_for_each_call)
{
    char key[160];

    make_key(key, "{\"name\":\"slow\",\"scopes\":[\"read\"],"
                  "\"limits\":{\"requests_per_minute\":3}}");
    send_with(key,
              "[" CALL("list_models", "{}") "," CALL("list_models", "{}") "," CALL(
                  "list_models", "{}") "," CALL("list_models", "{}") "]",
              0, 200);
    ck_assert(cJSON_IsFalse(at(r.json, "0.result.isError")));
    ck_assert(cJSON_IsFalse(at(r.json, "2.result.isError")));
    ck_assert_ptr_nonnull(strstr(text_at(r.json, "3.result.content.0.text"), "(429)"));
    send_with(key, RPC "\"id\":1,\"method\":\"ping\"}", 0, 429);
}
END_TEST

/* What a key may store counts by a tool as well. */
START_TEST(stored_bytes_count)
{
    char key[160];

    make_key(key, "{\"name\":\"small\",\"scopes\":[\"train\",\"read\"],"
                  "\"limits\":{\"stored_bytes\":20}}");
    call(key, CALL("upload_series", "{\"name\":\"a\",\"values\":[1,2]}"), NULL);
    call(key, CALL("upload_series", "{\"name\":\"b\",\"values\":[1,2]}"), "stored_bytes");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("mcp");
    TCase *open = tcase_create("open"), *keys = tcase_create("keys");

    tcase_add_checked_fixture(open, setup, teardown);
    tcase_add_test(open, it_is_there_only_when_it_is_switched_on);
    tcase_add_test(open, other_methods_get_405);
    tcase_add_test(open, a_page_of_another_origin_is_refused);
    tcase_add_test(open, a_session_runs_from_the_beginning_to_a_forecast);
    tcase_add_test(open, a_result_is_the_response_of_the_api);
    tcase_add_test(open, errors_tell_what_would_be_right);
    tcase_add_test(open, a_batch_is_worked_on_in_order_and_once);
    tcase_add_test(open, large_and_deep_bodies_are_bounded);
    tcase_add_test(open, arguments_of_every_type_are_answered);
    tcase_add_checked_fixture(keys, start_with_keys, teardown);
    tcase_add_test(keys, keys_hold_for_each_tool_and_changes_are_audited);
    tcase_add_test(keys, limits_hold_for_each_call);
    tcase_add_test(keys, stored_bytes_count);
    suite_add_tcase(s, open);
    suite_add_tcase(s, keys);
    return suite_run(s);
}
