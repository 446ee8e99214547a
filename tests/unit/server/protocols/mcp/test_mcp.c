/* test_mcp.c - POST /mcp as a handler: revisions, methods, batches, calls of tools. */
#include "server/protocols/mcp/mcp.h"

#include "tests/unit/server/api/handler.h"

#include <stdio.h>
#include <string.h>

/* Sends a body as the revision, or without one if that is NULL. */
static const struct reply *send(int status, const char *revision, const char *body)
{
    const struct call c = {.handler = mcp_post,
                           .method = HTTP_POST,
                           .type = "application/json",
                           .header = {{revision ? "MCP-Protocol-Version" : NULL, revision}},
                           .body = body};

    return expect(status, &c);
}

#define RPC                     "{\"jsonrpc\":\"2.0\","
#define REQUEST(method, params) RPC "\"id\":1,\"method\":\"" method "\",\"params\":" params "}"
#define CALL(tool, arguments)                                                                      \
    REQUEST("tools/call", "{\"name\":\"" tool "\",\"arguments\":" arguments "}")

START_TEST(initialize_agrees_on_a_revision)
{
    static const char *const asked[][2] = {{"2025-11-25", "2025-11-25"},
                                           {"2025-06-18", "2025-06-18"},
                                           {"2025-03-26", "2025-03-26"},
                                           {"1999-01-01", "2025-11-25"},
                                           {"2026-07-28", "2025-11-25"}};
    char body[200];

    for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
        snprintf(body, sizeof(body), REQUEST("initialize", "{\"protocolVersion\":\"%s\"}"),
                 asked[i][0]);
        send(200, NULL, body);
        ck_assert_str_eq(text("result/protocolVersion"), asked[i][1]);
        ck_assert_str_eq(text("result/serverInfo/name"), "lstmd");
        (void)member("result/capabilities/tools");
    }
    send(200, NULL, REQUEST("initialize", "{}"));
    ck_assert_int_eq((int)number("error/code"), -32602);
}
END_TEST

START_TEST(an_unknown_revision_is_refused)
{
    send(400, "2026-07-28", REQUEST("ping", "{}"));
    ck_assert_int_eq((int)number("error/code"), -32600);
    ck_assert_ptr_nonnull(strstr(text("error/message"), "2025-11-25"));
    send(200, "2025-06-18", REQUEST("ping", "{}"));
    ck_assert_int_eq((int)number("id"), 1);
}
END_TEST

START_TEST(what_is_no_request_gets_no_answer)
{
    const struct reply *r = send(202, NULL, RPC "\"method\":\"notifications/initialized\"}");

    ck_assert_uint_eq(r->len, 0);
    send(202, NULL, RPC "\"id\":5,\"result\":{}}");
    r = send(202, NULL, "[" RPC "\"method\":\"a\"}," RPC "\"method\":\"b\"}]");
    ck_assert_uint_eq(r->len, 0);
}
END_TEST

START_TEST(faults_have_the_codes_of_json_rpc)
{
    static const struct {
        int status, code;
        const char *body;
    } faults[] = {
        {400, -32700, ""},
        {400, -32700, "{"},
        {400, -32700, "{\"jsonrpc\":\"2.0\",\"jsonrpc\":\"2.0\"}"},
        {400, -32700, "\xFF"},
        {400, -32600, "7"},
        {400, -32600, "[]"},
        {400, -32600, RPC "\"id\":null,\"method\":\"ping\"}"},
        {400, -32600, RPC "\"id\":1,\"method\":\"ping\",\"params\":[]}"},
        {200, -32601, REQUEST("resources/list", "{}")},
        {200, -32601, REQUEST("server/discover", "{}")},
        {200, -32602, REQUEST("tools/list", "{\"cursor\":\"x\"}")},
        {200, -32602, REQUEST("tools/call", "{}")},
        {200, -32602, REQUEST("tools/call", "{\"name\":7}")},
        {200, -32602, REQUEST("tools/call", "{\"name\":\"rm\"}")},
        {200, -32602, REQUEST("tools/call", "{\"name\":\"train\",\"arguments\":[1]}")},
    };

    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
        send(faults[i].status, NULL, faults[i].body);
        ck_assert_msg((int)number("error/code") == faults[i].code, "%s: %d", faults[i].body,
                      (int)number("error/code"));
    }
}
END_TEST

START_TEST(depth_and_media_types_are_bounded)
{
    const struct call other = {.handler = mcp_post,
                               .method = HTTP_POST,
                               .type = "text/plain",
                               .body = REQUEST("ping", "{}")};
    const struct call unread = {.handler = mcp_post,
                                .method = HTTP_POST,
                                .type = "application/json",
                                .header = {{"Accept", "text/event-stream"}},
                                .body = REQUEST("ping", "{}")};
    char deep[200];

    snprintf(
        deep, sizeof(deep), "%.*s", 100,
        "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[");
    send(400, NULL, deep);
    ck_assert_int_eq((int)number("error/code"), -32700);
    expect(415, &other);
    expect(406, &unread);
}
END_TEST

START_TEST(a_batch_is_answered_in_order_where_the_revision_has_batches)
{
    const char *batch =
        "[" REQUEST("ping", "{}") "," RPC "\"method\":\"x\"}," RPC
                                  "\"id\":\"b\",\"method\":\"nothing\"},7," REQUEST(
                                      "initialize", "{\"protocolVersion\":\"2025-03-26\"}") "]";

    send(200, NULL, batch);
    (void)member("0/result");
    ck_assert_str_eq(text("1/id"), "b");
    ck_assert_int_eq((int)number("1/error/code"), -32601);
    ck_assert_int_eq((int)number("2/error/code"), -32600);
    ck_assert_int_eq((int)number("3/error/code"), -32600);
    send(400, "2025-06-18", batch);
    ck_assert_int_eq((int)number("error/code"), -32600);
}
END_TEST

