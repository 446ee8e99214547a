/* test_pg_error.c - which status an error of PostgreSQL is. */
#include "server/store/postgres/pg_error.h"
#include "tests/unit/suite.h"

#include <string.h>

START_TEST(states_have_their_status)
{
    static const struct {
        const char *state;
        enum status st;
    } rows[] = {
        {NULL, ST_UNAVAILABLE},    {"", ST_UNAVAILABLE},      {"08006", ST_UNAVAILABLE},
        {"08001", ST_UNAVAILABLE}, {"57P01", ST_UNAVAILABLE}, {"57P03", ST_UNAVAILABLE},
        {"53300", ST_UNAVAILABLE}, {"40001", ST_UNAVAILABLE}, {"40P01", ST_UNAVAILABLE},
        {"57014", ST_UNAVAILABLE}, {"25006", ST_UNAVAILABLE}, {"55P03", ST_BUSY},
        {"23505", ST_CONFLICT},    {"23503", ST_CONFLICT},    {"23514", ST_CONFLICT},
        {"P0001", ST_CONFLICT},    {"53100", ST_FULL},        {"28P01", ST_FORBIDDEN},
        {"3D000", ST_NOT_FOUND},   {"42501", ST_READONLY},    {"42601", ST_INTERNAL},
        {"42P01", ST_INTERNAL},    {"25P02", ST_INTERNAL},    {"22021", ST_INTERNAL},
        {"XX001", ST_CORRUPT},     {"99999", ST_IO},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct err e = {0};

        ck_assert_msg(pg_error(rows[i].state, "the database x at y", "why", "SELECT", &e) ==
                          rows[i].st,
                      "%s is %s", rows[i].state ? rows[i].state : "NULL", status_name(e.status));
        ck_assert_ptr_nonnull(strstr(e.message, "the database x at y"));
    }
}
END_TEST

START_TEST(a_message_is_one_line_without_the_statement)
{
    struct err e = {0};

    (void)pg_error("08006", "x", "server closed\n\tand more", "SELECT secret", &e);
    ck_assert_ptr_nonnull(strstr(e.message, "server closed"));
    ck_assert_ptr_null(strchr(e.message, '\n'));
    ck_assert_ptr_null(strstr(e.message, "secret"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("errors of PostgreSQL");
    TCase *t = tcase_create("all");

    tcase_add_test(t, states_have_their_status);
    tcase_add_test(t, a_message_is_one_line_without_the_statement);
    suite_add_tcase(s, t);
    return suite_run(s);
}
