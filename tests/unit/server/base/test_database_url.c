/* test_database_url.c - which databases are URLs, and that no password is shown. */
#include "server/base/database_url.h"
#include "tests/unit/suite.h"

#include <string.h>

static const char *shown(const char *database)
{
    static char out[200];

    database_shown(out, sizeof(out), database);
    return out;
}

START_TEST(two_schemes_are_urls)
{
    ck_assert(database_is_url("postgresql://host/name"));
    ck_assert(database_is_url("postgres://"));
    ck_assert(!database_is_url("lstmd.db"));
    ck_assert(!database_is_url("/data/postgresql://x"));
    ck_assert(!database_is_url("postgresql:/x"));
    ck_assert(!database_is_url(""));
}
END_TEST

START_TEST(a_path_is_shown_as_it_is)
{
    ck_assert_str_eq(shown("/data/a:b@c?password=x.db"), "/data/a:b@c?password=x.db");
}
END_TEST

START_TEST(passwords_are_not_shown)
{
    static const char *const urls[][2] = {
        {"postgresql://host:5433/name", "postgresql://host:5433/name"},
        {"postgresql://user@host/name", "postgresql://user@host/name"},
        {"postgresql://user:secret@host/name", "postgresql://user@host/name"},
        {"postgres://user:se@cret@a,b:5/name", "postgres://user@a,b:5/name"},
        {"postgresql://user:sec/ret@host/name", "postgresql://user@host/name"},
        {"postgresql://:secret@host", "postgresql://@host"},
        {"postgresql://host/name?password=secret", "postgresql://host/name"},
        {"postgresql://h/n?sslmode=require&sslpassword=secret&port=5",
         "postgresql://h/n?sslmode=require&port=5"},
        {"postgresql://h/n?pass%77ord=secret&application_name=x",
         "postgresql://h/n?application_name=x"},
        {"postgresql:///n?user=u&password=secret&host=/run/pg",
         "postgresql:///n?user=u&host=/run/pg"},
    };

    for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++)
        ck_assert_str_eq(shown(urls[i][0]), urls[i][1]);
}
END_TEST

START_TEST(what_has_no_room_is_cut)
{
    char out[16];

    database_shown(out, sizeof(out), "postgresql://user:secret@host/name");
    ck_assert_str_eq(out, "postgresql://us");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("database url");
    TCase *t = tcase_create("all");

    tcase_add_test(t, two_schemes_are_urls);
    tcase_add_test(t, a_path_is_shown_as_it_is);
    tcase_add_test(t, passwords_are_not_shown);
    tcase_add_test(t, what_has_no_room_is_cut);
    suite_add_tcase(s, t);
    return suite_run(s);
}
