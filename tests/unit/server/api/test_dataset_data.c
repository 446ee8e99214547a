/* test_dataset_data.c - a data set that is read back piece by piece is the text that the whole
 * would be. */
#include "server/formats/conllu.h"
#include "server/formats/csv.h"
#include "server/formats/json.h"
#include "server/formats/json_body.h"
#include "tests/unit/server/api/api_server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ANSWER_MAX = 1 << 24, ENOUGH = 3 << 20 }; /* more than is read as a whole */

static const struct data_limits limits = {.max_series = 10000,
                                          .max_series_length = 1000000,
                                          .max_sentences = 1000000,
                                          .max_tokens = 10000000,
                                          .max_json_depth = 16};
static struct api_server server;
static char *answer;

static void setup(void)
{
    answer = malloc(ANSWER_MAX);
    ck_assert_ptr_nonnull(answer);
    api_server_start(&server, NULL, NULL);
}

static void teardown(void)
{
    api_server_stop(&server);
    free(answer);
}

static void upload(const char *target, const char *type, const struct buf *text)
{
    char head[80];

    snprintf(head, sizeof(head), "Content-Type: %s\r\n", type);
    ck_assert_int_eq(
        api_server_ask(&server, answer, ANSWER_MAX,
                       &(struct api_question){"PUT", target, head, text->data, text->len}),
        201);
}

/* The body of the answer. */
static const char *read_back(const char *name, const char *format)
{
    char target[80];
    const char *body;

    snprintf(target, sizeof(target), "/v1/datasets/%s/data?format=%s", name, format);
    ck_assert_int_eq(api_server_ask(&server, answer, ANSWER_MAX,
                                    &(struct api_question){"GET", target, "", "", 0}),
                     200);
    body = strstr(answer, "\r\n\r\n");
    ck_assert_ptr_nonnull(body);
    return body + 4;
}

/* Prints where they part: both are megabytes. */
static void same(const char *got, const struct buf *expected)
{
    size_t i = 0;

    while (got[i] && got[i] == expected->data[i])
        i++;
    ck_assert_msg(got[i] == expected->data[i], "at %zu: '%.60s', expected '%.60s'", i, got + i,
                  expected->data + i);
}

static void check_series(const char *name, const struct series_set *set)
{
    struct buf text;

    buf_init(&text, ANSWER_MAX);
    csv_write_series(&text, set);
    same(read_back(name, "csv"), &text);
    text.len = 0;
    json_write_series(&text, set);
    same(read_back(name, "json"), &text);
    buf_release(&text);
}

/* Two columns with gaps and a covariate that goes on behind them. */
START_TEST(a_panel_comes_back)
{
    const struct table_options o = {
        .frequency = "", .covariates = "x", .default_id = "panel", .limits = limits};
    struct series_set set;
    struct err e = {0};
    struct buf text;

    buf_init(&text, ANSWER_MAX);
    buf_puts(&text, "unique_id,ds,y,z,x\n");
    for (int s = 0; text.len < ENOUGH; s++)
        for (int i = 0; i < 500 + s % 3; i++)
            buf_printf(&text, "s%d,%d,%s,%d.5,%d\n", s, 1672531200 + 86400 * i,
                       i % 7 == s % 7 ? "" : "3", i < 480 ? i : 480, i % 5);
    upload("/v1/datasets/panel?covariates=x", "text/csv", &text);
    ck_assert_msg(!csv_read_series(&set, text.data, text.len, CSV_HEADER_AUTO, &o, &e), "%s",
                  e.message);
    check_series("panel", &set);
    series_set_release(&set);
    buf_release(&text);
}
END_TEST

/* Row numbers that do not begin at 0 are a time column, too. */
START_TEST(row_numbers_come_back)
{
    const struct json_body_options o = {.default_id = "rows", .limits = &limits};
    struct json_body body;
    struct err e = {0};
    struct buf text;

    buf_init(&text, ANSWER_MAX);
    buf_puts(&text, "{\"series\":[{\"id\":\"first\",\"values\":[1]}");
    for (int s = 0; text.len < ENOUGH; s++) {
        buf_printf(&text, ",{\"id\":\"s%d\",\"start\":\"%d\",\"frequency\":\"index\",\"values\":[1",
                   s, s % 4);
        for (int i = 0; i < 200; i++)
            buf_puts(&text, i % 3 ? ",2.5" : ",null");
        buf_puts(&text, "]}");
    }
    buf_puts(&text, "]}");
    upload("/v1/datasets/rows", "application/json", &text);
    ck_assert_int_eq(json_body_read(&body, &o, text.data, text.len, &e), ST_OK);
    check_series("rows", &body.series);
    json_body_release(&body);
    buf_release(&text);
}
END_TEST

/* With comments and multi-word tokens, and the last sentence without its blank line. */
START_TEST(a_treebank_comes_back_byte_for_byte)
{
    struct tagged_set set;
    struct err e = {0};
    struct buf text, json;

    buf_init(&text, ANSWER_MAX);
    for (int i = 0; text.len < ENOUGH; i++)
        buf_printf(
            &text,
            "%s# sent_id = %d\n1-2\tdon't\t_\t_\t_\t_\t_\t_\t_\t_\n1\tdo\t_\tAUX\tMD\t_\t_\t_"
            "\t_\t_\n2\tn't\t_\tPART\tRB\t_\t_\t_\t_\tx=%d\n",
            i ? "\n" : "", i, i);
    upload("/v1/datasets/bank", "text/x-conllu", &text);
    same(read_back("bank", "conllu"), &text);
    ck_assert_int_eq(conllu_read(&set, text.data, text.len, &limits, &e), ST_OK);
    buf_init(&json, ANSWER_MAX);
    json_write_tagged(&json, &set);
    same(read_back("bank", "json"), &json);
    tagged_set_release(&set);
    buf_release(&json);
    buf_release(&text);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("data of a data set");
    TCase *t = tcase_create("pieces");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 120);
    tcase_add_test(t, a_panel_comes_back);
    tcase_add_test(t, row_numbers_come_back);
    tcase_add_test(t, a_treebank_comes_back_byte_for_byte);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
