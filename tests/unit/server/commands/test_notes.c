/* test_notes.c - remarks beside answers. */
#include "server/commands/notes.h"

#include "tests/unit/server/commands/streams.h"
#include "tests/unit/suite.h"

#include <string.h>

static void show(struct streams *s, bool quiet, const char *json)
{
    struct invocation v = {.num_flags = 1, .flags = {{"quiet"}}, .values = {quiet ? "" : NULL}};
    cJSON *o = cJSON_Parse(json);

    ck_assert_ptr_nonnull(o);
    streams_open(s, "");
    v.io = s->io;
    notes_show(&v, o);
    streams_read(s);
    cJSON_Delete(o);
}

static const char answer[] =
    "{\"notes\":[{\"code\":\"a\",\"detail\":\"one\"}],\"note\":\"two\",\"skipped\":["
    "{\"series\":\"s1\",\"reason\":\"short\"},{\"series\":\"s2\",\"reason\":\"short\"},"
    "{\"series\":\"s3\",\"reason\":\"short\"},{\"series\":\"s4\",\"reason\":\"short\"},"
    "{\"series\":\"s5\",\"reason\":\"short\"},{\"series\":\"s6\",\"reason\":\"short\"}]}";

START_TEST(every_note_is_a_line)
{
    struct streams s;

    show(&s, false, answer);
    ck_assert_ptr_eq(
        strstr(s.err, "note: one\nnote: two\nnote: nothing was learnt of series s1: short\n"),
        s.err);
    ck_assert_ptr_nonnull(strstr(s.err, "note: and of 1 other series\n"));
    ck_assert_ptr_null(strstr(s.err, "s6"));
    streams_close(&s);
    show(&s, false, "{\"note\":\"\\u001b[31mred\"}");
    ck_assert_str_eq(s.err, "note: ?[31mred\n");
    streams_close(&s);
    show(&s, false, "{\"notes\":null,\"note\":null,\"skipped\":3}");
    ck_assert_uint_eq(s.err_len, 0);
    streams_close(&s);
}
END_TEST

START_TEST(quiet_shows_none)
{
    struct streams s;

    show(&s, true, answer);
    ck_assert_uint_eq(s.err_len, 0);
    streams_close(&s);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("notes");
    TCase *t = tcase_create("notes");

    tcase_add_test(t, every_note_is_a_line);
    tcase_add_test(t, quiet_shows_none);
    suite_add_tcase(s, t);
    return suite_run(s);
}
