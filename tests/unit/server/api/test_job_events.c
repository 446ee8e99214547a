/* test_job_events.c - the stream of a job's events, also after the job has started again. */
#include "server/api/resources.h"
#include "server/http/response.h"
#include "tests/unit/server/api/api_server.h"
#include "tests/unit/suite.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct api_server server;
static char job[JOB_ID_LEN + 1];
static char *answer;
enum { ANSWER_MAX = 1 << 20, ID_MAX = 40 };

static void setup(void)
{
    answer = malloc(ANSWER_MAX);
    ck_assert_ptr_nonnull(answer);
    api_server_start(&server, NULL, NULL);
    put_series(&server.files, "flights", FREQ_D, 0, 24, 1);
    submit(job, &server.files, "flights", "m");
}

static void teardown(void)
{
    api_server_stop(&server);
    free(answer);
}

/* ---- what a worker would do ---- */

/* Epochs first to last of the running job end, each with the loss that was given. */
static void epochs_end(int first, int last, double loss)
{
    const struct job_progress p = {
        .epoch = last, .epochs = 100, .fraction = last / 100.0, .loss = loss};
    int n = last - first + 1;
    double *losses = calloc((size_t)n, sizeof(*losses));
    struct err *e = &server.files.e;
    bool cancel;

    ck_assert_ptr_nonnull(losses);
    for (int i = 0; i < n; i++)
        losses[i] = loss;
    ck_ok(store_job_checkpoint(&cancel, server.files.store, lease_of(&server.files, job),
                               &(struct job_advance){.progress = p,
                                                     .first_epoch = first,
                                                     .loss = losses,
                                                     .epochs = n,
                                                     .snapshot = (const uint8_t *)"s",
                                                     .snapshot_len = 1},
                               e),
          e);
    free(losses);
    api_job_changed(&server.app, job);
}

static void begin_anew(const char *why)
{
    struct err *e = &server.files.e;

    ck_ok(store_job_restart(server.files.store, lease_of(&server.files, job), why, e), e);
    api_job_changed(&server.app, job);
}

static void end_job(void)
{
    struct err *e = &server.files.e;

    ck_ok(store_job_fail(server.files.store, lease_of(&server.files, job), JOB_FAILED, NULL, e), e);
    api_job_changed(&server.app, job);
}

/* ---- what a client sees ---- */

static int follow(const char *last)
{
    char request[256];
    int fd = toy_connect(&server.door, 10);
    int n = snprintf(request, sizeof(request),
                     "GET /v1/jobs/%s/events HTTP/1.1\r\nHost: localhost\r\n"
                     "Last-Event-ID: %s\r\n\r\n",
                     job, last);

    ck_assert_int_lt(n, (int)sizeof(request));
    toy_send(fd, request, (size_t)n);
    return fd;
}

static void expect(int fd, const char *text)
{
    ck_assert_msg(toy_read(fd, answer, ANSWER_MAX, text), "no %s in: %s", text, answer);
}

/* Reads into answer the events after the last one that the client has, up to this text. */
static void follow_until(const char *last, const char *text)
{
    int fd = follow(last);

    expect(fd, text);
    close(fd);
}

static void come_back(const char *last)
{
    follow_until(last, "\"state\":\"failed\"");
}

/* The id of the first event in answer that has this text. */
static void id_of(char out[ID_MAX], const char *text)
{
    const char *end = strstr(answer, text), *at = answer;

    ck_assert_msg(end != NULL, "no %s in: %s", text, answer);
    for (const char *p = answer; (p = strstr(p, "id: ")) != NULL && p < end; p += 4)
        at = p + 4;
    snprintf(out, ID_MAX, "%.*s", (int)strcspn(at, "\r\n"), at);
}

/* ---- tests ---- */

START_TEST(a_stream_that_is_open_begins_again_with_its_job)
{
    int fd = follow("");

    expect(fd, "\"state\":\"queued\"");
    claim(job, &server.files);
    epochs_end(1, 3, 0.5);
    expect(fd, "\"epoch\":3,");
    begin_anew("another arithmetic");
    expect(fd, "\"state\":\"running\"");
    epochs_end(1, 2, 0.25);
    expect(fd, "\"epoch\":2,");
    ck_assert_ptr_nonnull(strstr(answer, "\"epoch\":1,"));
    ck_assert_ptr_nonnull(strstr(answer, "\"loss\":0.25"));
    end_job();
    expect(fd, "\"state\":\"failed\"");
    close(fd);
}
END_TEST

