/* test_query.c - decoding the request target, and refusing wrong ones. */
#include "server/http/http.h"
#include "server/http/query.h"
#include "tests/unit/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- decoding ---- */

static const struct {
    const char *in;
    bool plus;
    const char *out; /* NULL: refused */
} decodings[] = {
    {"", false, ""},
    {"abc", false, "abc"},
    {"a%20b", false, "a b"},
    {"a+b", false, "a+b"},
    {"a+b", true, "a b"},
    {"%2B", true, "+"},
    {"%41%4a%4A", false, "AJJ"},
    {"%c3%a9", false, "\xc3\xa9"},
    {"\xc3\xa9", false, "\xc3\xa9"},
    {"%f0%9f%98%80", false, "\xf0\x9f\x98\x80"},
    {"%25", false, "%"},
    {"%2541", false, "%41"},
    {"%", false, NULL},
    {"%4", false, NULL},
    {"a%", false, NULL},
    {"%g1", false, NULL},
    {"%1g", false, NULL},
    {"%%41", false, NULL},
    {"%-1", false, NULL},
    {"%00", false, NULL},
    {"a%00b", false, NULL},
    {"%ff", false, NULL},
    {"%c3", false, NULL},
    {"%c0%80", false, NULL},       /* overlong NUL */
    {"%e0%80%af", false, NULL},    /* overlong slash */
    {"%ed%a0%80", false, NULL},    /* surrogate */
    {"%f4%90%80%80", false, NULL}, /* above U+10FFFF */
    {"%f8%88%80%80%80", false, NULL},
    {"\x80", false, NULL},
};

START_TEST(percent_decoding)
{
    const char *in = decodings[_i].in;
    size_t n = strlen(in), len = 99;
    char *exact = malloc(n ? n : 1), *out = malloc(n + 1);
    struct err e = {0};
    enum status st;

    ck_assert(exact && out);
    memcpy(exact, in, n); /* without a NUL behind: a read too far is seen */
    st = percent_decode(out, &len, exact, n, decodings[_i].plus, "the path", &e);
    if (decodings[_i].out) {
        ck_assert_msg(st == ST_OK, "%s: %s", in, e.message);
        ck_assert_str_eq(out, decodings[_i].out);
        ck_assert_uint_eq(len, strlen(decodings[_i].out));
    } else {
        ck_assert_msg(st == ST_MALFORMED, "%s was taken", in);
        ck_assert_ptr_nonnull(strstr(e.message, "the path"));
    }
    free(exact);
    free(out);
}
END_TEST

/* ---- targets ---- */

/* want: path|segment,segment|name=value,name=value; or NULL for refused with a pointer or a
 * word. */
static const struct {
    const char *raw, *want, *complaint;
} targets[] = {
    {"/", "/||", NULL},
    {"/a", "/a|a|", NULL},
    {"/a/b", "/a/b|a,b|", NULL},
    {"/a/", "/a/|a,|", NULL},
    {"//a", "//a|,a|", NULL},
    {"/a//b", "/a//b|a,,b|", NULL},
    {"/../b", "/../b|..,b|", NULL},
    {"/%2e%2e/b", "/../b|..,b|", NULL},
    {"/a%2Fb", "/a/b|a/b|", NULL},
    {"/a+b", "/a+b|a+b|", NULL},
    {"/a?", "/a|a|", NULL},
    {"/a?x", "/a|a|x=", NULL},
    {"/a?x=", "/a|a|x=", NULL},
    {"/a?x=1&y=2", "/a|a|x=1,y=2", NULL},
    {"/a?&&x=1&", "/a|a|x=1", NULL},
    {"/a?x=a+b%20c", "/a|a|x=a b c", NULL},
    {"/a?x=a=b", "/a|a|x=a=b", NULL},
    {"/a?x=a%26b", "/a|a|x=a&b", NULL},
    {"/a?x=?", "/a|a|x=?", NULL},
    {"/a?x=%0A", "/a|a|x=\n", NULL},
    {"/a?=1", "/a|a|=1", NULL},
    {"/a?%78=1", "/a|a|x=1", NULL},
    {"http://host/a?x=1", "/a|a|x=1", NULL},
    {"HTTP://host:80/a", "/a|a|", NULL},
    {"https://host", "/||", NULL},
    {"http://host?x=1", "/||x=1", NULL},
    {"", NULL, "begin with '/'"},
    {"a", NULL, "begin with '/'"},
    {"*", NULL, "begin with '/'"},
    {"host:80", NULL, "begin with '/'"},
    {"?x=1", NULL, "begin with '/'"},
    {"/a b", NULL, "blank"},
    {"/a%zz", NULL, "hexadecimal"},
    {"/a%0a", NULL, "control"},
    {"/a%7f", NULL, "control"},
    {"/a\x01", NULL, "control"},
    {"/a%00", NULL, "NUL"},
    {"/%ff", NULL, "UTF-8"},
    {"/a?x=1&x=2", NULL, "twice"},
    {"/a?x=1&%78=2", NULL, "twice"},
    {"/a?x[]=1&x%5B%5D=2", "/a|a|x[]=1,x[]=2", NULL},
    {"/a?[]=1&[]=2", NULL, "twice"},
    {"/a?x=%ff", NULL, "UTF-8"},
    {"/a?%ff=1", NULL, "UTF-8"},
    {"/a?x=%", NULL, "hexadecimal"},
    {"/a?x=%00", NULL, "NUL"},
};

