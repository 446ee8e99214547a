/* test_clients.c - what libraries and browsers send by themselves, and what they make of answers. */
#include "tests/integration/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct daemon d;
static struct reply r;

static const char small_job[] =
    "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"small\","
    "\"recipe\":\"tutorial-flights\",\"params\":{\"epochs\":%d,"
    "\"hidden_size\":4}}";

static void setup(void)
{
    char *text = example("airpassengers.csv");

    daemon_init(&d);
    daemon_start(&d, NULL);
    put(&r, &d, "/v1/datasets/flights", "text/csv", text, 201);
    free(text);
}

static void teardown(void)
{
    reply_release(&r);
    daemon_free(&d);
}

/* ---- an EventSource ---- */

/* One connection of an EventSource that has had the events up to `last` ("": none). */
static void connect_again(const char *job, const char *last)
{
    char path[128], header[80];
    struct request q = {.method = "GET", .path = path};

    snprintf(path, sizeof(path), "/v1/jobs/%s/events", job);
    snprintf(header, sizeof(header), "Last-Event-ID: %s", last);
    if (last[0])
        q.headers[0] = header;
    http_send(&r, &d, &q);
}

/* The id of the last event of the stream that was read. */
static void last_id(char out[32])
{
    const char *at = NULL;

    for (const char *p = r.body; (p = strstr(p, "id: ")) != NULL; p += 4)
        at = p + 4;
    ck_assert_ptr_nonnull(at);
    snprintf(out, 32, "%.*s", (int)strspn(at, "0123456789"), at);
    ck_assert_int_gt((int)strlen(out), 0);
}

static void submit(char id[64], int epochs)
{
    char body[400];

    snprintf(body, sizeof(body), small_job, epochs);
    post(&r, &d, "/v1/jobs", body, 202);
    snprintf(id, 64, "%s", text_at(r.json, "id"));
}

/* Follows the job to its end as a browser does: it connects again until an answer is not 200. */
static void follow(const char *job, char last[32])
{
    int connections = 0;

    last[0] = '\0';
    do {
        connect_again(job, last);
        if (r.status == 200)
            last_id(last);
        ck_assert_int_lt(++connections, 20);
    } while (r.status == 200);
    ck_assert_int_eq(r.status, 204);
    ck_assert_uint_eq(r.len, 0);
}

START_TEST(an_event_source_ends)
{
    char id[64], last[32];

    submit(id, 3);
    follow(id, last);
    connect_again(id, "99999999999");
    ck_assert_int_eq(r.status, 204);
    connect_again(id, "99999999999999999999999999999999999999");
    ck_assert_int_eq(r.status, 204);
    connect_again(id, "3");
    ck_assert_int_eq(r.status, 200);
    ck_assert_ptr_nonnull(strstr(r.body, "\"state\":\"succeeded\""));
    connect_again(id, "not-ours");
    ck_assert_int_eq(r.status, 200);
    ck_assert_ptr_nonnull(strstr(r.body, "\"epoch\":1,"));
    ck_assert_int_eq(daemon_stop(&d, 15), 0);
    daemon_start(&d, NULL); /* the ids are the same in another process */
    connect_again(id, last);
    ck_assert_int_eq(r.status, 204);
}
END_TEST

START_TEST(an_event_source_of_a_cancelled_job_ends)
{
    char id[64], path[128], last[32];

    submit(id, 100000);
    snprintf(path, sizeof(path), "/v1/jobs/%s/cancel", id);
    post(&r, &d, path, "{}", 202);
    follow(id, last);
    connect_again(id, "");
    ck_assert_ptr_nonnull(strstr(r.body, "\"state\":\"cancelled\""));
}
END_TEST

/* ---- what is preferred ---- */

START_TEST(axios_gets_json)
{
    char type[80];
    struct request q = {.method = "GET",
                        .path = "/v1/datasets/flights/data",
                        .headers = {"Accept: application/json, text/plain, */*"}};

    http_send(&r, &d, &q);
    ck_assert_str_eq(reply_header(type, sizeof(type), &r, "Content-Type"), "application/json");
    ck_assert_ptr_nonnull(r.json);
    q.headers[0] = "Accept: */*";
    http_send(&r, &d, &q);
    ck_assert_str_eq(reply_header(type, sizeof(type), &r, "Content-Type"), "text/csv");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("clients");
    TCase *t = tcase_create("clients");

    tcase_add_unchecked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 120);
    tcase_add_test(t, an_event_source_ends);
    tcase_add_test(t, an_event_source_of_a_cancelled_job_ends);
    tcase_add_test(t, axios_gets_json);
    suite_add_tcase(s, t);
    return suite_run(s);
}
