/* test_routes.c - the routes that each key may use; the read key changes nothing through them; the
 * treatment of event ids that were not sent yet. */
#include "tests/unit/server/api/api_server.h"
#include "tests/unit/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct api_server server;
static char *answer;
enum { ANSWER_MAX = 1 << 20 };

#define FULL "X-API-Key: full\r\n"
#define READ "X-API-Key: read\r\n"

static int ask(const char *method, const char *target, const char *head, const char *body,
               size_t len)
{
    return api_server_ask(&server, answer, ANSWER_MAX,
                          &(struct api_question){method, target, head, body, len});
}

static int send_text(const char *method, const char *target, const char *head, const char *body)
{
    return ask(method, target, head, body, strlen(body));
}

static void put_checkpoint(const char *name, const char *file)
{
    char target[80], path[120];
    size_t len = 0;
    char *data;

    snprintf(target, sizeof(target), "/v1/models/%s/checkpoint", name);
    snprintf(path, sizeof(path), "tests/fuzz/corpus/safetensors/%s", file);
    data = api_file(&len, path);
    ck_assert_int_eq(ask("PUT", target, FULL, data, len), 201);
    free(data);
}

static void setup(void)
{
    answer = malloc(ANSWER_MAX);
    api_server_start(&server, "read", "full");
    put_checkpoint("f", "forecaster-fitted");
    put_checkpoint("t", "tagger-plain");
    ck_assert_int_eq(send_text("PUT", "/v1/datasets/words", FULL "Content-Type: text/x-conllu\r\n",
                               "1\tThe\t_\tDET\tDT\t_\t_\t_\t_\t_\n\n"),
                     201);
}

static void teardown(void)
{
    api_server_stop(&server);
    free(answer);
}

/* ---- every route with every key ---- */

/* The scope of each route once more, so that no change of the table is made by mistake. */
static const struct {
    unsigned scope; /* 0: any key; SCOPE_ALL + 1: none */
    const char *routes;
} needs[] = {
    {SCOPE_ALL + 1, "GET /\nGET /healthz\nGET /readyz\nGET /version\nGET /openapi.json\nGET /ui\n"
                    "GET /ui/\nGET /ui/{hash}/{file}\nGET /ui/{hash}/screens/{file}\n"},
    {0, "GET /v1/key\n"},
    {SCOPE_READ,
     "GET /metrics\nGET /v1/datasets\nGET /v1/datasets/{name}\nGET /v1/datasets/{name}/data\n"
     "GET /v1/datasets/{name}/source\n"
     "GET /v1/jobs\nGET /v1/jobs/{id}\nGET /v1/jobs/{id}/history\nGET /v1/jobs/{id}/backtest\n"
     "GET /v1/jobs/{id}/events\nGET /v1/models\nGET /v1/models/{name}\n"
     "GET /v1/models/{name}/versions\nGET /v1/models/{name}/versions/{n}\n"
     "GET /v1/models/{name}/aliases\nGET /v1/models/{name}/aliases/{alias}\n"
     "GET /v1/models/{name}/checkpoint\nGET /v1/models/{name}/evaluation\n"
     "GET /v1/models/{name}/retrain\n"
     "GET /v1/webhooks\nGET /v1/webhooks/{id}\nGET /v1/webhooks/{id}/deliveries\n"},
    {SCOPE_PREDICT,
     "GET /v1/models/{name}/forecast\nPOST /v1/models/{name}/forecast\nGET /v1/models/{name}/tag\n"
     "POST /v1/models/{name}/tag\nPOST /v1/models/{name}/anomalies\n"
     "POST /v1/models/{name}/evaluate\nGET /v1/models/{name}/compare\n"},
    {SCOPE_TRAIN,
     "PUT /v1/datasets/{name}\nPOST /v1/datasets/{name}\nDELETE /v1/datasets/{name}\n"
     "DELETE /v1/datasets/{name}/source\nPOST /v1/datasets/{name}/fetch\n"
     "POST /v1/datasets/{name}/rows\nPOST /v1/jobs\nDELETE /v1/jobs/{id}\n"
     "POST /v1/jobs/{id}/cancel\nDELETE /v1/models/{name}\nDELETE /v1/models/{name}/versions/{n}\n"
     "PUT /v1/models/{name}/checkpoint\nPUT /v1/models/{name}/aliases/{alias}\n"
     "DELETE /v1/models/{name}/aliases/{alias}\n"
     "PUT /v1/models/{name}/retrain\nDELETE /v1/models/{name}/retrain\n"},
    {SCOPE_ADMIN, "GET /v1/audit\nGET /v1/config\nGET /v1/keys\nPOST /v1/keys\nGET "
                  "/v1/keys/{name}\nDELETE /v1/keys/{name}\nPOST /v1/webhooks\nDELETE "
                  "/v1/webhooks/{id}\nPOST /v1/webhooks/{id}/test\n"},
};