static void describe(char *out, size_t cap, const struct target *t)
{
    size_t n = (size_t)snprintf(out, cap, "%s|", t->path);

    for (int i = 0; i < t->num_segments; i++)
        n += (size_t)snprintf(out + n, cap - n, "%s%s", i ? "," : "", t->segment[i]);
    n += (size_t)snprintf(out + n, cap - n, "|");
    for (int i = 0; i < t->num_query; i++)
        n += (size_t)snprintf(out + n, cap - n, "%s%s=%s", i ? "," : "", t->query[i].name,
                              t->query[i].value);
}

START_TEST(targets_are_parsed)
{
    struct target t;
    struct err e = {0};
    char got[512];
    enum status st = target_parse(&t, targets[_i].raw, "", &e);

    if (targets[_i].want) {
        ck_assert_msg(st == ST_OK, "%s: %s", targets[_i].raw, e.message);
        describe(got, sizeof(got), &t);
        ck_assert_str_eq(got, targets[_i].want);
    } else {
        ck_assert_msg(st == ST_MALFORMED, "'%s' was taken", targets[_i].raw);
        ck_assert_msg(strstr(e.message, targets[_i].complaint), "'%s': %s", targets[_i].raw,
                      e.message);
    }
    target_release(&t);
}
END_TEST

START_TEST(a_parameter_that_is_wrong_is_named)
{
    struct target t;
    struct err e = {0};

    ck_assert_int_eq(target_parse(&t, "/a?ok=1&bad=%f", "", &e), ST_MALFORMED);
    ck_assert_str_eq(e.pointer, "?bad");
    target_release(&t);
}
END_TEST

START_TEST(many_segments_and_parameters)
{
    char raw[4096] = "";
    struct target t;
    struct err e = {0};

    for (int i = 0; i < 1000; i++)
        strncat(raw, "/a", sizeof(raw) - strlen(raw) - 1);
    ck_assert_int_eq(target_parse(&t, raw, "", &e), ST_OK);
    ck_assert_int_eq(t.num_segments, TARGET_SEGMENTS_MAX + 1);
    ck_assert_str_eq(t.path, raw);
    target_release(&t);

    snprintf(raw, sizeof(raw), "/?");
    for (int i = 0; i < TARGET_QUERY_MAX; i++)
        snprintf(raw + strlen(raw), sizeof(raw) - strlen(raw), "p%d=&", i);
    ck_assert_int_eq(target_parse(&t, raw, "", &e), ST_OK);
    ck_assert_int_eq(t.num_query, TARGET_QUERY_MAX);
    target_release(&t);
    strncat(raw, "last=1", sizeof(raw) - strlen(raw) - 1);
    ck_assert_int_eq(target_parse(&t, raw, "", &e), ST_MALFORMED);
    target_release(&t);
}
END_TEST

/* ---- reading parameters ---- */

