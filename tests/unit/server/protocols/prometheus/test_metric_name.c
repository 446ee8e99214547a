/* test_metric_name.c - names of data sets and models as names of metrics, and back. */
#include "server/protocols/prometheus/metric_name.h"

#include "tests/unit/suite.h"

#include <string.h>

static void expect(const char *source, enum metric_kind kind, const char *metric)
{
    char text[METRIC_NAME_MAX + 1], back[METRIC_SOURCE_MAX + 1];
    enum metric_kind k = METRIC_KINDS;

    ck_assert_str_eq(metric_name(text, source, kind), metric);
    ck_assert(metric_name_read(back, &k, metric));
    ck_assert_str_eq(back, source);
    ck_assert_int_eq((int)k, (int)kind);
}

START_TEST(legal_names_stay_as_they_are)
{
    expect("flights", METRIC_ACTUAL, "flights:actual");
    expect("a_b2", METRIC_PREDICTED, "a_b2:predicted");
    expect("u__x", METRIC_ANOMALOUS, "u__x:anomalous");
}
END_TEST

START_TEST(other_names_are_escaped_one_to_one)
{
    char longest[METRIC_SOURCE_MAX + 1], text[METRIC_NAME_MAX + 1], back[METRIC_SOURCE_MAX + 1];
    enum metric_kind kind;

    expect("air-2", METRIC_ACTUAL, "U__air_2d_2:actual");
    expect("a_b.c", METRIC_ACTUAL, "U__a__b_2e_c:actual");
    expect("1a", METRIC_ACTUAL, "U___31_a:actual");
    expect("U__a", METRIC_ACTUAL, "U__U____a:actual");
    memset(longest, '-', METRIC_SOURCE_MAX);
    longest[METRIC_SOURCE_MAX] = '\0';
    ck_assert(metric_name_read(back, &kind, metric_name(text, longest, METRIC_ANOMALOUS)));
    ck_assert_str_eq(back, longest);
}
END_TEST

START_TEST(names_that_are_not_written_are_not_read)
{
    static const char *const wrong[] = {"",
                                        "up",
                                        ":actual",
                                        "flights:",
                                        "flights:real",
                                        "U__flights:actual",
                                        "U__air_2D_2:actual",
                                        "U__air_2d:actual",
                                        "U__a_:actual",
                                        "U__:actual",
                                        "U__a_00_:actual",
                                        "air-2:actual",
                                        "a:b:actual"};
    char back[METRIC_SOURCE_MAX + 1], longer[200];
    enum metric_kind kind;

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        ck_assert_msg(!metric_name_read(back, &kind, wrong[i]), "%s", wrong[i]);
    memset(longer, 'a', sizeof(longer));
    memcpy(longer + 100, ":actual", 8);
    ck_assert(!metric_name_read(back, &kind, longer));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("metric_name");
    TCase *tc = tcase_create("core");

    tcase_add_test(tc, legal_names_stay_as_they_are);
    tcase_add_test(tc, other_names_are_escaped_one_to_one);
    tcase_add_test(tc, names_that_are_not_written_are_not_read);
    suite_add_tcase(s, tc);
    return suite_run(s);
}