static const char *method_of(const struct http_route *r)
{
    static const char *const names[] = {"GET", "HEAD", "POST", "PUT", "DELETE"};

    return names[r->method];
}

static unsigned scope_needed(const struct http_route *r)
{
    char line[200];

    snprintf(line, sizeof(line), "%s %s\n", method_of(r), r->pattern);
    for (size_t i = 0; i < sizeof(needs) / sizeof(needs[0]); i++) {
        const char *at = strstr(needs[i].routes, line);

        if (at && (at == needs[i].routes || at[-1] == '\n'))
            return needs[i].scope;
    }
    ck_abort_msg("%s %s is not in this test", method_of(r), r->pattern);
}

/* A header with a new key of these scopes. */
static void make_key(char head[120], const char *name, unsigned scopes, bool bearer)
{
    struct access a = {.scopes = scopes};
    char text[KEY_TEXT_LEN + 1];
    struct err e = {0};
    struct key k;

    snprintf(a.name, sizeof(a.name), "%s", name);
    ck_ok(store_key_add(text, &k, server.files.store, &a, &e), &e);
    snprintf(head, 120, "%s%s\r\n", bearer ? "Authorization: Bearer " : "X-Api-Key: ", text);
}

/* scopes: of the key; 0: there is none. Each request has a client address of its own, so
 * that a wrong key is always the first one from there. */
static void check_routes(const char *key, unsigned scopes)
{
    int n = 0;
    char head[200];
    const struct http_route *routes = api_routes(&n);

    for (int i = 0; i < n; i++) {
        unsigned need = scope_needed(&routes[i]);
        bool open = need > SCOPE_ALL,
             opens = open || (scopes && (!need || (scopes & (need | SCOPE_ADMIN))));
        int status;

        snprintf(head, sizeof(head), "%sX-Forwarded-For: 192.0.2.%d\r\n", key, i);
        status = send_text(method_of(&routes[i]), routes[i].pattern, head, "");
        ck_assert_msg((status != 401 && status != 403) == opens, "%s %s is answered %d to %u",
                      method_of(&routes[i]), routes[i].pattern, status, scopes);
        if (opens)
            continue;
        ck_assert_int_eq(status, scopes ? 403 : 401);
        ck_assert_msg(!scopes || strstr(answer, scope_name(need)), "%s", answer);
    }
}

START_TEST(each_key_opens_the_routes_of_its_scopes)
{
    char head[120], name[16];

    for (unsigned scopes = 1; scopes <= SCOPE_ALL; scopes++) {
        snprintf(name, sizeof(name), "k%u", scopes);
        make_key(head, name, scopes, scopes % 2);
        check_routes(head, scopes);
    }
    check_routes(READ, SCOPE_READ | SCOPE_PREDICT);
    check_routes(FULL, SCOPE_ADMIN);
    check_routes("", 0);
    check_routes("X-Api-Key: wrong\r\n", 0);
}
END_TEST

