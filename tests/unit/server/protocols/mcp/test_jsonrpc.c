/* test_jsonrpc.c - what a message is, and how answers repeat its id. */
#include "server/protocols/mcp/jsonrpc.h"

#include "tests/unit/suite.h"

#include <stdio.h>
#include <string.h>

static void expect_kind(const char *json, enum rpc_kind kind, bool has_id)
{
    cJSON *tree = cJSON_Parse(json);
    struct rpc_message m;

    ck_assert_ptr_nonnull(tree);
    rpc_read(&m, tree);
    ck_assert_msg(m.kind == kind, "%s is %d: %s", json, (int)m.kind, m.fault ? m.fault : "");
    ck_assert_msg((m.id != NULL) == has_id, "%s", json);
    ck_assert_msg((m.fault != NULL) == (kind == RPC_INVALID), "%s", json);
    cJSON_Delete(tree);
}

#define V "\"jsonrpc\":\"2.0\","

START_TEST(messages_are_told_apart)
{
    expect_kind("{" V "\"id\":1,\"method\":\"ping\"}", RPC_REQUEST, true);
    expect_kind("{" V "\"id\":\"\",\"method\":\"ping\",\"params\":{}}", RPC_REQUEST, true);
    expect_kind("{" V "\"id\":-9007199254740991,\"method\":\"ping\"}", RPC_REQUEST, true);
    expect_kind("{" V "\"method\":\"x\"}", RPC_NOTIFICATION, false);
    expect_kind("{" V "\"id\":1,\"result\":{}}", RPC_RESPONSE, true);
    expect_kind("{" V "\"id\":1,\"error\":{}}", RPC_RESPONSE, true);
}
END_TEST

START_TEST(other_messages_are_refused)
{
    static const char *const bad[] = {"1",
                                      "\"a\"",
                                      "null",
                                      "[]",
                                      "{}",
                                      "{" V "\"id\":null,\"method\":\"ping\"}",
                                      "{" V "\"id\":1.5,\"method\":\"ping\"}",
                                      "{" V "\"id\":1e16,\"method\":\"ping\"}",
                                      "{" V "\"id\":true,\"method\":\"ping\"}",
                                      "{" V "\"id\":[],\"method\":\"ping\"}",
                                      "{" V "\"id\":{},\"method\":\"ping\"}",
                                      "{" V "\"result\":{}}",
                                      "{\"method\":\"ping\"}",
                                      "{\"jsonrpc\":2.0,\"method\":\"ping\"}",
                                      "{\"jsonrpc\":\"1.0\",\"method\":\"ping\"}"};

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        expect_kind(bad[i], RPC_INVALID, false);
    expect_kind("{" V "\"id\":1}", RPC_INVALID, true);
    expect_kind("{" V "\"id\":1,\"method\":7}", RPC_INVALID, true);
    expect_kind("{" V "\"id\":1,\"method\":\"x\",\"params\":[1]}", RPC_INVALID, true);
}
END_TEST

START_TEST(a_long_id_is_refused)
{
    char json[400];

    snprintf(json, sizeof(json), "{" V "\"id\":\"%0256d\",\"method\":\"ping\"}", 1);
    expect_kind(json, RPC_REQUEST, true);
    snprintf(json, sizeof(json), "{" V "\"id\":\"%0257d\",\"method\":\"ping\"}", 1);
    expect_kind(json, RPC_INVALID, false);
}
END_TEST

static void expect_answer(const char *id, const char *text)
{
    cJSON *tree = id ? cJSON_Parse(id) : NULL;
    struct buf b;

    buf_init(&b, 4096);
    rpc_put_error(&b, tree, RPC_PARSE_ERROR, "a \"quoted\" text");
    rpc_put_begin(&b, tree);
    buf_puts(&b, "{}");
    rpc_put_end(&b);
    ck_assert_str_eq(b.data, text);
    buf_release(&b);
    cJSON_Delete(tree);
}

START_TEST(an_id_is_repeated_as_it_was)
{
    expect_answer("9007199254740991",
                  "{\"jsonrpc\":\"2.0\",\"id\":9007199254740991,\"error\":{\"code\":-32700,"
                  "\"message\":\"a \\\"quoted\\\" text\"}}"
                  "{\"jsonrpc\":\"2.0\",\"id\":9007199254740991,\"result\":{}}");
    expect_answer("\"\\u00e4\\n\\\"\"",
                  "{\"jsonrpc\":\"2.0\",\"id\":\"\xC3\xA4\\n\\\"\",\"error\":{\"code\":-32700,"
                  "\"message\":\"a \\\"quoted\\\" text\"}}"
                  "{\"jsonrpc\":\"2.0\",\"id\":\"\xC3\xA4\\n\\\"\",\"result\":{}}");
    expect_answer(NULL, "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32700,"
                        "\"message\":\"a \\\"quoted\\\" text\"}}"
                        "{\"jsonrpc\":\"2.0\",\"id\":null,\"result\":{}}");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("jsonrpc");
    TCase *tc = tcase_create("core");

    tcase_add_test(tc, messages_are_told_apart);
    tcase_add_test(tc, other_messages_are_refused);
    tcase_add_test(tc, a_long_id_is_refused);
    tcase_add_test(tc, an_id_is_repeated_as_it_was);
    suite_add_tcase(s, tc);
    return suite_run(s);
}
