/* test_output.c - what commands print. */
#include "server/commands/output.h"

#include "tests/unit/server/commands/streams.h"
#include "tests/unit/suite.h"

static struct streams s;
static const struct command command = {.name = "toy"};

START_TEST(a_failure_names_the_command)
{
    struct invocation v = {.command = &command};
    struct err e = {.message = "no such\x1b[1m file"};

    streams_open(&s, "");
    v.io = s.io;
    ck_assert_int_eq(output_fail(&v, EXIT_USAGE, &e), EXIT_USAGE);
    v.command = NULL;
    ck_assert_int_eq(output_fail(&v, EXIT_FAILED, &e), EXIT_FAILED);
    streams_read(&s);
    ck_assert_str_eq(s.err, "lstmd toy: no such?[1m file\nlstmd: no such?[1m file\n");
    streams_close(&s);
}
END_TEST

START_TEST(a_full_disk_is_a_failure)
{
    struct invocation v = {.command = &command};
    struct buf b;

    v.io.out = fopen("/dev/full", "w");
    ck_assert_ptr_nonnull(v.io.out);
    buf_init(&b, 100);
    buf_puts(&b, "text");
    ck_assert_int_eq(output_buf(&v, &b), EXIT_FAILED);
    fclose(v.io.out);
}
END_TEST

START_TEST(a_buffer_that_ran_out_is_a_failure)
{
    struct invocation v = {.command = &command};
    struct buf b;

    streams_open(&s, "");
    v.io = s.io;
    buf_init(&b, 2);
    buf_puts(&b, "text");
    ck_assert_int_eq(output_buf(&v, &b), EXIT_FAILED);
    streams_read(&s);
    ck_assert_uint_eq(s.out_len, 0);
    ck_assert_uint_gt(s.err_len, 0);
    streams_close(&s);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("output");
    TCase *t = tcase_create("output");

    tcase_add_test(t, a_failure_names_the_command);
    tcase_add_test(t, a_full_disk_is_a_failure);
    tcase_add_test(t, a_buffer_that_ran_out_is_a_failure);
    suite_add_tcase(suite, t);
    return suite_run(suite);
}
