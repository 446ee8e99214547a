/* test_json_write.c - what was read is written again. */
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

/* What is written is the text that was read: row numbers and times survive. */
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

int main(void)
{
    Suite *s = suite_create("json_write");
    TCase *t = tcase_create("all");

    tcase_set_timeout(t, 120);
    tcase_add_loop_test(t, what_is_read_is_written, 0, sizeof(written) / sizeof(written[0]));
    suite_add_tcase(s, t);
    return suite_run(s);
}
