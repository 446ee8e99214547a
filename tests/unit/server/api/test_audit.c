/* test_audit.c - every request that changes something or is refused for its key is in the audit. */
#include "server/store/audit_queue.h"
#include "server/store/state.h"
#include "tests/unit/server/api/api_server.h"
#include "tests/unit/suite.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ANSWER_MAX = 1 << 20 };

static struct api_server server;
static char *answer;
static cJSON *list;

#define FULL "X-Api-Key: full\r\nX-Forwarded-For: 192.0.2.7\r\n"
#define READ "X-Api-Key: read\r\n"

static void setup(void)
{
    answer = malloc(ANSWER_MAX);
    api_server_start(&server, "read", "full");
}

static void teardown(void)
{
    cJSON_Delete(list);
    list = NULL;
    api_server_stop(&server);
    free(answer);
}

static int ask(const char *method, const char *target, const char *head, const char *body)
{
    return api_server_ask(&server, answer, ANSWER_MAX,
                          &(struct api_question){method, target, head, body, strlen(body)});
}

/* The entries of a query, into list. */
static int entries(const char *target)
{
    const char *body;

    ck_assert_msg(ask("GET", target, FULL, "") == 200, "%s: %s", target, answer);
    body = strstr(answer, "\r\n\r\n");
    ck_assert_ptr_nonnull(body);
    cJSON_Delete(list);
    list = cJSON_Parse(body);
    ck_assert_ptr_nonnull(list);
    return cJSON_GetArraySize(cJSON_GetObjectItem(list, "items"));
}

/* Writes the queued entries, as the keeper of a daemon does. */
static void flush(void)
{
    audit_queue_flush(server.files.store->audit, fixture_db(&server.files));
}

static const cJSON *member(int i, const char *name)
{
    return cJSON_GetObjectItem(cJSON_GetArrayItem(cJSON_GetObjectItem(list, "items"), i), name);
}

static const char *text(int i, const char *name)
{
    const char *value = cJSON_GetStringValue(member(i, name));

    return value ? value : "";
}

START_TEST(a_change_is_in_it_before_its_answer)
{
    ck_assert_int_eq(ask("PUT", "/v1/datasets/sales",
                         FULL "Content-Type: text/csv\r\nX-Request-Id: my-id\r\n",
                         "ds,y\n2020-01,1\n2020-02,2\n"),
                     201);
    ck_assert_int_eq(entries("/v1/audit"), 1);
    ck_assert_str_eq(text(0, "key"), "api_key");
    ck_assert_str_eq(text(0, "action"), "PUT /v1/datasets/{name}");
    ck_assert_str_eq(text(0, "resource"), "/v1/datasets/sales");
    ck_assert_int_eq((int)cJSON_GetNumberValue(member(0, "status")), 201);
    ck_assert_str_eq(text(0, "client"), "192.0.2.7");
    ck_assert_str_eq(text(0, "request_id"), "my-id");
    ck_assert_int_eq((int)cJSON_GetNumberValue(member(0, "count")), 1);
    ck_assert_int_eq(strncmp(text(0, "time"), "20", 2), 0);
    ck_assert_int_eq(ask("DELETE", "/v1/datasets/sales", FULL, ""), 204);
    ck_assert_int_eq(ask("DELETE", "/v1/datasets/sales", FULL, ""), 404);
    ck_assert_int_eq(entries("/v1/audit?action=DELETE"), 2);
    ck_assert_int_eq((int)cJSON_GetNumberValue(member(0, "status")), 404);
    ck_assert_int_eq(entries("/v1/audit?status=2xx&resource=/v1/datasets"), 2);
}
END_TEST

START_TEST(what_was_made_is_the_resource)
{
    ck_assert_int_eq(ask("POST", "/v1/keys", FULL "Content-Type: application/json\r\n",
                         "{\"name\":\"ci\",\"scopes\":[\"read\"]}"),
                     201);
    ck_assert_int_eq(entries("/v1/audit?resource=/v1/keys/ci"), 1);
    ck_assert_str_eq(text(0, "action"), "POST /v1/keys");
    ck_assert_ptr_null(strstr(answer, "lstmd_"));
}
END_TEST