START_TEST(unknown_parameters_are_refused_and_the_known_named)
{
    const struct http_pair q[] = {{"limit", "1"}, {"cursr", "x"}};
    struct err e = {0};

    ck_assert_int_eq(query_only(q, 1, "limit cursor", &e), ST_OK);
    ck_assert_int_eq(query_only(q, 1, "xlimit limit", &e), ST_OK);
    ck_assert_int_eq(query_only(q, 2, "limit cursor", &e), ST_MALFORMED);
    ck_assert_str_eq(e.pointer, "?cursr");
    ck_assert_ptr_nonnull(strstr(e.message, "limit, cursor"));
    ck_assert_int_eq(query_only(q, 1, "limits xlimit", &e), ST_MALFORMED);
    ck_assert_int_eq(query_only(q, 1, NULL, &e), ST_MALFORMED);
    ck_assert_int_eq(query_only((const struct http_pair[]){{"", "1"}}, 1, "a b", &e), ST_MALFORMED);
    ck_assert_int_eq(query_only((const struct http_pair[]){{"a b", "1"}}, 1, "a b", &e),
                     ST_MALFORMED);
    ck_assert_int_eq(query_only(q, 0, NULL, &e), ST_OK);
}
END_TEST

static const struct {
    const char *text;
    bool ok;
    int64_t want;
} integers[] = {
    {"0", true, 0},
    {"12", true, 12},
    {"007", true, 7},
    {"-3", true, -3},
    {"9223372036854775807", true, INT64_MAX},
    {"9223372036854775808", false, 0},
    {"99999999999999999999999", false, 0},
    {"-4", false, 0}, /* below the minimum */
    {"", false, 0},
    {" 1", false, 0},
    {"1 ", false, 0},
    {"+1", false, 0},
    {"1.5", false, 0},
    {"1e3", false, 0},
    {"0x10", false, 0},
    {"--1", false, 0},
    {"-", false, 0},
    {"nan", false, 0},
};

START_TEST(integers_are_read_strictly)
{
    const struct http_pair q[] = {{"n", integers[_i].text}};
    const struct http_req rq = {.query = q, .num_query = 1};
    struct err e = {0};
    int64_t v = 77;
    enum status st = http_query_int(&v, &rq, "n", -3, INT64_MAX, &e);

    ck_assert_msg(st == (integers[_i].ok ? ST_OK : ST_MALFORMED), "'%s'", integers[_i].text);
    ck_assert_int_eq(v, integers[_i].ok ? integers[_i].want : 77);
    if (st)
        ck_assert_str_eq(e.pointer, "?n");
}
END_TEST

START_TEST(an_absent_integer_leaves_the_default)
{
    const struct http_req rq = {0};
    int64_t v = 5;

    ck_assert_int_eq(http_query_int(&v, &rq, "n", 0, 9, NULL), ST_OK);
    ck_assert_int_eq(v, 5);
    ck_assert_ptr_null(http_query(&rq, "n"));
}
END_TEST

START_TEST(booleans)
{
    static const struct {
        const char *text;
        int want; /* -1: refused */
    } rows[] = {{"", 1},   {"1", 1},     {"true", 1}, {"YES", 1}, {"0", 0},
                {"no", 0}, {"False", 0}, {"2", -1},   {"on", -1}, {"truee", -1}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct http_pair q[] = {{"b", rows[i].text}};
        const struct http_req rq = {.query = q, .num_query = 1};
        struct err e = {0};
        bool v = true;
        enum status st = http_query_bool(&v, &rq, "b", &e);

        ck_assert_msg((st == ST_OK) == (rows[i].want >= 0), "'%s'", rows[i].text);
        ck_assert_int_eq(v, rows[i].want == 1);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("http query");
    TCase *t = tcase_create("target");

    tcase_add_loop_test(t, percent_decoding, 0, sizeof(decodings) / sizeof(decodings[0]));
    tcase_add_loop_test(t, targets_are_parsed, 0, sizeof(targets) / sizeof(targets[0]));
    tcase_add_test(t, a_parameter_that_is_wrong_is_named);
    tcase_add_test(t, many_segments_and_parameters);
    suite_add_tcase(s, t);
    t = tcase_create("parameters");
    tcase_add_test(t, unknown_parameters_are_refused_and_the_known_named);
    tcase_add_loop_test(t, integers_are_read_strictly, 0, sizeof(integers) / sizeof(integers[0]));
    tcase_add_test(t, an_absent_integer_leaves_the_default);
    tcase_add_test(t, booleans);
    suite_add_tcase(s, t);
    return suite_run(s);
}
