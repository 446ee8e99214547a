/* test_keys.c - /v1/keys and /v1/key without a socket. */
#include "tests/unit/server/api/handler.h"

#include <stdio.h>
#include <string.h>

static const struct reply *create(int status, const char *json)
{
    return expect(status, &(struct call){.handler = api_key_create,
                                         .method = HTTP_POST,
                                         .type = "application/json",
                                         .body = json});
}

static void refused(int status, const char *place, const char *json)
{
    expect_problem(status, place,
                   &(struct call){.handler = api_key_create,
                                  .method = HTTP_POST,
                                  .type = "application/json",
                                  .body = json});
}

static const struct reply *get(int status, const char *name)
{
    return expect(status, &(struct call){.handler = api_key_get, .param = {name}});
}

START_TEST(a_key_is_shown_once)
{
    char key[KEY_TEXT_LEN + 1];
    enum key_state state;
    struct access who;
    const struct reply *r =
        create(201, "{\"name\":\"root\",\"scopes\":[\"admin\"],\"expires_in\":\"30d\"}");

    ck_assert_str_eq(http_res_get_header(r->res, "Location"), "/v1/keys/root");
    ck_assert_str_eq(http_res_get_header(r->res, "Cache-Control"), "no-store");
    ck_assert_str_eq(text("name"), "root");
    ck_assert_str_eq(text("scopes/0"), "read"); /* all that it brings */
    ck_assert_str_eq(text("scopes/3"), "admin");
    ck_assert_str_eq(text("state"), "active");
    ck_assert(cJSON_IsNull(member("names")));
    ck_assert_int_eq(strncmp(text("expires_at"), "20", 2), 0);
    ck_assert(cJSON_IsNull(member("last_used_at")));
    snprintf(key, sizeof(key), "%s", text("key"));
    ck_assert(store_key_find(&who, &state, handler_app()->store, key));
    r = get(200, "root");
    ck_assert_ptr_null(strstr(r->body, key));
    ck_assert_ptr_null(cJSON_GetObjectItem(r->json, "key"));
    r = expect(200, &(struct call){.handler = api_key_list});
    ck_assert_ptr_null(strstr(r->body, key));
    ck_assert_str_eq(text("items/0/name"), "root");
}
END_TEST

