/* test_evaluation_charts.c - stored evaluations as pictures: windows of a backtest, confusions. */
#include "server/api/evaluation_charts.h"
#include "tests/unit/suite.h"

#include <string.h>

static struct buf b;
static struct err e;
static cJSON *tree;

static void setup(void)
{
    buf_init(&b, CHART_BYTES_MAX);
    memset(&e, 0, sizeof(e));
    tree = NULL;
}

static void teardown(void)
{
    buf_release(&b);
    cJSON_Delete(tree);
}

static const cJSON *parse(const char *json)
{
    tree = cJSON_Parse(json);
    ck_assert_ptr_nonnull(tree);
    return tree;
}

static int count(const char *what)
{
    int n = 0;

    for (const char *p = b.data; (p = strstr(p, what)); p += strlen(what))
        n++;
    return n;
}

#define NUMBERS                                                                                    \
    "\"truth\":[1,2,3],\"forecast\":[1,2,4],\"lower\":{\"80\":[0,1,2],\"95\":[-1,0,1]},"           \
    "\"upper\":{\"80\":[2,3,5],\"95\":[3,4,6]}"

START_TEST(each_window_has_a_chart_with_its_time)
{
    const cJSON *list = parse(
        "[{\"id\":\"a<b\",\"window\":0,\"time\":[\"2020-11\",\"2020-12\",\"2021-01\"]," NUMBERS
        "},{\"id\":\"a<b\",\"window\":1,\"time\":[\"1/2\",\"2/2\",\"3/2\"]," NUMBERS "}]");

    ck_assert_int_eq(evaluation_charts_write(&b, list, NULL, &e), ST_OK);
    ck_assert_int_eq(count(">a&lt;b, window 1</text>"), 1);
    ck_assert_int_eq(count(">a&lt;b, window 2</text>"), 1);
    ck_assert_int_eq(count(">Nov</text>"), 1);
    ck_assert_int_eq(count(">2021</text>"), 1);
    ck_assert_int_eq(count("<path class=\"b\""), 4); /* times of no known form: rows are counted */
}
END_TEST

START_TEST(intervals_that_were_not_measured_are_left_out)
{
    const cJSON *list = parse("[{\"id\":\"a\",\"window\":0,\"time\":[\"0\",\"1\"],"
                              "\"truth\":[1,null],\"forecast\":[1,2],\"lower\":{},\"upper\":{}}]");

    ck_assert_int_eq(evaluation_charts_write(&b, list, NULL, &e), ST_OK);
    ck_assert_int_eq(count("<path class=\"b\""), 0);
    ck_assert_int_eq(count("nan"), 0);
}
END_TEST

/* The memory of a hostile or broken evaluation is given back, and nothing is read beyond it. */
START_TEST(members_that_are_missing_are_gaps)
{
    const cJSON *list = parse("[{},{\"truth\":[1]},{\"truth\":\"x\",\"window\":\"y\",\"time\":3}]");

    ck_assert_int_eq(evaluation_charts_write(&b, list, NULL, &e), ST_OK);
    ck_assert_int_eq(count("class=\"t\""), 3);
    ck_assert_int_eq(count("nan"), 0);
}
END_TEST

START_TEST(confusions_name_their_column)
{
    const cJSON *evaluation =
        parse("{\"columns\":{\"xpos\":{\"tags\":[{\"tag\":\"NN\"},{\"tag\":\"VB\"}],"
              "\"confusion\":[[3,1],[0,2]]}}}");

    ck_assert_int_eq(evaluation_confusion_write(&b, evaluation, "m", &e), ST_OK);
    ck_assert_int_eq(count("m: xpos tags"), 2); /* the title of the document, and its text */
    ck_assert_int_eq(count("NN taken for VB"), 1);
}
END_TEST

START_TEST(too_many_tags_have_no_picture)
{
    static const char *const without[] = {
        "{}", "{\"columns\":{\"upos\":{\"tags\":[],\"confusion\":null}}}",
        "{\"columns\":{\"upos\":{\"tags\":[{\"tag\":\"A\"}],\"confusion\":[[1],[2]]}}}"};

    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(evaluation_confusion_write(&b, parse(without[i]), "m", &e), ST_NOT_FOUND);
        ck_assert_uint_eq(b.len, 0);
        cJSON_Delete(tree);
        tree = NULL;
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("evaluation_charts");
    TCase *t = tcase_create("all");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, each_window_has_a_chart_with_its_time);
    tcase_add_test(t, intervals_that_were_not_measured_are_left_out);
    tcase_add_test(t, members_that_are_missing_are_gaps);
    tcase_add_test(t, confusions_name_their_column);
    tcase_add_test(t, too_many_tags_have_no_picture);
    suite_add_tcase(s, t);
    return suite_run(s);
}
