/* test_webhooks.c - /v1/webhooks without a socket. */
#include "tests/unit/server/api/handler.h"

#include "server/store/delivery.h"

#include <stdio.h>
#include <string.h>

static const struct access admin = {.name = "root", .scopes = SCOPE_ADMIN},
                           reader = {.name = "reader", .scopes = SCOPE_READ},
                           sales = {.name = "sales", .scopes = SCOPE_READ, .names = "sales-*"};

static const struct reply *create(int status, const char *json)
{
    return expect(status, &(struct call){.handler = api_webhook_create,
                                         .method = HTTP_POST,
                                         .type = "application/json",
                                         .body = json,
                                         .key = &admin});
}

static const struct reply *get(int status, const char *id, const struct access *key)
{
    return expect(status, &(struct call){.handler = api_webhook_get, .param = {id}, .key = key});
}

START_TEST(a_secret_is_shown_once)
{
    char secret[100];
    const struct reply *r = create(201, "{\"url\":\"https://example.com/a?token=b\"}");

    ck_assert_str_eq(http_res_get_header(r->res, "Location"), "/v1/webhooks/1");
    ck_assert_str_eq(http_res_get_header(r->res, "Cache-Control"), "no-store");
    ck_assert_str_eq(text("url"), "https://example.com/a?token=b");
    ck_assert_str_eq(text("events/0"), "job.succeeded"); /* all of them */
    ck_assert_str_eq(text("events/5"), "anomaly.detected");
    ck_assert(cJSON_IsNull(member("names")));
    ck_assert_str_eq(text("state"), "enabled");
    ck_assert_int_eq((int)number("pending"), 0);
    snprintf(secret, sizeof(secret), "%s", text("secret"));
    ck_assert_int_eq(strncmp(secret, "whsec_", 6), 0);
    ck_assert_uint_eq(strlen(secret), 6 + 44); /* 32 bytes */
    r = get(200, "1", &admin);
    ck_assert_ptr_null(strstr(r->body, "secret"));
    ck_assert_ptr_null(strstr(r->body, secret));
    r = expect(200, &(struct call){.handler = api_webhook_list, .key = &admin});
    ck_assert_ptr_null(strstr(r->body, secret));
    ck_assert_str_eq(text("items/0/url"), "https://example.com/a?token=b");
}
END_TEST

