/* test_accept.c - what a client would like (Accept, ?format=) and has already (If-None-Match). */
#include "server/http/accept.h"
#include "server/http/http.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const char *const offered[] = {"application/json", "text/csv", "image/svg+xml", NULL};

static const struct {
    const char *accept;
    int want; /* index into offered, -1 for none */
} rows[] = {
    {"", 0},
    {"*/*", 0},
    {"*", 0},
    {"application/json", 0},
    {"text/csv", 1},
    {"TEXT/CSV", 1},
    {"text/csv;charset=utf-8", 1},
    {"text/csv; header=present ; q=0.9", 1},
    {"text/*", 1},
    {"image/*", 2},
    {"image/svg+xml", 2},
    {"image/svg", -1},
    {"image/png", -1},
    {"text/csvx", -1},
    {"text/html", -1},
    {"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", 0},
    {"text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", 0},
    {"application/json;q=0.5, text/csv", 1},
    {"application/json;q=0.5,text/csv;q=0.4", 0},
    {"application/json;q=0.5,text/csv;q=0.501", 1},
    {"application/json;q=0", -1},
    {"application/json;q=0, */*", 1},
    {"*/*, application/json;q=0, text/csv;q=0", 2},
    {"text/*;q=0.2, text/csv;q=0.9, application/json;q=0.5", 1},
    {"text/*;q=0.9, text/csv;q=0.1, application/json;q=0.5", 0},
    {"*/*;q=0.1, image/*", 2},
    {"*/*;q=0", -1},
    {"text/csv;q=1.000", 1},
    {"text/csv;q=1.001, application/json;q=0.1", 0},  /* no quality at all: passed over */
    {"text/csv;q=0.1234, application/json;q=0.1", 0}, /* four digits */
    {"text/csv;q=abc, application/json;q=0.1", 0},
    {"text/csv;q=, image/svg+xml;q=0.1", 2},
    {"text/csv;q=0.5x, image/svg+xml;q=0.1", 2},
    {",,, text/csv ,,", 1},
    {"garbage", 0}, /* nothing that can be read: as if absent */
    {";;;;", 0},
    {"/", -1},
    {"text/csv;q=0.5;q=0.9", 1},
};

START_TEST(accept_is_read)
{
    struct accept a = {0};

    accept_feed(&a, rows[_i].accept, offered);
    ck_assert_msg(accept_best(&a, offered) == rows[_i].want, "'%s': %d, expected %d",
                  rows[_i].accept, accept_best(&a, offered), rows[_i].want);
}
END_TEST

START_TEST(several_headers_are_one_list)
{
    const struct http_pair h[] = {{"Accept", "application/json;q=0.1"}, {"accept", "text/csv"}};
    const struct http_fields f = {h, 2};
    const struct http_req rq = {.impl = &f};
    const char *type = NULL;
    struct err e = {0};

    ck_assert_int_eq(http_accept(&type, &rq, offered, &e), ST_OK);
    ck_assert_str_eq(type, "text/csv");
}
END_TEST

START_TEST(not_acceptable_says_what_is)
{
    const struct http_pair h[] = {{"Accept", "image/png"}};
    const struct http_fields f = {h, 1};
    const struct http_req rq = {.impl = &f};
    const char *type = NULL;
    struct err e = {0};

    ck_assert_int_eq(http_accept(&type, &rq, offered, &e), ST_NOT_ACCEPTABLE);
    ck_assert_ptr_nonnull(strstr(e.message, "image/png"));
    ck_assert_ptr_nonnull(strstr(e.message, "application/json, text/csv, image/svg+xml"));
    ck_assert_ptr_null(type);
}
END_TEST

START_TEST(format_wins)
{
    static const struct {
        const char *format;
        enum status st;
        const char *type;
    } formats[] = {
        {"json", ST_OK, "application/json"}, {"csv", ST_OK, "text/csv"},
        {"svg", ST_OK, "image/svg+xml"},     {"conllu", ST_NOT_ACCEPTABLE, NULL},
        {"xml", ST_MALFORMED, NULL},         {"", ST_MALFORMED, NULL},
        {"JSON", ST_MALFORMED, NULL},
    };
    const struct http_pair h[] = {{"Accept", "image/png"}};
    const struct http_fields f = {h, 1};

    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        const struct http_pair q[] = {{"format", formats[i].format}};
        const struct http_req rq = {.impl = &f, .query = q, .num_query = 1};
        const char *type = NULL;
        struct err e = {0};

        ck_assert_int_eq(http_accept(&type, &rq, offered, &e), formats[i].st);
        if (formats[i].type)
            ck_assert_str_eq(type, formats[i].type);
        else
            ck_assert_str_eq(e.pointer, "?format");
    }
}
END_TEST

START_TEST(nothing_asked_is_the_first_offer)
{
    const struct http_req rq = {0};
    const char *type = NULL;

    ck_assert_int_eq(http_accept(&type, &rq, offered, NULL), ST_OK);
    ck_assert_str_eq(type, "application/json");
}
END_TEST

static const struct {
    const char *header;
    bool listed;
} etags[] = {
    {"\"abc\"", true},
    {"W/\"abc\"", true},
    {"*", true},
    {" * ", false},
    {"\"x\", \"abc\"", true},
    {"\"x\",W/\"y\" , W/\"abc\"", true},
    {"\"abcd\"", false},
    {"\"ab\"", false},
    {"abc", false},
    {"\"abc", false},
    {"", false},
    {"\"\"", false},
    {"\"a,b\", \"abc\"", true},
    {"w/\"abc\"", false},
    {"\"x\" garbage \"abc\"", false},
};

START_TEST(entity_tags_are_compared)
{
    ck_assert_msg(etag_listed(etags[_i].header, "abc") == etags[_i].listed, "%s", etags[_i].header);
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
    Suite *s = suite_create("http accept");
    TCase *t = tcase_create("negotiation");
    SRunner *r;
    int failed;

    tcase_add_loop_test(t, accept_is_read, 0, sizeof(rows) / sizeof(rows[0]));
    tcase_add_test(t, several_headers_are_one_list);
    tcase_add_test(t, not_acceptable_says_what_is);
    tcase_add_test(t, format_wins);
    tcase_add_test(t, nothing_asked_is_the_first_offer);
    tcase_add_loop_test(t, entity_tags_are_compared, 0, sizeof(etags) / sizeof(etags[0]));
    tcase_add_test(t, body_type_is_kind_to_curl);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
