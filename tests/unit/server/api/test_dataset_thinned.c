/* test_dataset_thinned.c - GET .../data?max_points= and ?series=. */
#include "tests/unit/server/api/api_server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ANSWER_MAX = 1 << 23, ROWS = 100000 };

static struct api_server server;
static char *answer;

static void upload(const char *name, const char *type, const char *text)
{
    char head[80], target[80];

    snprintf(head, sizeof(head), "Content-Type: %s\r\n", type);
    snprintf(target, sizeof(target), "/v1/datasets/%s", name);
    ck_assert_int_eq(
        api_server_ask(&server, answer, ANSWER_MAX,
                       &(struct api_question){"PUT", target, head, text, strlen(text)}),
        201);
}

/* Hours: one peak, one hollow and a gap in series a; three rows in series b. */
static void setup(void)
{
    struct buf text;

    answer = malloc(ANSWER_MAX);
    ck_assert_ptr_nonnull(answer);
    api_server_start(&server, NULL, NULL);
    buf_init(&text, ANSWER_MAX);
    buf_puts(&text, "unique_id,ds,y\n");
    for (int i = 0; i < ROWS; i++)
        buf_printf(&text, "a,%d,%s\n", 1672531200 + 3600 * i,
                   i == 31234               ? "999"
                   : i == 77777             ? "-999"
                   : i > 50000 && i < 51000 ? ""
                   : i % 2                  ? "3"
                                            : "4");
    for (int i = 0; i < 3; i++)
        buf_printf(&text, "b,%d,%d\n", 1672531200 + 3600 * i, i);
    upload("long", "text/csv", text.data);
    buf_release(&text);
}

static void teardown(void)
{
    api_server_stop(&server);
    free(answer);
}

/* The body of the answer. */
static const char *ask(const char *target, int status)
{
    const char *body;
    int got = api_server_ask(&server, answer, ANSWER_MAX,
                             &(struct api_question){"GET", target, "", "", 0});

    ck_assert_msg(got == status, "%s: %d", target, got);
    body = strstr(answer, "\r\n\r\n");
    ck_assert_ptr_nonnull(body);
    return body + 4;
}

/* The rows of a CSV text behind its header. */
static int rows_of(const char *text)
{
    int n = -1;

    for (; *text; text++)
        n += *text == '\n';
    return n;
}

START_TEST(a_chart_gets_the_extremes_of_a_long_series)
{
    const char *got = ask("/v1/datasets/long/data?max_points=2000&series=a", 200);

    ck_assert_msg(rows_of(got) <= 2000 && rows_of(got) > 1000, "%d rows", rows_of(got));
    ck_assert(strstr(got, ",999\n") && strstr(got, ",-999\n") && strstr(got, ",\n"));
    ck_assert(strstr(got, "\na,1672531200,4\n") && strstr(got, "\na,2032527600,3\n"));
}
END_TEST

START_TEST(each_series_has_its_own_rows)
{
    int n = rows_of(ask("/v1/datasets/long/data?max_points=100", 200));

    ck_assert_msg(n <= 103 && n > 50, "%d rows", n);
    ck_assert_int_eq(rows_of(ask("/v1/datasets/long/data?series=b", 200)), 3);
    ck_assert_str_eq(ask("/v1/datasets/long/data?format=json&max_points=2&series=b", 200),
                     "{\"series\":[{\"id\":\"b\",\"length\":3,\"frequency\":\"H\",\"time\":["
                     "\"1672531200\",\"1672538400\"],\"values\":[0,2]}]}\n");
}
END_TEST

/* Rows without times have their row numbers, which show the rows that were left out. */
START_TEST(rows_without_times_are_numbered)
{
    upload("counted", "text/csv", "value\n5\n6\n9\n7\n");
    ck_assert_str_eq(ask("/v1/datasets/counted/data?max_points=3", 200),
                     "ds,value\n0,5\n1,6\n3,7\n");
}
END_TEST

START_TEST(others_are_refused)
{
    upload("words", "text/x-conllu", "1\ta\t_\tDET\t_\t_\t_\t_\t_\t_\n\n");
    (void)ask("/v1/datasets/words/data?max_points=100", 400);
    (void)ask("/v1/datasets/words/data?series=a", 400);
    (void)ask("/v1/datasets/long/data?max_points=1", 400);
    (void)ask("/v1/datasets/long/data?series=c", 422);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("thinned data of a data set");
    TCase *t = tcase_create("thinned");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 120);
    tcase_add_test(t, a_chart_gets_the_extremes_of_a_long_series);
    tcase_add_test(t, each_series_has_its_own_rows);
    tcase_add_test(t, rows_without_times_are_numbered);
    tcase_add_test(t, others_are_refused);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
