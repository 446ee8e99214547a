/* test_log_line.c - an event as a line of the log. */
#include "server/base/log_line.h"

#include <check.h>
#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

/* 2026-01-31T12:00:00.123Z */
static const int64_t when = 1769860800123;

START_TEST(json_line_holds_every_type)
{
    const struct log_field f[] = {log_str("method", "GET"), log_int("status", -200),
                                  log_num("seconds", 0.25), log_num("loss", NAN),
                                  log_bool("cached", true), log_str("key", NULL)};
    char line[LOG_LINE_MAX];
    size_t n = log_render(line, LOG_JSON, LOG_INFO, "request", f, COUNT(f), when);

    ck_assert_str_eq(
        line, "{\"time\":\"2026-01-31T12:00:00.123Z\",\"level\":\"info\",\"event\":\"request\","
              "\"method\":\"GET\",\"status\":-200,\"seconds\":0.25,\"loss\":null,"
              "\"cached\":true,\"key\":null}\n");
    ck_assert_uint_eq(n, strlen(line));
}
END_TEST

START_TEST(text_line_quotes_only_what_needs_it)
{
    const struct log_field f[] = {log_str("path", "/v1/jobs"), log_str("detail", "a b\"c"),
                                  log_str("empty", ""), log_bool("ok", false)};
    char line[LOG_LINE_MAX];

    log_render(line, LOG_TEXT, LOG_WARN, "request", f, COUNT(f), when);
    ck_assert_str_eq(line, "2026-01-31T12:00:00.123Z WARN  request path=/v1/jobs "
                           "detail=\"a b\\\"c\" empty=\"\" ok=false\n");
}
END_TEST

START_TEST(a_message_is_a_sentence_in_text)
{
    const struct log_field f[] = {log_str("message", "disk \"a\" is\nfull"), log_int("left", 3)};
    char line[LOG_LINE_MAX];

    log_render(line, LOG_TEXT, LOG_WARN, "disk", f, COUNT(f), when);
    ck_assert_str_eq(line, "2026-01-31T12:00:00.123Z WARN  disk: disk \"a\" is\\nfull left=3\n");
}
END_TEST

START_TEST(colours_mark_level_event_and_names)
{
    const struct log_field f[] = {log_str("path", "\x1b[2J"), log_int("status", 500)};
    char line[LOG_LINE_MAX];

    log_render(line, LOG_COLOUR, LOG_ERROR, "request", f, COUNT(f), when);
    ck_assert_str_eq(line, "2026-01-31T12:00:00.123Z \x1b[1;31mERROR\x1b[0m \x1b[1mrequest\x1b[0m "
                           "\x1b[2mpath\x1b[0m=\"\\u001b[2J\" \x1b[2mstatus\x1b[0m=500\n");
}
END_TEST

static const struct {
    const char *in, *out;
    const char *sentence; /* NULL: as out */
} escapes[] = {
    {"a\nb\tc", "a\\nb\\tc"},
    {"\x01\x1b[31m\x7f", "\\u0001\\u001b[31m\\u007f"},
    {"q\"\\", "q\\\"\\\\", "q\"\\\\"},              /* a sentence is not in quotes */
    {"\xc2\x9b", "\\u009b"},                        /* C1: a terminal's escape in one character */
    {"\xe2\x80\xa8", "\\u2028"},                    /* line separator */
    {"\xe2\x80\xae\xe2\x81\xa6", "\\u202e\\u2066"}, /* writes backwards */
    {"\xe2\x80\x93\xe2\x81\xa4", "\xe2\x80\x93\xe2\x81\xa4"}, /* a dash; their neighbours */
    {"Z\xc3\xbcrich \xf0\x9f\x99\x82", "Z\xc3\xbcrich \xf0\x9f\x99\x82"},
    {"\xff", "\\ufffd"},
    {"\xc3", "\\ufffd"},                      /* cut */
    {"\xc0\xaf", "\\ufffd\\ufffd"},           /* overlong */
    {"\xed\xa0\x80", "\\ufffd\\ufffd\\ufffd"} /* surrogate */
};

