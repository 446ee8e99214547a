/* test_json_write.c - data that was read is written again without a change. */
#include "server/formats/json.h"
#include "server/formats/json_body.h"
#include "tests/unit/suite.h"

#include <stdlib.h>
#include <string.h>

static const struct data_limits limits = {.max_series = 4,
                                          .max_series_length = 6,
                                          .max_sentences = 10,
                                          .max_tokens = 10,
                                          .max_json_depth = 5};

/* The written text equals the one that was read, with row numbers and times. */
static const char *const written[] = {
    "{\"series\":[{\"id\":\"x\",\"values\":[1,null]}]}\n",
    "{\"series\":[{\"id\":\"x\",\"start\":\"194\",\"frequency\":\"index\",\"values\":[1,null,4]}]}"
    "\n",
    "{\"series\":[{\"id\":\"x\",\"start\":\"1949\",\"frequency\":\"index\",\"values\":[1,2]}]}\n",
    "{\"series\":[{\"id\":\"x\",\"start\":\"1949\",\"frequency\":\"Y\",\"values\":[1,2]}]}\n",
    "{\"series\":[{\"id\":\"a\",\"start\":\"-7\",\"frequency\":\"index\",\"values\":[1]},"
    "{\"id\":\"b\",\"values\":[2]}]}\n",
};

START_TEST(what_is_read_is_written)
{
    const struct json_body_options o = {.default_id = "x", .limits = &limits};
    struct json_body body;
    struct err e = {0};
    struct buf b;

    ck_assert_int_eq(json_body_read(&body, &o, written[_i], strlen(written[_i]), &e), ST_OK);
    ck_assert_msg(!body.st, "%s", body.err.message);
    buf_init(&b, 10000);
    json_write_series(&b, &body.series);
    ck_assert_str_eq(b.data, written[_i]);
    json_body_release(&body);
    buf_release(&b);
}
END_TEST

static const struct {
    const char *text, *some;
} picked[] = {
    {"{\"values\":[1,null]}",
     "{\"id\":\"x\",\"length\":9,\"frequency\":null,\"time\":[0,7],\"values\":[1,null]}"},
    {"{\"columns\":[\"a\",\"b\"],\"start\":\"2020-01-31\",\"frequency\":\"M\","
     "\"values\":[[1,2],[3,4]],\"covariates\":{\"c\":[5,6]}}",
     "{\"id\":\"x\",\"length\":9,\"frequency\":\"M\",\"time\":[\"2020-01-31\",\"2020-08-31\"],"
     "\"values\":[[1,2],[3,4]],\"covariates\":{\"c\":[5,6]}}"},
};

START_TEST(some_rows_have_their_times)
{
    static const int64_t numbers[] = {0, 7};
    const struct json_body_options o = {.default_id = "x", .limits = &limits};
    struct json_body body;
    struct err e = {0};
    struct buf b;

    ck_assert_int_eq(json_body_read(&body, &o, picked[_i].text, strlen(picked[_i].text), &e),
                     ST_OK);
    ck_assert_msg(!body.st, "%s", body.err.message);
    buf_init(&b, 10000);
    json_write_some_rows(&b, &body.series, &body.series.items[0], numbers, 9, true);
    ck_assert_str_eq(b.data, picked[_i].some);
    json_body_release(&body);
    buf_release(&b);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("json_write");
    TCase *t = tcase_create("all");

    tcase_set_timeout(t, 120);
    tcase_add_loop_test(t, what_is_read_is_written, 0, sizeof(written) / sizeof(written[0]));
    tcase_add_loop_test(t, some_rows_have_their_times, 0, sizeof(picked) / sizeof(picked[0]));
    suite_add_tcase(s, t);
    return suite_run(s);
}