START_TEST(what_only_reads_or_tries_is_not)
{
    ck_assert_int_eq(ask("GET", "/v1/datasets", FULL, ""), 200);
    ck_assert_int_eq(ask("POST", "/v1/models/m/tag", FULL "Content-Type: application/json\r\n",
                         "{\"text\":\"a\"}"),
                     404);
    ck_assert_int_eq(ask("PUT", "/v1/datasets/sales?dry_run=1", FULL "Content-Type: text/csv\r\n",
                         "ds,y\n2020-01,1\n2020-02,2\n"),
                     200);
    ck_assert_int_eq(entries("/v1/audit"), 0);
    ck_assert(cJSON_IsNull(cJSON_GetObjectItem(list, "next")));
}
END_TEST

START_TEST(refusals_for_the_key_are_written_later_and_joined)
{
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(ask("DELETE", "/v1/models/m", READ, ""), 403);
    ck_assert_int_eq(ask("GET", "/v1/jobs", "X-Forwarded-For: 192.0.2.8\r\n", ""), 401);
    ck_assert_int_eq(ask("GET", "/v1/jobs", "X-Api-Key: guess\r\n", ""), 401);
    ck_assert_int_eq(entries("/v1/audit"), 0);
    flush();
    ck_assert_int_eq(entries("/v1/audit"), 3);
    ck_assert_int_eq(entries("/v1/audit?key=anonymous&status=401"), 2);
    ck_assert_str_eq(text(0, "client"), "127.0.0.1");
    ck_assert_str_eq(text(1, "client"), "192.0.2.8");
    ck_assert_ptr_null(strstr(answer, "guess"));
    ck_assert_int_eq(entries("/v1/audit?key=read_key&status=403&resource=/v1/models/m"), 1);
    ck_assert_int_eq((int)cJSON_GetNumberValue(member(0, "count")), 3);
    ck_assert_str_eq(text(0, "action"), "DELETE /v1/models/{name}");
}
END_TEST

START_TEST(pages_go_from_the_newest_to_the_oldest)
{
    const char *next;
    char target[80];
    int seen = 0;

    for (int i = 0; i < 5; i++)
        ck_assert_int_eq(ask("DELETE", "/v1/models/m", FULL, ""), 404);
    for (next = ""; next; next = cJSON_GetStringValue(cJSON_GetObjectItem(list, "next"))) {
        (void)snprintf(target, sizeof(target), "/v1/audit?limit=2%s%s", next[0] ? "&cursor=" : "",
                       next);
        for (int i = 0, n = entries(target); i < n; i++)
            ck_assert_int_eq((int)cJSON_GetNumberValue(member(i, "id")), 5 - seen++);
    }
    ck_assert_int_eq(seen, 5);
}
END_TEST

START_TEST(times_bound_it)
{
    ck_assert_int_eq(ask("DELETE", "/v1/models/m", FULL, ""), 404);
    ck_assert_int_eq(entries("/v1/audit?since=2020-01-01"), 1);
    ck_assert_int_eq(entries("/v1/audit?until=2020-01-01T00:00:00Z"), 0);
    ck_assert_int_eq(entries("/v1/audit?since=2200-01-01"), 0);
}
END_TEST

static const struct {
    const char *target;
    int status;
} refused[] = {{"/v1/audit?since=yesterday", 422},  {"/v1/audit?until=2020", 422},
               {"/v1/audit?status=abc", 422},       {"/v1/audit?status=6xx", 422},
               {"/v1/audit?status=4x1", 422},       {"/v1/audit?cursor=a", 400},
               {"/v1/audit?limit=0", 400},          {"/v1/audit?who=me", 400},
               {"/v1/audit?since=&status=404", 422}};

START_TEST(filters_that_make_no_sense_are_refused)
{
    int status = ask("GET", refused[_i].target, FULL, "");

    ck_assert_msg(status == refused[_i].status, "%d %s", status, answer);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("audit");
    TCase *t = tcase_create("audit");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, a_change_is_in_it_before_its_answer);
    tcase_add_test(t, what_was_made_is_the_resource);
    tcase_add_test(t, what_only_reads_or_tries_is_not);
    tcase_add_test(t, refusals_for_the_key_are_written_later_and_joined);
    tcase_add_test(t, pages_go_from_the_newest_to_the_oldest);
    tcase_add_test(t, times_bound_it);
    tcase_add_loop_test(t, filters_that_make_no_sense_are_refused, 0,
                        sizeof(refused) / sizeof(refused[0]));
    suite_add_tcase(s, t);
    return suite_run(s);
}
