/* test_url.c - the name of a PostgreSQL database in messages. */
#include "server/store/postgres/url.h"
#include "tests/unit/suite.h"

#include <string.h>

START_TEST(a_database_has_a_name_and_a_place)
{
    struct err e = {0};
    char out[200];

    ck_assert_int_eq(url_where(out, sizeof(out), "postgresql://u:secret@h:77/n", &e), ST_OK);
    ck_assert_str_eq(out, "the PostgreSQL database n at h:77");
    ck_assert_int_eq(url_where(out, sizeof(out), "postgresql:///n?password=secret&host=/run/x", &e),
                     ST_OK);
    ck_assert_str_eq(out, "the PostgreSQL database n at /run/x:5432");
}
END_TEST

START_TEST(a_wrong_url_is_refused_without_showing_it)
{
    static const char *const urls[] = {"postgresql://u:secret@h:77/n?nonsense=1",
                                       "postgresql://u:secret@[h/n",
                                       "postgresql://u:%zzsecret@h/n"};

    for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
        struct err e = {0};
        char out[200];

        ck_assert_int_eq(url_where(out, sizeof(out), urls[i], &e), ST_INVALID);
        ck_assert_ptr_null(strstr(e.message, "secret"));
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("url");
    TCase *t = tcase_create("all");

    tcase_add_test(t, a_database_has_a_name_and_a_place);
    tcase_add_test(t, a_wrong_url_is_refused_without_showing_it);
    suite_add_tcase(s, t);
    return suite_run(s);
}
