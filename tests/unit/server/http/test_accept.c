/* test_accept.c - the media type that a client prefers: Accept and ?format=. */
#include "server/http/accept.h"
#include "server/http/http.h"
#include "tests/unit/suite.h"

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

/* The media types that are offered when data sets or metrics are read; the first is the default. */
static const char *const csv_first[] = {"text/csv", "application/json", NULL};
static const char *const conllu_first[] = {"text/x-conllu", "application/json", NULL};
static const char *const openmetrics[] = {"text/plain", "application/openmetrics-text", NULL};

/* Ties: the more specific range, then the client's order, then ours. */
static const struct {
    const char *accept;
    const char *const *offered;
    const char *want; /* NULL for none */
} ties[] = {
    {"application/json, text/plain, */*", csv_first, "application/json"}, /* axios */
    {"application/json, text/plain, */*", conllu_first, "application/json"},
    {"application/json, text/plain, */*", openmetrics, "text/plain"},
    {"*/*, application/json", csv_first, "application/json"},
    {"*/*", csv_first, "text/csv"}, /* curl, fetch, requests */
    {"", csv_first, "text/csv"},
    {"text/*, application/*", csv_first, "text/csv"},
    {"application/*, text/*", csv_first, "application/json"},
    {"application/*, text/csv", csv_first, "text/csv"},
    {"application/json, text/csv", csv_first, "application/json"},
    {"text/csv, application/json", csv_first, "text/csv"},
    {"text/csv, application/json", offered, "text/csv"},
    {"text/x-conllu, application/json", offered, "application/json"},
    {"text/x-conllu, application/json", conllu_first, "text/x-conllu"},
    {"application/json;q=0.5, text/csv;q=0.5", csv_first, "application/json"},
    {"application/json;q=0.5, */*;q=0.5", csv_first, "application/json"},
    {"application/json;q=0.4, */*;q=0.5", csv_first, "text/csv"},
    {"text/*;q=0.5, */*;q=0.1", csv_first, "text/csv"},
    {"text/*;q=0.5, */*;q=0.1", offered, "text/csv"},
    {"text/*;q=0.1, */*;q=0.5", csv_first, "application/json"},
    {"*/*;q=0.1, text/*;q=0", csv_first, "application/json"},
    {"text/csv;q=0, */*", csv_first, "application/json"},
    {"*/*, text/csv;q=0, application/json;q=0", csv_first, NULL},
    {"text/*;q=0, application/*;q=0.0", csv_first, NULL},
    {"image/svg+xml, text/csv, application/json", offered, "image/svg+xml"},
    {"image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8", offered,
     "image/svg+xml"}, /* an <img> */
    {"text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;"
     "q=0.8,application/signed-exchange;v=b3;q=0.7",
     offered, "application/json"}, /* a page that is opened */
    {"text/html, application/xhtml+xml, image/jxr, */*", offered, "application/json"},
    {"text/csv;q=0.9, text/csv;q=0.2, application/json;q=0.5", csv_first, "text/csv"},
    {"application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1",
     openmetrics, "application/openmetrics-text"}, /* Prometheus */
};

START_TEST(ties_are_decided)
{
    struct accept a = {0};
    const char *want = ties[_i].want;
    int best;

    accept_feed(&a, ties[_i].accept, ties[_i].offered);
    best = accept_best(&a, ties[_i].offered);
    ck_assert_msg(want ? best >= 0 && strcmp(ties[_i].offered[best], want) == 0 : best < 0,
                  "'%s': %s, expected %s", ties[_i].accept,
                  best < 0 ? "none" : ties[_i].offered[best], want ? want : "none");
}
END_TEST

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
    const struct http_req rq = {.fields = &f};
    const char *type = NULL;
    struct err e = {0};

    ck_assert_int_eq(http_accept(&type, &rq, NULL, offered, &e), ST_OK);
    ck_assert_str_eq(type, "text/csv");
}
END_TEST

START_TEST(not_acceptable_says_what_is)
{
    const struct http_pair h[] = {{"Accept", "image/png"}};
    const struct http_fields f = {h, 1};
    const struct http_req rq = {.fields = &f};
    const char *type = NULL;
    struct err e = {0};

    ck_assert_int_eq(http_accept(&type, &rq, NULL, offered, &e), ST_NOT_ACCEPTABLE);
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
        const struct http_req rq = {.fields = &f, .query = q, .num_query = 1};
        const char *type = NULL;
        struct err e = {0};

        ck_assert_int_eq(http_accept(&type, &rq, NULL, offered, &e), formats[i].st);
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

    ck_assert_int_eq(http_accept(&type, &rq, NULL, offered, NULL), ST_OK);
    ck_assert_str_eq(type, "application/json");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("http accept");
    TCase *t = tcase_create("http accept");

    tcase_add_loop_test(t, ties_are_decided, 0, sizeof(ties) / sizeof(ties[0]));
    tcase_add_loop_test(t, accept_is_read, 0, sizeof(rows) / sizeof(rows[0]));
    tcase_add_test(t, several_headers_are_one_list);
    tcase_add_test(t, not_acceptable_says_what_is);
    tcase_add_test(t, format_wins);
    tcase_add_test(t, nothing_asked_is_the_first_offer);
    suite_add_tcase(s, t);
    return suite_run(s);
}
