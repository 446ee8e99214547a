/* test_request_id.c - the ids of requests: those that are taken from clients, and ours. */
#include "server/http/request_id.h"
#include "tests/unit/suite.h"

#include <string.h>

START_TEST(request_ids)
{
    char a[REQUEST_ID_MAX + 1], b[REQUEST_ID_MAX + 1], longest[REQUEST_ID_MAX + 2];

    ck_assert(request_id_ok("a"));
    ck_assert(request_id_ok("A-z_0.9"));
    ck_assert(!request_id_ok(""));
    ck_assert(!request_id_ok("a b"));
    ck_assert(!request_id_ok("a\n"));
    ck_assert(!request_id_ok("\xc3\xa9"));
    ck_assert(!request_id_ok("<script>"));
    memset(longest, 'a', sizeof(longest));
    longest[REQUEST_ID_MAX] = '\0';
    ck_assert(request_id_ok(longest));
    longest[REQUEST_ID_MAX] = 'a';
    longest[REQUEST_ID_MAX + 1] = '\0';
    ck_assert(!request_id_ok(longest));
    request_id_make(a);
    request_id_make(b);
    ck_assert(request_id_ok(a) && request_id_ok(b));
    ck_assert_int_lt(strcmp(a, b), 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("http request id");
    TCase *t = tcase_create("http request id");

    tcase_add_test(t, request_ids);
    suite_add_tcase(s, t);
    return suite_run(s);
}
