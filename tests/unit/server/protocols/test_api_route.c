/* test_api_route.c - routes of the API by method and pattern. */
#include "server/protocols/api_route.h"

#include "tests/unit/suite.h"

START_TEST(a_route_has_its_method_and_its_pattern)
{
    ck_assert_str_eq(api_route(HTTP_GET, "/v1/datasets")->pattern, "/v1/datasets");
    ck_assert_int_eq(api_route(HTTP_POST, "/v1/jobs")->method, HTTP_POST);
    ck_assert_int_eq(api_route(HTTP_GET, "/v1/jobs")->method, HTTP_GET);
}
END_TEST

START_TEST(what_is_no_route_is_not_found)
{
    ck_assert_ptr_null(api_route(HTTP_DELETE, "/v1/datasets"));
    ck_assert_ptr_null(api_route(HTTP_GET, "/v1/datasets/"));
    ck_assert_ptr_null(api_route(HTTP_POST, "/mcp"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("api_route");
    TCase *tc = tcase_create("core");

    tcase_add_test(tc, a_route_has_its_method_and_its_pattern);
    tcase_add_test(tc, what_is_no_route_is_not_found);
    suite_add_tcase(s, tc);
    return suite_run(s);
}
