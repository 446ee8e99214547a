/* test_problem.c - error answers: their codes, and documents with the place of the fault. */
#include "server/http/http.h"
#include "server/http/problem.h"
#include "tests/unit/suite.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

static cJSON *parsed(char *text)
{
    cJSON *o = cJSON_Parse(text);

    ck_assert_msg(o != NULL, "not JSON: %s", text);
    free(text);
    return o;
}

static const char *text_of(const cJSON *o, const char *name)
{
    const cJSON *m = cJSON_GetObjectItemCaseSensitive(o, name);

    return cJSON_IsString(m) ? m->valuestring : "(none)";
}

START_TEST(every_status_has_its_code)
{
    static const int codes[ST_COUNT] = {
        [ST_OK] = 200,          [ST_MALFORMED] = 400,
        [ST_INVALID] = 422,     [ST_CORRUPT] = 422,
        [ST_TOO_LARGE] = 413,   [ST_NOT_FOUND] = 404,
        [ST_CONFLICT] = 409,    [ST_PRECONDITION] = 412,
        [ST_UNSUPPORTED] = 415, [ST_NOT_ACCEPTABLE] = 406,
        [ST_BUSY] = 503,        [ST_CANCELLED] = 409,
        [ST_NOMEM] = 503,       [ST_IO] = 500,
        [ST_FULL] = 507,        [ST_READONLY] = 503,
        [ST_INTERNAL] = 500,    [ST_FORBIDDEN] = 403,
        [ST_QUOTA] = 429,       [ST_LOST] = 500,
        [ST_UNAVAILABLE] = 503,
    };

    for (int i = 0; i < ST_COUNT; i++)
        ck_assert_int_eq(http_status_code((enum status)i), codes[i]);
    ck_assert_int_eq(problem_code(-1), 500);
    ck_assert_int_eq(problem_code(PROBLEM_COUNT), 500);
    ck_assert_int_eq(problem_code(problem_of_code(431)), 431);
    ck_assert_int_eq(problem_of_code(400), ST_MALFORMED);
    ck_assert_int_eq(problem_of_code(413), ST_TOO_LARGE);
    ck_assert_int_eq(problem_of_code(418), ST_MALFORMED);
    ck_assert_int_eq(problem_of_code(507), ST_FULL);
}
END_TEST

START_TEST(a_problem_is_a_document)
{
    struct err e = {0};
    cJSON *o, *first;

    err_set(&e, ST_INVALID, "epochs is \"0\"\n; \\ it must be from 1");
    err_at(&e, "/params/epochs");
    o = parsed(http_problem_text(&e, "/v1/jobs/a b\xc3\xa9?"));
    ck_assert_str_eq(text_of(o, "type"), "/problems/invalid-parameter");
    ck_assert_int_eq(cJSON_GetObjectItem(o, "status")->valueint, 422);
    ck_assert_str_eq(text_of(o, "detail"), "epochs is \"0\"\n; \\ it must be from 1");
    ck_assert_str_eq(text_of(o, "instance"), "/v1/jobs/a%20b%C3%A9%3F");
    ck_assert_int_gt((int)strlen(text_of(o, "title")), 3);
    first = cJSON_GetArrayItem(cJSON_GetObjectItem(o, "errors"), 0);
    ck_assert_str_eq(text_of(first, "pointer"), "/params/epochs");
    ck_assert_str_eq(text_of(first, "detail"), text_of(o, "detail"));
    cJSON_Delete(o);
}
END_TEST

START_TEST(a_problem_has_its_place)
{
    struct err e = {0};
    size_t len;
    cJSON *o, *first;

    err_set(&e, ST_MALFORMED, "limit is 'x'");
    err_at(&e, "?limit");
    o = parsed(problem_text(&len, ST_MALFORMED, e.message, &e, NULL, "id-1"));
    first = cJSON_GetArrayItem(cJSON_GetObjectItem(o, "errors"), 0);
    ck_assert_str_eq(text_of(first, "parameter"), "limit");
    ck_assert_str_eq(text_of(o, "request_id"), "id-1");
    ck_assert_ptr_null(cJSON_GetObjectItem(o, "instance"));
    cJSON_Delete(o);

    err_set(&e, ST_MALFORMED, "ragged row");
    err_at_line(&e, 17);
    o = parsed(problem_text(&len, ST_MALFORMED, e.message, &e, "", ""));
    first = cJSON_GetArrayItem(cJSON_GetObjectItem(o, "errors"), 0);
    ck_assert_int_eq(cJSON_GetObjectItem(first, "line")->valueint, 17);
    ck_assert_ptr_null(cJSON_GetObjectItem(first, "pointer"));
    cJSON_Delete(o);

    err_set(&e, ST_NOT_FOUND, "no dataset 'x'");
    o = parsed(problem_text(&len, ST_NOT_FOUND, e.message, &e, "/x", NULL));
    ck_assert_ptr_null(cJSON_GetObjectItem(o, "errors"));
    cJSON_Delete(o);
}
END_TEST

START_TEST(a_problem_is_utf8_whatever_it_quotes)
{
    size_t len;
    cJSON *o = parsed(problem_text(&len, ST_INVALID,
                                   "a\xff"
                                   "b\xc3",
                                   NULL, "/\xff", NULL));

    ck_assert_str_eq(text_of(o, "detail"), "a\xEF\xBF\xBD"
                                           "b\xEF\xBF\xBD");
    ck_assert_str_eq(text_of(o, "instance"), "/%FF");
    cJSON_Delete(o);
    o = parsed(problem_text(&len, 12345, "", NULL, NULL, NULL));
    ck_assert_int_eq(cJSON_GetObjectItem(o, "status")->valueint, 500);
    ck_assert_int_gt((int)strlen(text_of(o, "detail")), 3);
    cJSON_Delete(o);
    o = cJSON_Parse(problem_no_memory);
    ck_assert_ptr_nonnull(o);
    ck_assert_int_eq(cJSON_GetObjectItem(o, "status")->valueint, 503);
    cJSON_Delete(o);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("problem");
    TCase *t = tcase_create("all");

    tcase_add_test(t, every_status_has_its_code);
    tcase_add_test(t, a_problem_is_a_document);
    tcase_add_test(t, a_problem_has_its_place);
    tcase_add_test(t, a_problem_is_utf8_whatever_it_quotes);
    suite_add_tcase(s, t);
    return suite_run(s);
}