START_TEST(strings_cannot_break_a_line)
{
    struct log_field f = log_str("v", escapes[_i].in);
    char line[LOG_LINE_MAX], expected[200];
    cJSON *tree;

    log_render(line, LOG_JSON, LOG_ERROR, "e", &f, 1, when);
    (void)snprintf(expected, sizeof expected, "\"v\":\"%s\"}\n", escapes[_i].out);
    ck_assert_msg(strstr(line, expected) != NULL, "%s holds no %s", line, expected);
    tree = cJSON_Parse(line);
    ck_assert_ptr_nonnull(tree);
    cJSON_Delete(tree);
    log_render(line, LOG_TEXT, LOG_ERROR, "e", &f, 1, when);
    ck_assert_ptr_eq(strchr(line, '\n'), line + strlen(line) - 1);
    f.name = "message";
    log_render(line, LOG_TEXT, LOG_ERROR, "e", &f, 1, when);
    (void)snprintf(expected, sizeof expected, "ERROR e: %s\n",
                   escapes[_i].sentence ? escapes[_i].sentence : escapes[_i].out);
    ck_assert_msg(strstr(line, expected) != NULL, "%s holds no %s", line, expected);
}
END_TEST

START_TEST(long_values_are_cut_and_full_lines_say_so)
{
    static char big[LOG_LINE_MAX * 2];
    struct log_field f[12];
    char line[LOG_LINE_MAX];
    cJSON *tree;
    size_t n;

    for (size_t i = 0; i + 1 < sizeof big; i++)
        big[i] = "\xc3\xa9"[i % 2]; /* two bytes a character: the cut must not split one */
    f[0] = log_str("v", big);
    log_render(line, LOG_JSON, LOG_INFO, "e", f, 1, when);
    ck_assert_ptr_null(strstr(line, "ufffd"));
    ck_assert_ptr_nonnull(strstr(line, "...\"}\n"));
    for (int i = 0; i < COUNT(f); i++)
        f[i] = log_str("v", big);
    n = log_render(line, LOG_JSON, LOG_INFO, "e", f, COUNT(f), when);
    ck_assert_uint_lt(n, LOG_LINE_MAX);
    tree = cJSON_Parse(line);
    ck_assert_ptr_nonnull(tree);
    ck_assert(cJSON_IsTrue(cJSON_GetObjectItem(tree, "truncated")));
    cJSON_Delete(tree);
}
END_TEST

static const struct {
    double v;
    const char *text;
} rates[] = {{0.25, "0.25"},
             {0, "0"},
             {7, "7"},
             {1.001, "1.001"},
             {123456.789, "123456.789"},
             {0.1 + 0.2, "0.3"},
             {-2.5, "-2.5"},
             {1e-7, "1e-07"},
             {1.0 / 3, "0.333333333"},
             {1e12, "1e+12"},
             {INFINITY, "null"}};

START_TEST(numbers_have_nine_digits_at_most)
{
    struct log_field f = log_num("v", rates[_i].v);
    char line[LOG_LINE_MAX], expected[64];

    log_render(line, LOG_JSON, LOG_INFO, "e", &f, 1, when);
    (void)snprintf(expected, sizeof expected, "\"v\":%s}\n", rates[_i].text);
    ck_assert_msg(strstr(line, expected) != NULL, "%s holds no %s", line, expected);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("log_line");
    TCase *t = tcase_create("log_line");
    SRunner *r;
    int failed;

    tcase_add_test(t, json_line_holds_every_type);
    tcase_add_test(t, text_line_quotes_only_what_needs_it);
    tcase_add_test(t, a_message_is_a_sentence_in_text);
    tcase_add_test(t, colours_mark_level_event_and_names);
    tcase_add_loop_test(t, strings_cannot_break_a_line, 0, COUNT(escapes));
    tcase_add_test(t, long_values_are_cut_and_full_lines_say_so);
    tcase_add_loop_test(t, numbers_have_nine_digits_at_most, 0, COUNT(rates));
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
