/* test_metric_text.c - metrics as Prometheus reads them. */
#include "server/api/metric_text.h"
#include "tests/unit/suite.h"

START_TEST(samples_have_their_head)
{
    struct buf b;

    buf_init(&b, 1000);
    metric_one(&b, "a_total", "counter", "How many.", 3);
    metric_head(&b, "b", "gauge", "Which.");
    metric_labelled(&b, "b", "kind", "x", 0.5);
    ck_assert_str_eq(b.data, "# HELP a_total How many.\n# TYPE a_total counter\na_total 3\n"
                             "# HELP b Which.\n# TYPE b gauge\nb{kind=\"x\"} 0.5\n");
    buf_release(&b);
}
END_TEST

START_TEST(a_histogram_ends_with_infinity_sum_and_count)
{
    const double bounds[] = {0.5, 10};
    const uint64_t count[] = {1, 3, 4};
    struct buf b;

    buf_init(&b, 1000);
    metric_histogram(
        &b, "t_seconds", "task=\"tag\"",
        &(struct metric_histogram){.bounds = bounds, .count = count, .n = 3, .sum = 21.5});
    ck_assert_str_eq(b.data, "t_seconds_bucket{task=\"tag\",le=\"0.5\"} 1\n"
                             "t_seconds_bucket{task=\"tag\",le=\"10\"} 3\n"
                             "t_seconds_bucket{task=\"tag\",le=\"+Inf\"} 4\n"
                             "t_seconds_sum{task=\"tag\"} 21.5\n"
                             "t_seconds_count{task=\"tag\"} 4\n");
    buf_release(&b);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("metric text");
    TCase *t = tcase_create("text");

    tcase_add_test(t, samples_have_their_head);
    tcase_add_test(t, a_histogram_ends_with_infinity_sum_and_count);
    suite_add_tcase(s, t);
    return suite_run(s);
}
