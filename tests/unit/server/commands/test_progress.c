/* test_progress.c - the bar, plain lines, and when they are shown. */
#include "server/commands/progress.h"

#include "tests/unit/server/commands/streams.h"
#include "tests/unit/suite.h"

#include <math.h>
#include <string.h>

static const struct progress_state half = {.word = "training",
                                           .epoch = 20,
                                           .epochs = 40,
                                           .fraction = 0.5,
                                           .loss = 0.575,
                                           .samples_per_second = 4630.4,
                                           .eta_seconds = 3725};

START_TEST(the_bar_has_loss_speed_and_time_left)
{
    struct buf b;

    buf_init(&b, 1000);
    progress_bar(&b, &half, 200);
    ck_assert_str_eq(b.data, "training [###############---------------]  50 %  epoch 20/40  loss "
                             "0.575  4630 samples/s  1:02:05 left");
    buf_release(&b);
}
END_TEST

START_TEST(the_bar_fits_into_the_terminal)
{
    for (int width = 1; width < 120; width++) {
        struct buf b;

        buf_init(&b, 1000);
        progress_bar(&b, &half, width);
        ck_assert_msg(width == 1 || (int)b.len <= width - 1, "%d: %s", width, b.data);
        buf_release(&b);
    }
}
END_TEST

START_TEST(what_is_not_known_is_left_out)
{
    struct progress_state s = {.word = "queued",
                               .fraction = (double)NAN,
                               .loss = (double)NAN,
                               .samples_per_second = (double)NAN,
                               .eta_seconds = (double)NAN,
                               .epochs = (double)NAN};
    struct buf b;

    buf_init(&b, 1000);
    progress_line(&b, &s);
    ck_assert_str_eq(b.data, "queued: 0 %");
    buf_release(&b);
    s.epochs = 40;
    s.epoch = 0;
    s.fraction = 7; /* beyond the end */
    buf_init(&b, 1000);
    progress_line(&b, &s);
    ck_assert_str_eq(b.data, "queued: 100 %  epoch 0/40");
    buf_release(&b);
}
END_TEST

static void show(struct progress *p, const char *state, double fraction)
{
    char text[300];
    cJSON *job;

    snprintf(text, sizeof text,
             "{\"state\":\"%s\",\"progress\":{\"epoch\":1,\"epochs\":2,\"fraction\":%g,"
             "\"loss\":null}}",
             state, fraction);
    job = cJSON_Parse(text);
    ck_assert_ptr_nonnull(job);
    progress_show(p, job);
    cJSON_Delete(job);
}

START_TEST(a_pipe_gets_a_line_for_each_tenth)
{
    static const struct command command = {.name = "toy"};
    struct invocation v = {.command = &command};
    struct progress p;
    struct streams s;

    streams_open(&s, "");
    v.io = s.io;
    progress_init(&p, &v);
    show(&p, "queued", 0);
    show(&p, "running", 0);
    show(&p, "running", 0.04);
    show(&p, "running", 0.11);
    show(&p, "running", 0.19);
    show(&p, "succeeded", 1);
    progress_end(&p);
    streams_read(&s);
    ck_assert_str_eq(s.err, "queued: 0 %  epoch 1/2\ntraining: 0 %  epoch 1/2\n"
                            "training: 11 %  epoch 1/2\n");
    streams_close(&s);
}
END_TEST

START_TEST(quiet_shows_nothing)
{
    struct progress p = {.quiet = true, .terminal = true};

    show(&p, "running", 0.5); /* without a stream: would crash */
    ck_assert(!p.on_line);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("progress");
    TCase *t = tcase_create("progress");

    tcase_add_test(t, the_bar_has_loss_speed_and_time_left);
    tcase_add_test(t, the_bar_fits_into_the_terminal);
    tcase_add_test(t, what_is_not_known_is_left_out);
    tcase_add_test(t, a_pipe_gets_a_line_for_each_tenth);
    tcase_add_test(t, quiet_shows_nothing);
    suite_add_tcase(s, t);
    return suite_run(s);
}
