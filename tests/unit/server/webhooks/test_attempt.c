/* test_attempt.c - what is sent, and what each reply means for the delivery. */
#include "server/webhooks/attempt.h"

#include "server/base/clock.h"
#include "tests/unit/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const uint8_t secret[WEBHOOK_SECRET_BYTES] = {1, 2, 3};

/* What the receiver answers, and what it got. */
static struct {
    enum status st;
    struct webhook_reply reply;
    int calls;
    char url[80], body[80], headers[1000];
    int64_t timeout_ms;
} receiver;

static enum status send(struct webhook_reply *reply, const struct webhook_post *post, void *ctx,
                        struct err *e)
{
    size_t used = 0;

    ck_assert_ptr_eq(ctx, &receiver);
    receiver.calls++;
    receiver.timeout_ms = post->timeout_ms;
    snprintf(receiver.url, sizeof(receiver.url), "%s", post->url);
    snprintf(receiver.body, sizeof(receiver.body), "%s", post->body);
    for (int i = 0; post->headers[i]; i++)
        used += (size_t)snprintf(receiver.headers + used, sizeof(receiver.headers) - used, "%s\n",
                                 post->headers[i]);
    *reply = receiver.reply;
    return receiver.st ? err_set(e, receiver.st, "no connection to ž") : ST_OK;
}

static atomic_bool stop;

/* Makes one attempt after so many others, of an event of just now or `age` ms ago. */
static struct attempt attempt(int attempts, int64_t age)
{
    struct attempt a = {.due = {.id = 7,
                                .webhook = 3,
                                .message = "msg_00112233445566778899aabbccddeeff",
                                .payload = strdup("{\"type\":\"x\"}"),
                                .created_at = clock_ms() - age,
                                .attempts = attempts},
                        .url = strdup("https://example.com/hook"),
                        .timeout_ms = 1234,
                        .stop = &stop,
                        .send = send,
                        .ctx = &receiver};

    memcpy(a.secret, secret, sizeof(secret));
    receiver.calls = 0;
    attempt_run(&a, 0);
    ck_assert_int_eq(receiver.calls, 1);
    ck_assert_int_eq(a.outcome.id, 7);
    ck_assert_int_eq(a.outcome.webhook, 3);
    return a;
}

START_TEST(the_message_is_signed_for_this_attempt)
{
    char expected[SIGNATURE_TEXT_MAX + 40], signature[SIGNATURE_TEXT_MAX];
    struct err e = {0};
    struct attempt a;
    long long seconds = 0;

    receiver.st = ST_OK;
    receiver.reply = (struct webhook_reply){.status = 200};
    a = attempt(0, 0);
    ck_assert_str_eq(receiver.url, "https://example.com/hook");
    ck_assert_str_eq(receiver.body, "{\"type\":\"x\"}");
    ck_assert_int_eq(receiver.timeout_ms, 1234);
    ck_assert_ptr_nonnull(
        strstr(receiver.headers, "webhook-id: msg_00112233445566778899aabbccddeeff\n"));
    ck_assert_ptr_nonnull(strstr(receiver.headers, "Content-Type: application/json\n"));
    ck_assert_int_eq(sscanf(strstr(receiver.headers, "webhook-timestamp: "),
                            "webhook-timestamp: %lld\n", &seconds),
                     1);
    ck_assert_int_le(llabs(seconds - clock_ms() / 1000), 60);
    ck_assert_int_eq(
        webhook_sign(signature, secret, sizeof(secret), a.due.message, seconds, a.due.payload, &e),
        ST_OK);
    snprintf(expected, sizeof(expected), "webhook-signature: %s\n", signature);
    ck_assert_ptr_nonnull(strstr(receiver.headers, expected));
    attempt_release(&a);
}
END_TEST

static const struct {
    int status;
    bool delivered, gone, again;
    const char *error;
} replies[] = {
    {200, true, false, false, ""},
    {204, true, false, false, ""},
    {299, true, false, false, ""},
    {199, false, false, true, "answered 199"},
    {301, false, false, true, "redirects are not followed"},
    {308, false, false, true, "redirects are not followed"},
    {400, false, false, true, "answered 400"},
    {410, false, true, false, "answered 410"},
    {429, false, false, true, "answered 429"},
    {500, false, false, true, "answered 500"},
};

START_TEST(each_status_has_its_meaning)
{
    struct attempt a;

    receiver.st = ST_OK;
    receiver.reply = (struct webhook_reply){.status = replies[_i].status};
    a = attempt(0, 0);
    ck_assert_int_eq(a.outcome.response_code, replies[_i].status);
    ck_assert_int_eq(a.outcome.delivered, replies[_i].delivered);
    ck_assert_int_eq(a.outcome.gone, replies[_i].gone);
    ck_assert_int_eq(a.outcome.next_at != 0, replies[_i].again);
    ck_assert_ptr_nonnull(strstr(a.outcome.error, replies[_i].error));
    ck_assert_int_eq(a.outcome.error[0] == '\0', replies[_i].delivered);
    ck_assert(!a.cancelled);
    if (replies[_i].again)
        ck_assert_int_eq(a.outcome.next_at - a.outcome.at, 5000);
    attempt_release(&a);
}
END_TEST

START_TEST(without_a_reply_the_reason_is_kept)
{
    struct attempt a;

    receiver.st = ST_IO;
    a = attempt(1, 0);
    ck_assert_str_eq(a.outcome.error, "no connection to ž");
    ck_assert_int_eq(a.outcome.response_code, 0);
    ck_assert_int_eq(a.outcome.next_at - a.outcome.at, 300000);
    attempt_release(&a);
    a = attempt(9, 90000000); /* more than a day */
    ck_assert_int_eq(a.outcome.next_at, 0);
    ck_assert(!a.outcome.delivered);
    attempt_release(&a);
}
END_TEST

START_TEST(retry_after_is_respected)
{
    struct attempt a;

    receiver.st = ST_OK;
    receiver.reply = (struct webhook_reply){.status = 503, .retry_after = 120};
    a = attempt(0, 0);
    ck_assert_int_eq(a.outcome.next_at - a.outcome.at, 120000);
    attempt_release(&a);
}
END_TEST

START_TEST(what_was_broken_off_is_no_attempt)
{
    struct attempt a;

    receiver.st = ST_CANCELLED;
    a = attempt(0, 0);
    ck_assert(a.cancelled);
    attempt_release(&a);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("attempt");
    TCase *t = tcase_create("attempt");

    tcase_add_test(t, the_message_is_signed_for_this_attempt);
    tcase_add_loop_test(t, each_status_has_its_meaning, 0,
                        (int)(sizeof(replies) / sizeof(replies[0])));
    tcase_add_test(t, without_a_reply_the_reason_is_kept);
    tcase_add_test(t, retry_after_is_respected);
    tcase_add_test(t, what_was_broken_off_is_no_attempt);
    suite_add_tcase(s, t);
    return suite_run(s);
}
