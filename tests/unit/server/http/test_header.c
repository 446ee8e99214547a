/* test_header.c - fields of a request's header and the body's type. */
#include "server/http/http.h"
#include "tests/unit/suite.h"

#include <string.h>

START_TEST(a_field_is_found_by_its_name)
{
    const struct http_pair h[] = {{"Accept", "a"}, {"X-Key", ""}, {"accept", "b"}};
    const struct http_fields f = {h, 3};
    const struct http_req rq = {.fields = &f}, bare = {0};

    ck_assert_str_eq(http_header(&rq, "ACCEPT"), "a"); /* the first one */
    ck_assert_str_eq(http_header(&rq, "x-key"), "");
    ck_assert_ptr_null(http_header(&rq, "Accep"));
    ck_assert_ptr_null(http_header(&bare, "Accept"));
}
END_TEST

START_TEST(body_type_is_kind_to_curl)
{
    static const char form[] = "application/x-www-form-urlencoded";
    static const struct {
        const char *type, *body, *want;
    } bodies[] = {
        {form, "{\"a\":1}", "application/json"},
        {form, " \r\n\t[1]", "application/json"},
        {form, "a=1", form},
        {"", "{}", "application/json"},
        {"", "a,b", ""},
        {"", "", ""},
        {"text/csv", "{}", "text/csv"},
        {"application/json", "a", "application/json"},
    };

    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        const struct http_req rq = {.content_type = bodies[i].type,
                                    .body = bodies[i].body,
                                    .body_len = strlen(bodies[i].body)};

        ck_assert_str_eq(http_body_type(&rq), bodies[i].want);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("http header");
    TCase *t = tcase_create("http header");

    tcase_add_test(t, a_field_is_found_by_its_name);
    tcase_add_test(t, body_type_is_kind_to_curl);
    suite_add_tcase(s, t);
    return suite_run(s);
}