START_TEST(what_is_no_webhook_is_refused)
{
    static const struct {
        const char *place, *json;
    } rows[] = {
        {"/url", "{}"},
        {"/url", "{\"url\":5}"},
        {"/url", "{\"url\":\"\"}"},
        {"/url", "{\"url\":\"example.com\"}"},
        {"/url", "{\"url\":\"http://example.com\"}"}, /* not allowed here */
        {"/url", "{\"url\":\"file:///etc/passwd\"}"},
        {"/url", "{\"url\":\"https://user@example.com\"}"},
        {"/url", "{\"url\":\"https://exa mple.com\"}"},
        {"/events", "{\"url\":\"https://a.example\",\"events\":[]}"},
        {"/events", "{\"url\":\"https://a.example\",\"events\":\"job.failed\"}"},
        {"/events/1", "{\"url\":\"https://a.example\",\"events\":[\"job.failed\",\"job\"]}"},
        {"/events/0", "{\"url\":\"https://a.example\",\"events\":[1]}"},
        {"/events/0", "{\"url\":\"https://a.example\",\"events\":[\"webhook.test\"]}"},
        {"/names", "{\"url\":\"https://a.example\",\"names\":\"\"}"},
        {"/names", "{\"url\":\"https://a.example\",\"names\":\"[a]\"}"},
        {"/secret", "{\"url\":\"https://a.example\",\"secret\":\"whsec_aaaa\"}"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        expect_problem(422, rows[i].place,
                       &(struct call){.handler = api_webhook_create,
                                      .method = HTTP_POST,
                                      .type = "application/json",
                                      .body = rows[i].json,
                                      .key = &admin});
    ck_assert_int_eq(fixture_int(handler_files(), "SELECT count(*) FROM webhook"), 0);
}
END_TEST

START_TEST(events_and_names_are_kept)
{
    (void)create(201, "{\"url\":\"https://a.example\",\"names\":\"sales-*\",\"events\":"
                      "[\"model.version\",\"job.failed\",\"job.failed\"]}");
    (void)get(200, "1", &admin);
    ck_assert_int_eq(cJSON_GetArraySize(member("events")), 2);
    ck_assert_str_eq(text("events/0"), "job.failed");
    ck_assert_str_eq(text("events/1"), "model.version");
    ck_assert_str_eq(text("names"), "sales-*");
}
END_TEST

/* The path of a receiver's URL may be its secret. */
START_TEST(only_admins_see_a_whole_url)
{
    (void)create(201, "{\"url\":\"https://a.example:8443/hooks/T0K3N?x=1\"}");
    (void)create(201, "{\"url\":\"https://b.example\"}");
    (void)create(201, "{\"url\":\"https://c.example?token\"}");
    (void)get(200, "1", &reader);
    ck_assert_str_eq(text("url"), "https://a.example:8443/...");
    (void)get(200, "2", &reader);
    ck_assert_str_eq(text("url"), "https://b.example");
    (void)get(200, "3", &reader);
    ck_assert_str_eq(text("url"), "https://c.example/...");
    (void)get(200, "1", NULL); /* no key is needed here */
    ck_assert_str_eq(text("url"), "https://a.example:8443/hooks/T0K3N?x=1");
}
END_TEST

START_TEST(a_key_for_names_sees_its_own)
{
    const struct call deliveries = {
        .handler = api_webhook_deliveries, .param = {"1"}, .key = &sales};

    (void)create(201, "{\"url\":\"https://a.example\"}");
    (void)create(201, "{\"url\":\"https://b.example\",\"names\":\"sales-eu-*\"}");
    (void)create(201, "{\"url\":\"https://c.example\",\"names\":\"*\"}");
    (void)get(403, "1", &sales);
    (void)get(200, "2", &sales);
    (void)get(403, "3", &sales);
    (void)expect(403, &deliveries);
    (void)expect(200, &(struct call){.handler = api_webhook_list, .key = &sales});
    ck_assert_int_eq(cJSON_GetArraySize(member("items")), 1);
    ck_assert_int_eq((int)number("items/0/id"), 2);
    ck_assert(cJSON_IsNull(member("next")));
    (void)expect(200, &(struct call){.handler = api_webhook_list, .key = &reader});
    ck_assert_int_eq(cJSON_GetArraySize(member("items")), 3);
}
END_TEST

START_TEST(lists_have_pages)
{
    static char cursor[32];

    for (int i = 0; i < 3; i++)
        (void)create(201, "{\"url\":\"https://a.example\"}");
    (void)expect(200, &(struct call){.handler = api_webhook_list, .query = {{"limit", "2"}}});
    ck_assert_int_eq(cJSON_GetArraySize(member("items")), 2);
    snprintf(cursor, sizeof(cursor), "%s", text("next"));
    (void)expect(200, &(struct call){.handler = api_webhook_list,
                                     .query = {{"limit", "2"}, {"cursor", cursor}}});
    ck_assert_int_eq(cJSON_GetArraySize(member("items")), 1);
    ck_assert_int_eq((int)number("items/0/id"), 3);
    ck_assert(cJSON_IsNull(member("next")));
    expect_problem(400, "?cursor",
                   &(struct call){.handler = api_webhook_list, .query = {{"cursor", "x"}}});
}
END_TEST

START_TEST(deliveries_are_shown)
{
    const struct call list = {.handler = api_webhook_deliveries, .param = {"1"}};
    struct due_delivery due;
    struct err e = {0};
    bool found;

    (void)create(201, "{\"url\":\"https://a.example\"}");
    (void)expect(
        202, &(struct call){
                 .handler = api_webhook_test, .method = HTTP_POST, .param = {"1"}, .key = &admin});
    ck_assert_str_eq(text("type"), "webhook.test");
    ck_assert_str_eq(text("state"), "pending");
    (void)expect(200, &list);
    ck_assert_int_eq((int)number("items/0/attempts"), 0);
    ck_assert(cJSON_IsNull(member("items/0/response_code")));
    ck_assert(cJSON_IsNull(member("items/0/error")));
    ck_assert(cJSON_IsNull(member("items/0/last_attempt_at")));
    ck_assert(cJSON_IsString(member("items/0/next_attempt_at")));
    ck_ok(store_delivery_next(&due, &found, handler_app()->store, 1, INT64_MAX, &e), &e);
    ck_ok(store_delivery_record(handler_app()->store,
                                &(struct delivery_outcome){.id = due.id,
                                                           .webhook = 1,
                                                           .at = 1764500000000,
                                                           .response_code = 500,
                                                           .error = "the receiver answered 500"},
                                &e),
          &e);
    due_delivery_release(&due);
    (void)expect(200, &list);
    ck_assert_str_eq(text("items/0/state"), "failed");
    ck_assert_int_eq((int)number("items/0/response_code"), 500);
    ck_assert_str_eq(text("items/0/error"), "the receiver answered 500");
    ck_assert_str_eq(text("items/0/last_attempt_at"), "2025-11-30T10:53:20.000Z");
    ck_assert(cJSON_IsNull(member("items/0/next_attempt_at")));
    (void)get(200, "1", &admin);
    ck_assert_int_eq((int)number("pending"), 0);
    expect_problem(400, "?cursor",
                   &(struct call){.handler = api_webhook_deliveries,
                                  .param = {"1"},
                                  .query = {{"cursor", "x"}}});
}
END_TEST

START_TEST(a_webhook_is_deleted_once)
{
    const struct call del = {.handler = api_webhook_delete, .method = HTTP_DELETE, .param = {"1"}};

    (void)create(201, "{\"url\":\"https://a.example\"}");
    (void)expect(204, &del);
    (void)expect(404, &del);
    (void)get(404, "1", &admin);
    (void)get(404, "x", &admin);
    (void)get(404, "99999999999999999999", &admin);
    (void)expect(404, &(struct call){.handler = api_webhook_deliveries, .param = {"1"}});
    (void)expect(404,
                 &(struct call){.handler = api_webhook_test, .method = HTTP_POST, .param = {"1"}});
}
END_TEST

START_TEST(a_disabled_webhook_is_not_tested)
{
    struct fixture *f = handler_files();

    (void)create(201, "{\"url\":\"https://a.example\"}");
    ck_ok(db_exec(fixture_db(f), "UPDATE webhook SET disabled_at = 5", &f->e), &f->e);
    (void)expect(409,
                 &(struct call){.handler = api_webhook_test, .method = HTTP_POST, .param = {"1"}});
    (void)get(200, "1", &admin);
    ck_assert_str_eq(text("state"), "disabled");
    ck_assert_str_eq(text("disabled_at"), "1970-01-01T00:00:00.005Z");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        a_secret_is_shown_once,
        what_is_no_webhook_is_refused,
        events_and_names_are_kept,
        only_admins_see_a_whole_url,
        a_key_for_names_sees_its_own,
        lists_have_pages,
        deliveries_are_shown,
        a_webhook_is_deleted_once,
        a_disabled_webhook_is_not_tested,
    };

    return handler_run(suite_create("webhooks"), tests, sizeof(tests) / sizeof(tests[0]));
}
