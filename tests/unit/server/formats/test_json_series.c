/* test_json_series.c - a series is the same, and has the same fault, in whatever order its members
 * come. */
#include "server/formats/json_body.h"
#include "tests/unit/server/formats/orders.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct data_limits limits = {
    .max_series = 4, .max_series_length = 6, .max_json_depth = 8};

static void read_body(struct json_body *body, const struct buf *text)
{
    const struct json_body_options o = {.default_id = "x", .limits = &limits};
    struct err e = {0};

    ck_assert_msg(!json_body_read(body, &o, text->data, text->len, &e), "%s", e.message);
}

static void check_one(const struct buf *text)
{
    static const double values[] = {1, 2, 5, 3, 4, 6, NAN, NAN, 7};
    struct json_body body;
    const struct series *s;

    read_body(&body, text);
    ck_assert_msg(!body.st, "%s: %s", text->data, body.err.message);
    s = &body.series.items[0];
    ck_assert_str_eq(s->id, "y");
    ck_assert_int_eq(s->length, 3);
    ck_assert_int_eq(s->time.frequency.unit, FREQ_M);
    ck_assert_int_eq(body.series.num_covariates, 1);
    for (int i = 0; i < 9; i++)
        ck_assert(isnan(values[i]) ? isnan(s->values[i]) : fabs(s->values[i] - values[i]) < 1e-15);
    json_body_release(&body);
}

START_TEST(members_come_in_any_order)
{
    static const char *const members[] = {
        "\"id\":\"y\"",          "\"values\":[[1,2],[3,4]]",       "\"columns\":[\"a\",\"b\"]",
        "\"start\":\"1949-01\"", "\"covariates\":{\"h\":[5,6,7]}", "\"frequency\":\"M\""};

    in_every_order("", members, 6, "", check_one);
}
END_TEST

static void check_fault(const struct buf *text)
{
    struct json_body body;

    read_body(&body, text);
    ck_assert_int_eq(body.st, ST_INVALID);
    ck_assert_str_eq(body.err.pointer, "/series/0/id");
    ck_assert_int_eq(body.series.count, 0);
    json_body_release(&body);
}

START_TEST(the_same_of_several_faults_is_found)
{
    static const char *const members[] = {"\"id\":7", "\"values\":[true]", "\"start\":\"soon\"",
                                          "\"covariates\":{\"h\":[{}]}"};

    in_every_order("{\"series\":[", members, 4, ",5]}", check_fault);
}
END_TEST

/* Values of the first reading, which are thrown away, do not count as memory. */
START_TEST(a_second_reading_has_all_the_memory)
{
    struct json_body body;
    struct buf text;

    buf_init(&text, 1 << 20);
    buf_puts(&text,
             "{\"series\":[{\"id\":\"a\",\"values\":[[1],[2]],\"covariates\":{\"h\":[1,2,3]}}"
             ",{\"id\":\"b\",\"values\":[[3]]}],\"columns\":[\"c\"]}");
    read_body(&body, &text);
    ck_assert_msg(!body.st, "%s", body.err.message);
    ck_assert_int_eq(body.series.count, 2);
    ck_assert_int_eq(body.series.num_columns, 2);
    ck_assert_str_eq(body.series.columns[0], "c");
    ck_assert_str_eq(body.series.columns[1], "h");
    json_body_release(&body);
    buf_release(&text);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("json series");
    TCase *t = tcase_create("all");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_add_test(t, members_come_in_any_order);
    tcase_add_test(t, the_same_of_several_faults_is_found);
    tcase_add_test(t, a_second_reading_has_all_the_memory);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