START_TEST(keys_of_the_store_close_the_api_by_themselves)
{
    char head[120];
    struct err e = {0};

    api_server_stop(&server);
    api_server_start(&server, NULL, NULL);
    ck_assert_int_eq(send_text("GET", "/v1/models", "", ""), 200);
    make_key(head, "root", SCOPE_ADMIN, true);
    ck_assert_int_eq(send_text("GET", "/v1/models", "", ""), 401);
    ck_assert_int_eq(send_text("GET", "/v1/models", head, ""), 200);
    ck_ok(store_key_revoke(server.files.store, "root", &e), &e);
    ck_assert_int_eq(send_text("GET", "/v1/models", head, ""), 401);
    ck_assert_ptr_nonnull(strstr(answer, "/problems/revoked-key"));
    ck_assert_ptr_nonnull(strstr(answer, "'root'"));
    ck_assert_int_eq(send_text("GET", "/v1/models", "", ""), 401); /* and it stays closed */
    ck_assert_ptr_nonnull(strstr(answer, "/problems/unauthorized"));
    ck_assert_int_eq(send_text("GET", "/v1/models", "X-Api-Key: lstmd_x\r\n", ""), 401);
    ck_assert_ptr_nonnull(strstr(answer, "/problems/unknown-key"));
}
END_TEST

START_TEST(what_the_read_key_opens_changes_nothing)
{
    static const struct {
        const char *target, *body;
        int status;
    } rows[] = {
        {"/v1/models/f/anomalies",
         "{\"values\":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20]}", 0},
        {"/v1/models/t/evaluate", "{\"dataset\":\"words\"}", 0},
        {"/v1/models/f/forecast", "{\"values\":[1,2,3,4,5,6,7,8],\"horizon\":2}", 0},
        {"/v1/models/t/tag", "{\"tokens\":[\"The\"]}", 200},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char *before = api_server_state(&server), *after;
        int status = send_text("POST", rows[i].target, READ "Content-Type: application/json\r\n",
                               rows[i].body);

        after = api_server_state(&server);
        ck_assert_msg(status != 401 && status != 403, "%s is answered %d", rows[i].target, status);
        ck_assert_msg(!rows[i].status || status == rows[i].status, "%s is answered %d: %s",
                      rows[i].target, status, answer);
        ck_assert_str_eq(before, after);
        free(before);
        free(after);
    }
}
END_TEST

/* An event id that the job has not reached belongs to another stream, so all events are sent. */
START_TEST(an_event_from_the_future_is_not_believed)
{
    static const char new_job[] = "{\"task\":\"tag\",\"dataset\":\"words\",\"model\":\"n\"}";
    char request[400], id[64];
    const char *at;
    int fd;

    ck_assert_int_eq(
        send_text("POST", "/v1/jobs", FULL "Content-Type: application/json\r\n", new_job), 202);
    at = strstr(answer, "\"id\":\"");
    ck_assert_ptr_nonnull(at);
    snprintf(id, sizeof(id), "%.*s", (int)strcspn(at + 6, "\""), at + 6);
    snprintf(request, sizeof(request),
             "GET /v1/jobs/%s/events HTTP/1.1\r\nHost: localhost\r\n" READ
             "Last-Event-ID: 1000000000\r\n\r\n",
             id);
    fd = toy_connect(&server.door, 10);
    toy_send(fd, request, strlen(request));
    ck_assert_msg(toy_read(fd, answer, ANSWER_MAX, "\"state\":\"queued\""), "%s", answer);
    close(fd);
    snprintf(request, sizeof(request), "/v1/jobs/%s/cancel", id);
    ck_assert_int_eq(send_text("POST", request, FULL, ""), 202);
    snprintf(request, sizeof(request), "/v1/jobs/%s/events", id);
    ck_assert_int_eq(send_text("GET", request, READ "Last-Event-ID: 1000000000\r\n", ""), 204);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("routes");
    TCase *t = tcase_create("routes");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, each_key_opens_the_routes_of_its_scopes);
    tcase_add_test(t, keys_of_the_store_close_the_api_by_themselves);
    tcase_add_test(t, what_the_read_key_opens_changes_nothing);
    tcase_add_test(t, an_event_from_the_future_is_not_believed);
    suite_add_tcase(s, t);
    return suite_run(s);
}
