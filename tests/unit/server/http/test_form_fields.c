/* test_form_fields.c - fields of the query and of both kinds of form. */
#include "server/http/form_fields.h"

#include "tests/unit/suite.h"

#include <stdio.h>
#include <string.h>

#define URLENCODED "application/x-www-form-urlencoded"
#define MULTIPART  "multipart/form-data"

static struct form_fields fields;
static struct err e;

static enum status take(const struct http_pair *query, int num_query, const char *type,
                        const char *body, size_t len)
{
    static const struct http_pair header = {"Content-Type", MULTIPART "; boundary=b"};
    static const struct http_fields headers = {&header, 1};
    const struct http_req rq = {.query = query,
                                .num_query = num_query,
                                .content_type = type,
                                .body = body,
                                .body_len = len,
                                .fields = &headers};

    form_fields_release(&fields);
    e = (struct err){0};
    return form_fields_read(&fields, &rq, &e);
}

/* The fields as "name=value|name=value". */
static void expect(const char *type, const char *body, const char *want)
{
    char text[400] = "";
    size_t used = 0;

    ck_assert_msg(take(NULL, 0, type, body, strlen(body)) == ST_OK, "%s", e.message);
    for (int i = 0; i < fields.count; i++)
        used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s=%s", i ? "|" : "",
                                 fields.list[i].name, fields.list[i].value);
    ck_assert_str_eq(text, want);
}

static void refuse(enum status st, const char *type, const char *body, size_t len)
{
    ck_assert_int_eq(take(NULL, 0, type, body, len), st);
    ck_assert(e.message[0]);
}

static void teardown(void)
{
    form_fields_release(&fields);
}

START_TEST(urlencoded_fields_are_decoded)
{
    expect(URLENCODED, "data=a+b%20c%0A%C4%9B&tagger=&tokenizer&x=1=2",
           "data=a b c\n\xC4\x9B|tagger=|tokenizer=|x=1=2");
    expect(URLENCODED, "&&a=1&", "a=1");
    expect(URLENCODED, "=v", "=v");
    expect(URLENCODED, "", "");
    expect(URLENCODED, "a=\xC4\x9B", "a=\xC4\x9B");
}
END_TEST

START_TEST(parts_are_fields_with_and_without_a_file_name)
{
    expect(MULTIPART,
           "--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nenglish\r\n"
           "--b\r\nContent-Disposition: form-data; name=\"tagger\"\r\n\r\n\r\n"
           "--b\r\nContent-Disposition: form-data; name=\"data\"; filename=\"a.txt\"\r\n"
           "Content-Type: text/plain\r\n\r\none\ntwo\r\n--b--\r\n",
           "model=english|tagger=|data=one\ntwo");
}
END_TEST

START_TEST(the_query_counts_too)
{
    const struct http_pair query[] = {{"model", "m"}, {"tagger", ""}};

    ck_assert_int_eq(take(query, 2, URLENCODED, "data=x", 6), ST_OK);
    ck_assert_str_eq(form_field(&fields, "model"), "m");
    ck_assert_str_eq(form_field(&fields, "data"), "x");
    ck_assert_ptr_null(form_field(&fields, "parser"));
    ck_assert_int_eq(take(query, 2, "", "", 0), ST_OK);
    ck_assert_int_eq(fields.count, 2);
    ck_assert_int_eq(take(query, 2, URLENCODED, "model=n", 7), ST_MALFORMED);
    ck_assert_str_eq(e.pointer, "?model");
}
END_TEST

START_TEST(what_cannot_be_decoded_is_refused)
{
    static const char nul[] =
        "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\0y\r\n--b--";
    static const char latin[] =
        "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\xE9\r\n--b--";

    refuse(ST_MALFORMED, URLENCODED, "a=%zz", 5);
    refuse(ST_MALFORMED, URLENCODED, "a=%00", 5);
    refuse(ST_MALFORMED, URLENCODED, "a=%ff", 5);
    refuse(ST_MALFORMED, URLENCODED, "a=1&a=2", 7);
    refuse(ST_MALFORMED, URLENCODED, "a=\0b", 4);
    refuse(ST_MALFORMED, MULTIPART, nul, sizeof(nul) - 1);
    refuse(ST_MALFORMED, MULTIPART, latin, sizeof(latin) - 1);
    refuse(ST_MALFORMED, MULTIPART, "no boundary", 11);
    refuse(ST_UNSUPPORTED, "application/json", "{}", 2);
}
END_TEST

START_TEST(the_number_of_fields_is_bounded)
{
    char body[2048] = "";
    size_t used = 0;

    for (int i = 0; i < FORM_FIELDS_MAX; i++)
        used += (size_t)snprintf(body + used, sizeof(body) - used, "%sf%d", i ? "&" : "", i);
    ck_assert_int_eq(take(NULL, 0, URLENCODED, body, used), ST_OK);
    ck_assert_int_eq(fields.count, FORM_FIELDS_MAX);
    used += (size_t)snprintf(body + used, sizeof(body) - used, "&one=more");
    refuse(ST_TOO_LARGE, URLENCODED, body, used);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("form_fields");
    TCase *tc = tcase_create("core");

    tcase_add_checked_fixture(tc, NULL, teardown);
    tcase_add_test(tc, urlencoded_fields_are_decoded);
    tcase_add_test(tc, parts_are_fields_with_and_without_a_file_name);
    tcase_add_test(tc, the_query_counts_too);
    tcase_add_test(tc, what_cannot_be_decoded_is_refused);
    tcase_add_test(tc, the_number_of_fields_is_bounded);
    suite_add_tcase(s, tc);
    return suite_run(s);
}
