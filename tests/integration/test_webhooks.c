/* test_webhooks.c - webhooks of a real daemon: each kind of receiver, and each kind of end of the
 * daemon. */
#include "tests/integration/receiver.h"
#include "tests/integration/suite.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MANY = 1000, WAIT_MS = 60000 };

static struct daemon d;
static struct reply r;
static struct receiver good, other;
static char secret[100];

static const char *const allowed[] = {
    "--fetch-http", "--fetch-allow", "127.0.0.1", "--webhook-timeout-seconds", "1", NULL};

static void setup(void)
{
    daemon_init(&d);
}

static void teardown(void)
{
    reply_release(&r);
    daemon_free(&d);
    receiver_stop(&good);
    receiver_stop(&other);
}

/* Makes a webhook; more: further members. Returns its number. */
static int add_webhook(const struct receiver *to, const char *more)
{
    char json[300];

    snprintf(json, sizeof(json), "{\"url\":\"%s\"%s}", to->url, more);
    post(&r, &d, "/v1/webhooks", json, 201);
    snprintf(secret, sizeof(secret), "%s", text_at(r.json, "secret"));
    return (int)number_at(r.json, "id");
}

static void put_text(const char *name)
{
    char path[100];

    snprintf(path, sizeof(path), "/v1/datasets/%s?kind=text", name);
    put(&r, &d, path, "text/plain", "some text", 201);
}

static void test_webhook(int hook)
{
    char path[60];

    snprintf(path, sizeof(path), "/v1/webhooks/%d/test", hook);
    post(&r, &d, path, "", 202);
}

static const cJSON *newest(int hook)
{
    char path[80];

    snprintf(path, sizeof(path), "/v1/webhooks/%d/deliveries?limit=1", hook);
    get(&r, &d, path, 200);
    return at(r.json, "items.0");
}

/* Waits until the newest delivery has had so many attempts or is over. */
static const cJSON *wait_newest(int hook, int attempts)
{
    int64_t until = now_ms() + WAIT_MS;
    const cJSON *one = newest(hook);

    while (number_at(one, "attempts") < attempts && now_ms() < until) {
        (void)poll(NULL, 0, 10);
        one = newest(hook);
    }
    ck_assert_int_ge((int)number_at(one, "attempts"), attempts);
    return one;
}

static void wait_pending(int hook, int pending)
{
    int64_t until = now_ms() + WAIT_MS;
    char path[60];

    snprintf(path, sizeof(path), "/v1/webhooks/%d", hook);
    do {
        get(&r, &d, path, 200);
    } while ((int)number_at(r.json, "pending") != pending && now_ms() < until &&
             !poll(NULL, 0, 10));
    ck_assert_int_eq((int)number_at(r.json, "pending"), pending);
}

/* ---- what is sent ---- */

START_TEST(the_end_of_a_job_arrives_signed)
{
    char *csv = example("airpassengers.csv");
    const struct message *m;
    cJSON *json;

    receiver_start(&good, 200);
    daemon_start(&d, allowed);
    (void)add_webhook(&good, ",\"events\":[\"job.succeeded\",\"model.version\"]");
    put(&r, &d, "/v1/datasets/flights", "text/csv", csv, 201);
    run_job(&r, &d,
            "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"a\",\"recipe\":"
            "\"tutorial-flights\",\"params\":{\"epochs\":1}}",
            "succeeded");
    receiver_wait(&good, 2);
    json = cJSON_Parse(receiver_message(&good, 0)->body);
    ck_assert_str_eq(text_at(json, "type"), "model.version");
    ck_assert_str_eq(text_at(json, "data.name"), "a");
    cJSON_Delete(json);
    m = receiver_message(&good, 1);
    receiver_verify(receiver_message(&good, 0), secret);
    receiver_verify(m, secret);
    json = cJSON_Parse(m->body);
    ck_assert_str_eq(text_at(json, "type"), "job.succeeded");
    ck_assert_str_eq(text_at(json, "data.id"), text_at(r.json, "id"));
    ck_assert_str_eq(text_at(json, "data.state"), "succeeded");
    ck_assert_int_eq((int)number_at(json, "data.model_version"), 1);
    cJSON_Delete(json);
    ck_assert(!daemon_log_has(&d, secret + strlen("whsec_")));
    ck_assert(!daemon_log_has(&d, "whsec_"));
    free(csv);
}
END_TEST

