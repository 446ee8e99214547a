/* test_selector.c - the expressions that are answered. */
#include "server/protocols/prometheus/selector.h"

#include "tests/unit/suite.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Reads a selector and writes its matchers as "label op value;". */
static const char *form(const char *text)
{
    static const char *const operators[] = {"=", "!=", "=~", "!~"};
    static char out[2000];
    struct selector s = {0};
    struct err e = {0};
    size_t used = 0;

    ck_assert_msg(selector_read(&s, text, &e) == ST_OK, "%s: %s", text, e.message);
    for (int i = 0; i < s.count; i++)
        used += (size_t)snprintf(out + used, sizeof(out) - used, "%s%s%s;", s.list[i].label,
                                 operators[s.list[i].op], s.list[i].value);
    selector_release(&s);
    return out;
}

static const char *refusal(const char *text)
{
    static struct err e;
    struct expression x = {0};

    e = (struct err){0};
    ck_assert_msg(expression_read(&x, text, &e) == ST_INVALID, "%s", text);
    selector_release(&x.selector);
    return e.message;
}

static double number(const char *text)
{
    struct expression x = {0};
    struct err e = {0};

    ck_assert_msg(expression_read(&x, text, &e) == ST_OK, "%s: %s", text, e.message);
    ck_assert(x.is_number);
    return x.number;
}

START_TEST(selectors_are_read)
{
    ck_assert_str_eq(form("up"), "__name__=up;");
    ck_assert_str_eq(form(" a:b # what\n{x=\"1\", y!='2',z=~`3.*` ,w!~\"4\",}"),
                     "__name__=a:b;x=1;y!=2;z=~3.*;w!~4;");
    ck_assert_str_eq(form("{__name__=~\".+:actual\"}"), "__name__=~.+:actual;");
    ck_assert_str_eq(form("{\"air-2:actual\",x=\"1\"}"), "__name__=air-2:actual;x=1;");
    ck_assert_str_eq(form("{\"my label\"=\"1\"}"), "my label=1;");
    ck_assert_str_eq(form("a{}"), "__name__=a;");
    ck_assert_str_eq(form("inflation"), "__name__=inflation;");
}
END_TEST

START_TEST(strings_have_the_escapes_of_go)
{
    ck_assert_str_eq(form("{a=\"\\\"\\\\\\n\\t\\x41\\101\\u00e9\\U0001F600\"}"),
                     "a=\"\\\n\tAA\xc3\xa9\xf0\x9f\x98\x80;");
    ck_assert_str_eq(form("{a='\\'\"'}"), "a='\";");
    ck_assert_str_eq(form("{a=`\\n\n`}"), "a=\\n\n;");
    (void)refusal("{a=\"\\q\"}");
    (void)refusal("{a=\"\\'\"}");
    (void)refusal("{a=\"\\000\"}");
    (void)refusal("{a=\"\\777\"}");
    (void)refusal("{a=\"\\xff\"}");
    (void)refusal("{a=\"\\ud800\"}");
    (void)refusal("{a=\"\\U00110000\"}");
    (void)refusal("{a=\"x\ny\"}");
    (void)refusal("{a=\"x");
    (void)refusal("{a=\"x\\");
}
END_TEST

START_TEST(numbers_are_summed)
{
    ck_assert_double_eq(number("1+1"), 2);
    ck_assert_double_eq(number(" 1.5e1 - -2 "), 17);
    ck_assert_double_eq(number("0x10"), 16);
    ck_assert(isnan(number("NaN")));
    ck_assert(isinf(number("-inf")) && number("-Inf") < 0);
    (void)refusal("1+");
    (void)refusal("1 1");
    (void)refusal("1*2");
    (void)refusal("1s");
    (void)refusal("1+up");
}
END_TEST

START_TEST(what_is_not_answered_is_refused_with_what_is)
{
    static const char *const wrong[] = {"",
                                        "rate(up[5m])",
                                        "up[5m]",
                                        "up offset 5m",
                                        "up @ 10",
                                        "sum by (a) (up)",
                                        "up + 1",
                                        "up == 1",
                                        "(up)",
                                        "up{a=1}",
                                        "up{a}",
                                        "up{a=\"1\"",
                                        "up{a=\"1\"b=\"2\"}",
                                        "{}",
                                        "-up",
                                        "{a=\"\"}",
                                        "{a=~\".*\"}",
                                        "{a!=\"1\"}",
                                        "\xc3\xa9",
                                        "{=\"1\"}",
                                        "up}",
                                        "up{a=~\"(\"}",
                                        "up{,}",
                                        "{\"a\"=}",
                                        "5m"};

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        (void)refusal(wrong[i]);
    ck_assert_ptr_nonnull(strstr(refusal("rate(up[5m])"), "character 5"));
    ck_assert_ptr_nonnull(strstr(refusal("rate(up[5m])"), "no functions"));
}
END_TEST

START_TEST(sizes_are_bounded)
{
    char *text = malloc(EXPRESSION_BYTES_MAX + 2), many[1000] = "{";

    ck_assert_ptr_nonnull(text);
    memset(text, 'a', EXPRESSION_BYTES_MAX + 1);
    text[EXPRESSION_BYTES_MAX + 1] = '\0';
    ck_assert_ptr_nonnull(strstr(refusal(text), "bytes"));
    free(text);
    for (int i = 0; i <= SELECTOR_MATCHERS_MAX; i++)
        strcat(many, "a=\"1\",");
    ck_assert_ptr_nonnull(strstr(refusal(strcat(many, "}")), "32 matchers"));
}
END_TEST

START_TEST(matchers_allow_values)
{
    struct selector s = {0};
    struct err e = {0};
    bool yes;

    ck_assert_int_eq(selector_read(&s, "m{a=~\"x.*\",a!=\"xy\",b=\"\",c!~\"z\"}", &e), ST_OK);
    ck_assert_int_eq(selector_allows(&yes, &s, "a", "xz", &e), ST_OK);
    ck_assert(yes);
    ck_assert_int_eq(selector_allows(&yes, &s, "a", "xy", &e), ST_OK);
    ck_assert(!yes);
    ck_assert_int_eq(selector_allows(&yes, &s, "a", "", &e), ST_OK);
    ck_assert(!yes);
    ck_assert_int_eq(selector_allows(&yes, &s, "b", "", &e), ST_OK);
    ck_assert(yes);
    ck_assert_int_eq(selector_allows(&yes, &s, "c", "", &e), ST_OK);
    ck_assert(yes);
    ck_assert_int_eq(selector_allows(&yes, &s, "c", "z", &e), ST_OK);
    ck_assert(!yes);
    ck_assert_int_eq(selector_allows(&yes, &s, "other", "z", &e), ST_OK);
    ck_assert(yes);
    ck_assert_str_eq(selector_value(&s, "__name__"), "m");
    ck_assert_ptr_null(selector_value(&s, "a"));
    ck_assert(selector_names(&s, "a") && !selector_names(&s, "series"));
    selector_release(&s);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("selector");
    TCase *tc = tcase_create("core");

    tcase_add_test(tc, selectors_are_read);
    tcase_add_test(tc, strings_have_the_escapes_of_go);
    tcase_add_test(tc, numbers_are_summed);
    tcase_add_test(tc, what_is_not_answered_is_refused_with_what_is);
    tcase_add_test(tc, sizes_are_bounded);
    tcase_add_test(tc, matchers_allow_values);
    suite_add_tcase(s, tc);
    return suite_run(s);
}