START_TEST(an_id_of_an_earlier_run_leaves_nothing_out)
{
    char before[ID_MAX], since[ID_MAX], again[ID_MAX];

    claim(job, &server.files);
    epochs_end(1, 3, 0.5);
    follow_until("", "\"epoch\":3,");
    id_of(before, "\"epoch\":3,");
    ck_assert_str_eq(before, "5"); /* a number, as long as there is one run */
    begin_anew("from a to b");
    epochs_end(1, 4, 0.25);
    follow_until(before, "\"epoch\":4,");
    ck_assert_ptr_nonnull(strstr(answer, "\"epoch\":1,"));
    id_of(since, "\"epoch\":4,");
    begin_anew("from b to a");
    epochs_end(1, 5, 0.125);
    end_job();
    come_back(since);
    ck_assert_ptr_nonnull(strstr(answer, "\"epoch\":1,"));
    come_back(before);
    ck_assert_ptr_nonnull(strstr(answer, "\"epoch\":1,"));
    id_of(again, "\"epoch\":3,");
    come_back(again);
    ck_assert_ptr_null(strstr(answer, "\"epoch\":3,"));
    ck_assert_ptr_nonnull(strstr(answer, "\"epoch\":4,"));
    id_of(again, "\"state\":\"failed\"");
    ck_assert_int_eq(toy_count(answer, "HTTP/1.1 200"), 1);
    follow_until(again, "HTTP/1.1 204");
}
END_TEST

/* A killed process resumes from its snapshot, and sends no event again. */
START_TEST(a_run_that_goes_on_sends_nothing_twice)
{
    claim(job, &server.files);
    epochs_end(1, 3, 0.5);
    ck_assert_int_eq(take_back(&server.files), 1);
    claim(job, &server.files);
    epochs_end(4, 5, 0.25);
    end_job();
    come_back("5");
    ck_assert_ptr_null(strstr(answer, "\"epoch\":3,"));
    ck_assert_ptr_nonnull(strstr(answer, "\"epoch\":4,"));
}
END_TEST

START_TEST(an_id_that_is_not_ours_leaves_nothing_out)
{
    static const char *const ids[] = {".4", "4.", "0000.4", "4 ", "-4", "g.4", "4.4.4", "99:4"};

    claim(job, &server.files);
    epochs_end(1, 3, 0.5);
    end_job();
    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        come_back(ids[i]);
        ck_assert_msg(strstr(answer, "\"epoch\":1,") != NULL || strcmp(ids[i], "4 ") == 0,
                      "'%s' is taken for an id", ids[i]);
    }
}
END_TEST

/* The thread that sends a stream also serves other clients, so each piece must be short. */
START_TEST(a_long_history_is_told_in_short_pieces)
{
    enum { EPOCHS = 10000, PIECE_MAX = 64 << 10 };
    const struct http_req rq = {.param = {job}};
    struct http_res *rs = http_res_new(&rq);
    bool more = true;
    int told = 0;

    claim(job, &server.files);
    epochs_end(1, EPOCHS, 0.5);
    end_job();
    api_job_events(&server.app, &rq, rs);
    ck_assert_int_eq(rs->kind, RESPONSE_STREAM);
    while (more) {
        struct buf out;

        buf_init(&out, 64 << 20);
        more = rs->stream.next(rs->stream.ctx, &out);
        ck_assert_int_eq(out.st, ST_OK);
        ck_assert_msg(out.len > 0, "a stream that has nothing to send now waits to be woken");
        ck_assert_msg(out.len <= PIECE_MAX, "%zu bytes at once", out.len);
        told += toy_count(out.data, "event: progress\n");
        ck_assert_int_eq(strstr(out.data, "\"state\":\"failed\"") != NULL, !more);
        buf_release(&out);
    }
    ck_assert_int_eq(told, EPOCHS);
    http_res_free(rs);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("events");
    TCase *t = tcase_create("events");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, a_stream_that_is_open_begins_again_with_its_job);
    tcase_add_test(t, an_id_of_an_earlier_run_leaves_nothing_out);
    tcase_add_test(t, a_run_that_goes_on_sends_nothing_twice);
    tcase_add_test(t, an_id_that_is_not_ours_leaves_nothing_out);
    tcase_add_test(t, a_long_history_is_told_in_short_pieces);
    suite_add_tcase(s, t);
    return suite_run(s);
}