START_TEST(anomalies_of_new_rows_arrive)
{
    char *csv = example("airpassengers.csv");
    cJSON *json;

    receiver_start(&good, 200);
    daemon_start(&d, allowed);
    (void)add_webhook(&good, ",\"events\":[\"anomaly.detected\"]");
    put(&r, &d, "/v1/datasets/flights", "text/csv", csv, 201);
    run_job(&r, &d,
            "{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"a\",\"recipe\":"
            "\"tutorial-flights\",\"params\":{\"epochs\":1}}",
            "succeeded");
    http_send(&r, &d,
              &(struct request){.method = "POST",
                                .path = "/v1/datasets/flights/rows",
                                .type = "text/csv",
                                .body = "Month,Passengers\n1961-01,5000\n"});
    expect_status(&r, 200, "append");
    receiver_wait(&good, 1);
    json = cJSON_Parse(receiver_message(&good, 0)->body);
    ck_assert_str_eq(text_at(json, "type"), "anomaly.detected");
    ck_assert_str_eq(text_at(json, "data.model"), "a");
    ck_assert_str_eq(text_at(json, "data.series.0.anomalies.0.time"), "1961-01");
    ck_assert(number_at(json, "data.series.0.anomalies.0.value") == 5000);
    cJSON_Delete(json);
    free(csv);
}
END_TEST

START_TEST(only_what_was_chosen_is_sent)
{
    int hook;

    receiver_start(&good, 200);
    daemon_start(&d, allowed);
    hook = add_webhook(&good, ",\"names\":\"sales-*\"");
    put_text("other");
    put_text("sales-1");
    receiver_wait(&good, 1);
    test_webhook(hook);
    receiver_wait(&good, 2);
    ck_assert_ptr_nonnull(strstr(receiver_message(&good, 0)->body, "\"name\":\"sales-1\""));
    ck_assert_ptr_nonnull(strstr(receiver_message(&good, 1)->body, "\"type\":\"webhook.test\""));
}
END_TEST

/* ---- receivers that fail ---- */

START_TEST(after_a_500_it_is_sent_again)
{
    const struct message *a, *b;
    const cJSON *one;
    int hook;

    receiver_start(&good, 500);
    daemon_start(&d, allowed);
    hook = add_webhook(&good, "");
    test_webhook(hook);
    one = wait_newest(hook, 1);
    ck_assert_str_eq(text_at(one, "state"), "pending");
    ck_assert_int_eq((int)number_at(one, "response_code"), 500);
    ck_assert_str_eq(text_at(one, "error"), "the receiver answered 500");
    atomic_store(&good.answer, 200);
    one = wait_newest(hook, 2); /* after 5 s */
    ck_assert_str_eq(text_at(one, "state"), "delivered");
    a = receiver_message(&good, 0);
    b = receiver_message(&good, 1);
    ck_assert_str_eq(a->id, b->id);
    ck_assert_str_eq(a->body, b->body);
    ck_assert_str_ne(a->signature, b->signature); /* of another time */
    receiver_verify(b, secret);
}
END_TEST

static const struct {
    int answer;
    const char *error;
} failures[] = {
    {ANSWER_NEVER, ""},    {ANSWER_GARBAGE, ""},
    {ANSWER_CLOSE, ""},    {302, "redirects are not followed"},
    {404, "answered 404"},
};

START_TEST(each_failure_is_shown)
{
    const cJSON *one;
    int hook;

    receiver_start(&other, 200);
    receiver_start(&good, failures[_i].answer);
    snprintf(good.field, sizeof(good.field), "Location: %s\r\n", other.url);
    daemon_start(&d, allowed);
    hook = add_webhook(&good, "");
    test_webhook(hook);
    one = wait_newest(hook, 1);
    ck_assert_str_eq(text_at(one, "state"), "pending");
    ck_assert_ptr_nonnull(strstr(text_at(one, "error"), failures[_i].error));
    ck_assert_uint_gt(strlen(text_at(one, "error")), 5);
    ck_assert(failures[_i].answer <= 0 ||
              (int)number_at(one, "response_code") == failures[_i].answer);
    ck_assert_int_eq(receiver_count(&other), 0);
}
END_TEST

START_TEST(a_receiver_that_is_gone_gets_nothing_more)
{
    char path[60];
    int hook;

    receiver_start(&good, 410);
    daemon_start(&d, allowed);
    hook = add_webhook(&good, "");
    test_webhook(hook);
    (void)wait_newest(hook, 1);
    put_text("x");
    snprintf(path, sizeof(path), "/v1/webhooks/%d", hook);
    get(&r, &d, path, 200);
    ck_assert_str_eq(text_at(r.json, "state"), "disabled");
    ck_assert_int_eq((int)number_at(r.json, "pending"), 0);
    snprintf(path, sizeof(path), "/v1/webhooks/%d/test", hook);
    post(&r, &d, path, "", 409);
    ck_assert_int_eq(receiver_count(&good), 1);
    get(&r, &d, "/v1/audit?key=webhook-receiver", 200);
    ck_assert_str_eq(text_at(r.json, "items.0.action"), "disable");
}
END_TEST

START_TEST(private_addresses_are_not_reached)
{
    static const char *const args[] = {"--fetch-http", NULL};
    const cJSON *one;
    int hook;

    receiver_start(&good, 200);
    daemon_start(&d, args);
    hook = add_webhook(&good, "");
    test_webhook(hook);
    one = wait_newest(hook, 1);
    ck_assert_ptr_nonnull(strstr(text_at(one, "error"), "127.0.0.1"));
    ck_assert_int_eq(receiver_count(&good), 0);
}
END_TEST

