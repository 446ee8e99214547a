/* test_routes.c - what the read key opens and that it changes nothing there; what an id of an event
 * that was not sent yet is taken for. */
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

START_TEST(the_read_key_opens_what_writes_nothing)
{
    static const char *const names[] = {"GET", "HEAD", "POST", "PUT", "DELETE"};
    int n = 0;
    const struct http_route *routes = api_routes(&n);

    for (int i = 0; i < n; i++) {
        const struct http_route *r = &routes[i];
        int status = send_text(names[r->method], r->pattern, READ, "");
        bool shut = status == 401 || status == 403;

        if (strstr(r->pattern, "/events"))
            continue; /* the job {id} is not there */
        ck_assert_msg(shut == http_route_writes(r), "%s %s is answered %d", names[r->method],
                      r->pattern, status);
    }
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

/* An id that the job has not reached is of another stream: nothing may be left out for it. */
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
    tcase_add_test(t, the_read_key_opens_what_writes_nothing);
    tcase_add_test(t, what_the_read_key_opens_changes_nothing);
    tcase_add_test(t, an_event_from_the_future_is_not_believed);
    suite_add_tcase(s, t);
    return suite_run(s);
}