START_TEST(what_is_no_key_is_refused)
{
    static const struct {
        const char *place, *json;
    } rows[] = {
        {"/scopes", "{\"name\":\"a\"}"},
        {"/scopes", "{\"name\":\"a\",\"scopes\":[]}"},
        {"/scopes", "{\"name\":\"a\",\"scopes\":\"read\"}"},
        {"/scopes", "{\"name\":\"a\",\"scopes\":[\"write\"]}"},
        {"/scopes", "{\"name\":\"a\",\"scopes\":[1]}"},
        {"/name", "{\"scopes\":[\"read\"]}"},
        {"/name", "{\"name\":\"A b\",\"scopes\":[\"read\"]}"},
        {"/name", "{\"name\":\"api_key\",\"scopes\":[\"read\"]}"},
        {"/name", "{\"name\":\"read_key\",\"scopes\":[\"read\"]}"},
        {"/names", "{\"name\":\"a\",\"scopes\":[\"read\"],\"names\":\"\"}"},
        {"/names", "{\"name\":\"a\",\"scopes\":[\"read\"],\"names\":\"[a]\"}"},
        {"/names", "{\"name\":\"a\",\"scopes\":[\"read\",\"admin\"],\"names\":\"a*\"}"},
        {"/expires_in", "{\"name\":\"a\",\"scopes\":[\"read\"],\"expires_in\":\"soon\"}"},
        {"/expires_in", "{\"name\":\"a\",\"scopes\":[\"read\"],\"expires_in\":\"2099-01-01\"}"},
        {"/expires_at", "{\"name\":\"a\",\"scopes\":[\"read\"],\"expires_at\":\"2001-01-01\"}"},
        {"/expires_in", "{\"name\":\"a\",\"scopes\":[\"read\"],\"expires_in\":\"1d\","
                        "\"expires_at\":\"2099-01-01\"}"},
        {"/limits", "{\"name\":\"a\",\"scopes\":[\"read\"],\"limits\":5}"},
        {"/limits/requests", "{\"name\":\"a\",\"scopes\":[\"read\"],"
                             "\"limits\":{\"requests\":1}}"},
        {"/limits/requests_per_minute", "{\"name\":\"a\",\"scopes\":[\"read\"],\"limits\":"
                                        "{\"requests_per_minute\":0}}"},
        {"/limits/requests_per_minute", "{\"name\":\"a\",\"scopes\":[\"read\"],\"limits\":"
                                        "{\"requests_per_minute\":1.5}}"},
        {"/limits/requests_per_minute", "{\"name\":\"a\",\"scopes\":[\"read\"],\"limits\":"
                                        "{\"requests_per_minute\":\"5\"}}"},
        {"/limits/requests_per_minute", "{\"name\":\"a\",\"scopes\":[\"read\"],\"limits\":"
                                        "{\"requests_per_minute\":1000001}}"},
        {"/scope", "{\"name\":\"a\",\"scope\":[\"read\"]}"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        refused(422, rows[i].place, rows[i].json);
    ck_assert(!store_keys_needed(handler_app()->store));
}
END_TEST

START_TEST(limits_are_kept)
{
    (void)create(201, "{\"name\":\"a\",\"scopes\":[\"admin\"],"
                      "\"limits\":{\"requests_per_minute\":600}}");
    ck_assert_int_eq((int)cJSON_GetNumberValue(member("limits/requests_per_minute")), 600);
    (void)get(200, "a");
    ck_assert_int_eq((int)cJSON_GetNumberValue(member("limits/requests_per_minute")), 600);
    (void)create(201, "{\"name\":\"b\",\"scopes\":[\"admin\"],"
                      "\"limits\":{\"requests_per_minute\":null}}");
    (void)get(200, "b");
    ck_assert(cJSON_IsNull(member("limits/requests_per_minute")));
    (void)create(201, "{\"name\":\"c\",\"scopes\":[\"admin\"],"
                      "\"limits\":{\"stored_bytes\":5000000000}}");
    (void)get(200, "c");
    ck_assert(cJSON_GetNumberValue(member("limits/stored_bytes")) == 5e9);
}
END_TEST

/* Without a key for admins, nobody could make another key. */
START_TEST(the_first_key_is_an_admins)
{
    refused(409, "/scopes", "{\"name\":\"a\",\"scopes\":[\"read\",\"train\"]}");
    (void)create(201, "{\"name\":\"a\",\"scopes\":[\"admin\"]}");
}
END_TEST

START_TEST(a_key_is_revoked_once)
{
    const struct call revoke = {.handler = api_key_delete, .method = HTTP_DELETE, .param = {"a"}};

    (void)create(201, "{\"name\":\"a\",\"scopes\":[\"admin\"]}");
    refused(409, NULL, "{\"name\":\"a\",\"scopes\":[\"admin\"]}");
    (void)expect(204, &revoke);
    (void)expect(404, &revoke);
    (void)get(200, "a");
    ck_assert_str_eq(text("state"), "revoked");
    ck_assert(cJSON_IsString(member("revoked_at")));
    (void)create(201, "{\"name\":\"a\",\"scopes\":[\"admin\"]}");
    (void)get(200, "a");
    ck_assert_str_eq(text("state"), "active");
    (void)get(404, "b");
}
END_TEST

START_TEST(lists_have_pages)
{
    static char cursor[32];

    (void)create(201, "{\"name\":\"a\",\"scopes\":[\"admin\"]}");
    (void)create(201, "{\"name\":\"b\",\"scopes\":[\"admin\"],\"expires_at\":\"2099-01-01\"}");
    (void)create(201, "{\"name\":\"c\",\"scopes\":[\"admin\"],\"names\":null}");
    (void)expect(200, &(struct call){.handler = api_key_list, .query = {{"limit", "2"}}});
    ck_assert_str_eq(text("items/1/name"), "b");
    ck_assert_str_eq(text("items/1/expires_at"), "2099-01-01T00:00:00.000Z");
    snprintf(cursor, sizeof(cursor), "%s", text("next"));
    (void)expect(200, &(struct call){.handler = api_key_list, .query = {{"cursor", cursor}}});
    ck_assert_str_eq(text("items/0/name"), "c");
    ck_assert(cJSON_IsNull(member("next")));
    expect_problem(400, "?cursor",
                   &(struct call){.handler = api_key_list, .query = {{"cursor", "x"}}});
}
END_TEST

START_TEST(whoever_asks_learns_what_they_may)
{
    static const struct access who = {
        .name = "ci", .scopes = SCOPE_READ | SCOPE_TRAIN, .names = "sales-*"};

    (void)expect(200, &(struct call){.handler = api_key_who, .key = &who});
    ck_assert_str_eq(text("name"), "ci");
    ck_assert_str_eq(text("scopes/0"), "read");
    ck_assert_str_eq(text("scopes/1"), "train");
    ck_assert_str_eq(text("names"), "sales-*");
    (void)expect(200, &(struct call){.handler = api_key_who});
    ck_assert(cJSON_IsNull(member("name")));
    ck_assert_str_eq(text("scopes/3"), "admin");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        a_key_is_shown_once,
        limits_are_kept,
        what_is_no_key_is_refused,
        the_first_key_is_an_admins,
        a_key_is_revoked_once,
        lists_have_pages,
        whoever_asks_learns_what_they_may,
    };

    return handler_run(suite_create("keys"), tests, sizeof(tests) / sizeof(tests[0]));
}