START_TEST(a_dead_receiver_holds_up_no_other)
{
    char end[40];
    int alive, dead;
    int64_t from;

    receiver_start(&good, 200);
    receiver_start(&other, ANSWER_NEVER);
    daemon_start(&d, allowed);
    dead = add_webhook(&other, "");
    alive = add_webhook(&good, "");
    put_text("t");
    for (int i = 1; i < MANY; i++) {
        http_send(&r, &d,
                  &(struct request){.method = "POST",
                                    .path = "/v1/datasets/t/rows?kind=text",
                                    .type = "text/plain",
                                    .body = "a"});
        expect_status(&r, 200, "append");
    }
    receiver_wait(&good, MANY);
    for (int i = 0; i < MANY; i++) { /* in the order of the events, none twice */
        snprintf(end, sizeof(end), "\"bytes\":%d,", 9 + i);
        ck_assert_ptr_nonnull(strstr(receiver_message(&good, i)->body, end));
        receiver_verify(receiver_message(&good, i), secret);
    }
    wait_pending(alive, 0);
    ck_assert_int_eq(receiver_count(&good), MANY);
    wait_pending(dead, MANY);
    get(&r, &d, "/metrics", 200);
    ck_assert_ptr_nonnull(
        strstr(r.body, "\nlstmd_webhook_attempts_total{result=\"delivered\"} 1000\n"));
    from = now_ms();
    ck_assert_int_eq(daemon_stop(&d, 10), 0);
    ck_assert_int_lt(now_ms() - from, 5000);
}
END_TEST

/* ---- ends of the daemon ---- */

/* A message is on its way when the daemon ends; the next one sends it, and what came since. */
START_TEST(nothing_is_lost_when_the_daemon_ends)
{
    const struct message *a, *b;
    int hook;

    receiver_start(&good, ANSWER_NEVER);
    daemon_start(&d, allowed);
    hook = add_webhook(&good, "");
    put_text("x");
    put_text("y");
    receiver_wait(&good, 1);
    if (_i == 0)
        ck_assert_int_eq(daemon_stop(&d, 10), 0);
    else
        daemon_kill(&d);
    atomic_store(&good.answer, 200);
    daemon_start(&d, allowed);
    put_text("z");
    wait_pending(hook, 0);
    a = receiver_message(&good, 0);
    ck_assert_ptr_nonnull(strstr(a->body, "\"name\":\"x\""));
    for (int i = 1; i < 4; i++) {
        b = receiver_message(&good, i);
        ck_assert(strstr(b->body, "\"name\":\"x\"") == NULL || strcmp(a->id, b->id) == 0);
    }
    get(&r, &d, "/v1/webhooks/1/deliveries", 200);
    ck_assert_int_eq(cJSON_GetArraySize(at(r.json, "items")), 3);
    for (int i = 0; i < 3; i++)
        ck_assert_str_eq(text_at(cJSON_GetArrayItem(at(r.json, "items"), i), "state"), "delivered");
}
END_TEST

START_TEST(a_webhook_may_be_deleted_while_it_is_sent_to)
{
    char path[60];
    int hook, second;

    receiver_start(&good, ANSWER_NEVER);
    receiver_start(&other, 200);
    daemon_start(&d, allowed);
    hook = add_webhook(&good, "");
    test_webhook(hook);
    receiver_wait(&good, 1);
    snprintf(path, sizeof(path), "/v1/webhooks/%d", hook);
    del(&r, &d, path, 204);
    get(&r, &d, path, 404);
    second = add_webhook(&other, "");
    ck_assert_int_gt(second, hook);
    put_text("x");
    receiver_wait(&other, 1);
    wait_pending(second, 0);
    ck_assert_int_eq(receiver_count(&good), 1);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("webhooks");
    TCase *t = tcase_create("webhooks");

    tcase_set_timeout(t, 300);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, the_end_of_a_job_arrives_signed);
    tcase_add_test(t, anomalies_of_new_rows_arrive);
    tcase_add_test(t, only_what_was_chosen_is_sent);
    tcase_add_test(t, after_a_500_it_is_sent_again);
    tcase_add_loop_test(t, each_failure_is_shown, 0, (int)(sizeof(failures) / sizeof(failures[0])));
    tcase_add_test(t, a_receiver_that_is_gone_gets_nothing_more);
    tcase_add_test(t, private_addresses_are_not_reached);
    tcase_add_test(t, a_dead_receiver_holds_up_no_other);
    tcase_add_loop_test(t, nothing_is_lost_when_the_daemon_ends, 0, 2);
    tcase_add_test(t, a_webhook_may_be_deleted_while_it_is_sent_to);
    suite_add_tcase(s, t);
    return suite_run(s);
}