START_TEST(a_batch_has_an_upper_bound)
{
    struct buf body;

    buf_init(&body, 4096);
    buf_puts(&body, "[{}");
    for (int i = 1; i < 101; i++)
        buf_puts(&body, ",{}");
    buf_puts(&body, "]");
    send(400, NULL, body.data);
    ck_assert_ptr_nonnull(strstr(text("error/message"), "1 to 100"));
    body.data[body.len - 4] = ']'; /* in place of the last ",{}]" */
    body.data[body.len - 3] = '\0';
    send(200, NULL, body.data);
    (void)member("99/error");
    buf_release(&body);
}
END_TEST

START_TEST(tools_are_listed)
{
    send(200, NULL, REQUEST("tools/list", "{}"));
    ck_assert_str_eq(text("result/tools/0/name"), "list_datasets");
    (void)member("result/tools/0/inputSchema/properties/limit");
}
END_TEST

START_TEST(a_call_changes_and_reads_what_the_api_does)
{
    send(200, NULL,
         CALL("upload_series", "{\"name\":\"d\",\"values\":[1,2,3],\"start\":\"2020-01\"}"));
    ck_assert_str_eq(text("result/structuredContent/name"), "d");
    send(200, NULL, CALL("list_datasets", "{}"));
    ck_assert_str_eq(text("result/structuredContent/items/0/name"), "d");
    send(200, NULL, CALL("upload_series", "{\"name\":\"d\",\"values\":[1]}"));
    ck_assert(cJSON_IsTrue(member("result/isError")));
    ck_assert_ptr_nonnull(strstr(text("result/content/0/text"), "(409)"));
    send(200, NULL, CALL("train", "{\"task\":\"forecast\",\"dataset\":\"d\"}"));
    ck_assert_ptr_nonnull(strstr(text("result/content/0/text"), "At /model."));
}
END_TEST

START_TEST(a_forecast_comes_with_a_chart_where_asked)
{
    import("f", "forecaster-fitted");
    send(200, NULL, CALL("forecast", "{\"model\":\"f\",\"horizon\":2}"));
    ck_assert_int_eq(cJSON_GetArraySize(member("result/content")), 1);
    ck_assert_int_eq(cJSON_GetArraySize(member("result/structuredContent/series/0/mean")), 2);
    send(200, NULL, CALL("forecast", "{\"model\":\"f\",\"horizon\":2,\"chart\":true}"));
    ck_assert_str_eq(text("result/content/1/mimeType"), "image/svg+xml");
    ck_assert_int_eq(strncmp(text("result/content/1/data"), "PHN2Zy", 6), 0); /* "<svg" */
    send(200, NULL, CALL("forecast", "{\"model\":\"g\",\"chart\":true}"));
    ck_assert(cJSON_IsTrue(member("result/isError")));
}
END_TEST

/* Names and scopes hold for each tool. */
START_TEST(a_key_does_what_it_may)
{
    const struct access reader = {
        .id = 3, .name = "reader", .scopes = SCOPE_READ | SCOPE_PREDICT, .names = "a*"};
    static const struct {
        const char *body;
        bool error;
    } calls[] = {
        {CALL("list_datasets", "{}"), false},
        {CALL("upload_series", "{\"name\":\"a1\",\"values\":[1]}"), true},
        {CALL("train", "{\"task\":\"forecast\",\"dataset\":\"a1\",\"model\":\"a\"}"), true},
        {CALL("forecast", "{\"model\":\"f\"}"), true},
        {CALL("forecast", "{\"model\":\"a\",\"horizon\":1}"), false},
        {CALL("forecast", "{\"model\":\"a\",\"dataset\":\"b\"}"), true},
        {CALL("detect_anomalies", "{\"model\":\"f\",\"values\":[1,2]}"), true},
        {CALL("tag_text", "{\"model\":\"t\",\"text\":\"x\"}"), true},
    };

    import("f", "forecaster-fitted");
    import("a", "forecaster-fitted");
    import("t", "tagger-plain");
    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
        const struct call c = {.handler = mcp_post,
                               .method = HTTP_POST,
                               .type = "application/json",
                               .body = calls[i].body,
                               .key = &reader};
        const struct reply *r = expect(200, &c);

        ck_assert_msg((bool)cJSON_IsTrue(member("result/isError")) == calls[i].error, "%s: %s",
                      calls[i].body, r->body);
        ck_assert_msg(!calls[i].error || strstr(text("result/content/0/text"), "(403)"), "%s",
                      r->body);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        initialize_agrees_on_a_revision,
        an_unknown_revision_is_refused,
        what_is_no_request_gets_no_answer,
        faults_have_the_codes_of_json_rpc,
        depth_and_media_types_are_bounded,
        a_batch_is_answered_in_order_where_the_revision_has_batches,
        a_batch_has_an_upper_bound,
        tools_are_listed,
        a_call_changes_and_reads_what_the_api_does,
        a_forecast_comes_with_a_chart_where_asked,
        a_key_does_what_it_may,
    };

    return handler_run(suite_create("mcp"), tests, sizeof(tests) / sizeof(tests[0]));
}
