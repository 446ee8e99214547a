/* test_metrics_text.c - measures beside those of other methods. */
#include "server/commands/metrics_text.h"

#include "tests/unit/suite.h"

#include <string.h>

static void put(struct buf *b, const char *json)
{
    cJSON *o = cJSON_Parse(json);

    buf_init(b, 10000);
    metrics_put(b, o);
    cJSON_Delete(o);
}

START_TEST(methods_that_are_compared_are_columns)
{
    struct buf b;

    put(&b, "{\"mae\":1.5,\"mase\":0.41299,\"naive\":{\"mae\":76},\"other\":{\"x\":1},\"list\":[1],"
            "\"none\":null}");
    ck_assert_str_eq(b.data, "measure  model  naive\n"
                             "mae        1.5     76\n"
                             "mase     0.413  \n");
    buf_release(&b);
}
END_TEST

START_TEST(no_numbers_are_no_table)
{
    struct buf b;

    put(&b, "{\"x\":{}}");
    ck_assert_uint_eq(b.len, 0);
    metrics_put(&b, NULL);
    ck_assert_uint_eq(b.len, 0);
    buf_release(&b);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("metrics_text");
    TCase *t = tcase_create("metrics_text");

    tcase_add_test(t, methods_that_are_compared_are_columns);
    tcase_add_test(t, no_numbers_are_no_table);
    suite_add_tcase(s, t);
    return suite_run(s);
}
